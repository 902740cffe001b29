import type { Budget } from './budget.ts';
import type { Tape } from './tape.ts';

/** Words per page: 512 KiB pages keep the list of pages short and the waste of a small search small. */
const PAGE_WORDS = 1 << 17;
const RELEASED = new Int32Array(0);

/**
 * The states of a search in order of discovery, in pages of typed arrays. A search with keys in its table needs
 * only the states that are not expanded yet: it releases the pages behind it, and they are used again.
 */
export class StatePages {
  /** log2 of the states per page. */
  readonly shift: number;
  /** States per page, less 1. */
  readonly mask: number;
  /** Pages by number; an empty array once released. */
  readonly pages: Int32Array[] = [];
  /** States appended. */
  count = 0;
  readonly #words: number;
  readonly #budget: Budget;
  readonly #free: Int32Array[] = [];
  #released = 0;

  constructor(words: number, budget: Budget) {
    this.#words = words;
    this.#budget = budget;
    this.shift = Math.max(0, 31 - Math.clz32(Math.floor(PAGE_WORDS / words)));
    this.mask = (1 << this.shift) - 1;
  }

  /** Makes room for `more` states; false when memory ends. */
  reserve(more: number): boolean {
    const needed = (this.count + more + this.mask) >>> this.shift;
    while (this.pages.length < needed) {
      const page = this.#free.pop() ?? this.#budget.words(this.#words << this.shift);
      if (page === null) return false;
      this.pages.push(page);
    }
    return true;
  }

  /** Appends the states at positions `fresh[0 … count-1]` of `buffer`. The room is reserved. */
  append(buffer: Int32Array, fresh: Int32Array, count: number): void {
    const words = this.#words;
    const mask = this.mask;
    let number = this.count;
    let page = this.page(number);
    for (let i = 0; i < count; i++) {
      if ((number & mask) === 0) page = this.page(number);
      let from = (fresh[i] as number) * words;
      let to = (number & mask) * words;
      for (const end = to + words; to < end; to++) page[to] = buffer[from++] as number;
      number++;
    }
    this.count = number;
  }

  /** The page that holds state `number`; empty when released or not there yet. */
  page(number: number): Int32Array {
    return this.pages[number >>> this.shift] ?? RELEASED;
  }

  /** Where state `number` begins in its page. */
  offset(number: number): number {
    return (number & this.mask) * this.#words;
  }

  /** Gives the pages up for reuse whose states are all below `number`. */
  releaseBefore(number: number): void {
    const end = number >>> this.shift;
    for (; this.#released < end; this.#released++) {
      const page = this.pages[this.#released] as Int32Array;
      this.pages[this.#released] = RELEASED;
      if (this.#free.length < 2) this.#free.push(page);
      else this.#budget.release(page);
    }
  }

  save(tape: Tape): void {
    tape.write(this.count, this.#released, this.pages.length);
    for (const page of this.pages.slice(this.#released)) tape.writeArray(page);
  }

  /** Into a new object. False when memory ends. */
  load(tape: Tape): boolean {
    const [count = 0, released = 0, pages = 0] = tape.read();
    [this.count, this.#released] = [count, released];
    this.pages.length = 0;
    for (let i = 0; i < pages; i++) {
      const page = i < released ? RELEASED : this.#budget.words(this.#words << this.shift);
      if (page === null) return false;
      if (i >= released) page.set(tape.readWords());
      this.pages.push(page);
    }
    return true;
  }
}
