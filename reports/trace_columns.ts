import type { Trace, TraceStep } from '../checker/trace.ts';
import { length, truncate, virtualTime, visible } from './text.ts';

/** Widths of a trace's columns, two blanks between each. */
export interface Columns {
  readonly index: number;
  /** 0: no time passes, and there is no such column. */
  readonly time: number;
  readonly call: number;
  readonly place: number;
  readonly operation: number;
  readonly statement: number;
  /** How each file is called in the trace: as short as can be told apart. */
  readonly files: ReadonlyMap<string, string>;
}

const GAP = 2;
const CALL = { min: 20, max: 32 };
/** Up to this width the call stack gives way to statements. */
const STATEMENT_WANTED = 56;

/** Fits the columns of a trace into `width`; the call stack gives way first, then the statement. */
export function columns(trace: Trace, width: number): Columns {
  const files = filesOf(trace);
  const rows = trace.steps.filter((step) => step.process !== null);
  const widest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, length(text)), 0);
  const index = Math.max(2, String(trace.steps[trace.steps.length - 1]?.index ?? 0).length);
  const timeless = trace.steps.every((step) => step.timeUs === 0 && step.process !== null);
  const time = timeless ? 0 : widest(trace.steps.map((step) => virtualTime(step.timeUs)));
  const places = rows.map(({ place }) => (place === null ? '' : `${files.get(place.file)}:${place.line}`));
  const place = Math.min(24, widest(places));
  const operation = Math.min(8, widest(rows.map((step) => visible(step.operation))));
  const fixed = index + time + place + operation + (timeless ? 4 : 5) * GAP;
  const calls = Math.min(CALL.max, widest(rows.map((step) => callTail(step, CALL.max))));
  const wanted = Math.min(STATEMENT_WANTED, widest(rows.map((step) => visible(step.place?.text ?? ''))));
  const call = Math.max(Math.min(calls, CALL.min), Math.min(calls, width - fixed - wanted));
  return { index, time, call, place, operation, statement: Math.max(8, width - fixed - call), files };
}

/** How each file is called in a trace. */
export function filesOf({ steps, standing }: Trace): ReadonlyMap<string, string> {
  return shortNames([...steps, ...standing].flatMap(({ place }) => (place === null ? [] : [place.file])));
}

/** The name of a file in this trace. */
export function shortFile(file: string, layout: Columns): string {
  return layout.files.get(file) ?? visible(file);
}

/** The shortest tails of paths that still tell the files apart. */
export function shortNames(files: readonly string[]): ReadonlyMap<string, string> {
  const distinct = [...new Set(files)];
  const tail = (file: string, parts: number) => file.split(/[\\/]/u).slice(-parts).join('/');
  return new Map(
    distinct.map((file) => {
      for (let parts = 1; parts <= 6; parts++) {
        const name = tail(file, parts);
        if (!distinct.some((other) => other !== file && tail(other, parts) === name))
          return [file, visible(name)];
      }
      return [file, visible(file)];
    }),
  );
}

/** The innermost functions, as many (two at most) as fit: `poll_ms › ulTaskNotifyTake`. */
export function callTail(step: TraceStep, width: number): string {
  const all = step.stack.map((frame) => frame.function);
  // A process's own body bears its name, which the group's line shows already.
  const names = all.filter((name) => !WRAPPERS.has(name) && name !== step.process);
  const shown = (names.length > 0 ? names : all.slice(-1)).map((name) => visible(name));
  const both = shown.slice(-2).join(' › ');
  return length(both) <= width ? both : truncate(shown[shown.length - 1] ?? '', width);
}

/** Functions without a name of their own, or that only make a section of their caller's atomic: those of checker/trace/wording.ts. */
export const WRAPPERS: ReadonlySet<string> = new Set([
  '',
  '(anonymous)',
  'atomicSection',
  'atomic',
  'critical',
  'call',
  'returnToCaller',
]);
