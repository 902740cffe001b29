import type { Trace } from '../checker/trace.ts';

/** From when to when a step is drawn, in ns. */
export interface Span {
  readonly startNs: number;
  readonly endNs: number;
}

/** Where the steps of a trace lie on an axis. */
export interface Axis {
  /** `time`: virtual time. `steps`: no time passes in the trace, and 1 µs is one step. */
  readonly base: 'time' | 'steps';
  /** Steps take no time. So that they can be seen and ordered, each is drawn that long, one after the other. */
  readonly widthNs: number;
  /** One for each step. */
  readonly spans: readonly Span[];
  readonly endNs: number;
  /** What the axis means, in a sentence. */
  readonly about: string;
}

const STEP_NS = 1000;

/** Steps of the same instant follow one another, each as wide as the shortest time between two instants allows. */
export function axisOf({ steps }: Trace): Axis {
  const timeless = steps.every(({ timeUs }) => timeUs === 0);
  const widthNs = timeless ? STEP_NS : widthOf(steps);
  const spans: Span[] = [];
  let atNs = 0;
  for (const { process, timeUs } of steps) {
    const startNs = process === null ? atNs : Math.max(atNs, timeUs * 1000);
    const endNs = Math.max(startNs + widthNs, process === null ? timeUs * 1000 : 0);
    spans.push({ startNs, endNs });
    atNs = endNs;
  }
  const about = timeless
    ? 'No time passes in this trace: 1 us of the axis is one step.'
    : `Virtual time. Steps take none; each is drawn ${widthNs} ns wide, those of one instant one after the other.`;
  return { base: timeless ? 'steps' : 'time', widthNs, spans, endNs: atNs, about };
}

function widthOf(steps: Trace['steps']): number {
  let most = 1;
  let many = 0;
  let shortestUs = Number.POSITIVE_INFINITY;
  let instantUs = 0;
  for (const { timeUs } of steps) {
    if (timeUs !== instantUs) {
      shortestUs = Math.min(shortestUs, timeUs - instantUs);
      instantUs = timeUs;
      many = 0;
    }
    many++;
    most = Math.max(most, many);
  }
  return Math.max(1, Math.min(STEP_NS, Math.floor((shortestUs * 1000) / (most + 1))));
}
