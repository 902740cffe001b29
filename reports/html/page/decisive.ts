import type { Trace } from '../../../checker/trace.ts';

/** The two steps whose order decides. */
export interface DecisivePair {
  readonly steps: readonly [number, number];
  readonly text: string;
}

/** `null`: there are none, or nobody looked for them. */
export function decisiveOf(trace: Trace): DecisivePair | null {
  const { decisive } = trace as Trace & { readonly decisive?: DecisivePair | null };
  return decisive ?? null;
}
