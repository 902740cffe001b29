import type { Trace } from '../checker/trace.ts';
import type { Paint } from './paint.ts';
import { visible } from './text.ts';
import { traceText } from './trace.ts';
import type { TraceStyle } from './trace_steps.ts';

/** What a replay found; the checker's ReplayResult is one. */
export type Replayed =
  | { readonly fits: true; readonly trace: Trace }
  | {
      readonly fits: false;
      readonly trace: Trace;
      readonly failedAt: number;
      readonly expected: string;
      readonly possible: readonly string[];
    };

/** `upy-check replay`: the trace, and whether the scenario can still do it. */
export function replayText(result: Replayed, style: TraceStyle): string {
  const { paint } = style;
  const { trace } = result;
  const title = `${paint.strong(`${visible(trace.scenario)} / ${visible(trace.variant)}`)}  ${visible(trace.property)}`;
  const steps = `${title.trimEnd()}\n\n${traceText(trace, style)}\n\n`;
  if (result.fits) return `${steps}${paint.good('✓ the scenario does exactly this')}`;
  return `${steps}${misfitText(result, paint)}`;
}

/** Where a trace no longer fits. */
export function misfitText(result: Replayed & { readonly fits: false }, paint: Paint): string {
  const possible =
    result.possible.length === 0
      ? ['  nothing: no step is possible']
      : result.possible.map((each) => `  ${visible(each)}`);
  return [
    paint.bad(`✗ the scenario no longer does this: step ${result.failedAt} does not fit`),
    `the trace has there: ${visible(result.expected)}`,
    'the scenario can do instead:',
    ...possible,
    'The model changed since the trace was recorded, or the parameters differ; check again for a new trace.',
  ].join('\n');
}
