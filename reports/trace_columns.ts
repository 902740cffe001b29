import type { Trace, TraceStep } from '../checker/trace.ts';
import { length, truncate, virtualTime, visible } from './text.ts';

/** Widths of a trace's columns, two blanks between each. */
export interface Columns {
  readonly index: number;
  readonly time: number;
  readonly call: number;
  readonly place: number;
  readonly operation: number;
  readonly statement: number;
  /** Where the last column begins. */
  readonly before: number;
  /** How each file is called in the trace: as short as can be told apart. */
  readonly files: ReadonlyMap<string, string>;
}

const GAP = 2;
/** The last column has room for a change and a moment. */
const CHANGES_MIN = 26;
const CHANGES_LEAST = 14;
const CALL = { min: 16, max: 30 };
const STATEMENT = { min: 24, max: 44 };

/** Fits the columns of a trace into `width`; the call stack gives way first, then the statement. */
export function columns(trace: Trace, width: number): Columns {
  const files = shortNames(trace.steps.flatMap((step) => (step.place === null ? [] : [step.place.file])));
  const rows = trace.steps.filter((step) => step.process !== null);
  const widest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, length(text)), 0);
  const index = Math.max(2, String(trace.steps[trace.steps.length - 1]?.index ?? 0).length);
  const time = widest(trace.steps.map((step) => virtualTime(step.timeUs)));
  const place = Math.min(
    24,
    widest(
      rows.map((step) => (step.place === null ? '' : `${files.get(step.place.file)}:${step.place.line}`)),
    ),
  );
  const operation = Math.min(8, widest(rows.map((step) => visible(step.operation))));
  let call = Math.min(CALL.max, widest(rows.map((step) => callTail(step, CALL.max))));
  let statement = Math.min(STATEMENT.max, widest(rows.map((step) => visible(step.place?.text ?? ''))));

  const fixed = index + time + place + operation + 6 * GAP;
  let excess = fixed + call + statement + CHANGES_MIN - width;
  const give = (has: number, least: number) => {
    const given = Math.min(Math.max(0, excess), Math.max(0, has - least));
    excess -= given;
    return has - given;
  };
  call = give(call, CALL.min);
  statement = give(statement, STATEMENT.min);
  // On narrow terminals the last column gives way too: what does not fit there gets a line of its own.
  excess -= CHANGES_MIN - CHANGES_LEAST;
  call = give(call, 10);
  statement = give(statement, 12);
  return { index, time, call, place, operation, statement, before: fixed + call + statement, files };
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
  const names = step.stack.map((frame) => visible(frame.function)).filter((name) => name !== '');
  const both = names.slice(-2).join(' › ');
  return length(both) <= width ? both : truncate(names[names.length - 1] ?? '', width);
}
