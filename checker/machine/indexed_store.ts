import type { Budget } from './budget.ts';
import { hashTwo, hashWords } from './hash.ts';
import { StatePages } from './pages.ts';
import { grow, type StateStore, scratch, type Visit } from './store.ts';
import type { Tape } from './tape.ts';

const FIRST_SLOTS = 1 << 12;
/** A tag tells a foreign slot from a state without reading it, which makes long probes cheap: so memory decides. */
const LOAD = 0.8;
/** Tables up to this many slots (16 MB) grow by 4x, bigger ones by 2x: at most 10 bytes per state in big searches. */
const FAST_GROWTH_SLOTS = 1 << 22;
/** States hashed at a time when a table grows. */
const REHASH_BATCH = 1024;
/** 32 less log2 of the recent states remembered. */
const RECENT_SHIFT = 17;

/**
 * Exact store for states of any width. A slot has 4 bytes: the state's number plus 1 in the low bits, and as a tag the
 * bits of its hash that did not choose the slot. A compare with a full state (a second cache miss) happens only
 * when the tags agree. Numbers grow into the tag as the table doubles: with 2^24 slots the tag has 8 bits.
 */
export class IndexedStore implements StateStore {
  readonly kind = 'indexed';
  readonly queue: StatePages;
  readonly #words: number;
  readonly #budget: Budget;
  #slots = FIRST_SLOTS;
  #table: Int32Array;
  #hashes: Int32Array = new Int32Array(0);
  #places: Int32Array = new Int32Array(0);
  #todo: Int32Array = new Int32Array(0);
  /** Direct-mapped by the top bits of the hash: pairs of hash and number plus 1 of a recent state; 0: none. */
  readonly #recent: Int32Array = new Int32Array(2 << (32 - RECENT_SHIFT));
  /** What the touch passes read: kept, lest the compiler drop the reads. */
  touched = 0;

  constructor(words: number, budget: Budget) {
    this.#words = words;
    this.#budget = budget;
    this.queue = new StatePages(words, budget);
    const table = budget.words(FIRST_SLOTS);
    if (table === null) this.#slots = 0;
    this.#table = table ?? new Int32Array(1);
  }

