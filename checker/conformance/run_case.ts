import { UserError } from '../options.ts';
import type { Case } from './case.ts';
import { compare, type Difference } from './compare.ts';
import { type Lines, LineWatch } from './coverage.ts';
import { BadCase, nameIn, parseCase } from './parse.ts';
import { possible } from './possible.ts';
import { CannotRun, simulate } from './simulate.ts';

/** What came of one program. */
export interface Ran {
  /** The program's; `null`: none could be read. */
  readonly name: string | null;
  /** `null`: the same as the real kernel. */
  readonly failure:
    | null
    | { readonly kind: 'different'; readonly difference: Difference }
    /** Among what was looked at, nothing follows the trace beyond `matched` records. */
    | {
        readonly kind: 'impossible';
        readonly matched: number;
        readonly records: number;
        readonly visited: number;
      }
    /** No program, or one that the model cannot run. */
    | { readonly kind: 'problem'; readonly what: string };
  /** `null`: not asked for. */
  readonly lines: Lines | null;
}

/** What is asked of a program. */
export interface Question {
  /**
   * `exact`: on the prescribed scheduling it does what the real kernel did. `possible`: that is among all it can do with
   * interrupts and ticks at any moment.
   */
  readonly mode: 'exact' | 'possible';
  /** Also: which lines of the kernel it comes to. */
  readonly coverage: boolean;
}

/** States that are looked at for a trace, at most. */
const VISITED_MAX = 20_000;

/** Runs the case that `text` is, and compares. Never throws. */
export function runCase(
  text: string,
  { mode, coverage }: Question = { mode: 'exact', coverage: false },
): Ran {
  const name = nameIn(text);
  try {
    const expected = parseCase(text);
    if (mode === 'possible') return { name, failure: impossible(expected), lines: null };
    const watch = coverage ? new LineWatch() : null;
    const difference = compare(expected.program, expected, simulate(expected.program, watch));
    const failure = difference === null ? null : ({ kind: 'different', difference } as const);
    return { name, failure, lines: watch?.lines ?? null };
  } catch (error) {
    return { name, failure: { kind: 'problem', what: problemOf(error) }, lines: null };
  }
}

function impossible(expected: Case): Ran['failure'] {
  const { cores, tickless } = expected.program.config;
  if (cores === 2 || tickless === 1)
    throw new BadCase('only programs of one core that ticks can be explored');
  const { found, ...rest } = possible(expected, VISITED_MAX);
  return found ? null : { kind: 'impossible', ...rest };
}

function problemOf(error: unknown): string {
  if (error instanceof BadCase) return error.message;
  if (error instanceof CannotRun) return error.message;
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  if (error instanceof UserError) return `the model refuses it: ${line}`;
  return `the model fails: ${line}`;
}
