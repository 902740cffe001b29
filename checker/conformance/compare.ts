import type { Program } from '../../model/freertos/conformance/program.ts';
import type { Json, Recorded, TraceRecord } from './case.ts';

/** The first thing in which two runs of a program differ. */
export interface Difference {
  /** `record 12`, `final.tasks.A` */
  readonly where: string;
  /** `undefined`: there is nothing. */
  readonly expected: Json | undefined;
  readonly got: Json | undefined;
}

/**
 * Whole traces, with times; then what is left at the end, unless an assertion ended the run. Records of one core are
 * compared in order. Two cores act at the same instant, in no order that means anything: there, what each task does
 * and what each core does are compared, each in order.
 */
export function compare(program: Program, expected: Recorded, got: Recorded): Difference | null {
  const found =
    program.config.cores === 2
      ? inStreams(streams(program, expected.trace), streams(program, got.trace))
      : inOrder('', expected.trace, got.trace);
  if (found !== null) return found;
  if (expected.status !== got.status) return { where: 'status', expected: expected.status, got: got.status };
  return expected.status === 'assert' ? null : difference('final', expected.final, got.final);
}

type Trace = readonly TraceRecord[];

function inOrder(of: string, expected: Trace, got: Trace): Difference | null {
  const length = Math.max(expected.length, got.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [expected[i], got[i]];
    if (JSON.stringify(a) !== JSON.stringify(b))
      return { where: `${of}record ${i + 1}`, expected: a, got: b };
  }
  return null;
}

/** The difference that comes first in time. */
function inStreams(expected: ReadonlyMap<string, Trace>, got: ReadonlyMap<string, Trace>): Difference | null {
  let first: { readonly time: number; readonly found: Difference } | null = null;
  for (const name of new Set([...expected.keys(), ...got.keys()])) {
    const found = inOrder(`${name}, `, expected.get(name) ?? [], got.get(name) ?? []);
    if (found === null) continue;
    const times = [found.expected, found.got].map((record) =>
      Array.isArray(record) ? Number(record[1]) : 1e15,
    );
    const time = Math.min(...times);
    if (first === null || time < first.time) first = { time, found };
  }
  return first?.found ?? null;
}

/** What each task does and how it stands; what each core switches to and which devices it serves; the callbacks. */
function streams({ irqs }: Program, trace: Trace): Map<string, Trace> {
  const all = new Map<string, TraceRecord[]>();
  const add = (name: string, record: TraceRecord): void => {
    const stream = all.get(name) ?? [];
    all.set(name, stream);
    stream.push(record);
  };
  for (const record of trace) {
    const [kind, , who] = record;
    if (kind === 'S') add(`core ${String(who)}`, record);
    else if (kind === 'i') {
      const irq = irqs[Number(who)];
      // Where one that follows an op is served is not recorded.
      add(irq?.after === undefined ? `core ${irq?.core ?? 0}` : `irq ${String(who)}`, record);
    } else if (kind === 'V' || kind === 'v') add('timers', record);
    else add(`task ${String(who)}`, record);
  }
  return all;
}

function difference(where: string, expected: Json | undefined, got: Json | undefined): Difference | null {
  if (isObject(expected) && isObject(got)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      const found = difference(`${where}.${key}`, expected[key], got[key]);
      if (found !== null) return found;
    }
    return null;
  }
  return JSON.stringify(expected) === JSON.stringify(got) ? null : { where, expected, got };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
