import type { Budget } from './budget.ts';
import { fingerprints, omissionProbability } from './hash.ts';
import { StatePages } from './pages.ts';
import { type StateStore, scratch, type Visit } from './store.ts';

/** Bytes of a table when there is no limit; of a limit it takes at most half. */
const DEFAULT_BYTES = 2 ** 28;
/** 2^32 bits: what a hash of 32 bits can choose among. */
const BYTES_MAX = 2 ** 29;
const BYTES_MIN = 2 ** 12;

/** The largest power of two that leaves half of the limit to the queue and the links. */
function tableBytes({ limit }: Budget): number {
  const room = Number.isFinite(limit) ? limit / 2 : DEFAULT_BYTES;
  return Math.max(BYTES_MIN, Math.min(BYTES_MAX, 2 ** Math.floor(Math.log2(Math.max(1, room)))));
}

/** A store that may take a new state for a known one, in a table of fixed size. Whole states exist in the queue only. */
abstract class LossyStore implements StateStore {
  abstract readonly kind: 'bitstate' | 'hash-compact';
  readonly queue: StatePages;
  /** How many states were taken for others, so far, by what the table looked like. */
  protected estimate = 0;
  protected readonly table: Int32Array;
  protected readonly mask: number;
  protected readonly ready: boolean;
  readonly #words: number;
  readonly #one: Int32Array;
  readonly #key = new Int32Array(2);
  #keys: Int32Array = new Int32Array(0);
  #released = 0;

  constructor(words: number, budget: Budget) {
    this.#words = words;
    this.#one = new Int32Array(words);
    const table = budget.words(tableBytes(budget) / 4);
    this.ready = table !== null;
    this.table = table ?? new Int32Array(1);
    this.mask = this.table.length - 1;
    this.queue = new StatePages(words, budget);
  }

  /** Whatever the table: states with equal fingerprints are one. */
  get expectedOmissions(): number {
    return this.estimate + omissionProbability(this.queue.count);
  }

  reserve(more: number): boolean {
    return this.ready && this.hasRoom(this.queue.count + more) && this.queue.reserve(more);
  }

  insert(buffer: Int32Array, count: number, fresh: Int32Array): number {
    this.#keys = scratch(this.#keys, 2 * count);
    fingerprints(buffer, count, this.#words, this.#keys);
    const added = this.add(this.#keys, count, fresh);
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

  /** Of a state that seems to be there: its place in the table. */
  indexOf(states: Int32Array, at: number): number {
    this.#one.set(states.subarray(at, at + this.#words));
    fingerprints(this.#one, 1, this.#words, this.#key);
    return this.find(this.#key[0] as number, this.#key[1] as number);
  }

  indexLimit(): number {
    return this.table.length;
  }

  scan(visit: Visit, backwards = false): void {
    const { queue } = this;
    for (let i = this.#released; i < queue.count; i++) {
      const number = backwards ? queue.count - 1 - (i - this.#released) : i;
      const page = queue.page(number);
      visit(page, queue.offset(number), this.indexOf(page, queue.offset(number)));
    }
  }

  protected abstract hasRoom(states: number): boolean;
  /** Adds keys of two words, as `KeyTable.insert`. */
  protected abstract add(keys: Int32Array, count: number, fresh: Int32Array): number;
  protected abstract find(a: number, b: number): number;
}

/** Slots in use, at most. */
const LOAD = 0.9;

/**
 * Hash compaction (Wolper and Leroy, Reliable hashing without collision detection, CAV 1993; with addresses of their own, Stern
 * and Dill, CHARME 1995): one hash chooses the slot, where linear probing begins, another one of 32 bits is kept there. A
 * state is omitted when one of the slots that it passes holds its compressed value.
 */
export class HashCompactStore extends LossyStore {
  readonly kind = 'hash-compact';

  protected hasRoom(states: number): boolean {
    return states <= LOAD * this.table.length;
  }

  protected add(keys: Int32Array, count: number, fresh: Int32Array): number {
    const { table, mask } = this;
    let added = 0;
    let passed = 0;
    for (let i = 0; i < count; i++) {
      const home = (keys[2 * i] as number) & mask;
      const value = keys[2 * i + 1] as number;
      let slot = home;
      while (table[slot] !== 0 && table[slot] !== value) slot = (slot + 1) & mask;
      if (table[slot] === value) continue;
      table[slot] = value;
      fresh[added++] = i;
      passed += (slot - home) & mask;
    }
    this.estimate += passed / 2 ** 32;
    return added;
  }

  protected find(a: number, b: number): number {
    const { table, mask } = this;
    let slot = a & mask;
    while (table[slot] !== 0 && table[slot] !== b) slot = (slot + 1) & mask;
    return table[slot] === b ? slot : -1;
  }
}

/** Bits for each state, as SPIN has it. */
const HASHES = 3;

/**
 * Bitstate hashing, the supertrace of Holzmann (An analysis of bitstate hashing, Formal Methods in System Design 13, 1998): a Bloom
 * filter of the states, with three hash functions from two (Dillinger and Manolios, Bloom filters in probabilistic
 * verification, FMCAD 2004). A state is omitted when all its bits are set: with a part p of the bits set, p^3 of the new ones.
 */
export class BitstateStore extends LossyStore {
  readonly kind = 'bitstate';
  #ones = 0;

  protected hasRoom(): boolean {
    return true;
  }

  protected add(keys: Int32Array, count: number, fresh: Int32Array): number {
    const { table, mask } = this;
    let added = 0;
    for (let i = 0; i < count; i++) {
      let bit = keys[2 * i] as number;
      const step = (keys[2 * i + 1] as number) | 1;
      let set = 0;
      for (let k = 0; k < HASHES; k++) {
        const word = (bit >>> 5) & mask;
        const one = 1 << (bit & 31);
        const before = table[word] as number;
        if ((before & one) === 0) {
          table[word] = before | one;
          set++;
        }
        bit = (bit + step) | 0;
      }
      if (set === 0) continue;
      this.#ones += set;
      fresh[added++] = i;
    }
    const lost = (this.#ones / (32 * table.length)) ** HASHES;
    this.estimate += (added * lost) / Math.max(1 - lost, 1e-9);
    return added;
  }

  protected find(a: number, b: number): number {
    const { table, mask } = this;
    let bit = a;
    for (let k = 0; k < HASHES; k++) {
      if ((((table[(bit >>> 5) & mask] as number) >>> (bit & 31)) & 1) === 0) return -1;
      bit = (bit + (b | 1)) | 0;
    }
    return (a >>> 5) & mask;
  }
}
