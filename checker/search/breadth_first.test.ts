import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { BreadthFirst } from './breadth_first.ts';
import { decode, graphMachine, naiveSearch, replay } from './random_graph.ts';
import type { SearchOptions } from './search.ts';
import { LEFT_OVER, LOST_WAKEUP, OVERFLOW, ueventWake } from './subjects.ts';

// Exhaustive loops, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** K N M S, states, edges of FIXED, states, edges of BUGGY: as SPIN and TLC count them. */
const COUNTS = [
  [1, 1, 0, 1, 57, 81, 48, 71],
  [1, 1, 1, 1, 196, 416, 172, 373],
  [2, 2, 1, 1, 14463, 45244, 10379, 32004],
  [2, 3, 1, 1, 69401, 225505, 49606, 158358],
  [2, 3, 2, 1, 184888, 709134, 136032, 514660],
  [3, 2, 1, 1, 460664, 1761664, 334478, 1258555],
  [3, 2, 2, 1, 1225716, 5406832, 916416, 3991084],
] as const;

const STORES: readonly [NonNullable<SearchOptions['store']>, number | undefined][] = [
  ['inline', undefined],
  ['indexed', undefined],
  ['indexed', 10],
  ['fingerprint', undefined],
  ['fingerprint', 10],
];

describe('uevent-wake, as SPIN and TLC count it', () => {
  for (const [K, N, M, S, states, edges, buggyStates, buggyEdges] of COUNTS) {
    it(`${K} ${N} ${M} ${S}`, () => {
      const fixed = new BreadthFirst(ueventWake({ K, N, M, S, fixed: true }), { properties: LOST_WAKEUP });
      expect([fixed.run(), fixed.states, fixed.transitions]).toEqual(['finished', states, edges]);
      expect(fixed.propertyFindings.found.size).toBe(0);
      const buggy = new BreadthFirst(ueventWake({ K, N, M, S, fixed: false }), { properties: LOST_WAKEUP });
      expect([buggy.run(), buggy.states, buggy.transitions]).toEqual(['finished', buggyStates, buggyEdges]);
      expect(buggy.propertyFindings.found.get(0)?.depth).toBe(9);
    });
  }

  for (const [store, spread] of STORES) {
    it(`2 2 1 and 2 3 2 with store ${store}, ${spread ?? 'packed'} words`, () => {
      const small = new BreadthFirst(ueventWake({ K: 2, N: 2, M: 1, fixed: true, spread }), { store });
      expect([small.run(), small.states, small.transitions, small.depth]).toEqual([
        'finished',
        14463,
        45244,
        37,
      ]);
      const bigger = new BreadthFirst(ueventWake({ K: 2, N: 3, M: 2, fixed: true, spread }), { store });
      expect([bigger.run(), bigger.states, bigger.transitions]).toEqual(['finished', 184888, 709134]);
      expect(bigger.omissionProbability > 0).toBe(store === 'fingerprint');
    });
  }

  it('2 2 1 with two slices, whatever the size of the slices of advance', () => {
    const counts = [1, 100, 1e9].map((slice) => {
      const search = new BreadthFirst(ueventWake({ K: 2, N: 2, M: 1, S: 2, fixed: true }));
      while (search.advance(slice) === 'more');
      return [search.states, search.transitions, search.depth];
    });
    expect(counts[1]).toEqual(counts[0]);
    expect(counts[2]).toEqual(counts[0]);
  });
});

it('paths lead to their states also where the links span pages', () => {
  const generated = ueventWake({ K: 2, N: 3, M: 1, fixed: true });
  const search = new BreadthFirst(generated, { store: 'indexed' });
  search.run();
  let depth = 0;
  const wrong: number[] = [];
  for (let number = 0; number < search.states; number += number % 64 === 0 ? 1 : 63) {
    const path = search.pathTo(number);
    const backInOrder = path.length < depth;
    depth = path.length;
    if (backInOrder || search.store.indexOf(replay(generated, path), 0) !== number) wrong.push(number);
  }
  expect(wrong).toEqual([]);
  expect(search.pathTo(search.states - 1)).toHaveLength(search.depth);
});

describe('findings', () => {
  it('a lost wakeup after 9 steps, whose path replays, ends a search that is told to stop', () => {
    const generated = ueventWake({ K: 3, N: 2, M: 2, fixed: false });
    const options = { properties: LOST_WAKEUP, deadlock: false, stopWhenDecided: true };
    const search = new BreadthFirst(generated, options);
    expect(search.run()).toBe('decided');
    expect(search.states).toBeLessThan(10000);
    const finding = search.propertyFindings.found.get(0);
    expect(finding?.depth).toBe(9);
    const path = search.pathTo(finding?.state ?? 0);
    expect(path).toHaveLength(9);
    expect(generated.properties(replay(generated, path), 0) & LOST_WAKEUP).toBe(LOST_WAKEUP);
  });

  it('a quiescent state with work left over, and an overflow that occurs', () => {
    const generated = ueventWake({ K: 2, N: 3, M: 0, fixed: false });
    const search = new BreadthFirst(generated, { properties: OVERFLOW, quiescent: LEFT_OVER });
    expect(search.run()).toBe('finished');
    const finding = search.quiescentFindings.found.get(0);
    const state = replay(generated, search.pathTo(finding?.state ?? 0));
    expect(generated.expand(state, 0, 0)).toBe(0);
    expect(generated.quiescent(state, 0)).toBe(LEFT_OVER);
    expect(search.propertyFindings.found.has(1)).toBe(true);
    const fixed = new BreadthFirst(ueventWake({ K: 2, N: 3, M: 0, fixed: true }), { quiescent: LEFT_OVER });
    fixed.run();
    expect(fixed.quiescentFindings.found.size).toBe(0);
  });

  it('the first failure of each number; one that aborts', () => {
    const make = () => {
      const generated = graphMachine({ words: 1, edges: [[1, 2], [3], [3], [4], [0]] });
      const expand = generated.expand;
      generated.expand = (states, at, out) => {
        const end = expand(states, at, out);
        const node = decode(states, at);
        if (node >= 2) {
          generated.failures.push(node % 2, node);
          generated.status[0] = (generated.status[0] as number) | 64;
        }
        return end;
      };
      return generated;
    };
    const search = new BreadthFirst(make());
    expect(search.run()).toBe('finished');
    expect([...search.failures.values()]).toEqual([
      { failure: 0, attempt: 2, state: 2, depth: 1 },
      { failure: 1, attempt: 3, state: 3, depth: 2 },
    ]);
    const aborting = new BreadthFirst(make(), { abortOn: (failure) => failure === 1 });
    expect(aborting.run()).toBe('aborted');
    expect(aborting.aborted).toEqual({ failure: 1, attempt: 3, state: 3, depth: 2 });
    expect(aborting.advance(10)).toBe('aborted');
  });
});

