import type { TraceModel } from '../trace_model.ts';

/** Which variables are listed: all, those that ever change, those that are otherwise than at another point. */
export type Shown = 'all' | 'changing' | 'different';

/** A variable between two points. */
export interface Difference {
  readonly variable: string;
  readonly before: string;
  readonly after: string;
  /** The step that is looked at changed it. */
  readonly now: boolean;
}

/** The points that are compared: the step that is looked at with the one before it, or with one that was chosen. */
export function baseOf(step: number, chosen: number | null): number {
  return chosen ?? Math.max(0, step - 1);
}

export function differenceOf(model: TraceModel, variable: string, base: number, step: number): Difference {
  const now = model.stepAt(step)?.changes.some((change) => change.variable === variable) ?? false;
  return {
    variable,
    before: model.valueAt(variable, base),
    after: model.valueAt(variable, step),
    now,
  };
}

/** The names of the variables that are wanted, in the order in which the trace has them. */
export function chosenNames(
  model: TraceModel,
  shown: Shown,
  filter: string,
  base: number,
  step: number,
): string[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  return model.trace.start.variables
    .map(({ name }) => name)
    .filter((name) => words.every((word) => name.toLowerCase().includes(word)))
    .filter((name) => {
      if (shown === 'changing') return model.valuesOf(name).length > 1;
      return shown === 'all' || model.valueAt(name, base) !== model.valueAt(name, step);
    });
}

/** Values of a variable around a point: so many that they can be read, with how many there are before and after. */
export function historyOf(
  model: TraceModel,
  variable: string,
  step: number,
  most: number,
): {
  readonly values: readonly { readonly from: number; readonly value: string; readonly current: boolean }[];
  readonly earlier: number;
  readonly later: number;
} {
  const all = model.valuesOf(variable);
  const current = Math.max(
    0,
    all.findLastIndex(({ from }) => from <= step),
  );
  const start = Math.max(0, Math.min(current - (most >> 1), all.length - most));
  const values = all
    .slice(start, start + most)
    .map(({ from, value }, i) => ({ from, value, current: start + i === current }));
  return { values, earlier: start, later: all.length - start - values.length };
}
