import { UserError } from '../options.ts';
import { compare, type Difference } from './compare.ts';
import { BadCase, nameIn, parseCase } from './parse.ts';
import { CannotRun, simulate } from './simulate.ts';

/** What came of one program. */
export interface Ran {
  /** The program's; `null`: none could be read. */
  readonly name: string | null;
  /** `null`: the same as the real kernel. */
  readonly failure:
    | null
    | { readonly kind: 'different'; readonly difference: Difference }
    /** No program, or one that the model cannot run. */
    | { readonly kind: 'problem'; readonly what: string };
}

/** Runs the case that `text` is, and compares. Never throws. */
export function runCase(text: string): Ran {
  const name = nameIn(text);
  try {
    const expected = parseCase(text);
    const difference = compare(expected.program, expected, simulate(expected.program));
    return { name, failure: difference === null ? null : { kind: 'different', difference } };
  } catch (error) {
    return { name, failure: { kind: 'problem', what: problemOf(error) } };
  }
}

function problemOf(error: unknown): string {
  if (error instanceof BadCase) return error.message;
  if (error instanceof CannotRun) return error.message;
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  if (error instanceof UserError) return `the model refuses it: ${line}`;
  return `the model fails: ${line}`;
}
