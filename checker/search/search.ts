import { omissionProbability } from '../machine/hash.ts';
import type { StateStore, VisitedStates } from '../machine/store.ts';
import type { StoreKind } from '../machine/store_for.ts';
import type { Tape } from '../machine/tape.ts';
import type { Sample } from '../verdict.ts';
import type { BitFindings, FailureFinding, Finding } from './findings.ts';

export type { Sample };

/** Takes only some of the steps of a state; made for a machine. */
export interface Reduction {
  /** `Generated.expand` with steps that are enough, unless all of them lead back: see `BreadthFirst`. */
  expand(states: Int32Array, at: number, out: number): number;
  /** The same with all steps. */
  full(states: Int32Array, at: number, out: number): number;
  /** Whether the last `expand` left out any. */
  readonly partial: boolean;
}

/** Somebody who looks at what a search has found from time to time. */
export interface Onlooker {
  /** Is to be called when the search has so many states, or soon after. */
  readonly dueStates: number;
  /** Looks at all states, or at those that the search still has. */
  look(visited: VisitedStates, states: number): void;
}

/** What every search is asked. */
export interface SearchOptions {
  /** `exact` picks `inline` up to 63 bits, `indexed` beyond; the two names are for tests and measurements. */
  readonly store?: StoreKind | 'inline' | 'indexed';
  /** Bits of `Generated.properties` to watch; 0 (default): never evaluated. */
  readonly properties?: number;
  /** Bits of `Generated.quiescent` to watch; 0 (default): never evaluated. */
  readonly quiescent?: number;
  /** Watch for deadlock; default true. */
  readonly deadlock?: boolean;
  /** End as `decided` once every watched bit (and the deadlock, if watched) has been seen. */
  readonly stopWhenDecided?: boolean;
  /** Failures that end the search as `aborted` at once. */
  readonly abortOn?: (failure: number) => boolean;
  /** A search for one state: ends as `decided` after the batch that discovered the first such state (`target`). */
  readonly stopAt?: (states: Int32Array, at: number) => boolean;
  /** Keep parent links (2 bytes per state) for `pathTo`; default true. */
  readonly links?: boolean;
  /** Breadth first only, with a store that numbers its states. */
  readonly reduction?: Reduction;
  /** Breadth first only. */
  readonly onlooker?: Onlooker;
  /** Go on where a search of the same machine stood (`BreadthFirst.save`). */
  readonly resume?: Tape;
  readonly maxStates?: number;
  /** States at this level are stored, not expanded. */
  readonly maxDepth?: number;
  /** Bytes of store, queue and links, the growth of a table included. */
  readonly maxMemory?: number;
}

/** Where a search stands. All but `more` are final. */
export type Outcome = 'more' | 'finished' | 'decided' | 'aborted' | 'limit';

/** The limit that ended a search: its result is incomplete. */
export interface SearchLimit {
  readonly kind: 'max-states' | 'max-depth' | 'max-memory' | 'preemptions' | 'sample' | 'omission';
  /** States, levels, bytes, switches, runs; states that are probably missing. */
  readonly value: number;
  readonly sample?: Sample;
}

/** A search as what comes after it sees it: the verdicts do not ask in which order it went. */
export interface Search {
  readonly outcome: Outcome;
  readonly limit: SearchLimit | null;
  readonly propertyFindings: BitFindings;
  readonly quiescentFindings: BitFindings;
  /** First occurrence of each failure number. */
  readonly failures: ReadonlyMap<number, FailureFinding>;
  /** The first deadlock. */
  readonly deadlock: Finding | null;
  /** The failure that `abortOn` chose. */
  readonly aborted: FailureFinding | null;
  /** States found. */
  readonly states: number;
  /** Successors generated. */
  readonly transitions: number;
  /** Steps to the deepest state. */
  readonly depth: number;
  /** States found and not expanded. */
  readonly frontier: number;
  readonly storeBytes: number;
  readonly peakBytes: number;
  /** 0 when exact. */
  readonly omissionProbability: number;
  /** What its traces are: no shorter one exists, no one with fewer context switches, or neither is known. */
  readonly traces: 'shortest' | 'fewest switches' | 'any';
  /** The states found; `null`: a search that keeps none. */
  readonly visited: StateStore | VisitedStates | null;
  /** Goes on for about so many states. */
  advance(states: number): Outcome;
  /** Ordinals of the successors that lead from the initial state to a state with this number. */
  pathTo(state: number): number[];
  /**
   * The number of the first state, in the order of the search, with `wanted`, which must not use the machine. Needs a
   * finished search.
   */
  first(wanted: (states: Int32Array, at: number) => boolean): number | null;
  /** For searches with other threads: lets their messages in. */
  breathe?(): Promise<void>;
  /** For searches with other threads: ends them. */
  close?(): void;
}

/** Whether every state was found, and none was taken for another. */
export function exhaustive(search: Search): search is Search & { readonly visited: VisitedStates } {
  return (
    search.outcome === 'finished' &&
    search.visited !== null &&
    search.visited.kind !== 'fingerprint' &&
    search.omissionProbability === 0
  );
}

/** The probability that a search over this store missed a state; 0 when exact. */
export function omissionOf(store: VisitedStates, states: number): number {
  if (store.expectedOmissions !== undefined) return -Math.expm1(-store.expectedOmissions);
  return store.kind === 'fingerprint' ? omissionProbability(states) : 0;
}
