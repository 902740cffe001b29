import type { RunTo } from '../../../../checker/live/view.ts';

/** How far one lets it run: what stops it, its key, and in words. */
export const RUNS: readonly (readonly [to: RunTo, key: string, label: string, title: string])[] = [
  ['switch', 's', 'next switch', 'until another process goes on'],
  ['interrupt', 'i', 'next interrupt', 'until a handler begins'],
  ['block', 'w', 'next wait', 'until somebody cannot go on'],
  ['end', 'e', 'the end', 'until nothing can happen, something is wrong, or it goes round'],
];

/** Steps that a digit takes. */
export const DIGITS = 9;

/** For the help. */
export const LIVE_KEY_HELP: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['1', '…', '9'], 'takes a step'],
  [['b'], 'one step back in the model'],
  ...RUNS.map(([, key, , title]) => [[key], `runs ${title}`] as const),
];

export const POLICY =
  'Who goes on: the process that stepped last, as long as it can; then the others in their order; then the outside world; time passes only when nobody can step.';
