import type { ExitReason } from '../../reports/events.ts';

/** What the exit code says about a run. */
export const EXIT_CODES: Readonly<Record<ExitReason, number>> = {
  'as expected': 0,
  'not as expected': 1,
  error: 2,
  incomplete: 3,
  'internal error': 70,
  interrupted: 130,
};

export interface Outcome {
  readonly interrupted: boolean;
  readonly internal: boolean;
  readonly errors: number;
  readonly notAsExpected: number;
  readonly incomplete: number;
}

/** The worst that happened. */
export function exitOf(outcome: Outcome): { readonly code: number; readonly reason: ExitReason } {
  const reason: ExitReason = outcome.interrupted
    ? 'interrupted'
    : outcome.internal
      ? 'internal error'
      : outcome.errors > 0
        ? 'error'
        : outcome.notAsExpected > 0
          ? 'not as expected'
          : outcome.incomplete > 0
            ? 'incomplete'
            : 'as expected';
  return { code: EXIT_CODES[reason], reason };
}
