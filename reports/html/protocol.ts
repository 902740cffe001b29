import type { LiveView, ReachAnswer, RunEnd, RunTo, Target } from '../../checker/live/view.ts';
import type { Problem } from '../events.ts';

/**
 * What the live page asks and `upy-check explore` answers: one POST of JSON to `/live`, with the token of the address in the
 * header {@link TOKEN_HEADER}. `node` is where the page believes the session to be: a session that has moved meanwhile refuses.
 */
export type LiveRequest =
  | { readonly do: 'open' }
  | { readonly do: 'take'; readonly node: number; readonly step: number }
  | { readonly do: 'go'; readonly node: number }
  | { readonly do: 'run'; readonly node: number; readonly to: RunTo }
  | {
      readonly do: 'reach';
      readonly node: number;
      readonly target: Target;
      readonly maxStates: number | null;
    }
  /** Ends a search; answered at once. */
  | { readonly do: 'stop' };

export const TOKEN_HEADER = 'x-upy-check-token';

/** What does not change while a session lasts. */
export interface LiveAbout {
  readonly version: string;
  readonly scenario: string;
  readonly about: string;
  readonly file: string;
  readonly variant: string;
  /** The only scenario of its file. */
  readonly alone: boolean;
  /** What `reach` can be asked about. */
  readonly properties: readonly string[];
}

export type LiveReply =
  | {
      readonly ok: true;
      readonly view: LiveView;
      /** Texts of files that no earlier reply had. */
      readonly sources: Readonly<Record<string, string>>;
      /** With `open` only. */
      readonly about: LiveAbout | null;
      /** What `run` came to. */
      readonly ran: RunEnd | null;
      readonly reached: ReachAnswer | null;
    }
  | { readonly ok: false; readonly problem: Problem };
