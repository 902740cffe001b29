import { Budget } from '../machine/budget.ts';
import { type Generated, Status } from '../machine/generated.ts';
import type { IndexedStore } from '../machine/indexed_store.ts';
import type { InlineStore } from '../machine/keyed_store.ts';
import { type StateStore, scratch } from '../machine/store.ts';
import { storeFor } from '../machine/store_for.ts';
import type { Tape } from '../machine/tape.ts';
import { ParentLinks } from './links.ts';
import { type Outcome, omissionOf, type Reduction, type Search, type SearchOptions } from './search.ts';
import { Watching } from './watching.ts';

/** Most states expanded before the successors are inserted. */
const BATCH_STATES = 256;
/**
 * A batch also ends at this many successors: their slots and copies stay in the second-level cache. Measured on
 * uevent-wake 3 3 2: 256 to 1024 are equal, 4096 takes 20 % longer.
 */
const BATCH_SUCCESSORS = 1024;

type SavedStore = InlineStore | IndexedStore;

/**
 * Level-synchronous breadth-first search: shortest paths, and a frontier instead of a stack. Batches: generate the
 * successors of some hundred states, touch their slots in the table so that the cache misses overlap, insert.
 */
export class BreadthFirst extends Watching implements Search {
  readonly store: StateStore;
  /** Successors generated: edges of the state graph. */
  transitions = 0;
  /** Level of the deepest state; the initial state is at level 0. */
  depth = 0;
  /** States expanded: the next to expand has this number. */
  expanded = 0;

  readonly #budget: Budget;
  readonly #links: ParentLinks | null;
  readonly #words: number;
  readonly #maxStates: number;
  readonly #ends = new Int32Array(BATCH_STATES);
  readonly #reduction: Reduction | null;
  #fresh: Int32Array = new Int32Array(0);
  /** Number after the last state of the level that is being expanded. */
  #levelEnd = 1;
  /** Level of the states that are being expanded. */
  #level = 0;

