import type { Difference } from '../checker/conformance/compare.ts';
import type { Ran } from '../checker/conformance/run_case.ts';

/** The line about a program that failed; without an end of line. `place`: the file, and the line in it. */
export function failureText({ name, failure }: Ran, place: string): string {
  const who = name === null ? place : `${name} (${place})`;
  if (failure === null) return `${who}: passed`;
  return `FAILED ${who}: ${failure.kind === 'problem' ? failure.what : differenceText(failure.difference)}`;
}

/** The first difference, side by side. */
function differenceText({ where, expected, got }: Difference): string {
  return `${where}: expected ${json(expected)} | got ${json(got)}`;
}

function json(value: Difference['got']): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** The last line of a run. */
export function countText(passed: number, failed: number): string {
  return `${passed} passed, ${failed} failed`;
}
