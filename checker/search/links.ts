import type { Budget } from '../machine/budget.ts';
import type { Tape } from '../machine/tape.ts';

/** Entries per page, log2. A path costs at most one page of reading per step. */
const SHIFT = 14;
const MASK = (1 << SHIFT) - 1;
const ESCAPE = 255;

/** A column of small numbers, one byte each; 255 and more stand in a sorted side list. */
class ByteColumn {
  length = 0;
  readonly #budget: Budget;
  readonly #pages: Uint8Array[] = [];
  #page: Uint8Array = new Uint8Array(0);
  readonly #at: number[] = [];
  readonly #values: number[] = [];

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  reserve(more: number): boolean {
    while (this.#pages.length << SHIFT < this.length + more) {
      const page = this.#budget.octets(1 << SHIFT);
      if (page === null) return false;
      this.#pages.push(page);
    }
    return true;
  }

  push(value: number): void {
    const at = this.length++;
    if ((at & MASK) === 0) this.#page = this.#pages[at >>> SHIFT] as Uint8Array;
    this.#page[at & MASK] = value < ESCAPE ? value : this.#escape(at, value);
  }

  get(at: number): number {
    const value = (this.#pages[at >>> SHIFT] as Uint8Array)[at & MASK] as number;
    if (value !== ESCAPE) return value;
    let low = 0;
    for (let high = this.#at.length - 1; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((this.#at[middle] as number) < at) low = middle + 1;
      else high = middle;
    }
    return this.#values[low] as number;
  }

  save(tape: Tape): void {
    tape.write(this.length, this.#pages.length);
    for (const page of this.#pages) tape.writeArray(page);
    tape.writeList(this.#at);
    tape.writeList(this.#values);
  }

  load(tape: Tape): boolean {
    const [length = 0, pages = 0] = tape.read();
    this.length = length;
    for (let i = 0; i < pages; i++) {
      const page = this.#budget.octets(1 << SHIFT);
      if (page === null) return false;
      page.set(tape.readOctets());
      this.#pages.push(page);
    }
    // The page that is being filled; at a boundary the next push fetches it.
    if ((length & MASK) !== 0) this.#page = this.#pages[length >>> SHIFT] as Uint8Array;
    for (const at of tape.read()) this.#at.push(at);
    for (const value of tape.read()) this.#values.push(value);
    this.#budget.charge(16 * this.#at.length);
    return true;
  }

  #escape(at: number, value: number): number {
    this.#at.push(at);
    this.#values.push(value);
    this.#budget.charge(16);
    return ESCAPE;
  }
}

/**
 * Parent links of a breadth-first search in two bytes per state. States are discovered in order of their expanded
 * parents, so it is enough to keep how many new states each parent gave, and for each new state which of its
 * parent's successors it was.
 */
export class ParentLinks {
  readonly #children: ByteColumn;
  readonly #ordinals: ByteColumn;
  /** Per page of parents: states discovered before it (the initial state apart). */
  readonly #before: number[] = [];

  constructor(budget: Budget) {
    this.#children = new ByteColumn(budget);
    this.#ordinals = new ByteColumn(budget);
  }

  reserve(parents: number, states: number): boolean {
    return this.#children.reserve(parents) && this.#ordinals.reserve(states);
  }

  /**
   * Records a batch.
   * @param ends for each of the `parents` parents, the position after its last successor
   * @param fresh positions of the new states, ascending
   */
  record(ends: Int32Array, parents: number, fresh: Int32Array, added: number): void {
    const children = this.#children;
    const ordinals = this.#ordinals;
    let next = 0;
    let begin = 0;
    for (let i = 0; i < parents; i++) {
      if ((children.length & MASK) === 0) this.#before.push(ordinals.length);
      const end = ends[i] as number;
      const first = next;
      while (next < added && (fresh[next] as number) < end) ordinals.push((fresh[next++] as number) - begin);
      children.push(next - first);
      begin = end;
    }
  }

  save(tape: Tape): void {
    this.#children.save(tape);
    this.#ordinals.save(tape);
    tape.writeList(this.#before);
  }

  load(tape: Tape): boolean {
    const loaded = this.#children.load(tape) && this.#ordinals.load(tape);
    if (loaded) for (const before of tape.read()) this.#before.push(before);
    return loaded;
  }

  /** The expanded state that state `number` (not 0) was discovered from. */
  parentOf(number: number): number {
    let low = 0;
    let high = this.#before.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#before[middle] as number) < number) low = middle;
      else high = middle - 1;
    }
    let parent = low << SHIFT;
    let seen = (this.#before[low] as number) + this.#children.get(parent);
    while (seen < number) seen += this.#children.get(++parent);
    return parent;
  }

  /** Ordinals of the successors that lead from the initial state to state `number`. */
  pathTo(number: number): number[] {
    const path: number[] = [];
    for (let at = number; at > 0; at = this.parentOf(at)) path.push(this.#ordinals.get(at - 1));
    return path.reverse();
  }
}
