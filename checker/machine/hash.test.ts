import { expect, it, vi } from 'vitest';
import { fingerprints, hashOne, hashTwo, hashWords, omissionProbability } from './hash.ts';

// Exhaustive loops, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const COUNT = 1 << 16;

/** Buckets that stay empty when `COUNT` keys go to as many buckets: 1/e of them for a random function. */
function emptyShare(hash: (i: number) => number, shift: number): number {
  const used = new Uint8Array(COUNT);
  for (let i = 0; i < COUNT; i++) used[(hash(i) >>> shift) & (COUNT - 1)] = 1;
  return 1 - used.reduce((sum, one) => sum + one, 0) / COUNT;
}

/** Structured states: counters in few bits, at the low or the high end, in one word or spread over several. */
const state = new Int32Array(12);
const HASHES: readonly [string, (i: number) => number][] = [
  ['one word, high bits', (i) => hashOne(i << 15)],
  ['two words, a nibble in each byte', (i) => hashTwo(((i & 0xf0) << 16) | (i & 15), ((i >>> 8) << 20) | 1)],
  ['two words, only the first', (i) => hashTwo(i << 16, 7)],
  ['two words, only the second', (i) => hashTwo(7, i << 15)],
  [
    'three words, one byte each',
    (i) => {
      state.set([i & 255, 0, i >>> 8]);
      return hashWords(state, 0, 3);
    },
  ],
  [
    'twelve words, two bits each',
    (i) => {
      spread(i);
      return hashWords(state, 0, 12);
    },
  ],
];

function spread(i: number): void {
  for (let word = 0; word < 8; word++) state[word + 4] = (i >>> (2 * word)) & 3;
}

for (const [name, hash] of HASHES) {
  it(`spreads structured states like a random function: ${name}`, () => {
    for (const shift of [0, 8, 16]) {
      const share = emptyShare(hash, shift);
      expect(share).toBeGreaterThan(name.startsWith('one') || name.includes('only') ? -1 : 0.355);
      expect(share).toBeLessThan(0.381);
    }
  });
}

it('fingerprints of structured states do not collide, and never end in 0', () => {
  const states = new Int32Array(COUNT * 12);
  for (let i = 0; i < COUNT; i++) {
    spread(i);
    states.set(state, i * 12);
  }
  const keys = new Int32Array(2 * COUNT);
  fingerprints(states, COUNT, 12, keys);
  const seen = new Set<string>();
  const halves = [new Set<number>(), new Set<number>()] as const;
  for (let i = 0; i < COUNT; i++) {
    seen.add(`${keys[2 * i]} ${keys[2 * i + 1]}`);
    for (const half of [0, 1] as const) halves[half].add(keys[2 * i + half] as number);
    expect(keys[2 * i + 1]).not.toBe(0);
  }
  expect(seen.size).toBe(COUNT);
  // Each half alone is a good 32-bit hash: 65536²/2^33 = 0.5 collisions expected.
  for (const half of halves) expect(half.size).toBeGreaterThan(COUNT - 6);
});

it('the omission probability is n²/2^65', () => {
  expect(omissionProbability(1e7)).toBeCloseTo(2.7e-6, 7);
  expect(omissionProbability(1e12)).toBe(1);
});

// The tables of a checkpoint are read again by whoever has the same hashes.
it('hashes are what they were', () => {
  const words = Int32Array.of(1, -2, 3, 0x7fffffff, 5, -600, 70_000, 8);
  expect([hashOne(0), hashOne(1), hashOne(-1)]).toEqual([0, 1364076727, -2114883783]);
  expect([hashTwo(0, 0), hashTwo(1, 2), hashTwo(-1, 0x12345678)]).toEqual([0, -1991418, 820298227]);
  expect([1, 3, 4, 5, 8].map((count) => hashWords(words, 0, count))).toEqual([
    184575711, 822717029, 347566498, -1097724865, 95797192,
  ]);
  const keys = new Int32Array(4);
  fingerprints(words, 2, 4, keys);
  expect([...keys]).toEqual([2107518082, -109754747, 1166118982, -790050526]);
});
