import type { Budget } from './budget.ts';
import { hashOne, hashTwo } from './hash.ts';
import { grow, scratch } from './store.ts';
import type { Tape } from './tape.ts';

/**
 * Open addressing with linear probing: a search is a walk along one cache line. The slot is the low part of the hash,
 * so growing reads and writes sequentially. The load at the end of a search hardly matters to time: with 9.6 million
 * states, 0.57 and 0.29 took the same (bench/search); the bound trades memory against the longest probes (Knuth, The Art
 * of Computer Programming 3, 6.4: 8.5 slots for an absent key at 0.75, on average).
 */
const FIRST_SLOTS = 1 << 12;
const LOAD = 0.75;
const GROWTH = 4;
/** 32 less log2 of the recent keys: 2^15 of them are 256 KiB. They answer 51 % of the lookups of uevent-wake 3 3 2. */
const RECENT_SHIFT = 17;

/** A set of keys of one word (`width` 1) or two words. A slot is free when the last word of it is 0. */
export interface KeyTable {
  readonly count: number;
  readonly slots: number;
  readonly table: Int32Array;
  reserve(more: number): boolean;
  insert(keys: Int32Array, count: number, mark: number, fresh: Int32Array): number;
  /** Slot of a key, -1 when absent. */
  find(keys: Int32Array, at: number, mark: number): number;
  save(tape: Tape): void;
  load(tape: Tape): boolean;
}

abstract class Table {
  count = 0;
  slots = FIRST_SLOTS;
  table: Int32Array;
  /** Home slots of the batch. */
  protected homes: Int32Array = new Int32Array(0);
  /** What the touch pass read: kept, lest the compiler drop the reads. */
  protected touched = 0;

  constructor(
    readonly width: 1 | 2,
    readonly budget: Budget,
  ) {
    const table = budget.words(this.slots * width);
    if (table === null) this.slots = 0;
    this.table = table ?? new Int32Array(width);
  }

  reserve(more: number): boolean {
    const needed = Math.ceil((this.count + more) / LOAD);
    if (needed <= this.slots) return true;
    if (this.slots === 0) return false;
    const bigger = grow(this.slots, this.width, needed, GROWTH, this.budget);
    if (bigger === null) return this.count + more < this.slots * 0.9;
    const old = this.table;
    this.table = bigger.table;
    this.slots = bigger.slots;
    this.rehash(old);
    this.budget.release(old);
    return true;
  }

  save(tape: Tape): void {
    tape.write(this.count, this.slots);
    tape.writeArray(this.table);
  }

  /** Into a new table. False when memory ends. */
  load(tape: Tape): boolean {
    const [count = 0, slots = 0] = tape.read();
    const table = this.budget.words(slots * this.width);
    if (table === null) return false;
    this.budget.release(this.table);
    table.set(tape.readWords());
    [this.count, this.slots, this.table] = [count, slots, table];
    return true;
  }

  protected abstract rehash(old: Int32Array): void;
}

/** Keys of one word, in slots of 4 bytes. */
export class KeyTable1 extends Table implements KeyTable {
  constructor(budget: Budget) {
    super(1, budget);
  }

  insert(keys: Int32Array, count: number, mark: number, fresh: Int32Array): number {
    const table = this.table;
    const mask = this.slots - 1;
    this.homes = scratch(this.homes, count);
    const homes = this.homes;
    let touched = 0;
    for (let i = 0; i < count; i++) {
      const home = hashOne((keys[i] as number) | mark) & mask;
      homes[i] = home;
      touched ^= table[home] as number;
    }
    this.touched = touched;
    let added = 0;
    for (let i = 0; i < count; i++) {
      const key = (keys[i] as number) | mark;
      let slot = homes[i] as number;
      for (;;) {
        const there = table[slot] as number;
        if (there === key) break;
        if (there === 0) {
          table[slot] = key;
          fresh[added++] = i;
          break;
        }
        slot = (slot + 1) & mask;
      }
    }
    this.count += added;
    return added;
  }

  find(keys: Int32Array, at: number, mark: number): number {
    const { table, slots } = this;
    const key = (keys[at] as number) | mark;
    for (let slot = hashOne(key) & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      if (table[slot] === key) return slot;
      if (table[slot] === 0) return -1;
    }
  }

  protected override rehash(old: Int32Array): void {
    const { table } = this;
    const mask = this.slots - 1;
    for (let i = 0; i < old.length; i++) {
      const key = old[i] as number;
      if (key === 0) continue;
      let slot = hashOne(key) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = key;
    }
  }
}

/** Keys of two words, in slots of 8 bytes. */
export class KeyTable2 extends Table implements KeyTable {
  private todo: Int32Array = new Int32Array(0);
  private readonly recent = new Int32Array(2 << (32 - RECENT_SHIFT));

  constructor(budget: Budget) {
    super(2, budget);
  }

  insert(keys: Int32Array, count: number, mark: number, fresh: Int32Array): number {
    const table = this.table;
    const mask = 2 * this.slots - 2;
    this.homes = scratch(this.homes, count);
    this.todo = scratch(this.todo, count);
    const { homes, todo } = this;
    const left = this.sift(keys, count, mark);
    let touched = 0;
    for (let j = 0; j < left; j++) touched ^= table[homes[j] as number] as number;
    this.touched = touched;
    let added = 0;
    for (let j = 0; j < left; j++) {
      const i = todo[j] as number;
      const a = keys[2 * i] as number;
      const b = (keys[2 * i + 1] as number) | mark;
      let slot = homes[j] as number;
      for (;;) {
        const there = table[slot + 1] as number;
        if (there === b && table[slot] === a) break;
        if (there === 0) {
          table[slot] = a;
          table[slot + 1] = b;
          fresh[added++] = i;
          break;
        }
        slot = (slot + 2) & mask;
      }
    }
    this.count += added;
    return added;
  }

  /**
   * Drops the keys that were inserted a moment ago: in a breadth-first search most known successors are recent (two
   * interleavings of the same steps), and the recent ones fit the second-level cache.
   */
  private sift(keys: Int32Array, count: number, mark: number): number {
    const { homes, todo, recent } = this;
    const mask = 2 * this.slots - 2;
    let left = 0;
    for (let i = 0; i < count; i++) {
      const a = keys[2 * i] as number;
      const b = (keys[2 * i + 1] as number) | mark;
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

  find(keys: Int32Array, at: number, mark: number): number {
    const { table } = this;
    const mask = 2 * this.slots - 2;
    const a = keys[at] as number;
    const b = (keys[at + 1] as number) | mark;
    for (let slot = (hashTwo(a, b) << 1) & mask; ; slot = (slot + 2) & mask) {
      if (table[slot + 1] === b && table[slot] === a) return slot >> 1;
      if (table[slot + 1] === 0) return -1;
    }
  }

  protected override rehash(old: Int32Array): void {
    const { table } = this;
    const mask = 2 * this.slots - 2;
    for (let i = 0; i < old.length; i += 2) {
      const b = old[i + 1] as number;
      if (b === 0) continue;
      const a = old[i] as number;
      let slot = (hashTwo(a, b) << 1) & mask;
      while (table[slot + 1] !== 0) slot = (slot + 2) & mask;
      table[slot] = a;
      table[slot + 1] = b;
    }
  }
}
