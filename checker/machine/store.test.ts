import { describe, expect, it, vi } from 'vitest';
import { Budget } from './budget.ts';
import { hashTwo } from './hash.ts';
import { IndexedStore } from './indexed_store.ts';
import { FingerprintStore, InlineStore } from './keyed_store.ts';
import type { StateStore } from './store.ts';

// Exhaustive loops, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** States of two words that all have the same 32-bit hash: the second word cancels what the first gave. */
function colliding(count: number): Int32Array {
  const states = new Int32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const mixed = Math.imul(i, 0x9e3779b1);
    states[2 * i] = i;
    states[2 * i + 1] = mixed ^ (mixed >>> 15);
  }
  return states;
}

const COUNT = 300;

describe('states with equal hashes', () => {
  it('really have equal hashes', () => {
    const states = colliding(COUNT);
    const hashes = new Set<number>();
    for (let i = 0; i < COUNT; i++) hashes.add(hashTwo(states[2 * i] as number, states[2 * i + 1] as number));
    expect(hashes.size).toBe(1);
  });

  const make: readonly [string, (budget: Budget) => StateStore][] = [
    ['indexed', (budget) => new IndexedStore(2, budget)],
    ['inline', (budget) => new InlineStore(2, budget)],
    ['fingerprint', (budget) => new FingerprintStore(2, budget)],
  ];
  for (const [name, store] of make) {
    it(`are told apart: ${name}`, () => {
      const states = colliding(COUNT);
      // An exact inline key has 63 bits: the mark hides the top one.
      if (name === 'inline')
        for (let i = 0; i < COUNT; i++) states[2 * i + 1] = (states[2 * i + 1] as number) & 0x7fffffff;
      const subject = store(new Budget());
      const fresh = new Int32Array(2 * COUNT);
      for (let i = 0; i < COUNT; i++) {
        expect(subject.lookup(states, 2 * i)).toBe(false);
        expect(subject.reserve(1)).toBe(true);
        expect(subject.insert(states.subarray(2 * i, 2 * i + 2), 1, fresh)).toBe(1);
        expect(subject.insert(states.subarray(2 * i, 2 * i + 2), 1, fresh)).toBe(0);
      }
      subject.reserve(COUNT);
      expect(subject.insert(states, COUNT, fresh)).toBe(0);
      expect(subject.queue.count).toBe(COUNT);
      for (let i = 0; i < COUNT; i++) expect(subject.lookup(states, 2 * i)).toBe(true);
    });
  }
});

it('a batch that holds a state several times inserts it once, at its first position', () => {
  for (const store of [new IndexedStore(2, new Budget()), new InlineStore(2, new Budget())]) {
    const fresh = new Int32Array(5);
    store.reserve(5);
    expect(store.insert(Int32Array.of(1, 0, 2, 0, 1, 0, 1, 1, 2, 0), 5, fresh)).toBe(3);
    expect([...fresh.subarray(0, 3)]).toEqual([0, 1, 3]);
  }
});

it('all states survive the growth of the tables, with and without room to grow by 4x', () => {
  for (const limit of [Number.POSITIVE_INFINITY, 9 << 20]) {
    for (const make of [IndexedStore, InlineStore, FingerprintStore]) {
      const budget = new Budget(limit);
      const store = new make(2, budget);
      const batch = new Int32Array(2 * 512);
      const fresh = new Int32Array(512);
      let count = 0;
      while (count < 260_000 && store.reserve(512)) {
        for (let i = 0; i < 512; i++) batch.set([count + i, (count + i) & 7], 2 * i);
        expect(store.insert(batch, 512, fresh)).toBe(512);
        count += 512;
        if (store.kind !== 'indexed') store.release(count);
      }
      expect(budget.peak).toBeLessThanOrEqual(limit);
      expect(count).toBeGreaterThan(200_000);
      const absent = Array.from({ length: count }, (_, i) => i).filter(
        (i) => i % 3 === 0 && !store.lookup(Int32Array.of(i, i & 7), 0),
      );
      expect(absent).toEqual([]);
      expect(store.lookup(Int32Array.of(count, count & 7), 0)).toBe(false);
    }
  }
});
