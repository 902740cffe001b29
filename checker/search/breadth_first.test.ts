import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Generated } from '../machine/generated.ts';
import { BreadthFirst } from './breadth_first.ts';
import { decode, graphMachine, naiveSearch, randomGraphs, replay } from './random_graph.ts';
import type { Reduction, SearchOptions } from './search.ts';
import { LEFT_OVER, LOST_WAKEUP, OVERFLOW, STORES, ueventWake } from './subjects.ts';

// Exhaustive loops, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

describe('the first state', () => {
  const graph = { words: 1, edges: [[1], []] };
  const begun = (options: SearchOptions) => {
    const search = new BreadthFirst(graphMachine(graph), options);
    return [search.outcome, search.limit, search.states];
  };

  it('may be the last', () => {
    expect(begun({ maxStates: 1 })).toEqual(['limit', { kind: 'max-states', value: 1 }, 1]);
    expect(begun({ maxStates: 2 })).toEqual(['more', null, 1]);
    expect(begun({ maxDepth: 0 })).toEqual(['limit', { kind: 'max-depth', value: 0 }, 1]);
    expect(begun({ maxDepth: 1 })).toEqual(['more', null, 1]);
    expect(begun({ maxMemory: 9 })).toEqual(['limit', { kind: 'max-memory', value: 9 }, 0]);
    expect(begun({ stopAt: () => true })).toEqual(['decided', null, 1]);
  });

  it('what is known before the first step', () => {
    const search = new BreadthFirst(graphMachine(graph));
    const { depth, frontier, expanded, transitions, traces } = search;
    expect([depth, frontier, expanded, transitions, traces]).toEqual([0, 1, 0, 0, 'shortest']);
    expect(search.pathTo(0)).toEqual([]);
    expect(new BreadthFirst(graphMachine(graph), { store: 'fingerprint' }).traces).toBe('any');
    const without = new BreadthFirst(graphMachine(graph), { links: false });
    expect([without.run(), without.states]).toEqual(['finished', 2]);
    expect(() => without.pathTo(1)).toThrow('the search kept no parent links');
  });
});

it('advance goes on for so many states', () => {
  // A line of 1000 states: each level has one.
  const edges = Array.from({ length: 1000 }, (_, i) => (i < 999 ? [i + 1] : []));
  const search = new BreadthFirst(graphMachine({ words: 1, edges }));
  const steps = [1, 2, 300].map((states) => [search.advance(states), search.expanded, search.depth]);
  expect(steps).toEqual([
    ['more', 1, 1],
    ['more', 3, 3],
    ['more', 303, 303],
  ]);
  expect([search.run(), search.expanded, search.depth]).toEqual(['finished', 1000, 999]);
  expect(search.frontier).toBe(0);
});

/** Takes the first step of each node only. */
function firstSteps(generated: Generated): Reduction & { readonly taken: string[] } {
  const taken: string[] = [];
  let partial = false;
  return {
    taken,
    get partial() {
      return partial;
    },
    expand(states, at, out) {
      const end = generated.expand(states, at, out);
      partial = end - out > generated.words;
      taken.push(`${decode(states, at)}`);
      return Math.min(end, out + generated.words);
    },
    full(states, at, out) {
      taken.push(`all of ${decode(states, at)}`);
      return generated.expand(states, at, out);
    },
  };
}

describe('with a reduction', () => {
  const reduced = (edges: readonly (readonly number[])[]) => {
    const generated = graphMachine({ words: 1, edges });
    const reduction = firstSteps(generated);
    const search = new BreadthFirst(generated, { store: 'indexed', reduction });
    return [search.run(), search.states, search.transitions, reduction.taken.join(', ')];
  };

  it('some steps are enough, if one of them leads to a state that comes later', () => {
    expect(reduced([[1, 2], [3, 1], [0], []])).toEqual(['finished', 3, 2, '0, 1, 3']);
    // 1 and 2 have been found, and 2 comes after 1.
    expect(reduced([[1], [2], [1, 3], [2]])).toEqual(['finished', 4, 5, '0, 1, 2, all of 2, 3']);
    expect(reduced([[1, 2], [3], [], [4], [1, 2]])).toEqual(['finished', 5, 5, '0, 1, 3, 4, all of 4, 2']);
  });

  it('all are taken of a state whose steps lead back: to the first, to itself', () => {
    expect(reduced([[1], [0, 2], []])).toEqual(['finished', 3, 3, '0, 1, all of 1, 2']);
    expect(reduced([[0, 1], []])).toEqual(['finished', 2, 2, '0, all of 0, 1']);
    expect(reduced([[1], [1, 2], []])).toEqual(['finished', 3, 3, '0, 1, all of 1, 2']);
  });

  it('a store that numbers its states is needed', () => {
    const generated = graphMachine({ words: 1, edges: [[]] });
    const reduction = firstSteps(generated);
    expect(() => new BreadthFirst(generated, { reduction })).toThrow('a store that numbers its states');
  });
});

describe('a search for one state', () => {
  const edges = [[1, 2, 3], [4], [5], [6], [7], [], [], []];

  it('ends after the batch in which it first comes', () => {
    const stopAt = (states: Int32Array, at: number) => decode(states, at) >= 5;
    const search = new BreadthFirst(graphMachine({ words: 1, edges }), { stopAt });
    expect([search.run(), search.states, search.target]).toEqual(['decided', 7, { state: 5, depth: 2 }]);
    const first = new BreadthFirst(graphMachine({ words: 1, edges }), { stopAt: () => true });
    expect([first.run(), first.states, first.target]).toEqual(['decided', 1, { state: 0, depth: 0 }]);
  });

  it.each(['inline', 'indexed'] as const)('%s: the first with something, of a finished search', (store) => {
    const search = new BreadthFirst(graphMachine({ words: 1, edges }), { store, maxMemory: 2 ** 24 });
    search.run();
    const first = (node: number) => search.first((states, at) => decode(states, at) === node);
    expect([0, 3, 7, 8].map(first)).toEqual([0, 3, 7, null]);
  });
});

it.each(['inline', 'indexed'] as const)('%s: the first with something, whose page is released', (store) => {
  // A line of three pages of states of one word.
  const pageStates = 1 << 17;
  const buffer = new Int32Array(1);
  const line: Generated = {
    ...graphMachine({ words: 1, edges: [[]] }),
    expand(states, at, out) {
      const node = decode(states, at);
      if (node === 3 * pageStates - 1) return out;
      buffer[out] = (node + 1) << 3;
      return out + 1;
    },
    buffer: () => buffer,
    reserve: () => undefined,
  };
  const search = new BreadthFirst(line, { store, links: false });
  expect([search.run(), search.states]).toEqual(['finished', 3 * pageStates]);
  expect(search.store.queue.page(5).length).toBe(store === 'inline' ? 0 : pageStates);
  expect(search.first((states, at) => decode(states, at) === 5)).toBe(5);
});

describe('every store agrees with the naive search on random graphs', () => {
  for (const words of [1, 2, 3, 12]) {
    const stores = (
      words <= 2 ? ['inline', 'indexed', 'fingerprint'] : ['indexed', 'fingerprint']
    ) as NonNullable<SearchOptions['store']>[];
    for (const store of stores) {
      it(`${store}, ${words} words`, () => {
        fc.assert(
          fc.property(randomGraphs(words, 400), (graph) => agrees(graph, store)),
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
