import type { Program } from '../../model/freertos/conformance/program.ts';

/** A value in a record: a number, a name, nothing, or several of them. */
export type Word = number | string | null | readonly Word[];
/** `[kind, time, …]`; times in clock units. */
export type TraceRecord = readonly [kind: string, time: number, ...words: Word[]];

export type Json = number | string | boolean | null | readonly Json[] | { readonly [key: string]: Json };
/** What is left at the end of a run. */
export type Final = { readonly [key: string]: Json };

/** What a kernel did with a program. */
export interface Recorded {
  /** `assert`: the kernel's own assertion ended the run. */
  readonly status: 'ok' | 'assert';
  readonly trace: readonly TraceRecord[];
  readonly final: Final;
}

/** A program with what the real kernel did. */
export interface Case extends Recorded {
  readonly program: Program;
}
