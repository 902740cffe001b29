import type { Change, Moment, Trace, TraceStep } from '../../../../checker/trace.ts';
import { afterLast, REPEATS } from '../../../repeating.ts';
import { virtualTime } from '../../../text.ts';
import { isSoft } from '../../../timeline_lanes.ts';
import { context, isArrival, momentText } from '../../../trace_steps.ts';
import { topsOf } from '../windowed.ts';

export const LINE_PX = 18;
const PADDING_PX = 6;

/** What a step did, a line each. */
export type Item =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'moment'; readonly text: string };

/** A row of the list of steps. */
export interface StepRow {
  /** `null`: the start, before the first step, or what comes after the last. */
  readonly step: TraceStep | null;
  /** The point that it leads to. */
  readonly point: number;
  /** Stands above: where the loop begins, or what comes after the last step. */
  readonly ruler: string | null;
  /** Somebody else than before goes on. */
  readonly group: { readonly process: string; readonly context: string; readonly arrival: string } | null;
  /** Time passes: in words. */
  readonly passing: string | null;
  readonly items: readonly Item[];
  /** Whether its order decides, in words. */
  readonly decisive: string | null;
}

/** The rows of a trace: the start, its steps, and where a loop goes on. */
export function stepRows(trace: Trace): StepRow[] {
  const start = { step: null, point: 0, ruler: null, group: null, passing: null, items: [], decisive: null };
  const rows: StepRow[] = [start];
  const pair: readonly number[] = trace.decisive?.steps ?? [];
  let group: string | null = null;
  let timeUs = 0;
  for (const step of trace.steps) {
    const ruler = step.index === trace.loop ? `↻ ${REPEATS}` : null;
    const next = step.process === null ? null : `${step.process}\n${isSoft(step)}`;
    const opens = next !== null && (next !== group || ruler !== null);
    const at = pair.indexOf(step.index);
    rows.push({
      step,
      point: step.index,
      ruler,
      group: opens ? groupOf(step) : null,
      passing: step.process === null ? passingText(step, timeUs) : null,
      items: itemsOf(step, opens),
      decisive: at < 0 ? null : `◆ order decides, ${at + 1} of ${pair.length}`,
    });
    // Who goes on after time has passed is still the same.
    group = next ?? group;
    timeUs = step.timeUs;
  }
  if (trace.loop !== undefined)
    rows.push({ ...start, point: trace.steps.length, ruler: afterLast(trace, trace.loop) });
  return rows;
}

function groupOf(step: TraceStep): StepRow['group'] {
  return {
    process: step.process ?? '',
    context: context(step.lane, isSoft(step)),
    arrival: step.moments.filter(isArrival).map(momentText).join('  '),
  };
}

function passingText({ timeUs }: TraceStep, beforeUs: number): string {
  const passed = timeUs - beforeUs;
  return passed > 0
    ? `${virtualTime(passed)} passes, now ${virtualTime(timeUs)}`
    : `time goes on after ${virtualTime(timeUs)}`;
}

function itemsOf(step: TraceStep, opens: boolean): Item[] {
  const moments = step.moments.filter((moment: Moment) => !(opens && isArrival(moment)));
  return [
    ...step.changes.map((change) => ({ kind: 'change', change }) as const),
    ...moments.map((moment) => ({ kind: 'moment', text: momentText(moment) }) as const),
  ];
}

/** Lines of {@link LINE_PX} that a row takes. */
function linesOf({ step, ruler, group, passing, items }: StepRow): number {
  const above = (ruler === null ? 0 : 1) + (group === null ? 0 : 1);
  if (step === null) return above === 0 ? 1 : above;
  const own = passing !== null || step.place === null || step.place.text === '' ? 1 : 2;
  return above + step.notes.length + own + items.length;
}

/** Where each row begins, in px; at the end where the last one ends. */
export function rowTops(rows: readonly StepRow[]): Float64Array {
  return topsOf(
    rows.map((row) => linesOf(row) * LINE_PX + PADDING_PX),
    rows.length,
  );
}