  reserve(more: number): boolean {
    const count = this.queue.count + more;
    if (!this.queue.reserve(more)) return false;
    if (count <= this.#slots * LOAD) return true;
    if (this.#slots === 0) return false;
    const factor = this.#slots < FAST_GROWTH_SLOTS ? 4 : 2;
    const bigger = grow(this.#slots, 1, Math.ceil(count / LOAD), factor, this.#budget);
    if (bigger === null) return count < this.#slots * 0.95;
    const old = this.#table;
    this.#table = bigger.table;
    this.#slots = bigger.slots;
    this.#budget.release(old);
    this.#rehash();
    return true;
  }

  insert(buffer: Int32Array, count: number, fresh: Int32Array): number {
    this.#hashes = scratch(this.#hashes, count);
    this.#places = scratch(this.#places, count);
    this.#todo = scratch(this.#todo, count);
    const left = this.#sift(buffer, count);
    this.#touch(left, this.#slots - 1);
    this.#candidates(left);
    return this.#settle(buffer, left, fresh);
  }

  release(_number: number): void {}

  lookup(states: Int32Array, at: number): boolean {
    return this.indexOf(states, at) >= 0;
  }

  indexOf(states: Int32Array, at: number): number {
    const words = this.#words;
    const table = this.#table;
    const mask = this.#slots - 1;
    const h =
      words === 2 ? hashTwo(states[at] as number, states[at + 1] as number) : hashWords(states, at, words);
    for (let slot = h & mask; ; slot = (slot + 1) & mask) {
      const there = table[slot] as number;
      if (there === 0) return -1;
      if (((there ^ h) & ~mask) !== 0) continue;
      const number = (there & mask) - 1;
      const page = this.queue.page(number);
      const from = this.queue.offset(number);
      let i = 0;
      while (i < words && page[from + i] === states[at + i]) i++;
      if (i === words) return number;
    }
  }

  indexLimit(): number {
    return this.queue.count;
  }

  save(tape: Tape): void {
    this.queue.save(tape);
    tape.write(this.#slots);
    tape.writeArray(this.#table);
  }

  load(tape: Tape): boolean {
    if (!this.queue.load(tape)) return false;
    const [slots = 0] = tape.read();
    const table = this.#budget.words(slots);
    if (table === null) return false;
    this.#budget.release(this.#table);
    table.set(tape.readWords());
    [this.#slots, this.#table] = [slots, table];
    return true;
  }

  scan(visit: Visit, backwards = false): void {
    const { queue } = this;
    const count = queue.count;
    for (let i = 0; i < count; i++) {
      const number = backwards ? count - 1 - i : i;
      visit(queue.page(number), queue.offset(number), number);
    }
  }

  /**
   * Hashes of a batch, without the states that were inserted a moment ago: in a breadth-first search most known
   * successors are recent (two interleavings of the same steps), most of them in the same batch. Compares whole
   * states, so it stays exact. An entry made here names a position of the batch (complemented), until `#settle`
   * writes the number there.
   * @returns how many are left: hashes in `#hashes`, positions in `#todo`
   */
  #sift(states: Int32Array, count: number): number {
    const words = this.#words;
    const hashes = this.#hashes;
    const todo = this.#todo;
    const recent = this.#recent;
    const { pages, shift, mask: pageMask } = this.queue;
    let left = 0;
    let at = 0;
    for (let i = 0; i < count; i++, at += words) {
      const h =
        words === 2 ? hashTwo(states[at] as number, states[at + 1] as number) : hashWords(states, at, words);
      const entry = (h >>> RECENT_SHIFT) << 1;
      const known = recent[entry + 1] as number;
      if (recent[entry] === h && known !== 0) {
        const number = known - 1;
        const page = known < 0 ? states : (pages[number >>> shift] as Int32Array);
        const from = known < 0 ? ~known * words : (number & pageMask) * words;
        let j = 0;
        while (j < words && page[from + j] === states[at + j]) j++;
        if (j === words) continue;
      }
      recent[entry] = h;
      recent[entry + 1] = ~i;
      hashes[left] = h;
      todo[left++] = i;
    }
    return left;
  }

  /** A first touch of the slots of a batch: independent loads, which the core overlaps. */
  #touch(count: number, mask: number): void {
    const table = this.#table;
    const hashes = this.#hashes;
    let touched = 0;
    for (let i = 0; i < count; i++) touched ^= table[(hashes[i] as number) & mask] as number;
    this.touched = touched;
  }

  /** The first slot of each probe that is free or has the right tag, and a touch of the state it names. */
  #candidates(count: number): void {
    const words = this.#words;
    const table = this.#table;
    const hashes = this.#hashes;
    const places = this.#places;
    const mask = this.#slots - 1;
    const { pages, shift, mask: pageMask } = this.queue;
    let touched = 0;
    for (let i = 0; i < count; i++) {
      const h = hashes[i] as number;
      let slot = h & mask;
      let there = table[slot] as number;
      while (there !== 0 && ((there ^ h) & ~mask) !== 0) {
        slot = (slot + 1) & mask;
        there = table[slot] as number;
      }
      places[i] = slot;
      if (there !== 0) {
        const number = (there & mask) - 1;
        touched ^= (pages[number >>> shift] as Int32Array)[(number & pageMask) * words] as number;
      }
    }
    this.touched ^= touched;
  }

  /** Compares with the candidates, goes on probing where they differ, and appends what is new. */
  #settle(buffer: Int32Array, count: number, fresh: Int32Array): number {
    const words = this.#words;
    const table = this.#table;
    const hashes = this.#hashes;
    const places = this.#places;
    const todo = this.#todo;
    const recent = this.#recent;
    const mask = this.#slots - 1;
    const { pages, shift, mask: pageMask } = this.queue;
    let next = this.queue.count;
    let added = 0;
    for (let i = 0; i < count; i++) {
      const h = hashes[i] as number;
      const at = (todo[i] as number) * words;
      let slot = places[i] as number;
      let number = -1;
      while (number < 0) {
        const there = table[slot] as number;
        if (there === 0) {
          table[slot] = (h & ~mask) | (next + 1);
          const page = pages[next >>> shift] as Int32Array;
          const to = (next & pageMask) * words;
          for (let j = 0; j < words; j++) page[to + j] = buffer[at + j] as number;
          number = next++;
          fresh[added++] = todo[i] as number;
        } else if (((there ^ h) & ~mask) === 0) {
          const candidate = (there & mask) - 1;
          const page = pages[candidate >>> shift] as Int32Array;
          const from = (candidate & pageMask) * words;
          let j = 0;
          while (j < words && page[from + j] === buffer[at + j]) j++;
          if (j === words) number = candidate;
        }
        slot = (slot + 1) & mask;
      }
      const entry = (h >>> RECENT_SHIFT) << 1;
      recent[entry] = h;
      recent[entry + 1] = number + 1;
    }
    this.queue.count = next;
    return added;
  }

  /** Fills the new table, in order of the numbers: the states are read sequentially, the slots touched in batches. */
  #rehash(): void {
    const words = this.#words;
    const table = this.#table;
    const mask = this.#slots - 1;
    const { queue } = this;
    const batch = Math.min(REHASH_BATCH, queue.mask + 1);
    this.#hashes = scratch(this.#hashes, batch);
    const hashes = this.#hashes;
    for (let number = 0; number < queue.count; number += batch) {
      const count = Math.min(batch, queue.count - number);
      const page = queue.page(number);
      let at = queue.offset(number);
      for (let i = 0; i < count; i++, at += words) {
        hashes[i] =
          words === 2 ? hashTwo(page[at] as number, page[at + 1] as number) : hashWords(page, at, words);
      }
      this.#touch(count, mask);
      for (let i = 0; i < count; i++) {
        const h = hashes[i] as number;
        let slot = h & mask;
        while (table[slot] !== 0) slot = (slot + 1) & mask;
        table[slot] = (h & ~mask) | (number + i + 1);
      }
    }
  }
}
