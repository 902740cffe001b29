import { PriorityQueue } from '@datastructures-js/priority-queue';
import { Budget } from '../machine/budget.ts';
import { type Attributed, type Generated, Status } from '../machine/generated.ts';
import { IndexedStore } from '../machine/indexed_store.ts';
import type { StateStore } from '../machine/store.ts';
import { storeFor } from '../machine/store_for.ts';
import type { SwitchCount } from '../machine/switch_count.ts';
import type { Search, SearchOptions } from './search.ts';
import { Watching } from './watching.ts';

/** A run that may be gone on with: the queue's keys are (switches, length, order), so it is a total order. */
interface Entry {
  readonly switches: number;
  readonly length: number;
  readonly order: number;
  /** The node that it leads to; for a failure, the one that the failing step begins at. */
  readonly node: number;
  /** Number of the failure that ends it; -1: none. */
  readonly failure: number;
  readonly attempt: number;
}

/** What a step to a node is known to cost at best, and where from. */
interface Link {
  switches: number;
  length: number;
  parent: number;
  ordinal: number;
}

const ENTRY_BYTES = 64;
const LINK_BYTES = 56;

export interface SwitchOptions extends SearchOptions {
  /** Runs with more context switches are not gone on with. */
  readonly preemptions?: number;
}

/**
 * Runs in order of their context switches, then of their length (Dijkstra 1959, with pairs as distances): what it finds
 * first has the fewest switches. With a bound it is the context-bounded search of Musuvathi and Qadeer (PLDI 2007).
 * A node is a state together with who stepped last on each core: two ways to a state may differ in what a switch costs.
 */
export class FewestSwitches extends Watching implements Search {
  readonly traces = 'fewest switches';
  /** The states that were expanded, once each. */
  readonly visited: StateStore;
  transitions = 0;
  /** Steps of the longest run that was gone on with. */
  depth = 0;

