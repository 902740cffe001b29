import type { Budget } from './budget.ts';
import { fingerprints } from './hash.ts';
import { type KeyTable, KeyTable1, KeyTable2 } from './key_table.ts';
import { StatePages } from './pages.ts';
import { type StateStore, scratch, type Visit } from './store.ts';
import type { Tape } from './tape.ts';

/** The top bit of the last word of an exact key: set in a used slot, clear in every state (see `Generated`). */
const USED = 0x80000000 | 0;

/**
 * Exact store for states of at most 63 bits: the state itself is its key in the table, so a known state costs one
 * cache miss. Full states exist only in the queue, until they are expanded.
 */
export class InlineStore implements StateStore {
  readonly kind = 'inline';
  readonly queue: StatePages;
  readonly #keys: KeyTable;
  readonly #words: number;

  constructor(words: number, budget: Budget) {
    if (words > 2) throw new Error(`an inline store holds states of 1 or 2 words, not ${words}`);
    this.#words = words;
    this.queue = new StatePages(words, budget);
    this.#keys = words === 1 ? new KeyTable1(budget) : new KeyTable2(budget);
  }

  reserve(more: number): boolean {
    return this.queue.reserve(more) && this.#keys.reserve(more);
  }

  insert(buffer: Int32Array, count: number, fresh: Int32Array): number {
    const added = this.#keys.insert(buffer, count, USED, fresh);
    this.queue.append(buffer, fresh, added);
    return added;
  }

  release(number: number): void {
    this.queue.releaseBefore(number);
  }

  lookup(states: Int32Array, at: number): boolean {
    return this.indexOf(states, at) >= 0;
  }

  indexOf(states: Int32Array, at: number): number {
    return this.#keys.find(states, at, USED);
  }

  indexLimit(): number {
    return this.#keys.slots;
  }

  save(tape: Tape): void {
    this.queue.save(tape);
    this.#keys.save(tape);
  }

  load(tape: Tape): boolean {
    return this.queue.load(tape) && this.#keys.load(tape);
  }

  scan(visit: Visit, backwards = false): void {
    const { table, slots } = this.#keys;
    const words = this.#words;
    const state = new Int32Array(words);
    for (let i = 0; i < slots; i++) {
      const slot = backwards ? slots - 1 - i : i;
      const last = table[slot * words + words - 1] as number;
      if (last === 0) continue;
      state[0] = table[slot * words] as number;
      state[words - 1] = last & ~USED;
      visit(state, 0, slot);
    }
  }
}

/** Store by 64-bit fingerprints: 8 bytes per slot whatever the width; see `omissionProbability`. */
export class FingerprintStore implements StateStore {
  readonly kind = 'fingerprint';
  readonly queue: StatePages;
  readonly #keys: KeyTable2;
  readonly #words: number;
  readonly #one: Int32Array;
  #scratch: Int32Array = new Int32Array(0);
  #released = 0;

  constructor(words: number, budget: Budget) {
    this.#words = words;
    this.#one = new Int32Array(words);
    this.queue = new StatePages(words, budget);
    this.#keys = new KeyTable2(budget);
  }

  reserve(more: number): boolean {
    return this.queue.reserve(more) && this.#keys.reserve(more);
  }

  insert(buffer: Int32Array, count: number, fresh: Int32Array): number {
    this.#scratch = scratch(this.#scratch, 2 * count);
    fingerprints(buffer, count, this.#words, this.#scratch);
    const added = this.#keys.insert(this.#scratch, count, 0, fresh);
    this.queue.append(buffer, fresh, added);
    return added;
  }

  release(number: number): void {
    this.queue.releaseBefore(number);
    this.#released = number;
  }

  lookup(states: Int32Array, at: number): boolean {
    return this.indexOf(states, at) >= 0;
  }

  indexOf(states: Int32Array, at: number): number {
    this.#one.set(states.subarray(at, at + this.#words));
    const key = new Int32Array(2);
    fingerprints(this.#one, 1, this.#words, key);
    return this.#keys.find(key, 0, 0);
  }

  indexLimit(): number {
    return this.#keys.slots;
  }

  scan(visit: Visit, backwards = false): void {
    const { queue } = this;
    for (let i = this.#released; i < queue.count; i++) {
      const number = backwards ? queue.count - 1 - (i - this.#released) : i;
      const page = queue.page(number);
      visit(page, queue.offset(number), this.indexOf(page, queue.offset(number)));
    }
  }
}
