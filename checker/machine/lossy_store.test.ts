import { describe, expect, it } from 'vitest';
import { BreadthFirst } from '../search/breadth_first.ts';
import { DepthFirst } from '../search/depth_first.ts';
import { replay } from '../search/random_graph.ts';
import { LOST_WAKEUP, ueventWake } from '../search/subjects.ts';

const STORES = ['hash-compact', 'bitstate'] as const;
/** 184,888 states, 709,134 steps. */
const subject = () => ueventWake({ K: 2, N: 3, M: 2, fixed: true });
const STATES = 184888;

describe.each(STORES)('%s', (store) => {
  it('finds all states when the table is large, and does not finish all the same', () => {
    const search = new BreadthFirst(subject(), { store });
    expect([search.run(), search.states, search.transitions]).toEqual(['limit', STATES, 709134]);
    expect(search.limit).toEqual({ kind: 'omission', value: search.store.expectedOmissions });
    expect(search.traces).toBe('any');
    const least = new DepthFirst(subject(), { store });
    expect([least.run(), least.states, least.limit?.kind]).toEqual(['limit', STATES, 'omission']);
  });

  it('a trace is a run of the model', () => {
    const generated = ueventWake({ K: 2, N: 3, M: 2, fixed: false });
    const search = new BreadthFirst(generated, { store, properties: LOST_WAKEUP, maxMemory: 3 << 20 });
    search.run();
    const finding = search.propertyFindings.found.get(0);
    const state = replay(generated, search.pathTo(finding?.state ?? 0));
    expect(generated.properties(state, 0) & LOST_WAKEUP).toBe(LOST_WAKEUP);
  });

  it('is within its memory', () => {
    for (const maxMemory of [0, 1 << 10, 1 << 20, 3 << 20, 8 << 20]) {
      const search = new BreadthFirst(subject(), { store, maxMemory });
      expect(search.run()).toBe('limit');
      expect(search.peakBytes).toBeLessThanOrEqual(maxMemory);
    }
  });
});

it('bitstate estimates what it misses', () => {
  // 2^22 bits, an eighth of which is set in the end.
  const search = new DepthFirst(subject(), { store: 'bitstate', maxMemory: 2_000_000 });
  const outcome = search.run();
  expect([outcome, search.limit?.kind]).toEqual(['limit', 'omission']);
  const missed = STATES - search.states;
  expect(missed).toBeGreaterThan(20);
  const { expectedOmissions = 0 } = search.visited;
  // States behind those that are missed are not reached, or on another way.
  expect(expectedOmissions / missed).toBeGreaterThan(0.5);
  expect(expectedOmissions / missed).toBeLessThan(2);
  expect(search.omissionProbability).toBeGreaterThan(0.999);
});

it('hash compaction: the omissions expected follow from the slots that were passed', () => {
  const search = new BreadthFirst(subject(), { store: 'hash-compact', maxMemory: 4 << 20 });
  expect(search.run()).toBe('limit');
  const { expectedOmissions = 0 } = search.store;
  // 2^19 slots, filled to 0.35: 0.2 to 0.5 occupied slots are passed for each state.
  expect(expectedOmissions * 2 ** 32).toBeGreaterThan(0.1 * STATES);
  expect(expectedOmissions * 2 ** 32).toBeLessThan(0.5 * STATES);
  expect(search.omissionProbability).toBeCloseTo(expectedOmissions, 8);
  const full = new BreadthFirst(subject(), { store: 'hash-compact', maxMemory: 1 << 20 });
  expect([full.run(), full.limit?.kind]).toEqual(['limit', 'max-memory']);
});
