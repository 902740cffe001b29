import type { Walk } from '../trace/walk.ts';
import type { TraceStep } from '../trace.ts';
import type { Step } from './choices.ts';
import type { RunTo } from './view.ts';

/**
 * Who goes on while nobody is asked: the process that stepped last, as long as it can; then the first of the others, in
 * the order in which the scenario made them; then the outside world; time passes only when nobody can step. Of several
 * ways of one step, the first.
 */
export function nextByPolicy(walk: Walk, steps: readonly Step[]): number {
  const last = walk.steps.findLast(({ process }) => process !== null)?.process;
  const rank = ({ attempt }: Step): number => {
    const process = walk.processes[attempt.process];
    if (process === undefined) return 3;
    if (process.outside) return 2;
    return process.name === last ? 0 : 1;
  };
  const best = Math.min(...steps.map(rank));
  return steps.findIndex((step) => rank(step) === best);
}

/** Whether a run that was asked to go to `to` stops after this step. */
export function stopsAfter(to: RunTo, step: TraceStep, before: TraceStep | undefined): boolean {
  switch (to) {
    case 'switch':
      return before !== undefined && before.process !== step.process;
    case 'interrupt':
      return (
        step.moments.some(({ kind }) => kind === 'interrupt') ||
        (step.lane?.kind === 'isr' && begins(step, before))
      );
    case 'block':
      return step.moments.some(({ kind }) => kind === 'block');
    case 'end':
      return false;
  }
}

/** A handler begins also where it interrupts nobody that has stepped. */
function begins(step: TraceStep, before: TraceStep | undefined): boolean {
  return before?.process !== step.process && before?.lane?.kind !== 'isr';
}
