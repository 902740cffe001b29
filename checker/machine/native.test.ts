import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elaborate } from '../../model/intrinsics/elaboration.ts';
import type { SequenceHandle } from '../../model/intrinsics/sequence.ts';
import { buildVariant } from '../build_variant.ts';
import type { LoadedScenario } from '../check.ts';
import { inlineModule, nativeModule } from '../language/inline_scenario.ts';
import { MIXED, type Variable } from '../language/ir.ts';
import { UserError } from '../options.ts';
import { scenario } from '../scenario.ts';
import { Interpreter, type State } from './interpreter.ts';
import { sequentialProgram } from './random_sequential.ts';

/** The objects that a sequential program changes, and what it does: the same text as a model and as JavaScript. */
interface Exports {
  readonly build: () => { readonly objects: Readonly<Record<string, object>>; readonly run: () => void };
}

/** Values by name of what the objects hold when `run` has run, or what it threw. */
function natively(text: string): string {
  const { build } = nativeModule(text) as unknown as Exports;
  const { objects, run } = elaborate(build).result;
  try {
    run();
  } catch (error) {
    return `throws ${typeof error === 'symbol' ? error.description : error instanceof Error ? `ERROR ${error.message}` : (error as { name: string }).name}`;
  }
  return contents(
    objects,
    (object, key) => Reflect.get(object, key),
    (sequence) => sequence.items,
  );
}

function contents(
  objects: Readonly<Record<string, object>>,
  read: (object: object, key: string) => unknown,
  items: (sequence: SequenceHandle<unknown>) => readonly unknown[],
): string {
  const nameOf = (value: unknown): string => {
    if (value === null || typeof value !== 'object')
      return typeof value === 'symbol' ? String(value.description) : String(Object.is(value, -0) ? 0 : value);
    if (Array.isArray(value)) return `[${value.map(nameOf).join()}]`;
    return Object.keys(objects).find((name) => objects[name] === value) ?? String(value);
  };
  const lines: string[] = [];
  for (const [name, object] of Object.entries(objects)) {
    if ('items' in object) lines.push(`${name} = ${nameOf(items(object as SequenceHandle<unknown>))}`);
    else for (const key of Object.keys(object)) lines.push(`${name}.${key} = ${nameOf(read(object, key))}`);
  }
  return lines.join('\n');
}

function asModel(text: string): string {
  const { build } = inlineModule(text) as unknown as Exports;
  let made: ReturnType<Exports['build']> | null = null;
  const process = (inlineModule(PROCESS_TEXT) as { make: (run: () => void, objects: object) => void }).make;
  const loaded: LoadedScenario = {
    file: 'inline.ts',
    scenario: scenario('sequential', {
      about: 'sequential',
      variants: { only: { holds: true } },
      build() {
        const own = build();
        made ??= own;
        process(own.run, own.objects);
      },
    }),
  };
  const { compiled } = buildVariant(loaded, 'only');
  const interpreter = new Interpreter(compiled);
  let state: State = interpreter.initial();
  for (let i = 0; i < 20_000; i++) {
    const attempts = interpreter.attempts(state);
    if (attempts.length === 0) break;
    if (attempts.length > 1) throw new Error('several attempts in a sequential program');
    const { outcome } = attempts[0]!;
    if (outcome.kind === 'failure') {
      const { kind, name } = outcome.failure;
      return kind === 'uncaught throw'
        ? `throws ${name.replace('uncaught throw: ', '')}`
        : `throws ERROR ${name}`;
    }
    if (outcome.kind === 'cutoff') return 'cutoff';
    state = outcome.state;
  }
  const { objects } = made as unknown as ReturnType<Exports['build']>;
  const { names } = compiled;
  const value = (variable: Variable): unknown => {
    const raw = interpreter.get(state, variable);
    const { domain } = variable;
    if (domain.kind === 'bool') return raw !== 0;
    if (domain.kind === 'symbol') return domain.members[raw];
    if (domain.kind === 'mixed') return raw >= MIXED ? domain.members[raw - MIXED] : raw;
    return raw;
  };
  return contents(
    objects,
    (object, key) => {
      const name = names.property(object, key);
      const variable = compiled.program.variables.find((v) => v.name === name);
      return variable === undefined ? plain(Reflect.get(object, key)) : value(variable);
    },
    (sequence) => {
      const name = names.object(sequence);
      const code = compiled.program.sequences.find((s) => s.name === name);
      if (code === undefined) return sequence.items;
      return Array.from({ length: interpreter.get(state, code.length) }, (_, i) => {
        const parts = code.parts.map(({ elements }) => value(elements[i] as Variable));
        return parts.length === 1 ? parts[0] : parts;
      });
    },
  );
}

