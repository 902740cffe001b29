import type { ProcessCode } from '../language/ir.ts';
import type { Attempt } from '../machine/interpreter.ts';
import type { Walk } from '../trace/walk.ts';
import type { Choice } from './view.ts';

/** A step that can be taken, as the machine knows it. */
export interface Step {
  readonly attempt: Attempt;
  /** Among the steps that lead to a state, as schedules count; -1: it fails. */
  readonly ordinal: number;
}

/** Everything that can happen next, also what fails, in the order of the machine; time last. */
export function stepsFrom(walk: Walk): Step[] {
  let ordinal = 0;
  return walk.interpreter
    .attempts(walk.state)
    .filter(({ process, outcome }) => process >= -1 && outcome.kind !== 'cutoff')
    .map((attempt) => ({ attempt, ordinal: attempt.outcome.kind === 'state' ? ordinal++ : -1 }));
}

/** Takes a step of {@link stepsFrom}. */
export function takeStep(walk: Walk, { attempt, ordinal }: Step): void {
  if (ordinal < 0) walk.failIn(attempt);
  else if (!walk.take(ordinal)) throw new Error(`the walk has no step ${ordinal} any more, please report`);
}

/** What a step would do. */
export function choiceOf(walk: Walk, step: Step, number: number, node: number | null): Choice {
  const ahead = walk.fork();
  takeStep(ahead, step);
  const { attempt } = step;
  const process = walk.processes[attempt.process] as ProcessCode | undefined;
  const told = ahead.steps.at(-1);
  const { outcome } = attempt;
  return {
    number,
    process: process?.name ?? null,
    lane: process?.lane ?? null,
    outside: process?.outside ?? false,
    place: told?.place ?? null,
    function: told?.stack.at(-1)?.function ?? null,
    operation: told?.operation ?? 'step',
    changes: told?.changes ?? [],
    notes: told?.notes ?? [],
    moments: told?.moments ?? [],
    elapsedUs: attempt.elapsedUs,
    choices: attempt.choices,
    fails: outcome.kind === 'failure' ? { kind: outcome.failure.kind, name: outcome.failure.name } : null,
    node,
  };
}
