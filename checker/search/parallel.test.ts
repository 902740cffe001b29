import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { SharedKind } from '../machine/shared_space.ts';
import { backward } from './backward.ts';
import { BreadthFirst } from './breadth_first.ts';
import { interleaved } from './interleaved_crew.ts';
import { decode, type Graph, graphMachine, naiveSearch, randomGraphs, replay } from './random_graph.ts';
import { LEFT_OVER, LOST_WAKEUP, OVERFLOW, ueventWake } from './subjects.ts';

vi.setConfig({ testTimeout: 60_000 });

const KINDS: readonly [SharedKind, number | undefined][] = [
  ['inline', undefined],
  ['indexed', undefined],
  ['indexed', 10],
];

describe('uevent-wake, as SPIN and TLC count it', () => {
  for (const [kind, spread] of KINDS) {
    for (const workers of [1, 3]) {
      it(`${kind}, ${spread ?? 'packed'} words, ${workers} workers`, () => {
        const search = interleaved(
          () => ueventWake({ K: 2, N: 3, M: 2, fixed: true, spread }),
          { workers, kind, failureKinds: 0, properties: LOST_WAKEUP },
          workers,
        );
        const outcome = search.run();
        expect([outcome, search.states, search.transitions, search.depth, search.frontier]).toEqual([
          'finished',
          184888,
          709134,
          48,
          0,
        ]);
        expect(search.propertyFindings.found.size).toBe(0);
      });
    }
  }
});

it('traces are those of one worker, whoever was faster', () => {
  const machine = () => ueventWake({ K: 2, N: 3, M: 1, fixed: false });
  const asked = { properties: LOST_WAKEUP | OVERFLOW, quiescent: LEFT_OVER };
  const plain = new BreadthFirst(machine(), asked);
  plain.run();
  const expected = [
    ...[...plain.propertyFindings.found].map(([bit, { state, depth }]) => [bit, depth, plain.pathTo(state)]),
    ...[...plain.quiescentFindings.found].map(([bit, { state, depth }]) => [bit, depth, plain.pathTo(state)]),
  ];
  expect(expected).toHaveLength(2);
  for (let seed = 0; seed < 4; seed++) {
    const search = interleaved(machine, { workers: 3, kind: 'inline', failureKinds: 0, ...asked }, seed);
    expect([search.run(), search.states]).toEqual(['finished', plain.states]);
    const { propertyFindings, quiescentFindings } = search;
    expect([
      ...[...propertyFindings.found].map(([bit, { state, depth }]) => [bit, depth, search.pathTo(state)]),
      ...[...quiescentFindings.found].map(([bit, { state, depth }]) => [bit, depth, search.pathTo(state)]),
    ]).toEqual(expected);
  }
});

