import { expect, test } from 'vitest';
import { perfettoText } from './perfetto.ts';
import { hostile, realTraces, sensor } from './testing.ts';

interface Event {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly ts: number;
  readonly dur: number;
  readonly id?: number;
  readonly bp?: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const read = (text: string) =>
  JSON.parse(text) as {
    readonly traceEvents: readonly Event[];
    readonly otherData: { readonly axis: string };
  };

const ns = (us: number): number => Math.round(us * 1000);
const track = ({ pid, tid }: Event): string => `${pid}/${tid}`;

/** Slices around a point of a track, outermost first. Throws where slices do not nest, or an inner one comes first. */
function around(events: readonly Event[], on: string, atNs: number): Event[] {
  return events.filter(
    (event) =>
      event.ph === 'X' && track(event) === on && ns(event.ts) <= atNs && atNs < ns(event.ts) + ns(event.dur),
  );
}

function expectNested(events: readonly Event[]): void {
  const open = new Map<string, number[]>();
  for (const event of events.filter(({ ph }) => ph === 'X')) {
    const stack = open.get(track(event)) ?? [];
    open.set(track(event), stack);
    const [start, end] = [ns(event.ts), ns(event.ts) + ns(event.dur)];
    expect(end).toBeGreaterThan(start);
    while (stack.length > 0 && (stack.at(-1) ?? 0) <= start) stack.pop();
    expect(end, `${event.name} at ${event.ts}`).toBeLessThanOrEqual(stack.at(-1) ?? Number.POSITIVE_INFINITY);
    stack.push(end);
  }
}

function expectFlows(events: readonly Event[]): number {
  const starts = events.filter(({ ph }) => ph === 's');
  const ends = events.filter(({ ph }) => ph === 'f');
  expect(new Set(starts.map(({ id }) => id)).size).toBe(starts.length);
  expect(ends.map(({ id }) => id).sort()).toEqual(starts.map(({ id }) => id).sort());
  for (const start of starts) {
    const end = ends.find(({ id }) => id === start.id);
    if (end === undefined) throw new Error('a flow without an end');
    expect([end.name, end.cat, end.bp]).toEqual([start.name, start.cat, 'e']);
    expect(end.ts).toBeGreaterThan(start.ts);
    for (const each of [start, end])
      expect(around(events, track(each), ns(each.ts)).at(-1)?.cat).toBe('step');
  }
  return starts.length;
}

test('real traces: slices nest, flows bind to steps, every track has a name, events are in order', async () => {
  let flows = 0;
  for (const { trace } of await realTraces()) {
    const { traceEvents: events } = read(perfettoText(trace));
    const named = events.filter(({ name }) => name === 'thread_name').map(track);
    expect(new Set(named).size).toBe(named.length);
    const timed = events.filter(({ ph }) => ph !== 'M');
    expect(new Set(timed.map(track))).toEqual(new Set(named));
    expect(timed.map(({ ts }) => ts)).toEqual(timed.map(({ ts }) => ts).sort((a, b) => a - b));
    expectNested(events);
    flows += expectFlows(events);
  }
  expect(flows).toBeGreaterThan(10);
});

test('real traces: each step is a slice, inside of the context of its process', async () => {
  for (const { trace } of await realTraces()) {
    const { traceEvents: events } = read(perfettoText(trace));
    const steps = events.filter(({ cat }) => cat === 'step');
    expect(steps.map(({ args }) => args.step)).toEqual(trace.steps.map(({ index }) => index));
    for (const [i, { process, lane, stack }] of trace.steps.entries()) {
      const slice = steps[i] as Event;
      const contexts = around(events, track(slice), ns(slice.ts)).filter(({ cat }) => cat !== 'step');
      if (lane?.core === undefined) expect(contexts).toEqual([]);
      else {
        const shown = lane.kind === 'isr' ? `ISR ${process}` : process;
        expect(contexts.filter(({ cat }) => cat !== 'soft').at(-1)?.name).toBe(shown);
        expect(contexts.at(-1)?.cat === 'soft').toBe(stack.some(({ hook }) => hook));
      }
    }
  }
});

test('the end of time is that of the model; where none passes, a step is 1 µs', async () => {
  for (const { trace } of await realTraces()) {
    const { traceEvents: events, otherData } = read(perfettoText(trace));
    const steps = events.filter(({ cat }) => cat === 'step');
    const endUs = trace.steps.at(-1)?.timeUs ?? 0;
    if (endUs === 0) {
      expect(steps.map(({ ts, dur }) => [ts, dur])).toEqual(trace.steps.map((_, i) => [i, 1]));
      expect(otherData.axis).toBe('No time passes in this trace: 1 us of the axis is one step.');
    } else {
      for (const [i, { timeUs, process }] of trace.steps.entries())
        if (process !== null) expect(Math.floor(steps[i]?.ts ?? -1)).toBeGreaterThanOrEqual(timeUs);
      expect(steps.every(({ dur }) => dur >= 0.001)).toBe(true);
    }
  }
});

test('a violation as it is written', async () => {
  const trace = (await sensor('late')).properties.find(({ status }) => status === 'violated')?.trace;
  if (trace == null) throw new Error('no trace');
  await expect(perfettoText(trace)).toMatchFileSnapshot('goldens/sensor.golden.perfetto.json');
});

test('hostile names are strings and nothing else', () => {
  const trace = hostile.properties[0]?.trace;
  if (trace == null) throw new Error('no trace');
  const { traceEvents: events } = read(perfettoText(trace));
  expect(events.filter(({ cat }) => cat === 'step')).toHaveLength(10);
  expectNested(events);
});