  constructor(generated: Generated, options: SearchOptions = {}) {
    super(generated, options);
    this.#words = generated.words;
    this.#maxStates = options.maxStates ?? Number.POSITIVE_INFINITY;
    this.#budget = new Budget(options.maxMemory);
    this.store = storeFor(generated, options.store ?? 'exact', this.#budget);
    this.#links = options.links === false ? null : new ParentLinks(this.#budget);
    this.#reduction = options.reduction ?? null;
    if (this.#reduction !== null && this.store.kind !== 'indexed')
      throw new Error('a reduced search needs a store that numbers its states');
    if (options.resume === undefined) this.#begin();
    else this.#load(options.resume);
  }

  /** States stored. */
  get states(): number {
    return this.store.queue.count;
  }

  /** States discovered and not expanded. */
  get frontier(): number {
    return this.states - this.expanded;
  }

  /** Bytes of store, queue and links now. */
  get storeBytes(): number {
    return this.#budget.used;
  }

  /** The same at its largest, the growth of a table included. */
  get peakBytes(): number {
    return this.#budget.peak;
  }

  /** 0 when exact. */
  get omissionProbability(): number {
    return omissionOf(this.store, this.states);
  }

  /** Expands about `states` more states (whole batches), unless the search ends before. */
  advance(states: number): Outcome {
    const until = this.expanded + states;
    while (this.outcome === 'more' && this.expanded < until) this.#batch();
    return this.outcome;
  }

  /** Where the search stands; for exact stores, between two calls of `advance`. */
  save(tape: Tape): void {
    const { transitions, depth, expanded } = this;
    tape.write(transitions, depth, expanded, this.#level, this.#levelEnd, this.#budget.peak);
    this.saveFindings(tape);
    (this.store as SavedStore).save(tape);
    this.#links?.save(tape);
  }

  #load(tape: Tape): void {
    const [transitions = 0, depth = 0, expanded = 0, level = 0, levelEnd = 1, peak = 0] = tape.read();
    [this.transitions, this.depth, this.expanded] = [transitions, depth, expanded];
    [this.#level, this.#levelEnd] = [level, levelEnd];
    this.loadFindings(tape);
    if (!(this.store as SavedStore).load(tape) || this.#links?.load(tape) === false)
      this.stop('max-memory', this.options.maxMemory ?? this.#budget.used);
    this.#budget.peak = Math.max(peak, this.#budget.used);
  }

  /** Runs to the end. */
  run(): Outcome {
    return this.advance(Number.POSITIVE_INFINITY);
  }

  /** Ordinals of the successors that lead from the initial state to the state with this number: a shortest path. */
  pathTo(state: number): number[] {
    if (this.#links === null) throw new Error('the search kept no parent links');
    return this.#links.pathTo(state);
  }

  get traces(): Search['traces'] {
    return this.store.kind === 'inline' || this.store.kind === 'indexed' ? 'shortest' : 'any';
  }

  get visited(): StateStore {
    return this.store;
  }

  /** In an inline store the order of discovery is gone: the search is repeated up to that state. */
  first(wanted: (states: Int32Array, at: number) => boolean): number | null {
    if (this.store.kind === 'indexed') {
      const { queue } = this.store;
      for (let number = 0; number < queue.count; number++) {
        if (wanted(queue.page(number), queue.offset(number))) return number;
      }
      return null;
    }
    const { maxMemory = Number.POSITIVE_INFINITY } = this.options;
    const options = { links: false, deadlock: false, stopAt: wanted, maxMemory };
    const again = new BreadthFirst(this.generated, options);
    again.run();
    return again.target?.state ?? null;
  }

  #begin(): void {
    const { initial } = this.generated;
    if (!this.#reserve(0, 1)) return;
    this.#fresh = scratch(this.#fresh, 1);
    const added = this.store.insert(initial, 1, this.#fresh);
    this.#inspect(initial, added, 0);
    if (this.states >= this.#maxStates) this.stop('max-states', this.#maxStates);
    else if (this.options.maxDepth === 0) this.stop('max-depth', 0);
    else this.decide();
  }

  /** One batch: expand, insert, link, inspect. States of one level and of one page. */
  #batch(): void {
    const { queue } = this.store;
    const from = this.expanded;
    const room = Math.ceil((this.#maxStates - this.states) / Math.max(1, this.generated.fanOut));
    const pageEnd = (from | queue.mask) + 1;
    const states = Math.min(BATCH_STATES, this.#levelEnd - from, pageEnd - from, room);
    const parents = this.#expand(queue.page(from), queue.offset(from), states);
    if (this.outcome !== 'more') return;
    const successors = this.#ends[parents - 1] as number;
    if (!this.#reserve(parents, successors)) return;
    this.#fresh = scratch(this.#fresh, successors);
    const buffer = this.generated.buffer();
    const added = this.store.insert(buffer, successors, this.#fresh);
    this.#links?.record(this.#ends, parents, this.#fresh, added);
    this.transitions += successors;
    this.expanded += parents;
    this.store.release(this.expanded);
    if (added > 0) this.depth = this.#level + 1;
    this.#inspect(buffer, added, this.depth);
    const { onlooker } = this.options;
    if (onlooker !== undefined && this.states >= onlooker.dueStates) onlooker.look(this.store, this.states);
    this.#turn();
  }

  /** Generates successors; returns how many states it expanded, with the end positions of each in `#ends`. */
  #expand(states: Int32Array, first: number, count: number): number {
    const generated = this.generated;
    const reduction = this.#reduction;
    const { status } = generated;
    const words = this.#words;
    const ends = this.#ends;
    const enough = BATCH_SUCCESSORS * words;
    generated.reserve(enough + generated.fanOut * words);
    let at = first;
    let out = 0;
    let done = 0;
    while (done < count && out < enough) {
      if (reduction === null) out = generated.expand(states, at, out);
      else out = this.expandEnough(reduction, states, at, out, this.expanded + done);
      const seen = status[0] as number;
      if ((seen & (Status.System | Status.Failed)) !== Status.System) {
        this.remark(seen, states, at, this.expanded + done, this.#level);
        if (this.outcome !== 'more') return 0;
      }
      at += words;
      ends[done++] = out / words;
    }
    return done;
  }

  /**
   * Generates the steps of state `number` that are enough. One of them must lead to a state with a higher number, so that in the end a state
   * with all steps is reached and no step is left out for ever: the queue proviso (Bošnački, Leue, Lafuente,
   * "Partial-order reduction for general state exploring algorithms", 2009).
   */
  expandEnough(reduction: Reduction, states: Int32Array, at: number, out: number, number: number): number {
    const end = reduction.expand(states, at, out);
    if (!reduction.partial) return end;
    const buffer = this.generated.buffer();
    for (let to = out; to < end; to += this.#words) {
      const known = this.store.indexOf(buffer, to);
      if (known < 0 || known > number) return end;
    }
    return reduction.full(states, at, out);
  }

  /** Evaluates the properties of the `added` new states at positions `#fresh` of `buffer`. */
  #inspect(buffer: Int32Array, added: number, depth: number): void {
    const generated = this.generated;
    const words = this.#words;
    const fresh = this.#fresh;
    const findings = this.propertyFindings;
    const first = this.states - added;
    for (let i = 0; i < added && findings.pending !== 0; i++) {
      const seen = generated.properties(buffer, (fresh[i] as number) * words);
      if ((seen & findings.pending) !== 0) findings.note(seen, first + i, depth);
    }
    const { stopAt } = this.options;
    for (let i = 0; stopAt !== undefined && i < added && this.target === null; i++) {
      if (stopAt(buffer, (fresh[i] as number) * words)) this.target = { state: first + i, depth };
    }
  }

  /** After a batch: the next level, or the end. */
  #turn(): void {
    this.decide();
    if (this.outcome !== 'more') return;
    if (this.expanded === this.states) {
      this.finish(this.store);
      return;
    }
    if (this.states >= this.#maxStates) this.stop('max-states', this.#maxStates);
    if (this.expanded < this.#levelEnd) return;
    this.#level++;
    this.#levelEnd = this.states;
    const { maxDepth } = this.options;
    if (maxDepth !== undefined && this.#level >= maxDepth) this.stop('max-depth', maxDepth);
  }

  #reserve(parents: number, states: number): boolean {
    if (this.store.reserve(states) && (this.#links?.reserve(parents, states) ?? true)) return true;
    this.stop('max-memory', this.options.maxMemory ?? this.#budget.used);
    return false;
  }
}
