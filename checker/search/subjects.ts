/**
 * Test subjects, not exported from the package: the peers' uevent-wake, written by hand in the form that a compiler of
 * models emits (bit-packed words, one function per process, only touched words rebuilt). Semantics and exact
 * counts: bench/peers/README.md of the project's research notes, checked there against SPIN and TLC.
 */
import { type Generated, Status } from '../machine/generated.ts';
import type { SearchOptions } from './search.ts';

export interface UeventWake {
  /** Interrupt sources. */
  readonly K: number;
  /** Firings of each. */
  readonly N: number;
  /** Worker threads. */
  readonly M: number;
  /** VM slices between two GIL bounces; default 1. */
  readonly S?: number;
  /** Capacity of the ring; default 4. */
  readonly Q?: number;
  readonly fixed: boolean;
  /** Words to spread the variables over, round robin; default: packed as tightly as it goes. */
  readonly spread?: number;
}

/** Stores that mix up no states of the subjects, each with a `spread` that suits it. */
export const STORES: readonly [store: NonNullable<SearchOptions['store']>, spread: UeventWake['spread']][] = [
  ['inline', undefined],
  ['indexed', undefined],
  ['indexed', 10],
  ['fingerprint', undefined],
  ['fingerprint', 10],
];

/** Bit of `properties`: a wakeup is lost. */
export const LOST_WAKEUP = 1;
/** Bit of `properties`: the ring has overflowed (a `sometimes`). */
export const OVERFLOW = 2;
/** Bit of `quiescent`: everything rests, and the ring is not empty. */
export const LEFT_OVER = 1;

interface Field {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
}

/** Where each variable stands in the state, and the expressions that read and write it. */
class Layout {
  readonly fields = new Map<string, Field>();
  readonly used: number[] = [];

  constructor(sizes: readonly (readonly [string, number])[], spread: number | undefined) {
    let turn = 0;
    for (const [name, bits] of sizes) {
      let word = spread === undefined ? 0 : turn++ % spread;
      while (spread === undefined && (this.used[word] ?? 0) + bits > 31) word++;
      const shift = this.used[word] ?? 0;
      if (shift + bits > 31) throw new Error(`word ${word} has no room for ${name}`);
      this.fields.set(name, { word, shift, bits });
      this.used[word] = shift + bits;
    }
  }

  get words(): number {
    return this.used.length;
  }

  field(name: string): Field {
    const field = this.fields.get(name);
    if (field === undefined) throw new Error(`no variable ${name}`);
    return field;
  }

  read(name: string): string {
    const { word, shift, bits } = this.field(name);
    return bits === 0 ? '0' : `(s[at + ${word}] >>> ${shift} & ${2 ** bits - 1})`;
  }

  /** Code that emits a successor in which the named variables have new values. */
  emit(changes: Readonly<Record<string, string | number>>): string {
    const lines: string[] = [];
    for (let word = 0; word < this.words; word++) {
      let keep = -1;
      let set = '';
      for (const [name, value] of Object.entries(changes)) {
        const field = this.field(name);
        if (field.word !== word || field.bits === 0) continue;
        keep &= ~((2 ** field.bits - 1) << field.shift);
        if (value !== 0) set += ` | (${value}) << ${field.shift}`;
      }
      lines.push(`b[o + ${word}] = ${keep === -1 ? `s[at + ${word}]` : `s[at + ${word}] & ${keep}${set}`};`);
    }
    return `${lines.join(' ')} o += ${this.words};`;
  }
}

function layoutOf({ K, N, M, S = 1, Q = 4, spread }: UeventWake): Layout {
  const id = width(K - 1);
  const sizes: (readonly [string, number])[] = [
    ['pc', 3],
    ['gil', width(M + 1)],
    ['want', M + 1],
    ['notif', 1],
    ['waiting', 1],
    ['ev', 1],
    ['overflow', 1],
    ['length', width(Q)],
    ['cur', id],
    ['ring', Q * id],
  ];
  for (let w = 1; w <= M; w++) sizes.push([`pc${w}`, 2], [`x${w}`, width(S - 1)]);
  for (let k = 0; k < K; k++) sizes.push([`at${k}`, 2], [`fired${k}`, width(N)]);
  return new Layout(sizes, spread);
}

/** Bits for values up to `highest`. */
function width(highest: number): number {
  return 32 - Math.clz32(highest);
}

/** `release(me)` as an expression: new gil and new want in one word, gil << 8 | want. */
function release(me: number, M: number): string {
  let text = `${(M + 1) << 8} | want`;
  for (let d = M; d >= 1; d--) {
    const j = (me + d) % (M + 1);
    text = `want & ${1 << j} ? ${j << 8} | want & ${~(1 << j)} : ${text}`;
  }
  return text;
}

