import type { TraceModel } from './trace_model.ts';

/** Points of a trace that one wants to go to; `null`: there is none in that direction. */
export type Direction = 1 | -1;

/** The next step that another process takes than the one before it, or time. */
export function contextSwitch(model: TraceModel, point: number, by: Direction): number | null {
  for (let at = point + by; at >= 1 && at <= model.length; at += by)
    if (model.stepAt(at)?.process !== (model.stepAt(at - 1)?.process ?? null)) return at;
  return null;
}

/** The next step that changes a variable. */
export function change(model: TraceModel, variable: string, point: number, by: Direction): number | null {
  const steps = model
    .valuesOf(variable)
    .map(({ from }) => from)
    .filter((from) => from > 0 && (from - point) * by > 0);
  return (by === 1 ? steps[0] : steps.at(-1)) ?? null;
}

/** From a step that wakes somebody to his next own step; otherwise to the next step that wakes somebody. */
export function wake(model: TraceModel, point: number): number | null {
  const woken = wokenBy(model, point);
  for (let at = point + 1; at <= model.length; at++) {
    const process = model.stepAt(at)?.process ?? null;
    if (woken === null ? wokenBy(model, at) !== null : process === woken) return at;
  }
  return null;
}

/** The first process that a step wakes. */
function wokenBy(model: TraceModel, point: number): string | null {
  for (const moment of model.stepAt(point)?.moments ?? []) if (moment.kind === 'wake') return moment.process;
  return null;
}

/** The one and then the other of the two steps whose order decides. */
export function decisive(model: TraceModel, point: number): number | null {
  const steps = model.trace.decisive?.steps;
  if (steps === undefined) return null;
  return point === steps[0] ? steps[1] : steps[0];
}

/** The next of some steps that are in order; after the last comes the first. */
export function among(steps: readonly number[], point: number, by: Direction): number | null {
  const next = by === 1 ? steps.find((each) => each > point) : steps.findLast((each) => each < point);
  return next ?? (by === 1 ? steps[0] : steps.at(-1)) ?? null;
}
