import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget } from './budget.ts';
import { fingerprints, hashTwo, hashWords } from './hash.ts';
import { IndexedStore } from './indexed_store.ts';
import { FingerprintStore, InlineStore } from './keyed_store.ts';
import type { StateStore } from './store.ts';
import { Tape } from './tape.ts';

interface Saved extends StateStore {
  save(tape: Tape): void;
  load(tape: Tape): boolean;
}

/** Some 3000 states of a width: small ones, random ones, and for two words a third with one and the same hash. */
function pool(words: number): readonly Int32Array[] {
  let seed = 12345;
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return seed ^ (seed >>> 13);
  };
  const states = new Map<string, Int32Array>();
  const add = (...state: readonly number[]): void => void states.set(state.join(), Int32Array.from(state));
  for (let i = 0; i < 1000; i++) {
    // The last word has its top bit clear, as states have that are their own keys.
    add(...Array.from({ length: words }, (_, j) => (j === words - 1 ? random() & 0x7fffffff : random())));
    add(...Array.from({ length: words }, (_, j) => (j === words - 1 ? i : 0)));
    const mixed = Math.imul(i, 0x9e3779b1);
    const second = mixed ^ (mixed >>> 15);
    if (words === 2 && second >= 0) add(i, second);
  }
  return [...states.values()];
}

const joined = (states: readonly Int32Array[]): Int32Array =>
  Int32Array.from(states.flatMap((each) => [...each]));

const STORES: readonly [string, number, (budget: Budget) => Saved | StateStore][] = [
  ['inline', 1, (budget) => new InlineStore(1, budget)],
  ['inline', 2, (budget) => new InlineStore(2, budget)],
  ['indexed', 1, (budget) => new IndexedStore(1, budget)],
  ['indexed', 2, (budget) => new IndexedStore(2, budget)],
  ['indexed', 3, (budget) => new IndexedStore(3, budget)],
  ['indexed', 9, (budget) => new IndexedStore(9, budget)],
  ['fingerprint', 1, (budget) => new FingerprintStore(1, budget)],
  ['fingerprint', 5, (budget) => new FingerprintStore(5, budget)],
];

/** What a store should be: the states in the order in which they came, each once. */
class Model {
  readonly numbers = new Map<string, number>();

  /** The positions of what was not there. */
  insert(batch: readonly Int32Array[]): number[] {
    return batch.flatMap((state, i) => {
      const key = state.join();
      if (this.numbers.has(key)) return [];
      this.numbers.set(key, this.numbers.size);
      return [i];
    });
  }
}

/** Inserts a batch into both, and compares what they say about it. */
function insertInto(store: StateStore, model: Model, batch: readonly Int32Array[]): void {
  const fresh = new Int32Array(batch.length);
  expect(store.reserve(batch.length)).toBe(true);
  const added = store.insert(joined(batch), batch.length, fresh);
  expect([...fresh.subarray(0, added)]).toEqual(model.insert(batch));
  expect(store.queue.count).toBe(model.numbers.size);
}

/** Every state of the pool is found if it was inserted, and only then; indices are dense enough, and those of a scan. */
function compare(store: StateStore, model: Model, states: readonly Int32Array[], words: number): void {
  const buffer = joined(states);
  const indices = new Set<number>();
  for (const [i, state] of states.entries()) {
    const index = store.indexOf(buffer, i * words);
    const number = model.numbers.get(state.join());
    expect([index >= 0, store.lookup(buffer, i * words)]).toEqual([
      number !== undefined,
      number !== undefined,
    ]);
    if (index < 0) continue;
    indices.add(index);
    if (store.kind === 'indexed') expect(index).toBe(number);
  }
  expect(indices.size).toBe(model.numbers.size);
  expect(Math.max(-1, ...indices)).toBeLessThan(store.indexLimit());
  for (const backwards of [false, true]) {
    const seen: string[] = [];
    const visited: number[] = [];
    store.scan((page, at, index) => {
      seen.push(page.subarray(at, at + words).join());
      visited.push(index);
      expect(store.indexOf(page, at)).toBe(index);
    }, backwards);
    expect(new Set(visited)).toEqual(indices);
    // A table has an order of its own.
    const inOrder = store.kind === 'inline' ? seen.toSorted() : backwards ? seen.toReversed() : seen;
    const expected = [...model.numbers.keys()];
    expect(inOrder).toEqual(store.kind === 'inline' ? expected.toSorted() : expected);
    const ascending = visited.every((index, i) => i === 0 || index > (visited[i - 1] as number));
    const descending = visited.every((index, i) => i === 0 || index < (visited[i - 1] as number));
    if (store.kind !== 'fingerprint') expect(backwards ? descending : ascending).toBe(true);
  }
}

