import type { Budget } from './budget.ts';
import { at, CHUNK_STATES, pagination, type Shared, type SpaceMap, Word } from './shared_space.ts';

const FIRST_SLOTS = 1 << 14;
/** Tables up to this many slots grow by 4x, bigger ones of numbers by 2x: see `IndexedStore`. */
const FAST_GROWTH_SLOTS = 1 << 22;
/** As `key_table.ts` and `indexed_store.ts` have it. */
const LOAD = { inline: 0.75, indexed: 0.8 } as const;
/** When there is no memory for a bigger table. */
const LOAD_MAX = { inline: 0.9, indexed: 0.9 } as const;
/** Beyond, word indices would leave the range of small integers. */
const SLOTS_MAX = 2 ** 29;

/** The leader's side of the shared memory: it makes arrays, and maps of them, while nobody works. */
export class SharedMemory {
  readonly #shared: Shared;
  readonly #budget: Budget;
  #map: SpaceMap;
  #slots = 0;
  #chunks = 0;

  constructor(shared: Shared, budget: Budget) {
    this.#shared = shared;
    this.#budget = budget;
    const none = new Int32Array(0);
    this.#map = { version: 0, table: none, old: null, pages: [], ranges: [none, none], free: none };
  }

  get map(): SpaceMap {
    return this.#map;
  }

  #get(word: number): number {
    return Atomics.load(this.#shared.control, at(word));
  }

  #set(word: number, value: number): void {
    Atomics.store(this.#shared.control, at(word), value);
  }

  /** Room for `states` more; false when memory ends. The old table, if there is one then, must be moved. */
  grow(states: number): boolean {
    // What was asked for in vain is still there.
    if (this.#get(Word.NextChunk) > this.#get(Word.Chunks)) this.#set(Word.NextChunk, this.#get(Word.Chunks));
    const chunks = this.#get(Word.NextChunk) + Math.ceil(states / CHUNK_STATES) + this.#shared.workers;
    // The table last: a new one that is not filled must not stay behind.
    if (!this.#growPages(chunks) || !this.#growTable(this.#get(Word.Count) + states, chunks)) return false;
    const byTable =
      this.#shared.kind === 'indexed' ? Math.floor(this.#slots / CHUNK_STATES) - 1 : this.#chunks;
    this.#set(Word.Chunks, Math.min(this.#chunks, byTable));
    this.#set(Word.Version, this.#map.version);
    return true;
  }

  /** All keys are in the new table. */
  moved(): void {
    const { old, version } = this.#map;
    if (old !== null) this.#budget.release(old);
    this.#map = { ...this.#map, old: null, version: version + 1 };
    this.#set(Word.Version, version + 1);
  }

  #growTable(states: number, chunks: number): boolean {
    const { kind, words } = this.#shared;
    // A number must fit where the tag begins.
    const numbers = kind === 'indexed' ? (chunks + 2) * CHUNK_STATES : 0;
    const enough = (slots: number): boolean => states <= slots * LOAD[kind] && numbers <= slots;
    if (enough(this.#slots)) return true;
    const first = this.#slots === 0 ? FIRST_SLOTS / 4 : this.#slots;
    const fast = kind === 'inline' || this.#slots < FAST_GROWTH_SLOTS;
    for (const factor of fast ? [4, 2] : [2]) {
      let slots = first * factor;
      while (!enough(slots)) slots *= 2;
      const table =
        slots > SLOTS_MAX ? null : this.#budget.sharedWords(kind === 'inline' ? slots * words : slots);
      if (table === null) continue;
      const { table: before, version } = this.#map;
      this.#map = { ...this.#map, table, old: before.length === 0 ? null : before, version: version + 1 };
      this.#slots = slots;
      this.#set(Word.Capacity, Math.floor(slots * LOAD[kind]));
      return true;
    }
    this.#set(Word.Capacity, Math.floor(this.#slots * LOAD_MAX[kind]));
    return states <= this.#slots * LOAD_MAX[kind] && numbers <= this.#slots;
  }

  #growPages(chunks: number): boolean {
    const { chunks: each, length } = pagination(this.#shared.words);
    if (chunks <= this.#chunks) return true;
    const wanted = Math.max(chunks, Math.floor(1.25 * this.#chunks));
    const pages = [...this.#map.pages];
    while (pages.length * each < wanted) {
      const page = this.#budget.sharedWords(length);
      if (page === null) break;
      pages.push(page);
    }
    this.#chunks = pages.length * each;
    this.#map = { ...this.#map, pages, version: this.#map.version + 1 };
    return this.#growRanges() && chunks <= this.#chunks;
  }

  /** A level has at most one range in each chunk, and one more for each worker. */
  #growRanges(): boolean {
    const { ranges, free, version } = this.#map;
    if (2 * (this.#chunks + this.#shared.workers) <= ranges[0].length) return true;
    const [even, odd] = [this.#copy(ranges[0], 4 * this.#chunks), this.#copy(ranges[1], 4 * this.#chunks)];
    const freed = this.#copy(free, 2 * this.#chunks);
    if (even === null || odd === null || freed === null) return false;
    this.#map = { ...this.#map, ranges: [even, odd], free: freed, version: version + 1 };
    return true;
  }

  #copy(before: Int32Array, length: number): Int32Array | null {
    const bigger = this.#budget.sharedWords(length + 2 * this.#shared.workers);
    bigger?.set(before);
    if (bigger !== null) this.#budget.release(before);
    return bigger;
  }

  /** The level that was expanded: its states are known by their keys, so the chunks are free (inline). */
  recycle(level: number): void {
    let count = Math.max(0, this.#get(Word.FreeChunks));
    const ranges = this.#map.ranges[level & 1] as Int32Array;
    const expanded = this.#get(Word.Ranges);
    for (let i = 0; i < expanded; i++)
      this.#map.free[count++] = Math.floor((ranges[2 * i] as number) / CHUNK_STATES);
    this.#set(Word.FreeChunks, count);
  }
}
