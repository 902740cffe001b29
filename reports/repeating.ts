import type { Trace } from '../checker/trace.ts';

/** What stands before the first step of a loop. */
export const REPEATS = 'from here on it repeats for ever';

/** What stands after the last step of a trace whose steps repeat from `loop` on; behind the last, nothing more happens. */
export function afterLast({ steps }: Trace, loop: number): string {
  return loop > steps.length
    ? 'nothing has to happen any more'
    : `↺ everything is as before step ${loop} again`;
}
