import type { StoreKind } from '../checker/machine/store_for.ts';
import type { Profile, Progress } from '../checker/options.ts';
import type { Expectation, Parameters } from '../checker/scenario.ts';
import type { Place } from '../checker/trace.ts';
import type { FileCoverage, StatementCoverage, VariantResult } from '../checker/verdict.ts';

/** A variant's result as `check` hands it out. */
export type CheckedVariant = VariantResult & { readonly profile: Profile | null };

/** What a run was asked to do; recorded in reports. */
export interface Settings {
  readonly store: StoreKind;
  readonly search: string;
  readonly preemptions: number | null;
  readonly runs: number | null;
  readonly bugDepth: number | null;
  readonly workers: number | null;
  readonly reduce: string | null;
  readonly maxStates: number | null;
  readonly maxDepth: number | null;
  readonly maxMemory: number | null;
  readonly maxTimeMs: number | null;
  /** Coverage of all files, not only the scenarios' own. */
  readonly coverage: boolean;
  /** Only `--search random` depends on it. */
  readonly seed: number | null;
}

/** An error as people read it: what happened, where, the likeliest cause, what to do. */
export interface Problem {
  /** `UPY…`; `null` for a fault of upy-check itself. */
  readonly code: string | null;
  readonly what: string;
  readonly place: Place | null;
  readonly likely: string;
  readonly remedy: string;
}

/** Figures of a whole run. */
export interface Totals {
  readonly scenarios: number;
  readonly variants: number;
  readonly asExpected: number;
  readonly notAsExpected: number;
  readonly incomplete: number;
  readonly errors: number;
  readonly states: number;
  readonly transitions: number;
  readonly wallMs: number;
}

export type ExitReason =
  | 'as expected'
  | 'not as expected'
  | 'error'
  | 'incomplete'
  | 'internal error'
  | 'interrupted';

export interface RunStarted {
  readonly type: 'run-started';
  readonly version: string;
  readonly settings: Settings;
}

export interface ScenarioStarted {
  readonly type: 'scenario-started';
  readonly scenario: string;
  readonly about: string;
  readonly file: string;
  /** The variants that this run checks. */
  readonly variants: readonly string[];
  /** The only scenario of its file: a replay command need not name it. */
  readonly alone: boolean;
}

export interface ProgressMade {
  readonly type: 'progress';
  readonly progress: Progress;
  /** Since the variant began. */
  readonly elapsedMs: number;
}

/** The text of a file that a trace or a property points into: once for each file, before the variant that first does. */
export interface SourceRead {
  readonly type: 'source-read';
  readonly file: string;
  readonly text: string;
}

export interface VariantFinished {
  readonly type: 'variant-finished';
  readonly result: CheckedVariant;
  /** `null` where nobody measured. */
  readonly wallMs: number | null;
}

/** A scenario as a whole, of which a shard checks some variants. */
export interface PlannedScenario {
  readonly scenario: string;
  readonly about: string;
  readonly file: string;
  readonly alone: boolean;
  /** Values that were given. */
  readonly parameters: Parameters;
  /** All variants that it has … */
  readonly declared: readonly string[];
  /** … and those that all shards together check. */
  readonly variants: readonly string[];
}

/** `--shard`: what is divided. */
export interface ShardPlanned {
  readonly type: 'shard-planned';
  readonly index: number;
  readonly of: number;
  readonly plan: readonly PlannedScenario[];
}

export interface ScenarioFinished {
  readonly type: 'scenario-finished';
  readonly scenario: string;
  readonly file: string;
  /** Statements of `file` that no variant reaches; `null`: not all of them were searched to the end. */
  readonly unreached: readonly StatementCoverage[] | null;
}

/** `--coverage`: what all variants together have reached, before the run is finished. */
export interface CoverageCollected {
  readonly type: 'coverage-collected';
  readonly files: readonly FileCoverage[];
}

/** A scenario (or a variant of it) that could not be checked. */
export interface ErrorFound {
  readonly type: 'error';
  readonly problem: Problem;
  readonly file: string | null;
  readonly scenario: string | null;
  readonly variant: string | null;
}

export interface RunFinished {
  readonly type: 'run-finished';
  readonly totals: Totals;
  readonly exit: { readonly code: number; readonly reason: ExitReason };
}

/** Everything that a reporter can learn about a run, in order. */
export type ReportEvent =
  | RunStarted
  | ScenarioStarted
  | ProgressMade
  | SourceRead
  | VariantFinished
  | ShardPlanned
  | ScenarioFinished
  | CoverageCollected
  | ErrorFound
  | RunFinished;

/** A reporter takes the events it cares about. */
export interface Reporter {
  runStarted?(event: RunStarted): void;
  scenarioStarted?(event: ScenarioStarted): void;
  progress?(event: ProgressMade): void;
  sourceRead?(event: SourceRead): void;
  variantFinished?(event: VariantFinished): void;
  shardPlanned?(event: ShardPlanned): void;
  scenarioFinished?(event: ScenarioFinished): void;
  coverageCollected?(event: CoverageCollected): void;
  error?(event: ErrorFound): void;
  runFinished?(event: RunFinished): void;
}

/** Where a reporter writes. */
export type Write = (text: string) => void;

/** `upy-check --list`. */
export interface Listed {
  readonly scenario: string;
  readonly about: string;
  readonly file: string;
  readonly parameters: Parameters;
  /** What `--set size=full` makes of them. */
  readonly full: Parameters | null;
  readonly variants: readonly { readonly name: string; readonly expected: Expectation }[];
}

/** Hands one event to every reporter. */
export function publish(reporters: readonly Reporter[], event: ReportEvent): void {
  for (const reporter of reporters) deliver(reporter, event);
}

function deliver(reporter: Reporter, event: ReportEvent): void {
  switch (event.type) {
    case 'run-started':
      return reporter.runStarted?.(event);
    case 'scenario-started':
      return reporter.scenarioStarted?.(event);
    case 'progress':
      return reporter.progress?.(event);
    case 'source-read':
      return reporter.sourceRead?.(event);
    case 'variant-finished':
      return reporter.variantFinished?.(event);
    case 'shard-planned':
      return reporter.shardPlanned?.(event);
    case 'scenario-finished':
      return reporter.scenarioFinished?.(event);
    case 'coverage-collected':
      return reporter.coverageCollected?.(event);
    case 'error':
      return reporter.error?.(event);
    case 'run-finished':
      return reporter.runFinished?.(event);
  }
}
