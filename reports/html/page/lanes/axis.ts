import type { Trace } from '../../../../checker/trace.ts';

/** Along the steps, each as wide as the next; or along virtual time, in which most steps take none. */
export type AxisKind = 'steps' | 'time';

/** A stretch of points at the same time. */
export interface Instant {
  /** The first point and the last one. */
  readonly from: number;
  readonly to: number;
  readonly timeUs: number;
}

/** Where the points of a trace lie, in widths of a step. */
export interface Axis {
  readonly kind: AxisKind;
  /** Of each point, and of the end of what is drawn after the last. Increasing. */
  readonly positions: Float64Array;
  /** The steps in which time passes, and whether more of it than is drawn to scale. */
  readonly gaps: readonly { readonly step: number; readonly us: number; readonly broken: boolean }[];
  readonly instants: readonly Instant[];
}

/** Of what follows the last step. */
const TAIL_WIDTH = 1;
/** A typical stretch of time is drawn as wide as so many steps, and none wider than the longest. */
const TYPICAL_WIDTH = 6;
const LONGEST_WIDTH = 18;

export function axisOf(trace: Trace, kind: AxisKind): Axis {
  const { steps } = trace;
  const elapsed = steps.map(({ timeUs }, i) => timeUs - (steps[i - 1]?.timeUs ?? 0));
  const passing = elapsed.filter((us) => us > 0).sort((a, b) => a - b);
  const typical = passing[(passing.length - 1) >> 1] ?? 1;
  const positions = new Float64Array(steps.length + 2);
  const gaps: Axis['gaps'][number][] = [];
  for (const [i, us] of elapsed.entries()) {
    const scaled = (us / typical) * TYPICAL_WIDTH;
    const broken = kind === 'time' && scaled > LONGEST_WIDTH;
    if (us > 0) gaps.push({ step: i + 1, us, broken });
    const width = kind === 'time' ? Math.min(scaled, LONGEST_WIDTH) : 0;
    positions[i + 1] = (positions[i] as number) + Math.max(1, width);
  }
  positions[steps.length + 1] = (positions[steps.length] as number) + TAIL_WIDTH;
  return { kind, positions, gaps, instants: instantsOf(elapsed) };
}

function instantsOf(elapsed: readonly number[]): Instant[] {
  const instants: Instant[] = [];
  let [from, timeUs] = [0, 0];
  for (const [i, us] of elapsed.entries()) {
    if (us <= 0) continue;
    instants.push({ from, to: i, timeUs });
    [from, timeUs] = [i + 1, timeUs + us];
  }
  instants.push({ from, to: elapsed.length, timeUs });
  return instants;
}

/** The last point that lies at `position` or before; 0 if none does. */
export function pointAt(positions: Float64Array, position: number): number {
  let [low, high] = [0, positions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] as number) <= position) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** The distance between two numbered steps of the ruler that leaves each `roomPx`. */
export function rulerDistance(stepPx: number, roomPx: number): number {
  for (let decade = 1; ; decade *= 10)
    for (const factor of [1, 2, 5]) if (factor * decade * stepPx >= roomPx) return factor * decade;
}
