import type { Trace } from '../trace.ts';
import type { Candidate } from './discover.ts';

/** First argument of a process that checks one round for another that watches. */
export const ROUND = '--round';

/** What `--watch` asks of the process that checks: once for each process, which ends with the round. */
export interface Order {
  /** `null`: what the command line and the configuration name. */
  readonly files: readonly Candidate[] | null;
  /** The counterexamples of the round before. */
  readonly last: readonly Trace[];
}

/** What it tells meanwhile. */
export type Told =
  | { readonly type: 'paths'; readonly paths: readonly string[] }
  | {
      readonly type: 'variant';
      readonly file: string;
      readonly scenario: string;
      readonly variant: string;
      readonly asExpected: boolean;
      /** Its first counterexample, if that was not expected. */
      readonly trace: Trace | null;
    }
  | { readonly type: 'error'; readonly file: string | null }
  | { readonly type: 'finished' };

/** A round of `--watch`. */
export interface Round {
  readonly order: Order;
  readonly tell: (told: Told) => void;
  readonly close: () => void;
}
