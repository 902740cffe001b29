import type { Frame, Place } from '../../../checker/trace.ts';
import type { TraceModel } from './trace_model.ts';

/** Whose source is shown, and where in it. */
export interface Focus {
  /** `null`: nobody has taken or will take a step. */
  readonly process: string | null;
  readonly place: Place | null;
  /** Outermost first. */
  readonly stack: readonly Frame[];
  /** It is the current step, which begins there; otherwise where the process stands after it. */
  readonly ofStep: boolean;
}

/** The chosen process where it stands; without one the current step, and where that is time, who has stepped before it. */
export function focusOf(model: TraceModel, point: number, chosen: string | null): Focus {
  const step = model.stepAt(point);
  if (chosen === null && step !== null && step.process !== null)
    return { process: step.process, place: step.place, stack: step.stack, ofStep: true };
  const process = chosen ?? nearest(model, point);
  if (process === null) return { process, place: null, stack: [], ofStep: false };
  return { process, ...standOf(model, process, point), ofStep: false };
}

function standOf(model: TraceModel, process: string, point: number): Pick<Focus, 'place' | 'stack'> {
  const { place, stack } = model.standAt(process, point);
  return { place, stack };
}

/** Who stepped last; at the start, who will first. */
function nearest(model: TraceModel, point: number): string | null {
  for (let at = point; at > 0; at--) {
    const process = model.stepAt(at)?.process ?? null;
    if (process !== null) return process;
  }
  return model.trace.steps.find((step) => step.process !== null)?.process ?? null;
}

/** Where everybody stands at a point, in words. */
export interface Stander {
  readonly process: string;
  readonly status: string;
  readonly place: Place | null;
  /** The step at this point made it stand otherwise. */
  readonly changed: boolean;
}

export function standers(model: TraceModel, point: number): Stander[] {
  const { trace } = model;
  const step = model.stepAt(point);
  const last = new Map(trace.standing.map(({ process, status }) => [process, status]));
  return trace.start.processes.map(({ name }) => {
    // The end is told with its reasons.
    const words = point === model.length ? last.get(name) : undefined;
    return {
      process: name,
      status: words ?? model.statusAt(name, point) ?? '',
      place: model.standAt(name, point).place,
      changed: step?.statuses.some(({ process }) => process === name) ?? false,
    };
  });
}
