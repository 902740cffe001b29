/** Test helper: random small state graphs in the form of compiled models, and the naive search to compare with. */
import fc from 'fast-check';
import { type Generated, Status } from '../machine/generated.ts';

export interface Graph {
  /** Words per state. */
  readonly words: number;
  /** Successors of each node, by node number, possibly repeated. Node 0 is initial. */
  readonly edges: readonly (readonly number[])[];
}

/** The words of a node: structured (low bits, equal words), as states of models are; injective by the first word. */
export function encode(node: number, words: number): number[] {
  return Array.from({ length: words }, (_, i) =>
    i === 0 ? node << 3 : i === words - 1 ? node & 3 : (node >> i) - 1,
  );
}

/** The node that a state encodes. */
export function decode(states: Int32Array, at: number): number {
  return (states[at] as number) >> 3;
}

/** A machine over the graph: a node without successors is quiescent and blocked. Property bit 0: node number ≡ 3 mod 7. */
export function graphMachine({ words, edges }: Graph): Generated {
  let buffer = new Int32Array(4);
  const status = new Int32Array(1);
  return {
    words,
    bits: words <= 2 ? words * 32 - 1 : words * 32,
    initial: Int32Array.from(encode(0, words)),
    fanOut: Math.max(1, ...edges.map((to) => to.length)),
    status,
    failures: [],
    expand(states, at, out) {
      const to = edges[decode(states, at)] ?? [];
      status[0] = to.length > 0 ? Status.System : Status.Blocked;
      let next = out;
      for (const node of to) {
        buffer.set(encode(node, words), next);
        next += words;
      }
      return next;
    },
    buffer: () => buffer,
    reserve(length) {
      if (buffer.length >= length) return;
      const bigger = new Int32Array(length);
      bigger.set(buffer);
      buffer = bigger;
    },
    properties: (states, at) => (decode(states, at) % 7 === 3 ? 1 : 0),
    quiescent: (states, at) => (decode(states, at) % 2 === 1 ? 1 : 0),
  };
}

/** Nodes in order of discovery with their levels, and the number of edges: the obvious search. */
export function naiveSearch({ edges }: Graph): {
  order: number[];
  level: Map<number, number>;
  transitions: number;
} {
  const level = new Map([[0, 0]]);
  const order = [0];
  let transitions = 0;
  for (const node of order) {
    for (const to of edges[node] ?? []) {
      transitions++;
      if (level.has(to)) continue;
      level.set(to, (level.get(node) as number) + 1);
      order.push(to);
    }
  }
  return { order, level, transitions };
}

/** Replays ordinals from the initial state: the state at the end. */
export function replay(generated: Generated, path: readonly number[]): Int32Array {
  const { words } = generated;
  let state = generated.initial.slice();
  for (const ordinal of path) {
    generated.reserve(generated.fanOut * words);
    const end = generated.expand(state, 0, 0);
    if ((ordinal + 1) * words > end) throw new Error(`no successor ${ordinal}`);
    state = generated.buffer().slice(ordinal * words, (ordinal + 1) * words);
  }
  return state;
}

/** Graphs of up to so many nodes; long fans make ordinals, chunks and tables that need their escapes. */
export const randomGraphs = (words: number, sizeMax: number): fc.Arbitrary<Graph> =>
  fc
    .integer({ min: 1, max: sizeMax })
    .chain((size) =>
      fc
        .array(
          fc.oneof(
            { weight: 20, arbitrary: fc.array(fc.nat(size - 1), { maxLength: 4 }) },
            { weight: 1, arbitrary: fc.constant(Array.from({ length: size }, (_, i) => size - 1 - i)) },
          ),
          { minLength: size, maxLength: size },
        )
        .map((edges): Graph => ({ words, edges })),
    );
