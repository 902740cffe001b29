import { Budget } from '../machine/budget.ts';
import type { Attributed, Generated } from '../machine/generated.ts';
import { IndexedStore } from '../machine/indexed_store.ts';
import { type LivenessCode, type LivenessPredicates, Offer } from '../machine/liveness_code.ts';
import { scratch } from '../machine/store.ts';
import { type FairGraph, Mark } from './fair_graph.ts';
import { ParentLinks } from './links.ts';

/** What is needed of a compiled model. */
export interface LivenessMachine {
  readonly generated: Generated;
  readonly attributed: Attributed;
  readonly liveness: LivenessCode;
}

export interface ObligationOptions {
  /** Weak: who can move from some time on without a break does move. Strong: who can move again and again does. */
  readonly fairness: 'weak' | 'strong';
  /** States of the model to look at, at most; more leave the graph incomplete. */
  readonly maxStates?: number;
  readonly maxMemory?: number;
}

/**
 * The states of a model, each with whether the obligation of a property is open there: the product with the automaton of
 * two states that accepts what violates it (M. Y. Vardi and P. Wolper, An automata-theoretic approach to automatic program
 * verification, LICS 1986). Explored breadth first; edges are generated again whenever they are asked for, so memory is
 * proportional to the states.
 */
export class ObligationGraph implements FairGraph {
  readonly constraints: number;
  readonly marks: Uint8Array;
  targets: Int32Array = new Int32Array(0);
  movers: Int32Array = new Int32Array(0);
  ordinals: Int32Array = new Int32Array(0);

  readonly #machine: LivenessMachine;
  readonly #property: LivenessPredicates;
  readonly #options: ObligationOptions;
  /** Words of a state; the obligation is the word after them. */
  readonly #words: number;
  readonly #store: IndexedStore;
  readonly #links: ParentLinks;
  readonly #offers: Uint8Array;
  readonly #budget: Budget;
  #successors: Int32Array = new Int32Array(0);
  #fresh: Int32Array = new Int32Array(1);
  /** The next node to expand. */
  #next = 0;
  /** A limit has ended it. */
  #limited = false;

  constructor(machine: LivenessMachine, property: LivenessPredicates, options: ObligationOptions) {
    this.#machine = machine;
    this.#property = property;
    this.#options = options;
    this.#words = machine.generated.words;
    const processes = machine.attributed.ends.length / 2;
    this.constraints = processes + 1;
    this.marks = new Uint8Array(this.constraints);
    this.#offers = new Uint8Array(processes);
    this.#budget = new Budget(options.maxMemory);
    this.#store = new IndexedStore(this.#words + 1, this.#budget);
    this.#links = new ParentLinks(this.#budget);
    this.#begin();
  }

  /** Goes on for so many nodes; false: it has ended. */
  advance(nodes: number): boolean {
    for (const until = this.#next + nodes; this.#more && this.#next < until; ) this.#visit(this.#next++);
    return this.#more;
  }

  get #more(): boolean {
    return !this.#limited && this.#next < this.size;
  }

  /** Whether every state was explored. */
  get complete(): boolean {
    return !this.#limited && this.#next === this.size;
  }

  get frontier(): number {
    return this.size - this.#next;
  }

  get storeBytes(): number {
    return this.#budget.used;
  }

  get size(): number {
    return this.#store.queue.count;
  }

