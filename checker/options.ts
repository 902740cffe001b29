import type { StoreKind } from './machine/store_for.ts';
import type { Tape } from './machine/tape.ts';
import type { Parameters } from './scenario.ts';
import type { Workers } from './search/crew.ts';
import type { Place } from './trace.ts';
import type { Figures } from './verdict.ts';

/** How far a search has come; handed to the monitor. */
export interface Progress {
  readonly scenario: string;
  readonly variant: string;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly frontier: number;
  readonly storeBytes: number;
}

/** Why a monitor ends a search: it becomes the limit of an *incomplete* verdict. */
export type Stop = { readonly kind: 'max-time' | 'interrupted' | 'max-memory'; readonly value: string };

/**
 * Called every few tens of thousands of states. The checker itself has no clock: time limits, progress lines
 * and Ctrl-C live here. An answer other than `null` ends the search as incomplete.
 */
export type Monitor = (progress: Progress) => Promise<Stop | null> | Stop | null;

/**
 * `breadth-first`: shortest traces. `depth-first`: least memory, long traces. `fewest-switches`: traces with the fewest
 * context switches, and of those the shortest. `random`: runs under random priorities, never complete.
 */
export type SearchOrder = 'breadth-first' | 'depth-first' | 'fewest-switches' | 'random';

/** How states are left out. */
export type Reduce = 'auto' | 'none' | 'por' | 'symmetry' | 'por,symmetry';

/** Where a search leaves what it knows, to go on after the process has ended. The checker has no files and no clock. */
export interface Checkpoints {
  /** What a search of the same model has left; `null`: nothing. Throws if it is of another one. */
  readonly load: (identity: string) => Tape | null;
  /** Time for another one. */
  readonly due: () => boolean;
  readonly save: (identity: string, tape: Tape) => void;
}

/** How to check: which variants, how far, in which order. `{}` is exhaustive breadth-first search. */
export interface CheckOptions {
  /** Only these variants; default all. Unknown names: UPY304. */
  readonly variants?: readonly string[];
  /** Values for the scenario's parameters. Unknown names: UPY305. */
  readonly parameters?: Parameters;
  /**
   * `exact` (default), or 64-bit fingerprints with the omission probability in the verdict. `hash-compact` and `bitstate` need
   * least memory, and are never complete.
   */
  readonly store?: StoreKind;
  /** Who searches, breadth first with an exact store; default: the calling thread alone. Verdict, counts and traces are the same. */
  readonly workers?: Workers;
  /** In which order states are looked at; default `breadth-first`. The verdicts of complete searches are the same. */
  readonly search?: SearchOrder;
  /** Only runs with at most so many context switches, fewest first. *incomplete* if that leaves anything out. */
  readonly preemptions?: number;
  /** `random`: how many runs, default 1000; each has at most `maxDepth` steps, default 1000. */
  readonly runs?: number;
  /** `random`: the same seed gives the same runs; default 0. */
  readonly seed?: number;
  /** `random`: how many steps of a bug must come in a certain order; default 3. */
  readonly bugDepth?: number;
  /**
   * `none`: plain search. `symmetry`: states that differ in the order of identical processes are one. `por`: partial
   * order reduction, refused (UPY316) where a property does not allow it. `auto` (default): plain search, and if that has
   * more than 500,000 states, whichever fit. The verdicts are the same; see docs/reduction.md.
   */
  readonly reduce?: Reduce;
  readonly maxStates?: number;
  readonly maxDepth?: number;
  /** Bytes for the state store. */
  readonly maxMemory?: number;
  readonly monitor?: Monitor;
  /** Breadth-first search with an exact store in one thread, without reductions. */
  readonly checkpoints?: Checkpoints;
  /** Collect a profile of the states. */
  readonly profile?: boolean;
  /** Coverage of every file that the model executes; otherwise of the scenario's own. */
  readonly coverage?: boolean;
  /** Traces for `sometimes` properties that hold, too. */
  readonly witnesses?: boolean;
  /** `false`: traces as the search found them, with neither the fewest switches nor the steps that decide; default true. */
  readonly explain?: boolean;
  /** All states and steps, where they are few: `graph` of the result. */
  readonly graph?: boolean;
}

/** `upy-check steps`: where each function can be preempted, and by whom. */
export interface StepListing {
  readonly scenario: string;
  readonly variant: string;
  /** States that were looked at; `complete`: all that can be reached. */
  readonly states: number;
  readonly complete: boolean;
  readonly functions: readonly {
    readonly name: string;
    readonly file: string;
    /** Source lines of the function, in order. */
    readonly lines: readonly {
      readonly line: number;
      readonly text: string;
      /** Step boundaries on this line. */
      readonly marks: readonly {
        readonly column: number;
        readonly operation: string;
        /** Processes that stand here. */
        readonly processes: readonly string[];
        /** Processes that can step here, in some state that was looked at. */
        readonly preemptedBy: readonly string[];
      }[];
    }[];
  }[];
}

/** `--profile`: what the states are made of. */
export interface Profile {
  readonly locations: readonly {
    readonly process: string;
    readonly place: Place | null;
    readonly states: number;
  }[];
  readonly variables: readonly {
    readonly name: string;
    readonly bits: number;
    readonly distinct: number;
    readonly lowest: number;
    readonly highest: number;
    /** New extreme values were still appearing in the last tenth of the states. */
    readonly growing: boolean;
  }[];
  /** With a reduction by symmetry: what it made use of. */
  readonly symmetry: {
    /** Members that are interchangeable, each the processes that belong to it. */
    readonly groups: readonly (readonly (readonly string[])[])[];
    /** Processes that do the same and cannot be exchanged. */
    readonly asymmetries: readonly {
      readonly processes: readonly [string, string];
      readonly because: string;
      readonly place: Place | null;
    }[];
    /** Why symmetry is not used at all. */
    readonly off: string | null;
  } | null;
  readonly figures: Figures;
}

/** A refusal or failure that is the user's to mend: `UPY1xx` language, `2xx` elaboration, `3xx` use. */
export class UserError extends Error {
  /**
   * @param code stable code, one page each in docs/errors.md
   * @param what what happened (one line)
   * @param place where, with the source line
   * @param likely the likeliest cause
   * @param remedy what to write or do instead
   */
  constructor(
    readonly code: string,
    readonly what: string,
    readonly place: Place | null,
    readonly likely: string,
    readonly remedy: string,
  ) {
    super(
      `${code}: ${what}${place === null ? '' : `\n  at ${place.file}:${place.line}:${place.column}\n    ${place.text}`}` +
        `\n  likely: ${likely}\n  do:     ${remedy}`,
    );
    this.name = 'UserError';
  }
}
