import { at, CHUNK_STATES, type Pagination, pagination, type SpaceMap, Word } from './shared_space.ts';

const NONE = new Int32Array(0);

/**
 * One worker's hands on the shared pages: it takes chunks, fills them with states, and notes what it has filled as ranges of
 * the level that is being found.
 */
export class ChunkWriter {
  readonly pagination: Pagination;
  pages: readonly Int32Array[] = [];
  /** Number of the next state, and the end of its chunk; equal: no chunk. */
  next = 0;
  #end = 0;
  /** First state of the range that is open. */
  #first = 0;
  #ranges: Int32Array = NONE;
  #free: Int32Array = NONE;
  readonly #spare: number[] = [];
  readonly #control: Int32Array;
  /** Whether states stay for ever; otherwise a chunk belongs to one level, and is used again. */
  readonly #keep: boolean;

  constructor(words: number, control: Int32Array, keep: boolean) {
    this.pagination = pagination(words);
    this.#control = control;
    this.#keep = keep;
  }

  /** The arrays as they are now, for states of level `level`. */
  attach(map: SpaceMap, level: number): void {
    this.pages = map.pages;
    this.#free = map.free;
    this.#ranges = map.ranges[level & 1] as Int32Array;
  }

  /** Takes chunks until `states` have room; false: there are not enough. */
  reserve(states: number): boolean {
    let room = this.#end - this.next + this.#spare.length * CHUNK_STATES;
    for (; room < states; room += CHUNK_STATES) {
      const chunk = this.#take();
      if (chunk < 0) return false;
      this.#spare.push(chunk);
    }
    return true;
  }

  #take(): number {
    const control = this.#control;
    if (Atomics.load(control, at(Word.FreeChunks)) > 0) {
      const left = Atomics.sub(control, at(Word.FreeChunks), 1);
      if (left > 0) return this.#free[left - 1] as number;
    }
    const chunk = Atomics.add(control, at(Word.NextChunk), 1);
    return chunk < Atomics.load(control, at(Word.Chunks)) ? chunk : -1;
  }

  /** The number of the next state; it has room. `wrote` follows. */
  place(): number {
    if (this.next === this.#end) this.#open();
    return this.next;
  }

  #open(): void {
    this.closeRange();
    const chunk = this.#spare.pop() as number;
    this.next = this.#first = chunk * CHUNK_STATES;
    this.#end = this.next + CHUNK_STATES;
  }

  /** Copies the states at positions `fresh[0 … count-1]` of `buffer`. */
  append(buffer: Int32Array, fresh: Int32Array, count: number): void {
    const { words, shift, mask } = this.pagination;
    for (let i = 0; i < count; ) {
      let number = this.place();
      const page = this.pages[number >>> shift] as Int32Array;
      const stop = Math.min(this.#end, number + count - i);
      let to = (number & mask) * words;
      for (; number < stop; number++) {
        let from = (fresh[i++] as number) * words;
        for (const end = to + words; to < end; to++) page[to] = buffer[from++] as number;
      }
      this.next = number;
    }
  }

  /** Notes how full the chunk is, for whoever reads all states. */
  settle(): void {
    if (this.#end === 0) return;
    const { shift, mask, words } = this.pagination;
    const chunk = this.#end - CHUNK_STATES;
    const page = this.pages[chunk >>> shift] as Int32Array;
    page[(mask + 1) * words + (chunk & mask) / CHUNK_STATES] = this.next - chunk;
  }

  /** Notes what was written since the last range. */
  closeRange(): void {
    const count = this.next - this.#first;
    if (count === 0) return;
    if (this.#keep) this.settle();
    const entry = Atomics.add(this.#control, at(Word.RangesFound), 1);
    this.#ranges[2 * entry] = this.#first;
    this.#ranges[2 * entry + 1] = count;
    this.#first = this.next;
  }

  /** The level ends. */
  endLevel(): void {
    this.closeRange();
    if (!this.#keep) this.next = this.#first = this.#end = 0;
  }
}
