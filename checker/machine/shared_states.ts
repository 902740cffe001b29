import { hashTwo, hashWords } from './hash.ts';
import type { ChunkWriter } from './shared_pages.ts';
import { CHUNK_STATES, type SpaceMap } from './shared_space.ts';
import { BLOCK, RECENT_SHIFT, type SharedTable } from './shared_table.ts';
import { scratch } from './store.ts';

const NONE = new Int32Array(0);

/**
 * States of any width, as `IndexedStore` keeps them: a slot has the number of a state plus 1, and as a tag the bits of its hash
 * that did not choose the slot. A worker writes a state into a place of its own first and then claims the slot with its
 * number, so whoever sees the number sees the state. If another one was faster, the place is used for the next state.
 */
export class SharedStates implements SharedTable {
  #table: Int32Array = NONE;
  #pages: readonly Int32Array[] = [];
  #hashes: Int32Array = NONE;
  #todo: Int32Array = NONE;
  readonly #words: number;
  readonly #writer: ChunkWriter;
  /** Hashes and numbers plus 1 of recent states; 0: none. */
  readonly #recent = new Int32Array(2 << (32 - RECENT_SHIFT));
  touched = 0;

  constructor(words: number, writer: ChunkWriter) {
    this.#words = words;
    this.#writer = writer;
  }

  attach({ table, pages }: SpaceMap): void {
    this.#table = table;
    this.#pages = pages;
  }

  insert(buffer: Int32Array, count: number, fresh: Int32Array): number {
    this.#hashes = scratch(this.#hashes, count);
    this.#todo = scratch(this.#todo, count);
    const left = this.#sift(buffer, count);
    this.#touch(left);
    const words = this.#words;
    const table = this.#table;
    const hashes = this.#hashes;
    const todo = this.#todo;
    const recent = this.#recent;
    const mask = table.length - 1;
    const writer = this.#writer;
    let added = 0;
    for (let j = 0; j < left; j++) {
      const h = hashes[j] as number;
      const i = todo[j] as number;
      const from = i * words;
      let mine = -1;
      let slot = h & mask;
      let number: number;
      for (;;) {
        let there = table[slot] as number;
        if (there === 0) {
          if (mine < 0) mine = this.#write(buffer, from);
          there = Atomics.compareExchange(table, slot, 0, (h & ~mask) | (mine + 1));
          if (there === 0) {
            number = mine;
            writer.next++;
            fresh[added++] = i;
            break;
          }
        }
        number = (there & mask) - 1;
        if (((there ^ h) & ~mask) === 0 && this.#equal(number, buffer, from)) break;
        slot = (slot + 1) & mask;
      }
      const entry = (h >>> RECENT_SHIFT) << 1;
      recent[entry] = h;
      recent[entry + 1] = number + 1;
    }
    return added;
  }

  #hash(states: Int32Array, at: number): number {
    const words = this.#words;
    return words === 2
      ? hashTwo(states[at] as number, states[at + 1] as number)
      : hashWords(states, at, words);
  }

  /** Hashes of a batch, without the states that this worker has come by a moment ago. */
  #sift(states: Int32Array, count: number): number {
    const words = this.#words;
    const hashes = this.#hashes;
    const todo = this.#todo;
    const recent = this.#recent;
    let left = 0;
    for (let i = 0; i < count; i++) {
      const h = this.#hash(states, i * words);
      const entry = (h >>> RECENT_SHIFT) << 1;
      const known = recent[entry + 1] as number;
      if (recent[entry] === h && known !== 0 && this.#equal(known - 1, states, i * words)) continue;
      hashes[left] = h;
      todo[left++] = i;
    }
    return left;
  }

  /** Independent loads, which the core overlaps. */
  #touch(count: number): void {
    const table = this.#table;
    const hashes = this.#hashes;
    const mask = table.length - 1;
    let touched = 0;
    for (let j = 0; j < count; j++) touched ^= table[(hashes[j] as number) & mask] as number;
    this.touched = touched;
    const pages = this.#pages;
    const { shift, mask: pageMask, words } = this.#writer.pagination;
    for (let j = 0; j < count; j++) {
      const h = hashes[j] as number;
      const there = table[h & mask] as number;
      if (there === 0 || ((there ^ h) & ~mask) !== 0) continue;
      const number = (there & mask) - 1;
      touched ^= (pages[number >>> shift] as Int32Array)[(number & pageMask) * words] as number;
    }
    this.touched ^= touched;
  }

  #write(buffer: Int32Array, from: number): number {
    const number = this.#writer.place();
    const { shift, mask, words } = this.#writer.pagination;
    const page = this.#pages[number >>> shift] as Int32Array;
    const to = (number & mask) * words;
    for (let i = 0; i < words; i++) page[to + i] = buffer[from + i] as number;
    return number;
  }

  #equal(number: number, states: Int32Array, from: number): boolean {
    const { shift, mask, words } = this.#writer.pagination;
    const page = this.#pages[number >>> shift] as Int32Array;
    const at = (number & mask) * words;
    let i = 0;
    while (i < words && page[at + i] === states[from + i]) i++;
    return i === words;
  }

  rehash(block: number): boolean {
    const table = this.#table;
    const mask = table.length - 1;
    const { shift, mask: pageMask, words } = this.#writer.pagination;
    const first = block * BLOCK;
    for (let chunk = first; chunk < first + BLOCK; chunk += CHUNK_STATES) {
      const page = this.#pages[chunk >>> shift];
      if (page === undefined) return false;
      const full = page[(pageMask + 1) * words + (chunk & pageMask) / CHUNK_STATES] as number;
      let at = (chunk & pageMask) * words;
      for (let number = chunk; number < chunk + full; number++, at += words) {
        const h = this.#hash(page, at);
        const entry = (h & ~mask) | (number + 1);
        let slot = h & mask;
        while (table[slot] !== 0 || Atomics.compareExchange(table, slot, 0, entry) !== 0)
          slot = (slot + 1) & mask;
      }
    }
    return true;
  }

  find(states: Int32Array, at: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    const h = this.#hash(states, at);
    for (let slot = h & mask; ; slot = (slot + 1) & mask) {
      const there = table[slot] as number;
      if (there === 0) return -1;
      const number = (there & mask) - 1;
      if (((there ^ h) & ~mask) === 0 && this.#equal(number, states, at)) return number;
    }
  }
}
