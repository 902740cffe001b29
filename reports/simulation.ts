import type { Simulation } from '../checker/simulate.ts';
import { plural, visible } from './text.ts';
import { traceText } from './trace.ts';
import type { TraceStyle } from './trace_steps.ts';

/** `upy-check simulate`: one run, and why it is over. */
export function simulationText({ trace, seed, end }: Simulation, style: TraceStyle): string {
  const { paint } = style;
  const title = `${paint.strong(`${visible(trace.scenario)} / ${visible(trace.variant)}`)}  one run, seed ${seed}`;
  return `${title}\n\n${traceText(trace, { ...style, explanations: [] })}\n\n${endText(end, style)}`;
}

function endText(end: Simulation['end'], { paint }: TraceStyle): string {
  switch (end.kind) {
    case 'steps':
      return `Ended after ${plural(end.steps, 'step')}; --steps goes on. One run proves nothing.`;
    case 'still':
      return 'Nothing can happen any more. One run proves nothing.';
    case 'violated':
      return paint.bad(`✗ violated: ${visible(end.property)}`);
  }
}
