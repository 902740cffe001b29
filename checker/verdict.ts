import type { Expectation, Parameters } from './scenario.ts';
import type { Place, Trace } from './trace.ts';

export type PropertyKind =
  | 'check'
  | 'always'
  | 'sometimes'
  | 'alwaysPossible'
  | 'eventually'
  | 'leadsTo'
  | 'idle'
  | 'stuck'
  | 'lost wakeup'
  | 'within'
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
  /** The counterexample; for a `sometimes` that holds, its witness if asked for. */
  readonly trace: Trace | null;
  /** For model errors and refusals: cause and remedy. */
  readonly detail: string | null;
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
    /** Runs were drawn, not all of them; the value says what that is worth. */
    | 'sample'
    | 'interrupted'
    | 're-entry'
    | 'unsupported';
  readonly value: string;
  /** Variables whose range was still growing. */
  readonly growing: readonly string[];
}

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
}

export type Verdict = 'holds' | 'violated' | 'incomplete';

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
  readonly properties: readonly PropertyVerdict[];
  readonly figures: Figures;
  readonly limit: Limit | null;
  /** Texts of `assume`, and what timing was assumed. */
  readonly assumptions: readonly string[];
}
