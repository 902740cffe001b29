import type { Expectation, Parameters } from './scenario.ts';
import type { Place, Trace } from './trace.ts';

/** What a property asks; those that no scenario states are asked always. */
export type PropertyKind =
  | 'check'
  | 'context'
  | 'always'
  | 'sometimes'
  | 'alwaysPossible'
  | 'eventually'
  | 'leadsTo'
  | 'linearizability'
  | 'idle'
  | 'stuck'
  | 'lost wakeup'
  | 'within'
  | 'data race'
  | 'overtaking'
  | 'deadlock'
  | 'timelock'
  | 'uncaught throw'
  | 'model error'
  | 're-entry';

/** The verdict of one property in one variant. */
export interface PropertyVerdict {
  readonly name: string;
  readonly kind: PropertyKind;
  /** `undecided`: the search ended before it was known. */
  readonly status: 'holds' | 'violated' | 'undecided';
  /** Where the property is stated, or where the error arises. */
  readonly place: Place | null;
  /** The counterexample; for a `sometimes`, `within` or `overtaking` that holds, its witness if asked for. */
  readonly trace: Trace | null;
  /** For model errors and refusals: cause and remedy. */
  readonly detail: string | null;
  /** A `sometimes` that holds: steps of the shortest run to it, where that is known. */
  readonly steps?: number;
  /** `within` and `overtaking` that hold: the most that any reachable state comes to. */
  readonly worst?: WorstCase;
}

/** The most that any reachable state comes to, and what is allowed. */
export interface WorstCase {
  readonly value: number;
  readonly limit: number;
  readonly unit: 'µs' | 'times';
}

/** What a search among random runs is worth. */
export interface Sample {
  readonly runs: number;
  /** Bugs that show within so many … */
  readonly steps: number;
  /** … that need so many of them in a certain order … */
  readonly bugDepth: number;
  /** … and so many that can step, time included … */
  readonly processes: number;
  /** … are found with at least this probability. */
  readonly probability: number;
  readonly seed: number;
  /** Of so many shards: each had a seed of its own, from `seed` on. */
  readonly seeds?: number;
}

/** A limit that ended the search. Never a success. */
export interface Limit {
  readonly kind:
    | 'max-states'
    | 'max-memory'
    | 'max-time'
    | 'max-depth'
    /** More context switches than `--preemptions`. */
    | 'preemptions'
    /** The store may have taken states for others; the value says how many, probably. */
    | 'omission'
    /** Runs were drawn, not all of them; the value says what that is worth. */
    | 'sample'
    | 'interrupted'
    | 're-entry'
    | 'unsupported';
  readonly value: string;
  /** Of the limit `sample`. */
  readonly sample?: Sample;
  /** Variables whose range was still growing. */
  readonly growing: readonly string[];
}

/** How much of the processes' code in one file was reached. */
export interface FileCoverage {
  readonly file: string;
  readonly statements: readonly StatementCoverage[];
  readonly branches: readonly BranchCoverage[];
}

export interface StatementCoverage {
  readonly line: number;
  readonly column: number;
  /** Its first line. */
  readonly text: string;
  readonly reached: boolean;
}

/** An `if`, with its two ways (true first), or a `switch`, with its cases. */
export interface BranchCoverage {
  readonly line: number;
  readonly column: number;
  readonly kind: 'if' | 'switch';
  readonly ways: readonly boolean[];
}

/** How states were left out: by the order of steps, by symmetry of processes. */
export type Reduction = 'none' | 'por' | 'symmetry' | 'por,symmetry';

/** How large a search was. */
export interface Figures {
  readonly states: number;
  readonly transitions: number;
  /** Breadth-first level of the deepest state. */
  readonly depth: number;
  readonly bitsPerState: number;
  /** Bytes in the state store and frontier, at their largest. */
  readonly storeBytes: number;
  readonly processes: number;
  /** Locations over all processes. */
  readonly locations: number;
  /** 0 when exact. */
  readonly omissionProbability: number;
  /** What was used: the states are those that it leaves. */
  readonly reduction: Reduction;
}

/** Of a variant that is violated as it states: where the run shows the stated reason. */
export interface StatedReason {
  /** The violated property that it states. */
  readonly property: string;
  /** Functions that the run must pass through, and the first step of it that executes each. */
  readonly through: readonly { readonly function: string; readonly step: number }[];
  /** Other violations, which it states as possible. */
  readonly also: readonly string[];
}

/** `incomplete`: a limit ended the search, or something is not supported. Never a success. */
export type Verdict = 'holds' | 'violated' | 'incomplete';

/** One variant: its verdict, that of each property, and whether they are what the scenario states. */
export interface VariantResult {
  readonly scenario: string;
  readonly about: string;
  readonly file: string;
  readonly variant: string;
  readonly parameters: Parameters;
  readonly verdict: Verdict;
  readonly expected: Expectation;
  readonly asExpected: boolean;
  /** Why it is not as expected; empty when it is. */
  readonly because: readonly string[];
  /** Left out where nothing is stated to be violated, or the variant is not as expected. */
  readonly reason?: StatedReason;
  readonly properties: readonly PropertyVerdict[];
  readonly figures: Figures;
  readonly limit: Limit | null;
  /** Texts of `assume`, and what timing was assumed. */
  readonly assumptions: readonly string[];
  /** What of the model the states that were explored have reached, by file. */
  readonly coverage: readonly FileCoverage[];
  /** If it was asked for. */
  readonly graph?: StateGraph;
}

/** All that a small model can do. State 0 is the initial one. */
export type StateGraph =
  | {
      readonly kind: 'graph';
      /** Names of the variables that have more than one value … */
      readonly variables: readonly string[];
      /** … and these values in each state. */
      readonly states: readonly GraphState[];
      readonly steps: readonly GraphStep[];
    }
  /** There are more states than anybody can look at, or the search was not finished. */
  | { readonly kind: 'too large'; readonly statesMax: number; readonly states: number };

export interface GraphState {
  readonly values: readonly string[];
}

export interface GraphStep {
  readonly from: number;
  /** `null`: the step fails. */
  readonly to: number | null;
  readonly failure: string | null;
  /** `null`: time passes, or nobody steps, because the state itself is a data race. */
  readonly process: string | null;
  readonly operation: string;
  readonly function: string | null;
  readonly place: Place | null;
  readonly elapsedUs: number;
  /** Which successor of its state it leads to, as in a schedule; -1: it fails. */
  readonly ordinal: number;
}
