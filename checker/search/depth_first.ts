import { Budget } from '../machine/budget.ts';
import type { Generated } from '../machine/generated.ts';
import type { StateStore } from '../machine/store.ts';
import { storeFor } from '../machine/store_for.ts';
import { type Outcome, omissionOf, type Search, type SearchOptions } from './search.ts';
import { Watching } from './watching.ts';

/** Words of the stack at first; it doubles. */
const FIRST_STACK = 1 << 12;

/**
 * Depth-first search with an explicit stack (Holzmann, The SPIN Model Checker, 2003, chapter 8). It keeps the keys of the
 * visited states, and whole states only on the stack: the successors not yet entered of each state on the path. So it
 * needs little more memory than the keys; what it finds is not the shortest.
 */
export class DepthFirst extends Watching implements Search {
  readonly traces = 'any';
  readonly visited: StateStore;
  transitions = 0;
  depth = 0;
  states = 0;

  readonly #budget: Budget;
  readonly #words: number;
  /** Words of an entry: the state, its depth, and which successor of the state above it is. */
  readonly #entry: number;
  readonly #one: Int32Array;
  readonly #fresh = new Int32Array(1);
  #stack: Int32Array;
  #top = 0;
  /** Ordinals of the steps to the state that was entered last. */
  readonly #path: number[] = [];
  /** Paths of what was found, by the number of the finding's state. */
  readonly #found = new Map<number, readonly number[]>();
  #cut = false;

  constructor(generated: Generated, options: SearchOptions = {}) {
    super(generated, options);
    this.#words = generated.words;
    this.#entry = this.#words + 2;
    this.#budget = new Budget(options.maxMemory);
    this.visited = storeFor(generated, options.store ?? 'exact', this.#budget);
    this.#one = new Int32Array(this.#words);
    this.#stack = this.#budget.words(FIRST_STACK) ?? new Int32Array(0);
    if (this.#room(1)) this.#push(generated.initial, 0, 0, -1);
  }

  get frontier(): number {
    return this.#top / this.#entry;
  }

  get storeBytes(): number {
    return this.#budget.used;
  }

  get peakBytes(): number {
    return this.#budget.peak;
  }

  get omissionProbability(): number {
    return omissionOf(this.visited, this.states);
  }

  advance(states: number): Outcome {
    const until = this.states + states;
    while (this.outcome === 'more' && this.states < until) this.#next();
    return this.outcome;
  }

  run(): Outcome {
    return this.advance(Number.POSITIVE_INFINITY);
  }

  /** Of a state that was found, only: others have no path any more. */
  pathTo(state: number): number[] {
    const path = this.#found.get(state);
    if (path === undefined) throw new Error(`a depth-first search keeps no path to state ${state}`);
    return [...path];
  }

  /** The search is repeated up to that state. */
  first(wanted: (states: Int32Array, at: number) => boolean): number | null {
    const { maxMemory = Number.POSITIVE_INFINITY } = this.options;
    const again = new DepthFirst(this.generated, { deadlock: false, stopAt: wanted, maxMemory });
    again.run();
    if (again.target === null) return null;
    this.#found.set(again.target.state, again.pathTo(again.target.state));
    return again.target.state;
  }

  /** Enters the state on top of the stack, unless it is known by now. */
  #next(): void {
    if (this.#top === 0) {
      if (this.#cut) this.stop('max-depth', this.options.maxDepth as number);
      else this.finish(this.visited);
      return;
    }
    if (!this.visited.reserve(1)) return this.#memoryEnds();
    this.#top -= this.#entry;
    const words = this.#words;
    const stack = this.#stack;
    for (let i = 0; i < words; i++) this.#one[i] = stack[this.#top + i] as number;
    const depth = stack[this.#top + words] as number;
    if (depth > 0) this.#path[depth - 1] = stack[this.#top + words + 1] as number;
    const { maxStates } = this.options;
    if (maxStates !== undefined && this.states >= maxStates && !this.visited.lookup(this.#one, 0))
      return this.stop('max-states', maxStates);
    if (this.visited.insert(this.#one, 1, this.#fresh) === 0) return;
    this.#path.length = depth;
    const number = this.states++;
    this.visited.release(this.states);
    this.depth = Math.max(this.depth, depth);
    const before = this.found;
    this.inspectOne(this.#one, 0, number, depth);
    this.#expand(number, depth);
    if (this.found !== before) this.#found.set(number, [...this.#path]);
    if (this.outcome !== 'more') return;
    this.decide();
  }

  /** Pushes the successors, the first on top. */
  #expand(number: number, depth: number): void {
    const { maxDepth } = this.options;
    if (maxDepth !== undefined && depth >= maxDepth) {
      this.#cut = true;
      return;
    }
    const { generated } = this;
    const words = this.#words;
    generated.reserve(generated.fanOut * words);
    const end = generated.expand(this.#one, 0, 0);
    this.remark(generated.status[0] as number, this.#one, 0, number, depth);
    if (this.outcome !== 'more') return;
    const count = end / words;
    this.transitions += count;
    if (!this.#room(count)) return;
    const buffer = generated.buffer();
    for (let ordinal = count - 1; ordinal >= 0; ordinal--)
      this.#push(buffer, ordinal * words, depth + 1, ordinal);
  }

  #push(states: Int32Array, at: number, depth: number, ordinal: number): void {
    const stack = this.#stack;
    const words = this.#words;
    for (let i = 0; i < words; i++) stack[this.#top + i] = states[at + i] as number;
    stack[this.#top + words] = depth;
    stack[this.#top + words + 1] = ordinal;
    this.#top += this.#entry;
  }

  #room(entries: number): boolean {
    const needed = this.#top + entries * this.#entry;
    if (needed <= this.#stack.length) return true;
    const bigger = this.#budget.words(Math.max(needed, 2 * this.#stack.length));
    if (bigger === null) {
      this.#memoryEnds();
      return false;
    }
    bigger.set(this.#stack);
    this.#budget.release(this.#stack);
    this.#stack = bigger;
    return true;
  }

  #memoryEnds(): void {
    this.stop('max-memory', this.options.maxMemory ?? this.#budget.used);
  }
}
