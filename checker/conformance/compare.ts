import type { Json, Recorded } from './case.ts';

/** The first thing in which two runs of a program differ. */
export interface Difference {
  /** `record 12`, `final.tasks.A` */
  readonly where: string;
  /** `undefined`: there is nothing. */
  readonly expected: Json | undefined;
  readonly got: Json | undefined;
}

/** Whole traces, in order and with times; then what is left at the end, unless an assertion ended the run. */
export function compare(expected: Recorded, got: Recorded): Difference | null {
  const length = Math.max(expected.trace.length, got.trace.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [expected.trace[i], got.trace[i]];
    if (JSON.stringify(a) !== JSON.stringify(b)) return { where: `record ${i + 1}`, expected: a, got: b };
  }
  if (expected.status !== got.status) return { where: 'status', expected: expected.status, got: got.status };
  return expected.status === 'assert' ? null : difference('final', expected.final, got.final);
}

function difference(where: string, expected: Json | undefined, got: Json | undefined): Difference | null {
  if (isObject(expected) && isObject(got)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      const found = difference(`${where}.${key}`, expected[key], got[key]);
      if (found !== null) return found;
    }
    return null;
  }
  return JSON.stringify(expected) === JSON.stringify(got) ? null : { where, expected, got };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