const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'lo' in value ? Number(value) : value;

const PROCESS_TEXT = `import { process, sometimes } from 'upy-check/model';
export const make = (run: () => void, objects: { s: { i: number } }): void => {
  const { s } = objects;
  process('main', () => { run(); });
  sometimes('shared', () => s.i > 3);
};`;

/** `null` when both agree; an error of the model itself (an index, a full sequence) ends the comparison. */
function difference(text: string, compared: () => void = () => {}): string | null {
  let model: string;
  try {
    model = asModel(text);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
  const native = natively(text);
  if (model.startsWith('throws ERROR') || native.startsWith('throws ERROR')) return null;
  compared();
  if (model === native || (model.startsWith('throws') && native.startsWith('throws'))) return null;
  const lines = model.split('\n');
  return native
    .split('\n')
    .flatMap((line, i) => (line === lines[i] ? [] : [`native ${line}, model ${lines[i]}`]))
    .join('\n');
}

/** `add` is long enough to be compiled once, and is called for an object that only the run knows. */
const RECEIVERS = `class Account {
  n = 0;
  add(k: number): void {
    if (k > 1) this.n += k;
    if (k > 2) this.n += k;
    if (k > 3) this.n += k;
    if (k > 4) this.n += k;
    if (k > 5) this.n += k;
    this.n++;
  }
}
export const build = () => {
  const [a, b, s] = [new Account(), new Account(), { i: 0 }];
  const accounts = [a, b];
  return {
    objects: { a, b, s },
    run() {
      while (s.i < 6) {
        s.i++;
        const [one, other] = [accounts[s.i & 1]!, accounts[(s.i + 1) & 1]!];
        one.add(s.i);
        if (s.i < 4) other.add(s.i);
      }
    },
  };
};`;

test('a method that is compiled once works on the receiver of each call', () => {
  let compared = 0;
  expect(
    difference(RECEIVERS, () => {
      compared++;
    }),
  ).toBeNull();
  expect(compared).toBe(1);
});

const RUNS = Number(process.env.UPY_CHECK_RANDOM_PROGRAMS ?? 500);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 1);

test('sequential programs end as they do in JavaScript', () => {
  let compared = 0;
  fc.assert(
    fc.property(sequentialProgram, (text) => {
      const found = difference(text, () => {
        compared++;
      });
      if (found !== null) throw new Error(`${found}\n${text}`);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(compared).toBeGreaterThan(0.75 * RUNS);
}, 300_000);

test.each([
  ['a negated test of a choice', 'atomic(() => { s.x = (!s.flag ? 7 : 0) + 1; s.y = s.flag ? 1 : 2; });'],
  ['a doubly negated test', 'atomic(() => { s.x = !!s.flag ? 7 : 3; });'],
  ['fails in the prefix', 'if (arr[0]++ < 7) throw ERROR; s.i = 5;'],
])('%s', (_, body) => {
  expect(
    difference(`import { atomic } from 'upy-check/model';
const ERROR = Symbol('error');
export function build() {
const s = { i: 0, x: 0, y: 0, flag: false };
const arr = [4, 1];
function run(): void { ${body} }
return { objects: { s, arr }, run };
}`),
  ).toBeNull();
});
