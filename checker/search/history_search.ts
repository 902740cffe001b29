import type { Mark } from '../language/ir.ts';
import { Budget } from '../machine/budget.ts';
import type { Attributed, Generated, Marked } from '../machine/generated.ts';
import { IndexedStore } from '../machine/indexed_store.ts';
import { scratch } from '../machine/store.ts';
import { ParentLinks } from './links.ts';

/** A monitor says so instead of a number: nothing explains the history. */
export const NO_ORDER = -1;
/** … more operations were cut short than it follows. */
export const TOO_MANY_CUT_SHORT = -2;
/** So many it follows. */
export const CUT_SHORT_MAX = 8;

/** A deterministic automaton that reads histories: what it knows is a number. */
export interface HistoryMonitor {
  readonly initial: number;
  /** A process takes a step; what the step does is told afterwards. */
  begin(knowledge: number, process: number): number;
  tell(knowledge: number, mark: Mark, values: readonly number[]): number;
}

/** What is needed of a compiled model. */
export interface MarkedMachine {
  readonly generated: Generated;
  readonly attributed: Attributed;
  readonly marked: Marked;
  readonly marks: readonly Mark[];
}

export interface HistoryOptions {
  /** States of the model with what is known there, at most. */
  readonly maxPairs?: number;
  readonly maxMemory?: number;
}

/**
 * The states of a model, each with what a monitor knows when a run comes there: the product of both, breadth first, up to the
 * first history that the monitor cannot explain.
 */
export class HistorySearch {
  /** Ordinals of the steps of a shortest run whose last return nothing explains; `null`: none was found. */
  unexplained: number[] | null = null;
  /** What ended the search early; `null`: nothing. */
  limit: 'memory' | 'pairs' | 'cut short' | null = null;

  readonly #machine: MarkedMachine;
  readonly #monitor: HistoryMonitor;
  readonly #words: number;
  readonly #store: IndexedStore;
  readonly #links: ParentLinks;
  readonly #most: number;
  readonly #budget: Budget;
  #successors: Int32Array = new Int32Array(0);
  #fresh: Int32Array = new Int32Array(1);
  /** The next node to expand. */
  #next = 0;

  /** @param begin what the monitor knows in the initial state */
  constructor(machine: MarkedMachine, monitor: HistoryMonitor, begin: number, options: HistoryOptions = {}) {
    this.#machine = machine;
    this.#monitor = monitor;
    this.#words = machine.generated.words;
    this.#budget = new Budget(options.maxMemory);
    this.#store = new IndexedStore(this.#words + 1, this.#budget);
    this.#links = new ParentLinks(this.#budget);
    this.#most = options.maxPairs ?? Number.POSITIVE_INFINITY;
    this.#begin(begin);
  }

  get size(): number {
    return this.pairs;
  }

  get frontier(): number {
    return this.pairs - this.#next;
  }

  get storeBytes(): number {
    return this.#budget.used;
  }

  /** Pairs of a state and what is known there. */
  get pairs(): number {
    return this.#store.queue.count;
  }

  /** Goes on for so many nodes; false: it has ended. */
  advance(nodes: number): boolean {
    for (const until = this.#next + nodes; this.#more && this.#next < until; ) this.#visit(this.#next++);
    return this.#more;
  }

  get #more(): boolean {
    return this.unexplained === null && this.limit === null && this.#next < this.pairs;
  }

  #begin(begin: number): void {
    if (begin === NO_ORDER) this.unexplained = [];
    if (begin < 0 || !this.#reserve(1)) return;
    const first = new Int32Array(this.#words + 1);
    first.set(this.#machine.generated.initial);
    first[this.#words] = begin;
    this.#store.insert(first, 1, this.#fresh);
  }

  #visit(node: number): void {
    const count = this.#expand(node);
    if (this.unexplained !== null || this.limit !== null) return;
    if (!this.#reserve(count)) return;
    this.#fresh = scratch(this.#fresh, count);
    const added = this.#store.insert(this.#successors, count, this.#fresh);
    this.#links.record(Int32Array.of(count), 1, this.#fresh, added);
    if (this.pairs > this.#most) this.limit = 'pairs';
  }

  #reserve(states: number): boolean {
    if (this.#store.reserve(states) && this.#links.reserve(1, states)) return true;
    this.limit = 'memory';
    return false;
  }

  /** Fills `#successors` with the successors of a node, in the order of the machine. */
  #expand(node: number): number {
    const { generated, attributed, marked } = this.#machine;
    const { queue } = this.#store;
    const words = this.#words;
    const [page, at] = [queue.page(node), queue.offset(node)];
    generated.reserve(generated.fanOut * words);
    const end = attributed.expand(page, at, 0);
    generated.failures.length = 0;
    const count = end / words;
    const known = page[at + words] as number;
    const buffer = generated.buffer();
    this.#successors = scratch(this.#successors, count * (words + 1));
    const told = marked.length();
    for (let [ordinal, mover, entry] = [0, 0, 0]; ordinal < count; ordinal++) {
      while (2 * mover < attributed.ends.length && ordinal * words >= (attributed.ends[2 * mover] as number))
        mover++;
      let next = this.#monitor.begin(known, mover);
      for (
        ;
        entry < told && marked.log[entry + 1] === ordinal * words;
        entry += 3 + (marked.log[entry + 2] ?? 0)
      )
        if (next >= 0) next = this.#tell(next, entry);
      if (next === NO_ORDER) this.unexplained = [...this.#links.pathTo(node), ordinal];
      else if (next === TOO_MANY_CUT_SHORT) this.limit = 'cut short';
      if (next < 0) return ordinal;
      const to = ordinal * (words + 1);
      for (let w = 0; w < words; w++) this.#successors[to + w] = buffer[ordinal * words + w] as number;
      this.#successors[to + words] = next;
    }
    return count;
  }

  #tell(known: number, entry: number): number {
    const { marked, marks } = this.#machine;
    const [number, values] = [marked.log[entry] as number, marked.log[entry + 2] as number];
    const first = entry + 3;
    return this.#monitor.tell(known, marks[number] as Mark, marked.log.slice(first, first + values));
  }
}