describe('limits end a search as incomplete, with figures', () => {
  const subject = () => ueventWake({ K: 2, N: 2, M: 1, fixed: true });

  it('states', () => {
    const search = new BreadthFirst(subject(), { maxStates: 1000 });
    expect(search.run()).toBe('limit');
    expect(search.limit).toEqual({ kind: 'max-states', value: 1000 });
    expect(search.states).toBeGreaterThanOrEqual(1000);
    expect(search.states).toBeLessThan(1004);
    expect(new BreadthFirst(subject(), { maxStates: 14463 }).run()).toMatch(/finished|limit/);
    expect(new BreadthFirst(subject(), { maxStates: 14464 }).run()).toBe('finished');
  });

  it('depth', () => {
    const search = new BreadthFirst(subject(), { maxDepth: 5 });
    expect([search.run(), search.limit?.kind, search.depth]).toEqual(['limit', 'max-depth', 5]);
    expect(new BreadthFirst(subject(), { maxDepth: 0 }).run()).toBe('limit');
    expect(new BreadthFirst(subject(), { maxDepth: 38 }).run()).toBe('finished');
  });

  for (const [store, spread] of STORES) {
    it(`memory, store ${store} ${spread ?? 'packed'}`, () => {
      for (const maxMemory of [0, 1 << 10, 1 << 19, 600_000, 2 << 20, 3 << 20, 8 << 20]) {
        const search = new BreadthFirst(ueventWake({ K: 2, N: 3, M: 2, fixed: true, spread }), {
          store,
          maxMemory,
        });
        const outcome = search.run();
        expect(search.peakBytes).toBeLessThanOrEqual(maxMemory);
        if (outcome === 'finished') expect(search.states).toBe(184888);
        else expect([outcome, search.limit]).toEqual(['limit', { kind: 'max-memory', value: maxMemory }]);
      }
    });
  }
});

/** Graphs of up to 400 nodes; long fans make ordinals and child counts that need the escape of the links. */
const graphs = (words: number) =>
  fc
    .integer({ min: 1, max: 400 })
    .chain((size) =>
      fc
        .array(
          fc.oneof(
            { weight: 20, arbitrary: fc.array(fc.nat(size - 1), { maxLength: 4 }) },
            { weight: 1, arbitrary: fc.constant(Array.from({ length: size }, (_, i) => size - 1 - i)) },
          ),
          { minLength: size, maxLength: size },
        )
        .map((edges) => ({ words, edges })),
    );

describe('every store agrees with the naive search on random graphs', () => {
  for (const words of [1, 2, 3, 12]) {
    const stores = (
      words <= 2 ? ['inline', 'indexed', 'fingerprint'] : ['indexed', 'fingerprint']
    ) as NonNullable<SearchOptions['store']>[];
    for (const store of stores) {
      it(`${store}, ${words} words`, () => {
        fc.assert(
          fc.property(graphs(words), (graph) => agrees(graph, store)),
          { numRuns: 25, seed: 42 },
        );
      });
    }
  }

  function agrees(
    graph: Parameters<typeof graphMachine>[0],
    store: NonNullable<SearchOptions['store']>,
  ): void {
    const { order, level, transitions } = naiveSearch(graph);
    const generated = graphMachine(graph);
    const search = new BreadthFirst(generated, { store, properties: 1, quiescent: 1 });
    expect(search.run()).toBe('finished');
    expect([search.states, search.transitions]).toEqual([order.length, transitions]);
    expect(search.depth).toBe(Math.max(...level.values()));
    order.forEach((node, number) => {
      const path = search.pathTo(number);
      expect(path).toHaveLength(level.get(node) as number);
      const state = replay(generated, path);
      if (decode(state, 0) !== node || !search.store.lookup(state, 0))
        expect.fail(`path to ${number} is wrong`);
    });
    const first = (test: (node: number) => boolean) => {
      const state = order.findIndex(test);
      return state < 0 ? undefined : { state, depth: level.get(order[state] as number) };
    };
    const dead = (node: number) => graph.edges[node]?.length === 0;
    expect(search.propertyFindings.found.get(0)).toEqual(first((node) => node % 7 === 3));
    expect(search.quiescentFindings.found.get(0)).toEqual(first((node) => dead(node) && node % 2 === 1));
    expect(search.deadlock ?? undefined).toEqual(first(dead));
    if (store === 'fingerprint') return;
    const seen: number[] = [];
    search.store.scan((states, at, index) => {
      seen.push(decode(states, at));
      expect(search.store.indexOf(states, at)).toBe(index);
    });
    expect(seen.sort((a, b) => a - b)).toEqual([...order].sort((a, b) => a - b));
  }
});
