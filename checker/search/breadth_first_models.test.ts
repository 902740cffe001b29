import { describe, expect, it, vi } from 'vitest';
import { BreadthFirst } from './breadth_first.ts';
import { LOST_WAKEUP, STORES, ueventWake } from './subjects.ts';

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
