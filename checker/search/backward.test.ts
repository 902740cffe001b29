import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Status } from '../machine/generated.ts';
import { backward } from './backward.ts';
import { BreadthFirst } from './breadth_first.ts';
import { decode, encode, type Graph, graphMachine, naiveSearch } from './random_graph.ts';
import { ueventWake } from './subjects.ts';

// Exhaustive loops, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** Nodes that reach a good one: the obvious fixed point. */
function naiveReaching(
  { edges }: Graph,
  order: readonly number[],
  good: (node: number) => boolean,
): Set<number> {
  const reaching = new Set(order.filter(good));
  for (let before = -1; before !== reaching.size; ) {
    before = reaching.size;
    for (const node of order) if (edges[node]?.some((to) => reaching.has(to))) reaching.add(node);
  }
  return reaching;
}

describe('backward reachability agrees with the naive fixed point', () => {
  for (const [words, store] of [
    [1, 'inline'],
    [2, 'inline'],
    [2, 'indexed'],
    [12, 'indexed'],
  ] as const) {
    it(`${store}, ${words} words`, () => {
      const graphs = fc
        .integer({ min: 1, max: 200 })
        .chain((size) =>
          fc.array(fc.array(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
        );
      const property = fc.property(graphs, fc.integer({ min: 2, max: 40 }), (edges, modulus) => {
        const graph = { words, edges };
        const good = (node: number) => node % modulus === 1;
        const { order } = naiveSearch(graph);
        const reaching = naiveReaching(graph, order, good);
        const generated = graphMachine(graph);
        const search = new BreadthFirst(generated, { store });
        search.run();
        const result = backward(generated, search, { good: (states, at) => good(decode(states, at)) });
        expect(result.bad).toBe(order.length - reaching.size);
        const first = order.findIndex((node) => !reaching.has(node));
        expect(result.firstBad).toBe(first < 0 ? null : first);
        search.store.scan((states, at) =>
          expect(result.reaches(states, at)).toBe(reaching.has(decode(states, at))),
        );
      });
      fc.assert(property, { numRuns: 60, seed: 42 });
    });
  }
});

describe('how it goes', () => {
  const line = (size: number) => Array.from({ length: size }, (_, i) => (i < size - 1 ? [i + 1] : []));
  const result = (edges: Graph['edges'], good: (node: number) => boolean) => {
    const generated = graphMachine({ words: 1, edges });
    const search = new BreadthFirst(generated, { store: 'indexed' });
    search.run();
    const asked: number[] = [];
    const { bad, firstBad, sweeps } = backward(generated, search, {
      good: (states, at) => {
        asked.push(decode(states, at));
        return good(decode(states, at));
      },
    });
    return [bad, firstBad, sweeps, asked];
  };

  it('from the last state to the first, each asked once; it ends when none is left, or nothing new comes', () => {
    const last = (node: number) => node === 4;
    expect(result(line(5), last)).toEqual([0, null, 1, [4, 3, 2, 1, 0]]);
    expect(result(line(5), (node) => node === 2)).toEqual([2, 3, 2, [4, 3, 2, 1, 0]]);
    expect(result(line(3), () => false)).toEqual([3, 0, 1, [2, 1, 0]]);
    expect(result([[]], () => true)).toEqual([0, null, 1, [0]]);
    expect(result([[]], () => false)).toEqual([1, 0, 1, [0]]);
  });

  it('then forwards and back again: edges that lead to earlier states', () => {
    // Found in the order 0, 1, 2, 4, 3: from 3 only back to 2.
    const edges = [[1, 2], [4], [1, 3], [2], []];
    expect(result(edges, (node) => node === 4)).toEqual([0, null, 2, [3, 4, 2, 1, 0]]);
  });

  it('a step that fails leaves nothing behind; a state that is not there reaches nothing', () => {
    const generated = graphMachine({ words: 1, edges: line(3) });
    const search = new BreadthFirst(generated);
    search.run();
    const { expand } = generated;
    generated.expand = (states, at, out) => {
      generated.failures.push(1, 2);
      const end = expand(states, at, out);
      generated.status[0] = Status.System | Status.Failed;
      return end;
    };
    const { reaches } = backward(generated, search, { good: (states, at) => decode(states, at) === 1 });
    expect(generated.failures).toEqual([]);
    const states = Int32Array.from([0, 1, 2, 3], (node) => encode(node, 1)[0] as number);
    expect([0, 1, 2, 3].map((at) => reaches(states, at))).toEqual([true, true, false, false]);
  });
});

describe('options', () => {
  it('time steps are left out: a state that waits only for time never comes to where time passes', () => {
    // 0 → 1, 1 → 0 or time → 2, 2 → 3, 3 → 3: from 2 and 3 no time step is reachable.
    const generated = graphMachine({ words: 1, edges: [[1], [0, 2], [3], [3]] });
    const expand = generated.expand;
    generated.expand = (states, at, out) => {
      const end = expand(states, at, out);
      if (decode(states, at) === 1) generated.status[0] = Status.System | Status.Time;
      return end;
    };
    const search = new BreadthFirst(generated);
    search.run();
    const timelocked = backward(generated, search, { goodStatus: Status.Time, ignoreTime: true });
    expect([timelocked.bad, timelocked.firstBad]).toEqual([2, 2]);
    const three = (states: Int32Array, at: number) => decode(states, at) === 3;
    expect(backward(generated, search, { good: three }).bad).toBe(0);
    expect(backward(generated, search, { good: three, ignoreTime: true }).bad).toBe(2);
    const edge = (targets: Int32Array, at: number) => decode(targets, at) !== 0;
    expect(backward(generated, search, { good: (states, at) => decode(states, at) === 0, edge }).bad).toBe(3);
  });

  it('refuses an unfinished or inexact search', () => {
    const generated = ueventWake({ K: 1, N: 1, M: 0, fixed: true });
    expect(() => backward(generated, new BreadthFirst(generated), {})).toThrow('finished exact search');
    const inexact = new BreadthFirst(generated, { store: 'fingerprint' });
    inexact.run();
    expect(() => backward(generated, inexact, {})).toThrow('finished exact search');
  });

  it('uevent-wake: in both stores the same states can no longer empty the ring', () => {
    const results = (['inline', 'indexed'] as const).map((store) => {
      const generated = ueventWake({ K: 2, N: 2, M: 1, fixed: false });
      const search = new BreadthFirst(generated, { store });
      search.run();
      const { bad, firstBad } = backward(generated, search, {
        good: (states, at) => generated.quiescent(states, at) === 0,
      });
      return { bad, firstBad };
    });
    expect(results[0]).toEqual(results[1]);
    expect(results[0]?.bad).toBeGreaterThan(0);
  });
});