  readonly #attributed: Attributed;
  readonly #count: SwitchCount;
  readonly #budget: Budget;
  readonly #nodes: IndexedStore;
  readonly #links: Link[] = [];
  /** Nodes in the order in which they were reached for good. */
  readonly #closed: number[] = [];
  readonly #isClosed: boolean[] = [];
  readonly #queue = new PriorityQueue<Entry>(
    (a, b) => a.switches - b.switches || a.length - b.length || a.order - b.order,
  );
  readonly #bound: number;
  readonly #fresh: Int32Array = new Int32Array(1);
  readonly #one: Int32Array;
  #order = 0;
  #cut = false;

  constructor(
    generated: Generated,
    attributed: Attributed,
    count: SwitchCount,
    protected override readonly options: SwitchOptions = {},
  ) {
    super(generated, options);
    this.#attributed = attributed;
    this.#count = count;
    this.#bound = options.preemptions ?? Number.POSITIVE_INFINITY;
    this.#budget = new Budget(options.maxMemory);
    this.visited = storeFor(generated, 'exact', this.#budget);
    this.#nodes = new IndexedStore(generated.words + count.words, this.#budget);
    this.#one = new Int32Array(generated.words + count.words);
    this.#one.set(generated.initial);
    this.#reach({ switches: 0, length: 0, parent: -1, ordinal: -1 });
  }

  get states(): number {
    return this.visited.queue.count;
  }

  get frontier(): number {
    return this.#links.length - this.#closed.length;
  }

  get storeBytes(): number {
    return this.#budget.used;
  }

  get peakBytes(): number {
    return this.#budget.peak;
  }

  get omissionProbability(): number {
    return 0;
  }

  advance(states: number): ReturnType<Search['advance']> {
    const until = this.#closed.length + states;
    while (this.outcome === 'more' && this.#closed.length < until) this.#next();
    return this.outcome;
  }

  run(): ReturnType<Search['advance']> {
    return this.advance(Number.POSITIVE_INFINITY);
  }

  pathTo(state: number): number[] {
    const path: number[] = [];
    for (let link = this.#links[state] as Link; link.parent >= 0; link = this.#links[link.parent] as Link)
      path.push(link.ordinal);
    return path.reverse();
  }

  first(wanted: (states: Int32Array, at: number) => boolean): number | null {
    const { queue } = this.#nodes;
    return this.#closed.find((node) => wanted(queue.page(node), queue.offset(node))) ?? null;
  }

  /** Context switches on the way to a node. */
  switchesTo(node: number): number {
    return (this.#links[node] as Link).switches;
  }

  #next(): void {
    const entry = this.#queue.dequeue();
    if (entry === null) {
      if (this.#cut) this.stop('preemptions', this.#bound);
      else this.outcome = 'finished';
      return;
    }
    this.#budget.charge(-ENTRY_BYTES);
    const { node, failure, attempt, switches } = entry;
    if (failure < 0 && this.#isClosed[node]) return;
    if (switches > this.#bound) this.#beyond(entry);
    else if (failure >= 0) this.failed({ failure, attempt, state: node, depth: this.#closed.length });
    else this.#close(entry);
    if (this.outcome === 'more') this.decide();
  }

  /** The bound has cut off nothing if what lies beyond is known by other runs. */
  #beyond({ node, failure }: Entry): void {
    const { queue } = this.#nodes;
    if (failure >= 0) this.#cut ||= !this.failures.has(failure);
    else this.#cut ||= !this.visited.lookup(queue.page(node), queue.offset(node));
  }

  /** Nothing better can come: looks at the state, and at its steps. */
  #close({ node, length }: Entry): void {
    const rank = this.#closed.length;
    const { queue } = this.#nodes;
    const page = queue.page(node);
    const at = queue.offset(node);
    if (!this.visited.reserve(1)) return this.stop('max-memory', this.options.maxMemory ?? this.storeBytes);
    this.#isClosed[node] = true;
    this.#closed.push(node);
    this.depth = Math.max(this.depth, length);
    this.#one.set(page.subarray(at, at + this.#one.length));
    const fresh = this.visited.insert(this.#one, 1, this.#fresh) === 1;
    if (fresh) this.inspectOne(page, at, node, rank);
    const { maxStates, maxDepth } = this.options;
    if (maxStates !== undefined && this.states >= maxStates) return this.stop('max-states', maxStates);
    if (maxDepth !== undefined && length >= maxDepth) return this.stop('max-depth', maxDepth);
    this.#expand(page, at, node, rank, fresh);
  }

  #expand(page: Int32Array, at: number, node: number, rank: number, fresh: boolean): void {
    const { words, fanOut, status, failures } = this.generated;
    this.generated.reserve(fanOut * words);
    const end = this.#attributed.expand(page, at, 0);
    this.#failing(page, at, node);
    if (this.outcome !== 'more') return;
    failures.length = 0;
    if (fresh && ((status[0] as number) & Status.System) === 0)
      this.quiet(status[0] as number, page, at, node, rank);
    if (fresh) this.transitions += end / words;
    const { switches, length } = this.#links[node] as Link;
    const last = at + words;
    for (let to = 0; to < end; to += words) {
      const process = this.#count.byWord(to + words);
      this.#one.set(this.generated.buffer().subarray(to, to + words));
      this.#one.set(page.subarray(last, last + this.#count.words), words);
      this.#count.remember(process, this.#one, words);
      const more = this.#count.switches(process, page, at, page, last);
      const link = { switches: switches + more, length: length + 1, parent: node, ordinal: to / words };
      if (!this.#reach(link)) return;
    }
  }

  /** Failing steps wait for their turn, too; a value that needs a wider cell does not. */
  #failing(page: Int32Array, at: number, node: number): void {
    const { failures, words } = this.generated;
    const { switches, length } = this.#links[node] as Link;
    for (let i = 0; i < failures.length; i += 2) {
      const [failure, attempt] = [failures[i] as number, failures[i + 1] as number];
      if (this.options.abortOn?.(failure) === true) {
        failures.length = 0;
        return this.failed({ failure, attempt, state: node, depth: this.#closed.length });
      }
      if (this.failures.has(failure)) continue;
      const more = this.#count.switches(this.#count.byFailure(i + 2), page, at, page, at + words);
      this.#enqueue({ switches: switches + more, length: length + 1, node, failure, attempt });
    }
  }

  /** Notes a way to the node in `#one`, if it is the best so far. */
  #reach(link: Link): boolean {
    if (!this.#nodes.reserve(1)) {
      this.stop('max-memory', this.options.maxMemory ?? this.storeBytes);
      return false;
    }
    const fresh = this.#nodes.insert(this.#one, 1, this.#fresh) === 1;
    const node = fresh ? this.#links.length : this.#nodes.indexOf(this.#one, 0);
    if (fresh) {
      this.#links.push(link);
      this.#isClosed.push(false);
      this.#budget.charge(LINK_BYTES);
    } else {
      const known = this.#links[node] as Link;
      const better = link.switches - known.switches || link.length - known.length;
      if (better >= 0 || this.#isClosed[node]) return true;
      this.#links[node] = link;
    }
    this.#enqueue({ switches: link.switches, length: link.length, node, failure: -1, attempt: 0 });
    if (this.#budget.used <= this.#budget.limit) return true;
    this.stop('max-memory', this.options.maxMemory ?? this.storeBytes);
    return false;
  }

  #enqueue(entry: Omit<Entry, 'order'>): void {
    this.#budget.charge(ENTRY_BYTES);
    this.#queue.enqueue({ ...entry, order: this.#order++ });
  }
}
