import type { StoreKind } from '../machine/store_for.ts';
import type { Reduce, SearchOrder } from '../options.ts';
import type { Shell } from './completion_scripts.ts';
import type { Shard } from './shard.ts';
import type { Assignment, ReporterChoice, TraceFormat } from './values.ts';

export interface CheckCommand {
  readonly command: 'check';
  readonly paths: readonly string[];
  readonly variants: readonly string[];
  readonly assignments: readonly Assignment[];
  readonly reporters: readonly ReporterChoice[];
  readonly out: string | null;
  readonly traces: 'unexpected' | 'all' | 'none';
  /** Traces as lanes. */
  readonly timeline: boolean;
  readonly ascii: boolean;
  readonly reduce: Reduce | null;
  readonly store: StoreKind;
  readonly search: SearchOrder;
  readonly workers: number | null;
  readonly preemptions: number | null;
  readonly runs: number | null;
  readonly bugDepth: number | null;
  readonly maxStates: number | null;
  readonly maxMemory: number | null;
  readonly maxTimeMs: number | null;
  readonly maxDepth: number | null;
  readonly profile: boolean;
  /** Of all files, not only the scenarios' own. */
  readonly coverage: boolean;
  readonly witnesses: boolean;
  readonly list: boolean;
  readonly seed: number | null;
  readonly shard: Shard | null;
  readonly checkpoint: string | null;
  readonly checkpointEveryMs: number | null;
  readonly watch: boolean;
  /** The file with options; `null`: that of the working directory, `false`: none. */
  readonly config: string | false | null;
}

export interface StepsCommand {
  readonly command: 'steps';
  readonly path: string;
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly assignments: readonly Assignment[];
}

/** How a run is written. */
export interface Writing {
  /** `null`: as the command does it. */
  readonly to: TraceFormat | null;
  readonly out: string | null;
  readonly ascii: boolean;
}

export interface ReplayCommand extends Writing {
  readonly command: 'replay';
  readonly path: string;
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly schedule: string | null;
  readonly property: string | null;
  readonly assignments: readonly Assignment[];
}

export interface SimulateCommand extends Writing {
  readonly command: 'simulate';
  readonly path: string;
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly assignments: readonly Assignment[];
  readonly seed: number | null;
  readonly steps: number | null;
}

export interface ExportCommand {
  readonly command: 'export';
  readonly path: string;
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly assignments: readonly Assignment[];
  readonly to: 'promela' | 'tla';
  readonly out: string | null;
}

export interface ExploreCommand {
  readonly command: 'explore';
  readonly path: string;
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly assignments: readonly Assignment[];
  /** Where to begin: at the end of this trace. */
  readonly trace: string | null;
  /** Opens a browser, too. */
  readonly open: boolean;
}

export interface MergeCommand {
  readonly command: 'merge';
  readonly files: readonly string[];
  readonly reporters: readonly ReporterChoice[];
  readonly out: string | null;
  readonly traces: CheckCommand['traces'];
  readonly timeline: boolean;
  readonly ascii: boolean;
}

export interface InitCommand {
  readonly command: 'init';
  readonly folder: string | null;
}

export interface CompletionCommand {
  readonly command: 'completion';
  readonly shell: Shell | null;
}

/** What the command line asks for. `print`: help or version, already text. */
export type Command =
  | CheckCommand
  | StepsCommand
  | ReplayCommand
  | SimulateCommand
  | ExportCommand
  | ExploreCommand
  | MergeCommand
  | InitCommand
  | CompletionCommand
  | { readonly command: 'print'; readonly text: string };
