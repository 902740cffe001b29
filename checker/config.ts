import type { StoreKind } from './machine/store_for.ts';
import type { Reduce, SearchOrder } from './options.ts';
import type { Parameters } from './scenario.ts';

/**
 * What `upy-check.config.ts` may say: the options of `upy-check <scenarios>`, of which those on the command line win.
 * Paths are relative to the file. Counts, bytes and times are numbers or texts as on the command line: `'10M'`, `'4G'`, `'5m'`.
 */
export interface Config {
  /** Files, folders and globs, if the command line names none. */
  readonly scenarios?: string | readonly string[];
  /** Only these variants. */
  readonly variant?: string | readonly string[];
  /** Values of parameters; `{ size: 'full' }` for the larger ones. */
  readonly set?: Parameters;
  /** `'console'`, `'junit=design.xml'`, …; as many as wanted. */
  readonly reporter?: string | readonly string[];
  /** File of the reporter that has none. */
  readonly out?: string;
  /** Which traces the console prints in full; default `unexpected`. */
  readonly trace?: 'unexpected' | 'all' | 'none';
  /** The console draws traces as lanes, time downwards. */
  readonly timeline?: boolean;
  /** The console draws with ASCII characters only. */
  readonly ascii?: boolean;
  /** Traces of `sometimes` properties that hold, too. */
  readonly witnesses?: boolean;
  /** What the states are made of. */
  readonly profile?: boolean;
  /** What of the model no explored state has reached. */
  readonly coverage?: boolean;
  /** States, for each variant. */
  readonly maxStates?: number | string;
  /** Steps from the start, for each variant. */
  readonly maxDepth?: number | string;
  /** Bytes for states; default 60 % of the machine. */
  readonly maxMemory?: number | string;
  /** For each variant; a number is seconds. */
  readonly maxTime?: number | string;
  /** Which runs are looked at first; default `breadth-first`. */
  readonly search?: SearchOrder;
  /** Which states are left out; default `auto`. */
  readonly reduce?: Reduce;
  /** How states are remembered; default `exact`. */
  readonly store?: StoreKind;
  /** Threads that search breadth first, exactly; default 1. */
  readonly workers?: number;
  /** Only runs with at most so many context switches. */
  readonly preemptions?: number;
  /** Of `search: 'random'`: how many runs; default 1000. */
  readonly runs?: number | string;
  /** Of `search: 'random'`: how many steps of a bug must come in order; default 3. */
  readonly bugDepth?: number;
  /** Of `search: 'random'`: which runs; default 0. */
  readonly seed?: number;
  /** A search goes on from this file after a kill; for one variant. */
  readonly checkpoint?: string;
  /** Time between two checkpoints; a number is seconds; default 5 minutes. */
  readonly checkpointEvery?: number | string;
  /** `'1/4'`: one of four parts of the work. */
  readonly shard?: string;
  /** Lists scenarios instead of checking them. */
  readonly list?: boolean;
}

/** For `export default defineConfig({ … })` in `upy-check.config.ts`: the same object, with its types checked. */
export function defineConfig(config: Config): Config {
  return config;
}
