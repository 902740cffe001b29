import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Status } from '../machine/generated.ts';
import { BreadthFirst } from './breadth_first.ts';
import { DepthFirst } from './depth_first.ts';
import { decode, type Graph, graphMachine, replay } from './random_graph.ts';
import type { SearchOptions } from './search.ts';
import { LOST_WAKEUP, ueventWake } from './subjects.ts';

vi.setConfig({ testTimeout: 300_000 });

/** Depth-first order, by recursion. */
function naiveOrder({ edges }: Graph): { order: number[]; depth: number } {
  const order: number[] = [];
  let deepest = 0;
  const seen = new Set<number>();
  const visit = (node: number, depth: number): void => {
    if (seen.has(node)) return;
    seen.add(node);
    order.push(node);
    deepest = Math.max(deepest, depth);
    for (const to of edges[node] ?? []) visit(to, depth + 1);
  };
  visit(0, 0);
  return { order, depth: deepest };
}

describe('random graphs', () => {
  const graphs = fc
    .integer({ min: 1, max: 200 })
    .chain((size) =>
      fc.array(fc.array(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
    );

  for (const [words, store] of [
    [1, 'exact'],
    [2, 'inline'],
    [2, 'indexed'],
    [12, 'exact'],
    [3, 'fingerprint'],
  ] as const) {
    it(`the order, counts and findings of plain recursion: ${store}, ${words} words`, () => {
      const property = fc.property(graphs, (edges) => {
        const graph = { words, edges };
        const generated = graphMachine(graph);
        const { order, depth } = naiveOrder(graph);
        const search = new DepthFirst(generated, { store, properties: 1, quiescent: 1 });
        expect(search.run()).toBe('finished');
        expect([search.states, search.depth]).toEqual([order.length, depth]);
        const plain = new BreadthFirst(generated, { properties: 1, quiescent: 1 });
        plain.run();
        expect(search.transitions).toBe(plain.transitions);
        const remarkable = order.findIndex((node) => node % 7 === 3);
        expect(search.propertyFindings.found.get(0)?.state ?? -1).toBe(remarkable);
        const quiet = (node: number) => (edges[node] ?? []).length === 0;
        const dead = order.findIndex(quiet);
        expect(search.deadlock?.state ?? -1).toBe(dead);
        expect(search.quiescentFindings.found.get(0)?.state ?? -1).toBe(
          order.findIndex((node) => quiet(node) && node % 2 === 1),
        );
        if (dead >= 0) expect(decode(replay(generated, search.pathTo(dead)), 0)).toBe(order[dead]);
        const wanted = order[order.length >> 1] as number;
        const first = search.first((states, at) => decode(states, at) === wanted);
        expect(first).toBe(order.length >> 1);
        expect(decode(replay(generated, search.pathTo(first as number)), 0)).toBe(wanted);
      });
      fc.assert(property, { numRuns: 60, seed: 42 });
    });
  }
});

describe('the stack', () => {
  /** Node i leads to i + 1 and to a leaf of its own, which waits on the stack until the way back. */
  const TEETH = 1500;
  const comb = Array.from({ length: 2 * TEETH }, (_, i) => (i < TEETH - 1 ? [i + 1, TEETH + i] : []));
  const comb1 = () => graphMachine({ words: 1, edges: comb });

  it('grows with the path, is counted, and its states are not lost', () => {
    const search = new DepthFirst(comb1());
    expect([search.frontier, search.states]).toEqual([1, 0]);
    const steps = [1, 2, 1297, 150].map((states) => [search.advance(states), search.states, search.frontier]);
    expect(steps).toEqual([
      ['more', 1, 2],
      ['more', 3, 4],
      ['more', 1300, 1301],
      ['more', 1450, 1451],
    ]);
    const [before, after] = [1300, 1450].map((states) => {
      const part = new DepthFirst(comb1());
      part.advance(states);
      return part.storeBytes;
    });
    // 4096 words for three each.
    expect((after as number) - (before as number)).toBe(4 * 4096);
    expect(search.peakBytes).toBe((after as number) + 4 * 4096);
    expect([search.run(), search.states, search.depth]).toEqual(['finished', 2 * TEETH - 1, TEETH - 1]);
    expect([search.transitions, search.frontier]).toEqual([2 * TEETH - 2, 0]);
  });

  it('ends the search when memory does not suffice for it', () => {
    const whole = new DepthFirst(comb1());
    whole.run();
    const outcome = (maxMemory: number) => {
      const search = new DepthFirst(comb1(), { maxMemory });
      return [search.run(), search.limit, search.states];
    };
    const { peakBytes } = whole;
    expect(outcome(peakBytes)).toEqual(['finished', null, 2 * TEETH - 1]);
    const value = peakBytes - 1;
    expect(outcome(value)).toEqual(['limit', { kind: 'max-memory', value }, 1365]);
    for (const none of [0, 4 * 4096 - 1, 4 * 4096 + 10])
      expect(outcome(none)).toEqual(['limit', { kind: 'max-memory', value: none }, 0]);
  });

  it('has room for all successors of one state', () => {
    const edges = Array.from({ length: 5001 }, (_, i) =>
      i === 0 ? Array.from({ length: 5000 }, (__, j) => j + 1) : [],
    );
    const search = new DepthFirst(graphMachine({ words: 3, edges }), { properties: 1 });
    expect([search.run(), search.states, search.transitions, search.depth]).toEqual([
      'finished',
      5001,
      5000,
      1,
    ]);
    expect(search.propertyFindings.found.get(0)).toEqual({ state: 3, depth: 1 });
    expect(search.pathTo(3)).toEqual([2]);
    expect(() => search.pathTo(4)).toThrow('a depth-first search keeps no path to state 4');
  });
});

describe('how it ends', () => {
  const edges = [[1, 2], [3], [], [0]];
  const ended = (options: SearchOptions) => {
    const search = new DepthFirst(graphMachine({ words: 1, edges }), options);
    return [search.run(), search.limit, search.states, search.transitions];
  };

  it('with all states, or at a limit', () => {
    expect(ended({})).toEqual(['finished', null, 4, 4]);
    expect(ended({ maxStates: 3 })).toEqual(['limit', { kind: 'max-states', value: 3 }, 3, 4]);
    expect(ended({ maxStates: 4 })).toEqual(['finished', null, 4, 4]);
    expect(ended({ maxDepth: 0 })).toEqual(['limit', { kind: 'max-depth', value: 0 }, 1, 0]);
    expect(ended({ maxDepth: 1 })).toEqual(['limit', { kind: 'max-depth', value: 1 }, 3, 2]);
    expect(ended({ maxDepth: 3 })).toEqual(['finished', null, 4, 4]);
  });

  it('with what is looked for', () => {
    const one = { properties: 1, deadlock: false, stopWhenDecided: true };
    expect(ended(one)).toEqual(['decided', null, 3, 4]);
    expect(ended({ stopAt: (states, at) => decode(states, at) === 1 })).toEqual(['decided', null, 2, 3]);
  });

  it('with the failure that is to end it, whatever else was found there', () => {
    const generated = graphMachine({ words: 1, edges });
    const { expand } = generated;
    generated.expand = (states, at, out) => {
      if (decode(states, at) === 3) generated.failures.push(5, 6);
      const end = expand(states, at, out);
      generated.status[0] = Status.System | Status.Failed;
      return end;
    };
    const options = {
      abortOn: () => true,
      stopAt: (states: Int32Array, at: number) => decode(states, at) === 3,
    };
    const search = new DepthFirst(generated, options);
    expect([search.run(), search.states, search.transitions]).toEqual(['aborted', 3, 3]);
    expect(search.aborted).toEqual({ failure: 5, attempt: 6, state: 2, depth: 2 });
    expect(search.pathTo(2)).toEqual([0, 0]);
  });

  it('the first with something is looked for within the memory that was allowed', () => {
    const search = new DepthFirst(graphMachine({ words: 1, edges }), { maxMemory: 2 ** 24 });
    search.run();
    const first = (node: number) => search.first((states, at) => decode(states, at) === node);
    expect([0, 1, 3, 2, 4].map(first)).toEqual([0, 1, 2, 3, null]);
    expect([0, 1, 2, 3].map((state) => search.pathTo(state))).toEqual([[], [0], [0, 0], [1]]);
  });
});

describe('uevent-wake', () => {
  it('2 3 2: the states and edges that SPIN counts, and a lost wakeup that replays', () => {
    const search = new DepthFirst(ueventWake({ K: 2, N: 3, M: 2, fixed: true }));
    expect([search.run(), search.states, search.transitions]).toEqual(['finished', 184888, 709134]);
    const generated = ueventWake({ K: 2, N: 3, M: 2, fixed: false });
    const buggy = new DepthFirst(generated, { properties: LOST_WAKEUP });
    expect([buggy.run(), buggy.states, buggy.transitions]).toEqual(['finished', 136032, 514660]);
    const state = buggy.propertyFindings.found.get(0)?.state as number;
    expect(generated.properties(replay(generated, buggy.pathTo(state)), 0) & LOST_WAKEUP).toBe(LOST_WAKEUP);
  });

  it('limits end it as incomplete', () => {
    const make = () => ueventWake({ K: 2, N: 2, M: 1, fixed: true });
    const limited = (options: ConstructorParameters<typeof DepthFirst>[1]) => {
      const search = new DepthFirst(make(), options);
      return [search.run(), search.limit, search.states];
    };
    expect(limited({ maxStates: 100 })).toEqual(['limit', { kind: 'max-states', value: 100 }, 100]);
    expect(limited({ maxStates: 14463 })).toEqual(['finished', null, 14463]);
    expect(limited({ maxDepth: 3 }).slice(0, 2)).toEqual(['limit', { kind: 'max-depth', value: 3 }]);
    expect(limited({ maxMemory: 400_000 }).slice(0, 1)).toEqual(['limit']);
  });
});
