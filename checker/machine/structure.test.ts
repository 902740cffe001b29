import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Expr, ProcessCode, Variable } from '../language/ir.ts';
import { type Cell, rawOf, readCell, valueOfRaw, writeCell } from './layout.ts';
import { assignSlots, bits } from './slots.ts';
import type { StepNode } from './step_graph.ts';
import { structured } from './structure.ts';

const UNUSED: Expr = { kind: 'const', value: 0 };

/** For each node: its kind by the number of targets, and the targets. None: it leaves. */
const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((n) => fc.array(fc.array(fc.nat(n - 1), { maxLength: 4 }), { minLength: n, maxLength: n }));

function nodesFor(targets: readonly (readonly number[])[]): StepNode[] {
  const nodes: StepNode[] = targets.map((_, id) => ({ id, code: [], end: { kind: 'arrive', location: id } }));
  for (const [i, list] of targets.entries()) {
    const [a, b, ...more] = list.map((to) => nodes[to] as StepNode);
    const node = nodes[i] as StepNode;
    if (a === undefined) continue;
    if (b === undefined) node.end = { kind: 'goto', to: a };
    else if (more.length === 0) node.end = { kind: 'branch', test: UNUSED, yes: a, no: b };
    else node.end = { kind: 'switch', on: UNUSED, targets: [a, b, ...more] };
  }
  return nodes;
}

/** The nodes on the way that the decisions choose, until it leaves or there are no more decisions. */
function walk(targets: readonly (readonly number[])[], decisions: readonly number[]): string {
  const path: number[] = [];
  let at = 0;
  for (let i = 0; ; ) {
    path.push(at);
    if (path.length > 60) return path.join();
    const list = targets[at] as readonly number[];
    if (list.length === 0) return `${path.join()} leaves ${at}`;
    at = list[list.length === 1 ? 0 : (decisions[i++ % decisions.length] as number) % list.length] as number;
  }
}

function execute(entry: StepNode, decisions: readonly number[]): string {
  const next = (n: number): string => `(D[i++ % D.length] % ${n})`;
  const body = structured(entry, {
    code: ({ id }) => `path.push(${id}); if (path.length > 60) return path.join();\n`,
    leave: (_, { id }) => `return path.join() + ' leaves ${id}';\n`,
    test: () => `${next(2)} === 0`,
    on: ({ targets }) => next(targets.length),
    loop: () => '',
  });
  return new Function('D', `let i = 0; const path = [];\n${body}`)(decisions) as string;
}

describe('structured control flow', () => {
  test('random graphs, irreducible ones too, take the same way as the graph itself', () => {
    fc.assert(
      fc.property(graphs, fc.array(fc.nat(11), { minLength: 1, maxLength: 20 }), (targets, decisions) => {
        expect(execute(nodesFor(targets)[0] as StepNode, decisions)).toBe(walk(targets, decisions));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test('two entries of a loop', () => {
    const targets = [[1, 2], [2, 3], [1, 3], []];
    for (const decisions of [
      [0, 0, 1],
      [1, 0, 0, 1],
      [0, 1],
    ]) {
      expect(execute(nodesFor(targets)[0] as StepNode, decisions)).toBe(walk(targets, decisions));
    }
  });
});

describe('slots', () => {
  const local = (id: number, bool: boolean): Variable => ({
    id,
    kind: 'local',
    name: `x${id}`,
    process: 0,
    initial: 0,
    fixed: false,
    domain: bool ? { kind: 'bool' } : { kind: 'int', declared: null },
  });

  test('variables that are live together never share one', () => {
    const kinds = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        kinds.chain((k) => fc.tuple(fc.constant(k), fc.array(fc.subarray([...k.keys()]), { maxLength: 8 }))),
        ([k, sets]) => {
          const variables = k.map((bool, id) => local(id, bool));
          const live = sets.map((set) => set.map((id) => variables[id] as Variable));
          const slots = assignSlots({ index: 0, live } as unknown as ProcessCode);
          for (const at of live) {
            const used = at.map((variable) => slots.filter(({ variables: own }) => own.includes(variable)));
            expect(used.every((found) => found.length === 1)).toBe(true);
            expect(new Set(used.flat()).size).toBe(at.length);
          }
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe('cells', () => {
  const cell = (lo: number, hi: number, symbols: number, shift: number): Cell => ({
    word: 1,
    shift,
    width: bits(symbols + hi - lo),
    lo,
    hi,
    symbols,
  });

  test.each([
    ['signed', -(2 ** 31), 2 ** 31 - 1, 0],
    ['unsigned', 0, 2 ** 32 - 1, 0],
    ['mixed', -(2 ** 30), 2 ** 30 - 1, 5],
    ['small', -3, 4, 0],
    ['far', 2 ** 32 - 8, 2 ** 32 - 1, 0],
    ['small and mixed', -1, 6, 3],
    ['one value', 7, 7, 0],
  ])('%s values come back, and the bits around them stay', (_, lo, hi, symbols) => {
    const width = bits(symbols + hi - lo);
    for (const shift of new Set([0, Math.floor((32 - width) / 2), 32 - width])) {
      const c = cell(lo, hi, symbols, shift);
      const values = [
        lo,
        hi,
        lo + Math.floor((hi - lo) / 2),
        ...Array.from({ length: symbols }, (__, i) => 2 ** 33 + i),
      ];
      for (const value of values) {
        const state = new Int32Array([5, -1, 6]);
        writeCell(c, state, 0, rawOf(c, value));
        expect(valueOfRaw(c, readCell(c, state, 0))).toBe(value);
        writeCell(c, state, 0, 2 ** width - 1);
        expect([...state]).toEqual([5, -1, 6]);
      }
    }
  });
});
