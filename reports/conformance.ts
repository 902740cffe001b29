import type { Difference } from '../checker/conformance/compare.ts';
import type { FileCoverage } from '../checker/conformance/coverage.ts';
import type { Ran } from '../checker/conformance/run_case.ts';

/** The line about a program that failed; without an end of line. `place`: the file, and the line in it. */
export function failureText({ name, failure }: Ran, place: string): string {
  const who = name === null ? place : `${name} (${place})`;
  if (failure === null) return `${who}: passed`;
  return `FAILED ${who}: ${reason(failure)}`;
}

function reason(failure: NonNullable<Ran['failure']>): string {
  switch (failure.kind) {
    case 'problem':
      return failure.what;
    case 'different':
      return differenceText(failure.difference);
    case 'impossible': {
      const { matched, records, visited } = failure;
      return `the trace is not among what the model can do: ${matched} of ${records} records, ${visited} states`;
    }
  }
}

/** The first difference, side by side. */
function differenceText({ where, expected, got }: Difference): string {
  return `${where}: expected ${json(expected)} | got ${json(got)}`;
}

function json(value: Difference['got']): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** What programs have shown of the kernel's files, a line for each: lines that no run came to, functions that left nothing. */
export function coverageText(files: readonly FileCoverage[]): string {
  return files
    .map(({ file, lines, missed, functions }) => {
      const parts = [`${file}: ${lines - missed.length} of ${lines} lines`];
      if (missed.length > 0) parts.push(`not reached: ${ranges(missed)}`);
      if (functions.length > 0) parts.push(`without an instruction in any: ${functions.join(', ')}`);
      return `${parts.join('; ')}\n`;
    })
    .join('');
}

/** `3-5, 9` */
function ranges(numbers: readonly number[]): string {
  const found: [number, number][] = [];
  for (const n of numbers) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === n - 1) last[1] = n;
    else found.push([n, n]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

/** The last line of a run. */
export function countText(passed: number, failed: number): string {
  return `${passed} passed, ${failed} failed`;
}
