import { hashOne, hashTwo } from './hash.ts';
import type { SpaceMap } from './shared_space.ts';
import { BLOCK, RECENT_SHIFT, type SharedTable } from './shared_table.ts';
import { scratch, type Visit } from './store.ts';

const NONE = new Int32Array(0);
/** Set in the word that claims a slot. */
const USED = 0x80000000 | 0;

/** States of one word, at most 31 bits: a slot is the state with its top bit set. */
export class SharedKeys1 implements SharedTable {
  #table: Int32Array = NONE;
  #old: Int32Array | null = null;
  #homes: Int32Array = NONE;
  /** What the touch pass read: kept, lest the compiler drop the reads. */
  touched = 0;

  attach({ table, old }: SpaceMap): void {
    this.#table = table;
    this.#old = old;
  }

  insert(keys: Int32Array, count: number, fresh: Int32Array): number {
    const table = this.#table;
    const mask = table.length - 1;
    this.#homes = scratch(this.#homes, count);
    const homes = this.#homes;
    let touched = 0;
    for (let i = 0; i < count; i++) {
      const home = hashOne((keys[i] as number) | USED) & mask;
      homes[i] = home;
      touched ^= table[home] as number;
    }
    this.touched = touched;
    let added = 0;
    for (let i = 0; i < count; i++) {
      const key = (keys[i] as number) | USED;
      let slot = homes[i] as number;
      for (;;) {
        let there = table[slot] as number;
        if (there === 0) there = Atomics.compareExchange(table, slot, 0, key);
        if (there === key) break;
        if (there === 0) {
          fresh[added++] = i;
          break;
        }
        slot = (slot + 1) & mask;
      }
    }
    return added;
  }

  rehash(block: number): boolean {
    const old = this.#old as Int32Array;
    const table = this.#table;
    const mask = table.length - 1;
    const end = Math.min(old.length, (block + 1) * BLOCK);
    for (let i = block * BLOCK; i < end; i++) {
      const key = old[i] as number;
      if (key === 0) continue;
      let slot = hashOne(key) & mask;
      while (table[slot] !== 0 || Atomics.compareExchange(table, slot, 0, key) !== 0)
        slot = (slot + 1) & mask;
    }
    return block * BLOCK < old.length;
  }

  find(states: Int32Array, at: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    const key = (states[at] as number) | USED;
    for (let slot = hashOne(key) & mask; ; slot = (slot + 1) & mask) {
      if (table[slot] === key) return slot;
      if (table[slot] === 0) return -1;
    }
  }
}

/**
 * States of two words, at most 62 bits. The second word of a slot is claimed first, so whoever finds it may have to wait
 * for the first one; where the first one is 0, the second says so, and nobody waits.
 */
export class SharedKeys2 implements SharedTable {
  #table: Int32Array = NONE;
  #old: Int32Array | null = null;
  #homes: Int32Array = NONE;
  #todo: Int32Array = NONE;
  readonly #recent = new Int32Array(2 << (32 - RECENT_SHIFT));
  touched = 0;

  attach({ table, old }: SpaceMap): void {
    this.#table = table;
    this.#old = old;
  }

  insert(keys: Int32Array, count: number, fresh: Int32Array): number {
    const table = this.#table;
    const mask = table.length - 2;
    this.#homes = scratch(this.#homes, count);
    this.#todo = scratch(this.#todo, count);
    const homes = this.#homes;
    const todo = this.#todo;
    const left = this.#sift(keys, count);
    let touched = 0;
    for (let j = 0; j < left; j++) touched ^= table[homes[j] as number] as number;
    this.touched = touched;
    let added = 0;
    for (let j = 0; j < left; j++) {
      const i = todo[j] as number;
      const a = keys[2 * i] as number;
      const claim = claimOf(a, keys[2 * i + 1] as number);
      let slot = homes[j] as number;
      for (;;) {
        let there = table[slot + 1] as number;
        if (there === 0) there = Atomics.compareExchange(table, slot + 1, 0, claim);
        if (there === 0) {
          table[slot] = a;
          fresh[added++] = i;
          break;
        }
        if (there === claim) {
          let first = table[slot] as number;
          if (first === 0 && a !== 0) first = firstOf(table, slot);
          if (first === a) break;
        }
        slot = (slot + 2) & mask;
      }
    }
    return added;
  }

  /** Drops the keys that this worker has come by a moment ago: see `KeyTable2`. */
  #sift(keys: Int32Array, count: number): number {
    const homes = this.#homes;
    const todo = this.#todo;
    const recent = this.#recent;
    const mask = this.#table.length - 2;
    let left = 0;
    for (let i = 0; i < count; i++) {
      const a = keys[2 * i] as number;
      const b = (keys[2 * i + 1] as number) | USED;
      const h = hashTwo(a, b);
      const r = (h >>> RECENT_SHIFT) << 1;
      const differ = ((recent[r] as number) ^ a) | ((recent[r + 1] as number) ^ b);
      recent[r] = a;
      recent[r + 1] = b;
      homes[left] = (h << 1) & mask;
      todo[left] = i;
      left += (differ | -differ) >>> 31;
    }
    return left;
  }

  rehash(block: number): boolean {
    const old = this.#old as Int32Array;
    const table = this.#table;
    const mask = table.length - 2;
    const end = Math.min(old.length, (block + 1) * BLOCK);
    for (let i = block * BLOCK; i < end; i += 2) {
      const claim = old[i + 1] as number;
      if (claim === 0) continue;
      const a = old[i] as number;
      let slot = (hashTwo(a, secondOf(claim) | USED) << 1) & mask;
      while (table[slot + 1] !== 0 || Atomics.compareExchange(table, slot + 1, 0, claim) !== 0)
        slot = (slot + 2) & mask;
      table[slot] = a;
    }
    return block * BLOCK < old.length;
  }

  find(states: Int32Array, at: number): number {
    const table = this.#table;
    const mask = table.length - 2;
    const a = states[at] as number;
    const b = states[at + 1] as number;
    const claim = claimOf(a, b);
    for (let slot = (hashTwo(a, b | USED) << 1) & mask; ; slot = (slot + 2) & mask) {
      if (table[slot + 1] === claim && table[slot] === a) return slot >> 1;
      if (table[slot + 1] === 0) return -1;
    }
  }
}

/** The claiming word of a key: never 0, and another one when the first word is 0. `b` has 30 bits. */
function claimOf(a: number, b: number): number {
  return a === 0 ? b + 1 : b | USED;
}

function secondOf(claim: number): number {
  return claim < 0 ? claim & ~USED : claim - 1;
}

/** The first word of a slot that is claimed for a key whose first word is not 0: here in a moment, if not yet. */
function firstOf(table: Int32Array, slot: number): number {
  for (;;) {
    const a = Atomics.load(table, slot);
    if (a !== 0) return a;
  }
}

/** Visits the states of a table of keys of `words` words. */
export function scanKeys(table: Int32Array, words: number, visit: Visit, backwards: boolean): void {
  const slots = table.length / words;
  const state = new Int32Array(words);
  for (let i = 0; i < slots; i++) {
    const slot = backwards ? slots - 1 - i : i;
    const claim = table[slot * words + words - 1] as number;
    if (claim === 0) continue;
    state[0] = table[slot * words] as number;
    state[words - 1] = words === 1 ? claim & ~USED : secondOf(claim);
    visit(state, 0, slot);
  }
}
