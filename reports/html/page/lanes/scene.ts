import type { TraceModel } from '../trace_model.ts';
import { type Arrow, arrowsOf, type Mark, marksOf } from './arrows.ts';
import { type Axis, type AxisKind, axisOf } from './axis.ts';
import {
  type Bar,
  barsOf,
  coreBars,
  type Nested,
  nestedOf,
  type StepsByProcess,
  stepsByProcess,
} from './bars.ts';
import { type Row, type Rows, rowsOf } from './rows.ts';

/** A lane with what is drawn in it. */
export interface LaneScene {
  readonly row: Row;
  readonly bars: readonly Bar[];
  readonly nested: readonly Nested[];
}

/** Everything that is drawn of a trace, wherever it is looked at. */
export interface Scene {
  readonly model: TraceModel;
  readonly axis: Axis;
  readonly rows: Rows;
  readonly lanes: readonly LaneScene[];
  readonly arrows: readonly Arrow[];
  readonly marks: readonly Mark[];
  /** The points between which the steps repeat for ever; `null`: they do not. */
  readonly loop: { readonly from: number; readonly to: number } | null;
  /** Widths of a step, of all. */
  readonly extent: number;
  readonly own: StepsByProcess;
}

export function sceneOf(model: TraceModel, kind: AxisKind, all: boolean): Scene {
  const { trace } = model;
  const axis = axisOf(trace, kind);
  const rows = rowsOf(trace, all);
  const own = stepsByProcess(trace.steps);
  const lanes = rows.rows.map((row): LaneScene => {
    if (row.kind === 'core') return { row, bars: coreBars(model, row.name), nested: [] };
    const steps = own.get(row.name) ?? [];
    return { row, bars: barsOf(model, row.name, steps), nested: nestedOf(steps) };
  });
  return {
    model,
    axis,
    rows,
    lanes,
    own,
    arrows: arrowsOf(trace),
    marks: marksOf(trace, trace.decisive?.steps ?? []),
    loop: trace.loop === undefined ? null : { from: trace.loop - 1, to: model.length },
    extent: axis.positions[model.length + 1] as number,
  };
}
