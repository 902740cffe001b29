export type SignalType = 'integer' | 'boolean' | 'string';

interface Signal {
  readonly code: string;
  readonly scope: readonly string[];
  readonly name: string;
  readonly type: SignalType;
  readonly initial: string;
}

interface Scope {
  readonly scopes: Map<string, Scope>;
  readonly signals: Signal[];
}

/** The signals of a dump and what becomes of them. Values are texts: `12`, `true`, anything. */
export class Signals {
  readonly #all: Signal[] = [];
  readonly #taken = new Set<string>();
  /** By position of the step: when it begins, when it ends. */
  readonly #begins = new Map<number, [Signal, string][]>();
  readonly #ends = new Map<number, [Signal, string][]>();

  add(scope: readonly string[], name: string, type: SignalType, initial: string): Signal {
    const words = scope.map(word);
    let own = word(name);
    for (let i = 2; this.#taken.has([...words, own].join(' ')); i++) own = `${word(name)}~${i}`;
    this.#taken.add([...words, own].join(' '));
    const signal = { code: codeOf(this.#all.length), scope: words, name: own, type, initial };
    this.#all.push(signal);
    return signal;
  }

  begins(step: number, signal: Signal, value: string): void {
    put(this.#begins, step, signal, value);
  }

  ends(step: number, signal: Signal, value: string): void {
    put(this.#ends, step, signal, value);
  }

  definitions(): string {
    const top: Scope = { scopes: new Map(), signals: [] };
    for (const signal of this.#all) {
      let at = top;
      for (const name of signal.scope) {
        const inner: Scope = at.scopes.get(name) ?? { scopes: new Map(), signals: [] };
        at.scopes.set(name, inner);
        at = inner;
      }
      at.signals.push(signal);
    }
    return `$scope module upy_check $end\n${inside(top)}$upscope $end\n$enddefinitions $end\n`;
  }

  /** `at`: begin and end of each step. Only what changes is written. */
  changes(at: readonly (readonly [number, number])[], end: number): string {
    const now = new Map(this.#all.map((signal) => [signal, signal.initial]));
    const initial = this.#all.map((signal) => `${change(signal, signal.initial)}\n`);
    const lines = [`#0\n$dumpvars\n${initial.join('')}$end\n`];
    let time = 0;
    const tell = (when: number, changes: readonly (readonly [Signal, string])[] = []): void => {
      // Of two changes at once the last one counts.
      const news = [...new Map(changes)].filter(([signal, value]) => now.get(signal) !== value);
      if (news.length === 0) return;
      if (when !== time) lines.push(`#${when}\n`);
      time = when;
      for (const [signal, value] of news) {
        now.set(signal, value);
        lines.push(`${change(signal, value)}\n`);
      }
    };
    for (const [step, [begin, finish]] of at.entries()) {
      tell(begin, this.#begins.get(step));
      tell(finish, this.#ends.get(step));
    }
    return `${lines.join('')}#${end}\n`;
  }
}

function put(map: Map<number, [Signal, string][]>, step: number, signal: Signal, value: string): void {
  const list = map.get(step) ?? [];
  list.push([signal, value]);
  map.set(step, list);
}

function inside({ scopes, signals }: Scope): string {
  const own = signals.map(({ type, code, name }) => `$var ${VAR[type]} ${code} ${name} $end\n`);
  const inner = [...scopes].map(
    ([name, scope]) => `$scope module ${name} $end\n${inside(scope)}$upscope $end\n`,
  );
  return own.join('') + inner.join('');
}

const VAR: Readonly<Record<SignalType, string>> = {
  boolean: 'wire 1',
  integer: 'integer 32',
  string: 'string 1',
};

function change({ type, code }: Signal, value: string): string {
  if (type === 'boolean') return `${value === 'true' ? 1 : 0}${code}`;
  if (type === 'integer') return `b${(Number(value) >>> 0).toString(2)} ${code}`;
  return `s${escaped(value)} ${code}`;
}

/** A value of type string is one word: everything else than visible ASCII as C's `\\ooo`, byte by byte. */
function escaped(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) =>
      byte > 0x20 && byte < 0x7f && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('');
}

/** Viewers take `.` for a level and `[3]` for a bit; `$` begins a keyword. */
function word(name: string): string {
  const plain = name
    .replaceAll('[', '(')
    .replaceAll(']', ')')
    .replaceAll('.', '/')
    .replace(/[^!-~]|[$\\]/gu, '_');
  return plain === '' ? '_' : plain;
}

/** Short codes of the characters from % to ~, none of which begins a time or a keyword. */
function codeOf(n: number): string {
  const digit = String.fromCharCode(37 + (n % 90));
  return n < 90 ? digit : digit + codeOf(Math.floor(n / 90) - 1);
}