const failing = (graph: Graph) => () => {
  const generated = graphMachine(graph);
  const { expand } = generated;
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

describe('failures', () => {
  const graph = { words: 1, edges: [[1, 2, 3], [3], [3], [4], [0]] };

  it('are those that one worker comes by first, in its order', () => {
    const plain = new BreadthFirst(failing(graph)());
    plain.run();
    const search = interleaved(failing(graph), { workers: 2, kind: 'inline', failureKinds: 2 }, 1);
    expect(search.run()).toBe('finished');
    const list = [...search.failures.values()].map(({ failure, attempt, depth, state }) => [
      failure,
      attempt,
      depth,
      search.pathTo(state),
    ]);
    expect(list).toEqual([
      [0, 2, 1, [1]],
      [1, 3, 1, [2]],
    ]);
    expect([...search.failures.keys()]).toEqual([...plain.failures.keys()]);
  });

  it('one that aborts: the smallest number of its level', () => {
    const abortOn = () => true;
    const search = interleaved(failing(graph), { workers: 2, kind: 'inline', failureKinds: 2, abortOn }, 1);
    expect([search.run(), search.aborted]).toEqual([
      'aborted',
      { failure: 0, attempt: 2, state: 0, depth: 1 },
    ]);
  });
});

describe('limits end a search at the end of a level', () => {
  const subject = () => ueventWake({ K: 2, N: 2, M: 1, fixed: true });
  const options = { workers: 2, kind: 'inline', failureKinds: 0 } as const;

  it('states', () => {
    const counts = [1, 2, 3].map((seed) => {
      const search = interleaved(subject, { ...options, maxStates: 1000 }, seed);
      expect([search.run(), search.limit]).toEqual(['limit', { kind: 'max-states', value: 1000 }]);
      return [search.states, search.transitions, search.depth, search.frontier];
    });
    const plain = new BreadthFirst(subject(), { maxDepth: counts[0]?.[2] as number });
    plain.run();
    expect(counts[0]).toEqual([plain.states, plain.transitions, plain.depth, plain.frontier]);
    expect(counts.map(String)).toEqual([String(counts[0]), String(counts[0]), String(counts[0])]);
    expect(interleaved(subject, { ...options, maxStates: 14464 }, 1).run()).toBe('finished');
  });

  it('depth', () => {
    const search = interleaved(subject, { ...options, maxDepth: 5 }, 1);
    expect([search.run(), search.limit?.kind, search.depth]).toEqual(['limit', 'max-depth', 5]);
    expect(interleaved(subject, { ...options, maxDepth: 0 }, 1).run()).toBe('limit');
    expect(interleaved(subject, { ...options, maxDepth: 38 }, 1).run()).toBe('finished');
  });

  for (const [kind, spread] of KINDS) {
    it(`memory, ${kind} ${spread ?? 'packed'}`, () => {
      for (const maxMemory of [0, 1 << 10, 1 << 19, 2 << 20, 5 << 20, 30 << 20]) {
        const machine = () => ueventWake({ K: 2, N: 3, M: 2, fixed: true, spread });
        const search = interleaved(machine, { ...options, kind, maxMemory }, 1);
        const outcome = search.run();
        expect(search.peakBytes).toBeLessThanOrEqual(maxMemory);
        if (maxMemory <= 2 << 20) expect(outcome).toBe('limit');
        if (maxMemory === 30 << 20) expect(outcome).toBe('finished');
        if (outcome === 'limit') expect(search.limit).toEqual({ kind: 'max-memory', value: maxMemory });
        else expect(search.states).toBe(184888);
      }
    });
  }
});

it('a worker that has ended is an error', () => {
  const search = interleaved(
    () => ueventWake({ K: 2, N: 2, M: 1, fixed: true }),
    { workers: 2, kind: 'inline', failureKinds: 0, breaksAfter: 5 },
    1,
  );
  expect(() => search.run()).toThrow(expect.objectContaining({ code: 'UPY330' }));
});

describe('any interleaving of workers finds what the naive search finds', () => {
  for (const words of [1, 2, 3, 12]) {
    for (const kind of words <= 2 ? (['inline', 'indexed'] as const) : (['indexed'] as const)) {
      it(`${kind}, ${words} words`, () => {
        fc.assert(
          fc.property(
            randomGraphs(words, 300),
            fc.integer({ min: 1, max: 4 }),
            fc.nat(),
            (graph, workers, seed) => agrees(graph, kind, workers, seed),
          ),
          { numRuns: 50, seed: 42 },
        );
      });
    }
  }

  function agrees(graph: Graph, kind: SharedKind, workers: number, seed: number): void {
    const { order, level, transitions } = naiveSearch(graph);
    const options = { workers, kind, failureKinds: 0, properties: 1, quiescent: 1 };
    const search = interleaved(() => graphMachine(graph), options, seed);
    expect(search.run()).toBe('finished');
    expect([search.states, search.transitions]).toEqual([order.length, transitions]);
    expect(search.depth).toBe(Math.max(...level.values()));
    const dead = (node: number) => graph.edges[node]?.length === 0;
    const first = (test: (node: number) => boolean) => order.find(test);
    const generated = graphMachine(graph);
    const found = (finding: { state: number; depth: number } | null | undefined) => {
      if (!finding) return undefined;
      const path = search.pathTo(finding.state);
      const node = decode(replay(generated, path), 0);
      expect([path.length, finding.depth]).toEqual([level.get(node), level.get(node)]);
      return node;
    };
    expect(found(search.propertyFindings.found.get(0))).toBe(first((node) => node % 7 === 3));
    expect(found(search.quiescentFindings.found.get(0))).toBe(first((node) => dead(node) && node % 2 === 1));
    expect(found(search.deadlock)).toBe(first(dead));
    const seen: number[] = [];
    search.visited.scan((states, at, index) => {
      seen.push(decode(states, at));
      expect(search.visited.indexOf(states, at)).toBe(index);
      expect(index).toBeLessThan(search.visited.indexLimit());
    });
    expect(seen.sort((a, b) => a - b)).toEqual([...order].sort((a, b) => a - b));
    const plain = new BreadthFirst(generated);
    plain.run();
    const good = (states: Int32Array, at: number) => decode(states, at) % 5 === 1;
    const [one, other] = [backward(generated, plain, { good }), backward(generated, search, { good })];
    expect(other.bad).toBe(one.bad);
    if (one.firstBad !== null)
      expect(search.pathTo(other.firstBad as number)).toEqual(plain.pathTo(one.firstBad));
  }
});