  open(node: number): boolean {
    const { queue } = this.#store;
    return queue.page(node)[queue.offset(node) + this.#words] === 1;
  }

  /** Ordinals of the successors that lead from the initial state to a node. */
  pathTo(node: number): number[] {
    return this.#links.pathTo(node);
  }

  edges(node: number): number {
    const all = this.#expand(node);
    const step = this.#words + 1;
    this.targets = scratch(this.targets, all);
    this.movers = scratch(this.movers, all);
    this.ordinals = scratch(this.ordinals, all);
    const { ends } = this.#machine.attributed;
    let [count, mover] = [0, 0];
    for (let ordinal = 0; ordinal < all; ordinal++) {
      while (mover < this.constraints - 1 && ordinal * this.#words >= (ends[2 * mover] as number)) mover++;
      if (this.#successors[ordinal * step + this.#words] !== 1) continue;
      const target = this.#store.indexOf(this.#successors, ordinal * step);
      if (target < 0) continue;
      this.targets[count] = target;
      this.movers[count] = mover;
      this.ordinals[count++] = ordinal;
    }
    return count;
  }

  /**
   * A process is disabled where its own `until` is false, not where its run condition is: so an interrupt disables nobody,
   * and who is never given the processor is not owed a step. Time is always strongly fair: there is no run in which it could
   * go on again and again, and does not.
   */
  mark(node: number): void {
    const { queue } = this.#store;
    const { generated, attributed, liveness } = this.#machine;
    const [states, at] = [queue.page(node), queue.offset(node)];
    generated.reserve(generated.fanOut * this.#words);
    liveness.standing(states, at, this.#offers);
    const weak = this.#options.fairness === 'weak';
    for (const [process, offer] of this.#offers.entries()) {
      const fulfilled = weak && offer === Offer.None ? Mark.Fulfilled : 0;
      this.marks[process] = offer === Offer.Enabled ? Mark.Enabled : fulfilled;
    }
    const end = attributed.expand(states, at, 0);
    generated.failures.length = 0;
    const before = attributed.ends[attributed.ends.length - 2] as number;
    this.marks[this.constraints - 1] = end > before ? Mark.Enabled : 0;
  }

  // ---- exploration ----

  #begin(): void {
    const { initial } = this.#machine.generated;
    const first = new Int32Array(this.#words + 1);
    first.set(initial);
    first[this.#words] = this.#begins(initial) ? 1 : 0;
    if (this.#reserve(1)) this.#store.insert(first, 1, this.#fresh);
  }

  #visit(node: number): void {
    const most = 2 * (this.#options.maxStates ?? Number.POSITIVE_INFINITY);
    const count = this.#relevant(node) ? this.#expand(node) : 0;
    if (this.size + count > most) this.#limited = true;
    else if (this.#reserve(count)) {
      this.#fresh = scratch(this.#fresh, count);
      const added = this.#store.insert(this.#successors, count, this.#fresh);
      this.#links.record(Int32Array.of(count), 1, this.#fresh, added);
    }
  }

  #reserve(states: number): boolean {
    if (this.#store.reserve(states) && this.#links.reserve(1, states)) return true;
    this.#limited = true;
    return false;
  }

  /** An obligation that is there from the start and discharged does not come back. */
  #relevant(node: number): boolean {
    return this.#property.from !== null || this.open(node);
  }

  #begins(initial: Int32Array): boolean {
    const { from, goal } = this.#property;
    return (from === null || from(initial, 0)) && !goal(initial, 0);
  }

  /** Fills `#successors` with the successors of a node, in the order of the machine. */
  #expand(node: number): number {
    const { generated, attributed } = this.#machine;
    const { queue } = this.#store;
    const words = this.#words;
    generated.reserve(generated.fanOut * words);
    const end = attributed.expand(queue.page(node), queue.offset(node), 0);
    generated.failures.length = 0;
    const count = end / words;
    const { from, goal } = this.#property;
    const was = this.open(node);
    const buffer = generated.buffer();
    this.#successors = scratch(this.#successors, count * (words + 1));
    for (let i = 0; i < count; i++) {
      const at = i * words;
      const to = i * (words + 1);
      for (let w = 0; w < words; w++) this.#successors[to + w] = buffer[at + w] as number;
      const open = (was || from?.(buffer, at) === true) && !goal(buffer, at);
      this.#successors[to + words] = open ? 1 : 0;
    }
    return count;
  }
}
