import type { Trace, TraceStep } from '../checker/trace.ts';
import { type Axis, axisOf } from './axis.ts';
import { contextsOf } from './contexts.ts';
import { countersOf } from './counters.ts';
import { REPEATS } from './repeating.ts';
import { stepName } from './step_name.ts';
import { virtualTime } from './text.ts';
import { momentText } from './trace_steps.ts';

/** An event of the Chrome trace format. Times in µs. */
interface TraceEvent {
  readonly ph: 'M' | 'X' | 's' | 'f' | 'C' | 'i';
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  /** Of `f`: it belongs to the slice around it. Of `i`: how high it is drawn. */
  readonly bp?: 'e';
  readonly s?: 'g';
  readonly args?: Readonly<Record<string, unknown>>;
}

/**
 * A trace as Chrome trace JSON, for ui.perfetto.dev. A group for each core, where contexts nest; a track for each
 * process that has none; what each process is able to do; depths and counts as counters; wake-ups as arrows.
 */
export function perfettoText(trace: Trace): string {
  const { events, axis } = new Events(trace);
  const { scenario, file, variant, parameters, property, explanation, schedule } = trace;
  const about = { scenario, file, variant, parameters, property, explanation, schedule };
  const lines = events.map((event) => JSON.stringify(event)).join(',\n');
  const otherData = JSON.stringify({ ...about, axis: axis.about });
  return `{"displayTimeUnit":"ns","otherData":${otherData},"traceEvents":[\n${lines}\n]}\n`;
}

interface Track {
  readonly pid: number;
  readonly tid: number;
}

class Events {
  readonly axis: Axis;
  readonly events: TraceEvent[] = [];
  readonly #trace: Trace;
  readonly #groups: string[] = [];
  readonly #tracks = new Map<string, Track>();

  constructor(trace: Trace) {
    this.#trace = trace;
    this.axis = axisOf(trace);
    const slices = [...this.#contexts(), ...this.#steps()];
    const standing = this.#statuses();
    const rest = [...this.#flows(), ...this.#marks(), ...this.#counters()];
    // Of slices with the same start the outer one must come first; sorting keeps the order of equals.
    const timed = [...slices, ...standing, ...rest].sort(
      (a, b) => (a.ts ?? 0) - (b.ts ?? 0) || (b.dur ?? -1) - (a.dur ?? -1),
    );
    this.events = [...this.#names(), ...timed];
  }

  /** The track of this name in the group of that name; both are made at first use. */
  #track(group: string, name: string): Track {
    const key = JSON.stringify([group, name]);
    const known = this.#tracks.get(key);
    if (known !== undefined) return known;
    if (!this.#groups.includes(group)) this.#groups.push(group);
    const pid = this.#groups.indexOf(group) + 1;
    const track = { pid, tid: this.#tracks.size + 1 };
    this.#tracks.set(key, track);
    return track;
  }

  /** Where a step is drawn. */
  #trackOf({ process, lane }: TraceStep): Track {
    if (process === null) return this.#track('time', 'time');
    if (lane?.core !== undefined) return this.#track(lane.core, 'runs');
    return this.#track(lane?.kind === 'outside' ? 'outside world' : 'processes without a core', process);
  }

  #slice(
    track: Track,
    name: string,
    from: number,
    to: number,
    cat: string,
    args?: TraceEvent['args'],
  ): TraceEvent {
    const startNs = this.axis.spans[from]?.startNs ?? 0;
    const endNs = this.axis.spans[to]?.endNs ?? startNs;
    const times = { ts: startNs / 1000, dur: (endNs - startNs) / 1000 };
    return { ph: 'X', name, cat, ...track, ...times, ...(args === undefined ? {} : { args }) };
  }

  #contexts(): TraceEvent[] {
    return contextsOf(this.#trace).map(({ core, kind, name, from, to }) => {
      const shown = kind === 'soft' ? `soft: ${name}` : kind === 'isr' ? `ISR ${name}` : name;
      return this.#slice(this.#track(core, 'runs'), shown, from, to, kind);
    });
  }

