import type { Place, Trace } from '../checker/trace.ts';
import { replayCommand } from './command.ts';
import { historyLines } from './history.ts';
import { powerLines } from './power.ts';
import { length, padEnd, plural, truncate, truncateStart, visible, wrap } from './text.ts';
import { timelineLines } from './timeline.ts';
import { filesOf } from './trace_columns.ts';
import { stepLines, type TraceStyle, takesTime } from './trace_steps.ts';

/** A trace in the words of the source, for people: steps, explanation, where everybody stands, how to replay. */
export function traceText(trace: Trace, style: TraceStyle): string {
  return [
    ...heading(trace, style),
    '',
    ...(style.timeline === true ? timelineLines(trace, style) : stepLines(trace, style)),
    '',
    ...explanation(trace, style),
    ...decisive(trace, style),
    ...historyLines(trace, style),
    ...powerLines(trace, style.paint),
    ...standing(trace, style),
    ...replaying(trace, style),
  ].join('\n');
}

function heading(trace: Trace, { paint, width }: TraceStyle): string[] {
  const time = takesTime(trace) ? '' : ' No time passes.';
  const legend =
    `${sizeText(trace)}.${time} A numbered line is one indivisible step, with what it changed below; ` +
    'others may run between two lines.';
  return wrap(legend, width).map((line) => paint.faint(line));
}

/** How long it is, and which of all that would do. */
function sizeText({ steps, shortest, switches }: Trace): string {
  const size = plural(steps.length, 'step');
  const both = `${size}, ${plural(switches ?? 0, 'context switch', 'context switches')}`;
  if (shortest && switches) return `${both}; no shorter trace exists, none of this length has fewer switches`;
  if (shortest) return `${size}, no shorter trace exists`;
  return switches === undefined ? size : `${both}, no trace has fewer`;
}

function explanation(
  trace: Trace,
  { paint, width, explanations = [trace.explanation], witness = false }: TraceStyle,
): string[] {
  const texts = [...new Set(explanations)].filter((text) => text !== '');
  if (texts.length === 0) return [];
  const mark = texts.length === 1 ? '' : '· ';
  const lines = texts.flatMap((text) =>
    wrap(visible(text), width - 2 - mark.length).map(
      (line, i) => `  ${i === 0 ? mark : ' '.repeat(mark.length)}${line}`,
    ),
  );
  return [paint.strong(witness ? 'What it shows' : 'What went wrong'), ...lines, ''];
}

/** The two steps whose order decides, and how to see the other order. */
function decisive({ decisive: found, ...trace }: Trace, { paint, width, alone }: TraceStyle): string[] {
  if (found === undefined) return [];
  const text = found?.text ?? 'No exchange of two steps of this run avoids it.';
  const lines = wrap(visible(text), width - 2).map((line) => `  ${line}`);
  const other =
    found === null ? [] : [`  ${paint.accent(replayCommand({ ...trace, schedule: found.schedule }, alone))}`];
  return [paint.strong('What decides it'), ...lines, ...other, ''];
}

/** A statement is worth its line from this width on. */
const STATEMENT_MIN = 16;

/** One line for each process; two, with the whole paths, where one is too narrow for any. */
function standing(trace: Trace, { paint, width }: TraceStyle): string[] {
  if (trace.standing.length === 0) return [];
  const files = filesOf(trace);
  const at = (place: Place | null, file = place?.file ?? '') =>
    place === null ? '' : `${visible(file)}:${place.line}`;
  const rows = trace.standing.map(({ process, status, place }) => ({
    process: visible(process),
    status: visible(status),
    place: at(place, files.get(place?.file ?? '')),
    whole: at(place),
    text: visible(place?.text ?? ''),
  }));
  const widest = (of: (row: (typeof rows)[number]) => string) =>
    Math.max(...rows.map((row) => length(of(row))));
  const name = Math.min(
    40,
    widest((row) => row.process),
  );
  const [status, where] = [widest((row) => row.status), widest((row) => row.place)];
  const rest = width - name - status - where - 8;
  const oneLine =
    rest >=
    Math.min(
      STATEMENT_MIN,
      widest((row) => row.text),
    );
  const lines = rows.flatMap((row) => {
    const who = `  ${padEnd(truncate(row.process, name), name)}  `;
    if (oneLine) {
      const cells = [
        padEnd(row.status, status),
        paint.faint(padEnd(row.place, where)),
        truncate(row.text, rest),
      ];
      return [(who + cells.join('  ')).trimEnd()];
    }
    const first = (who + truncate(row.status, width - name - 4)).trimEnd();
    if (row.place === '') return [first];
    const place = truncateStart(row.whole, width - name - 4);
    const text = truncate(row.text, width - name - 6 - length(place));
    return [first, `${' '.repeat(name + 4)}${paint.faint(place)}  ${text}`.trimEnd()];
  });
  return [paint.strong('Where everyone stands'), ...lines, ''];
}

function replaying(trace: Trace, { paint, alone }: TraceStyle): string[] {
  if (trace.schedule === '') return [];
  return [paint.strong('See it again'), `  ${paint.accent(replayCommand(trace, alone))}`];
}
