import { describe, expect, it } from 'vitest';
import { Budget } from './budget.ts';
import { IndexedStore } from './indexed_store.ts';
import { KeyTable1, KeyTable2 } from './key_table.ts';
import { FingerprintStore, InlineStore } from './keyed_store.ts';
import { grow, type StateStore, scratch } from './store.ts';

const BATCH = 512;
/** A page of states of one word, or two: 2^17 words. */
const PAGE = 4 << 17;

const STORES: Readonly<Record<string, (budget: Budget) => StateStore>> = {
  'inline 1': (budget) => new InlineStore(1, budget),
  'inline 2': (budget) => new InlineStore(2, budget),
  indexed: (budget) => new IndexedStore(2, budget),
  fingerprint: (budget) => new FingerprintStore(2, budget),
};

/** Inserts different states until `most` are there or memory ends: where the size of the table changed, and to what. */
function filled(name: string, budget: Budget, most: number): { sizes: [number, number][]; count: number } {
  const store = (STORES[name] as (budget: Budget) => StateStore)(budget);
  const words = name === 'inline 1' ? 1 : 2;
  const sizes: [number, number][] = [[0, budget.used]];
  const batch = new Int32Array(words * BATCH);
  const fresh = new Int32Array(BATCH);
  let count = 0;
  while (count < most && store.reserve(BATCH)) {
    const table = budget.used - PAGE * Math.ceil((count + BATCH) / (PAGE / 4 / words));
    if (table !== sizes.at(-1)?.[1]) sizes.push([count, table]);
    for (let i = 0; i < BATCH; i++) batch[words * i] = count + i;
    expect(store.insert(batch, BATCH, fresh)).toBe(BATCH);
    count += BATCH;
  }
  return { sizes, count };
}

describe('the tables of the stores', () => {
  // A slot has as many bytes as a key, or 4 of an index. Three of four slots are used, of indices four of five.
  it.each([
    ['inline 1', 4, 0.75],
    ['inline 2', 8, 0.75],
    ['indexed', 4, 0.8],
    ['fingerprint', 8, 0.75],
  ] as const)('%s: grow by four when they are full', (name, bytes, load) => {
    const grown = [1 << 12, 1 << 14, 1 << 16, 1 << 18].map((slots) => [
      BATCH * Math.floor((slots * load) / BATCH),
      4 * bytes * slots,
    ]);
    expect(filled(name, new Budget(), 250_000).sizes).toEqual([[0, bytes << 12], ...grown]);
  });

  it('of indices double from 2^22 slots', () => {
    const { sizes } = filled('indexed', new Budget(), 3_400_000);
    expect(sizes.slice(-2)).toEqual([
      [BATCH * Math.floor((2 ** 20 * 0.8) / BATCH), 2 ** 24],
      [BATCH * Math.floor((2 ** 22 * 0.8) / BATCH), 2 ** 25],
    ]);
  });

  // The pages and a table of 2^16 slots fit, that of 2^18 does not, nor that of 2^17 beside the one of 2^16.
  it.each([
    ['inline 1', PAGE + (4 << 16) + (4 << 15), 0.9],
    ['inline 2', PAGE + (8 << 16) + (8 << 15), 0.9],
    ['indexed', PAGE + (4 << 16) + (4 << 15), 0.95],
    ['fingerprint', PAGE + (8 << 16) + (8 << 15), 0.9],
  ] as const)('%s: are filled further where memory ends', (name, limit, load) => {
    const budget = new Budget(limit);
    expect(filled(name, budget, 200_000).count).toBe(BATCH * Math.floor((2 ** 16 * load) / BATCH));
    expect(budget.peak).toBeLessThanOrEqual(limit);
  });

  it.each(Object.keys(STORES))('%s: nothing can be stored where not even the first table fits', (name) => {
    expect(filled(name, new Budget(1000), 1)).toEqual({ sizes: [[0, 0]], count: 0 });
  });

  it.each(['inline 1', 'inline 2', 'fingerprint'])('%s: give the pages of expanded states back', (name) => {
    const budget = new Budget();
    const store = (STORES[name] as (budget: Budget) => StateStore)(budget);
    expect(store.reserve(5 * (store.queue.mask + 1))).toBe(true);
    store.queue.count = 5 * (store.queue.mask + 1);
    const before = budget.used;
    store.release(4 * (store.queue.mask + 1));
    expect(budget.used).toBe(before - 2 * PAGE);
  });
});

it('a table of keys that had no room at first stays without', () => {
  for (const table of [new KeyTable1(new Budget(8000)), new KeyTable2(new Budget(8000))])
    expect([table.slots, table.reserve(1)]).toEqual([0, false]);
});

it('states are found again when their table has grown, few of which fit a page', () => {
  const [words, count] = [300, 4000];
  const store = new IndexedStore(words, new Budget());
  const states = new Int32Array(words * count);
  for (let i = 0; i < count; i++) states.set([i, i ^ 77], i * words + 150);
  expect(store.reserve(3000)).toBe(true);
  expect(store.insert(states, 3000, new Int32Array(count))).toBe(3000);
  expect(store.reserve(count)).toBe(true);
  expect(store.insert(states, count, new Int32Array(count))).toBe(1000);
  for (let i = 0; i < count; i++) expect(store.indexOf(states, i * words)).toBe(i);
});

it('fingerprint: a scan visits what is not released', () => {
  const store = new FingerprintStore(1, new Budget());
  store.reserve(5);
  store.insert(Int32Array.of(7, 8, 9, 10, 11), 5, new Int32Array(5));
  store.release(3);
  const seen: number[] = [];
  for (const backwards of [false, true])
    store.scan((states, at) => seen.push(states[at] as number), backwards);
  expect(seen).toEqual([10, 11, 11, 10]);
});

describe('a bigger table', () => {
  it('is as many times as big as asked for, or bigger until all fits', () => {
    expect(grow(16, 2, 17, 4, new Budget())).toEqual({ slots: 64, table: new Int32Array(128) });
    expect(grow(16, 1, 64, 4, new Budget())?.slots).toBe(64);
    expect(grow(16, 1, 65, 4, new Budget())?.slots).toBe(128);
    expect(grow(16, 1, 17, 2, new Budget())?.slots).toBe(32);
  });

  it('is twice as big where memory is short, and none where that is too much', () => {
    expect(grow(16, 2, 17, 4, new Budget(511))?.slots).toBe(32);
    expect(grow(16, 2, 17, 4, new Budget(512))?.slots).toBe(64);
    expect(grow(16, 2, 17, 4, new Budget(255))).toBeNull();
  });

  it('has at most 2^29 slots', () => {
    const asked: number[] = [];
    class Asked extends Budget {
      override words(length: number): Int32Array | null {
        asked.push(length);
        return new Int32Array(1);
      }
    }
    expect(grow(2 ** 28, 1, 2 ** 28 + 1, 4, new Asked())?.slots).toBe(2 ** 29);
    expect(grow(2 ** 29, 1, 2 ** 29 + 1, 4, new Asked())).toBeNull();
    expect(asked).toEqual([2 ** 29]);
  });
});

it('scratch is kept while it is long enough, and doubles', () => {
  const old = new Int32Array(10);
  expect(scratch(old, 10)).toBe(old);
  expect(scratch(old, 11).length).toBe(20);
  expect(scratch(old, 21).length).toBe(21);
});