  #steps(): TraceEvent[] {
    let beforeUs = 0;
    return this.#trace.steps.map((step, at) => {
      const passes =
        step.timeUs > beforeUs ? `${virtualTime(step.timeUs - beforeUs)} passes` : 'time goes on';
      beforeUs = step.timeUs;
      const name = step.process === null ? passes : stepName(step);
      return this.#slice(this.#trackOf(step), name, at, at, 'step', argsOf(step));
    });
  }

  /** What each process can do, from change to change. */
  #statuses(): TraceEvent[] {
    const events: TraceEvent[] = [];
    for (const { name, status } of this.#trace.start.processes) {
      let now: string = status;
      let sinceNs = 0;
      const changes = this.#trace.steps.flatMap(({ statuses }, at) =>
        statuses
          .filter(({ process }) => process === name)
          .map((each) => ({ atNs: this.axis.spans[at]?.endNs ?? 0, status: each.status })),
      );
      if (changes.length === 0) continue;
      const track = this.#track('what each process can do', name);
      for (const change of [...changes, { atNs: this.axis.endNs, status: '' }]) {
        if (change.atNs > sinceNs)
          events.push({
            ph: 'X',
            name: now,
            cat: 'status',
            ...track,
            ts: sinceNs / 1000,
            dur: (change.atNs - sinceNs) / 1000,
          });
        now = change.status;
        sinceNs = change.atNs;
      }
    }
    return events;
  }

  /** From the step that wakes to the next one of whom it wakes. */
  #flows(): TraceEvent[] {
    const events: TraceEvent[] = [];
    const { steps } = this.#trace;
    for (const [at, step] of steps.entries())
      for (const moment of step.moments) {
        if (moment.kind !== 'wake') continue;
        const next = steps.findIndex((each, i) => i > at && each.process === moment.process);
        const woken = steps[next];
        if (woken === undefined) continue;
        const flow = { name: 'wake', cat: 'wake', id: events.length / 2 + 1 };
        const ts = (position: number) => (this.axis.spans[position]?.startNs ?? 0) / 1000;
        events.push({ ph: 's', ...flow, ...this.#trackOf(step), ts: ts(at) });
        events.push({ ph: 'f', bp: 'e', ...flow, ...this.#trackOf(woken), ts: ts(next) });
      }
    return events;
  }

  /** The end, and where a lasso begins to repeat. */
  #marks(): TraceEvent[] {
    const { loop, property } = this.#trace;
    const mark = (name: string, ns: number): TraceEvent => ({
      ph: 'i',
      s: 'g',
      name,
      cat: 'property',
      ...this.#track('time', 'time'),
      ts: ns / 1000,
    });
    const repeats = loop === undefined ? undefined : (this.axis.spans[loop - 1]?.startNs ?? this.axis.endNs);
    return [...(repeats === undefined ? [] : [mark(REPEATS, repeats)]), mark(property, this.axis.endNs)];
  }

  #counters(): TraceEvent[] {
    return countersOf(this.#trace).flatMap(({ name, values }) => {
      const { pid, tid } = this.#track('values', 'values');
      return values.map(
        ({ after, value }): TraceEvent => ({
          ph: 'C',
          name,
          pid,
          tid,
          ts: (after < 0 ? 0 : (this.axis.spans[after]?.endNs ?? 0)) / 1000,
          args: { value },
        }),
      );
    });
  }

  #names(): TraceEvent[] {
    const note = this.axis.base === 'steps' ? ' (1 µs is 1 step)' : '';
    const groups = this.#groups.flatMap((group, i): TraceEvent[] => [
      { ph: 'M', name: 'process_name', pid: i + 1, tid: 0, args: { name: `${group}${note}` } },
      { ph: 'M', name: 'process_sort_index', pid: i + 1, tid: 0, args: { sort_index: i } },
    ]);
    const tracks = [...this.#tracks].map(([key, track]): TraceEvent => {
      const [, name] = JSON.parse(key) as [string, string];
      return { ph: 'M', name: 'thread_name', ...track, args: { name } };
    });
    return [...groups, ...tracks];
  }
}

function argsOf(step: TraceStep): Readonly<Record<string, unknown>> {
  const { index, place, operation, changes, notes, moments, timeUs } = step;
  return {
    step: index,
    'time µs': timeUs,
    ...(place === null ? {} : { at: `${place.file}:${place.line}`, statement: place.text, operation }),
    ...(changes.length === 0
      ? {}
      : { changes: changes.map(({ variable, before, after }) => `${variable}: ${before} → ${after}`) }),
    ...(notes.length === 0 ? {} : { notes }),
    ...(moments.length === 0 ? {} : { moments: moments.map(momentText) }),
  };
}