function mainText(layout: Layout, { K, M, fixed }: UeventWake): string {
  const id = width(K - 1);
  const { read, emit } = { read: layout.read.bind(layout), emit: layout.emit.bind(layout) };
  const pop = {
    pc: 3,
    cur: id === 0 ? 0 : `${read('ring')} & ${2 ** id - 1}`,
    ring: `${read('ring')} >>> ${id}`,
  };
  const wait = fixed
    ? `if (${read('notif')}) { ${emit({ notif: 0, pc: 0 })} } else { ${emit({ waiting: 1, pc: 7 })} }`
    : emit({ waiting: 1, pc: 7 });
  const woken = fixed ? read('notif') : `!${read('waiting')}`;
  return `function main(s, at, o) {
    const b = buffer;
    switch (${read('pc')}) {
      case 0: { ${emit({ want: `${read('want')} | 1`, pc: 1 })} break; }
      case 1: { const g = ${read('gil')};
        if (g === ${M + 1}) { ${emit({ gil: 0, want: `${read('want')} & -2`, pc: 2 })} }
        else if (g === 0) { ${emit({ pc: 2 })} } else { seen |= ${Status.Blocked}; return o; } break; }
      case 2: { const n = ${read('length')};
        if (n > 0) { ${emit({ ...pop, length: 'n - 1' })} } else { ${emit({ pc: 4 })} } break; }
      case 3: { ${emit({ ev: 1, cur: 0, pc: 2 })} break; }
      case 4: { if (${read('ev')}) { ${emit({ ev: 0, pc: 2 })} } else { ${emit({ pc: 5 })} } break; }
      case 5: { const want = ${read('want')}; const r = ${release(0, M)};
        ${emit({ gil: 'r >>> 8', want: 'r & 255', pc: 6 })} break; }
      case 6: { ${wait} break; }
      default: if (${woken}) { ${emit(fixed ? { notif: 0, waiting: 0, pc: 0 } : { pc: 0 })} } else return o;
    }
    seen |= ${Status.System};
    return o;
  }`;
}

function workerText(layout: Layout, { M, S = 1 }: UeventWake, w: number): string {
  const { read, emit } = { read: layout.read.bind(layout), emit: layout.emit.bind(layout) };
  const pc = `pc${w}`;
  const want = read('want');
  const next = emit({ [`x${w}`]: 0, [pc]: 3 });
  const slice =
    S === 1
      ? next
      : `if (${read(`x${w}`)} + 1 < ${S}) { ${emit({ [`x${w}`]: `${read(`x${w}`)} + 1` })} } else { ${next} }`;
  return `function worker${w}(s, at, o) {
    const b = buffer;
    switch (${read(pc)}) {
      case 0: { ${emit({ want: `${want} | ${1 << w}`, [pc]: 1 })} break; }
      case 1: { const g = ${read('gil')};
        if (g === ${M + 1}) { ${emit({ gil: w, want: `${want} & ${~(1 << w)}`, [pc]: 2 })} }
        else if (g === ${w}) { ${emit({ [pc]: 2 })} } else { seen |= ${Status.Blocked}; return o; } break; }
      case 2: { ${slice} break; }
      default: { const want = ${want}; const r = ${release(w, M)};
        ${emit({ gil: 'r >>> 8', want: 'r & 255', [pc]: 0 })} }
    }
    seen |= ${Status.System};
    return o;
  }`;
}

function sourceText(layout: Layout, { K, N, Q = 4, fixed }: UeventWake, k: number): string {
  const { read, emit } = { read: layout.read.bind(layout), emit: layout.emit.bind(layout) };
  const push = `${read('ring')} | ${k} << n * ${width(K - 1)}`;
  return `function source${k}(s, at, o) {
    const b = buffer;
    switch (${read(`at${k}`)}) {
      case 0: { const f = ${read(`fired${k}`)}; if (f >= ${N}) return o; ${emit({ [`fired${k}`]: 'f + 1', [`at${k}`]: 1 })} break; }
      case 1: { const n = ${read('length')};
        if (n < ${Q}) { ${emit({ ring: push, length: 'n + 1', [`at${k}`]: 2 })} } else { ${emit({ overflow: 1, [`at${k}`]: 2 })} } break; }
      default: { ${emit(fixed ? { notif: 1, [`at${k}`]: 0 } : { waiting: 0, [`at${k}`]: 0 })} }
    }
    seen |= ${Status.System};
    return o;
  }`;
}

/** The successor code of uevent-wake for the given parameters. */
export function ueventWake(parameters: UeventWake): Generated {
  const { K, M } = parameters;
  const layout = layoutOf(parameters);
  const workers = Array.from({ length: M }, (_, i) => i + 1);
  const sources = Array.from({ length: K }, (_, i) => i);
  const calls = ['main', ...workers.map((w) => `worker${w}`), ...sources.map((k) => `source${k}`)];
  const entered = sources.map((k) => `${layout.read(`at${k}`)} === 2`).join(' || ');
  const gil = layout.field('gil');
  const initial = new Int32Array(layout.words);
  initial[gil.word] = (M + 1) << gil.shift;
  const text = `'use strict';
  let buffer = new Int32Array(64), seen = 0;
  const status = new Int32Array(1);
  ${mainText(layout, parameters)}
  ${workers.map((w) => workerText(layout, parameters, w)).join('\n')}
  ${sources.map((k) => sourceText(layout, parameters, k)).join('\n')}
  return {
    words: ${layout.words}, bits: ${layout.used.reduce((sum, bits) => sum + bits, 0)}, initial, fanOut: ${1 + M + K}, status, failures: [],
    expand(s, at, o) { seen = 0; ${calls.map((call) => `o = ${call}(s, at, o);`).join(' ')} status[0] = seen; return o; },
    buffer() { return buffer; },
    reserve(words) {
      if (buffer.length >= words) return;
      const old = buffer; buffer = new Int32Array(2 * words); buffer.set(old);
    },
    properties(s, at) {
      const lost = ${layout.read('waiting')} && ${layout.read('length')} > 0 && !${layout.read('notif')} && !(${entered});
      return (lost ? ${LOST_WAKEUP} : 0) | (${layout.read('overflow')} ? ${OVERFLOW} : 0);
    },
    quiescent(s, at) { return ${layout.read('length')} > 0 ? ${LEFT_OVER} : 0; },
  };`;
  return new Function('initial', text)(initial) as Generated;
}