describe.each(STORES)('%s store of %i words', (name, words, make) => {
  const states = pool(words);

  it('says of random batches what a set says, also after it was saved and read', () => {
    const place = fc.integer({ min: 0, max: states.length - 1 });
    // Few states that come again and again, or all there are.
    const batch = fc.oneof(
      fc.array(place, { maxLength: 300 }),
      fc
        .tuple(place, fc.array(fc.nat(6), { maxLength: 60 }))
        .map(([from, steps]) => steps.map((step) => (from + 3 * step) % states.length)),
    );
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 8 }), fc.nat(8), (batches, savedAfter) => {
        let store = make(new Budget());
        const model = new Model();
        for (const [i, places] of batches.entries()) {
          insertInto(
            store,
            model,
            places.map((at) => states[at] as Int32Array),
          );
          if (i !== savedAfter || !('save' in store)) continue;
          const tape = new Tape();
          store.save(tape);
          store = make(new Budget());
          expect((store as Saved).load(new Tape(tape.lists, tape.arrays))).toBe(true);
        }
        compare(store, model, states, words);
      }),
      { seed: 1, numRuns: 12 },
    );
  });

  it('knows all states that come a second time, in another order, as its table grows', () => {
    const store = make(new Budget());
    const model = new Model();
    for (let at = 0; at < states.length; at += 700) insertInto(store, model, states.slice(at, at + 700));
    for (let at = 0; at < states.length; at += 700)
      insertInto(store, model, states.slice(at, at + 700).toReversed());
    insertInto(store, model, states.toReversed());
    compare(store, model, states, words);
    expect(store.kind).toBe(name);
  });
});

it('a fingerprint in the first slot is found, too', () => {
  const keys = new Int32Array(2);
  const inFirst = Array.from({ length: 100_000 }, (_, i) => Int32Array.of(i)).find((state) => {
    fingerprints(state, 1, 1, keys);
    return (hashTwo(keys[0] as number, keys[1] as number) & 4095) === 0;
  }) as Int32Array;
  const store = new FingerprintStore(1, new Budget());
  insertInto(store, new Model(), [inFirst]);
  expect([store.indexOf(inFirst, 0), store.lookup(inFirst, 0)]).toEqual([0, true]);
});

describe('what was seen a moment ago', () => {
  it.each([2, 3])(
    'is compared as a whole: states of %i words with one hash, in places that others have in the store',
    (words) => {
      const states = colliding(words, 40);
      expect(new Set(states.map((state) => hashOf(state))).size).toBe(1);
      for (let first = 1; first < 12; first++) {
        const store = new IndexedStore(words, new Budget());
        const model = new Model();
        insertInto(store, model, states.slice(0, first));
        for (let at = 0; at < 30; at++) insertInto(store, model, states.slice(at, at + first));
        insertInto(store, model, states);
      }
    },
  );
});

const hashOf = (state: Int32Array): number =>
  state.length === 2 ? hashTwo(state[0] as number, state[1] as number) : hashWords(state, 0, state.length);

/** States with one hash. Of three words: what is left of the first two is taken back by the third. */
function colliding(words: number, count: number): Int32Array[] {
  return Array.from({ length: count }, (_, i) => {
    if (words === 2) {
      const mixed = Math.imul(i, 0x9e3779b1);
      return Int32Array.of(i, mixed ^ (mixed >>> 15));
    }
    let a = 0x3c6ef372;
    for (const word of [i, 3 * i]) {
      a = Math.imul(a ^ word, 0x9e3779b1);
      a ^= a >>> 15;
    }
    return Int32Array.of(i, 3 * i, a);
  });
}
