import type { Moment, Place, Trace, TraceStep } from '../checker/trace.ts';
import type { Lane } from '../model/intrinsics/process.ts';
import { replayCommand } from './command.ts';
import type { Paint } from './paint.ts';
import {
  length,
  padEnd,
  padStart,
  plural,
  truncate,
  truncateStart,
  virtualTime,
  visible,
  wrap,
} from './text.ts';
import { type Columns, callTail, columns, shortFile } from './trace_columns.ts';

export interface TraceStyle {
  readonly paint: Paint;
  /** Characters in a line. */
  readonly width: number;
  /** The only scenario of its file. */
  readonly alone?: boolean;
}

/** A trace in the words of the source, for people: steps, explanation, where everybody stands, how to replay. */
export function traceText(trace: Trace, style: TraceStyle): string {
  return [
    ...heading(trace, style),
    '',
    ...stepLines(trace, style),
    '',
    ...explanation(trace, style),
    ...standing(trace, style),
    ...replaying(trace, style),
  ].join('\n');
}

function heading(trace: Trace, { paint, width }: TraceStyle): string[] {
  const shortest = trace.shortest ? ', no shorter trace exists' : '';
  const many = `${plural(trace.steps.length, 'step')}${shortest}.`;
  const legend = `${many} Each line is one indivisible step; others may run in between.`;
  return wrap(legend, width).map((line) => paint.faint(line));
}

/** The steps only: one line each, grouped by who executes. */
export function stepLines(trace: Trace, style: TraceStyle): string[] {
  const layout = columns(trace, style.width);
  const lines: string[] = [];
  let group: string | null = null;
  let timeUs = 0;
  for (const step of trace.steps) {
    if (step.process === null) {
      lines.push(...timeLines(step, timeUs, layout, style));
      group = null;
    } else {
      const next = `${step.process}\n${isSoft(step)}`;
      const opens = next !== group;
      if (opens) lines.push(groupLine(step, style));
      lines.push(...rowLines(step, opens, layout, style));
      group = next;
    }
    timeUs = step.timeUs;
  }
  return lines;
}

/** In a callback that MicroPython's scheduler runs inside whatever was executing. */
function isSoft(step: TraceStep): boolean {
  return step.stack.some((frame) => frame.hook);
}

function context(lane: Lane | null, soft: boolean): string {
  const kinds: Record<Lane['kind'], string> = {
    task: 'task',
    thread: 'thread',
    isr: 'ISR',
    hardware: 'hardware',
    outside: 'outside world',
  };
  const callback = soft ? 'in a soft callback' : '';
  if (lane === null) return callback;
  const where = lane.core === undefined ? kinds[lane.kind] : `${kinds[lane.kind]} on ${visible(lane.core)}`;
  return soft ? `${where}, ${callback}` : where;
}

function groupLine(step: TraceStep, { paint, width }: TraceStyle): string {
  const name = truncate(visible(step.process ?? ''), 30);
  const who = context(step.lane, isSoft(step));
  const arrival = step.moments.filter(isArrival).map(momentText).join('  ');
  const plain = `── ${name}${who === '' ? '' : `  ${who}`}${arrival === '' ? '' : `  ${arrival}`} `;
  const line = paint.faint('─'.repeat(Math.max(0, width - length(plain))));
  return (
    `${paint.faint('──')} ${paint.strong(name)}${who === '' ? '' : `  ${who}`}` +
    `${arrival === '' ? '' : `  ${paint.unsure(arrival)}`} ${line}`
  );
}

function isArrival(moment: Moment): boolean {
  return moment.kind === 'switch' || moment.kind === 'interrupt';
}

/** A symbol and a word: the word is for those who do not know the symbol. */
export function momentText(moment: Moment): string {
  switch (moment.kind) {
    case 'switch':
      return `⇄ SWITCH from ${visible(moment.from)}`;
    case 'interrupt':
      return moment.of === null ? '↯ INTERRUPT' : `↯ INTERRUPT of ${visible(moment.of)}`;
    case 'block':
      return '■ BLOCK';
    case 'wake':
      return `▲ WAKE ${visible(moment.process)}`;
  }
}

interface Item {
  readonly text: string;
  readonly paint: (text: string) => string;
}

function items(step: TraceStep, opens: boolean, paint: Paint): Item[] {
  const changes = step.changes.map((change) => ({
    text: visible(`${change.variable} ${change.before}→${change.after}`),
    paint: paint.accent,
  }));
  const moments = step.moments
    .filter((moment) => !(opens && isArrival(moment)))
    .map((moment) => ({ text: momentText(moment), paint: paint.unsure }));
  return [...changes, ...moments];
}

/**
 * Sets the items into lines of the last column, which begins at `before`. The first line is without indent;
 * an item that is too long for the column gets a line of its own, further to the left.
 */
function flow(all: readonly Item[], before: number, width: number): { first: string; more: string[] } {
  const room = width - before;
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const end = () => {
    if (used > 0) lines.push(line);
    line = '';
    used = 0;
  };
  const long: string[] = [];
  for (const item of all) {
    const size = length(item.text);
    if (size > room) {
      const text = truncate(item.text, width - 8);
      long.push(' '.repeat(Math.min(before, width - length(text))) + item.paint(text));
      continue;
    }
    if (used > 0 && used + 2 + size > room) end();
    line += `${used > 0 ? '  ' : ''}${item.paint(item.text)}`;
    used += (used > 0 ? 2 : 0) + size;
  }
  end();
  const [first = '', ...more] = lines;
  return { first, more: [...more.map((text) => ' '.repeat(before) + text), ...long] };
}

function rowLines(step: TraceStep, opens: boolean, layout: Columns, { paint, width }: TraceStyle): string[] {
  const indent = ' '.repeat(layout.index + layout.time + 4);
  const notes = step.notes.map(
    (note) => `${indent}${paint.faint(truncate(`» ${visible(note)}`, width - indent.length))}`,
  );
  const place = step.place === null ? '' : `${shortFile(step.place.file, layout)}:${step.place.line}`;
  const all = items(step, opens, paint);
  const begin = layout.before - 2 - layout.statement;
  const text = truncate(visible(step.place?.text ?? ''), all.length === 0 ? width - begin : layout.statement);
  // A short statement leaves room for a long change.
  const widest = all.reduce((most, item) => Math.max(most, length(item.text)), 0);
  const before = Math.max(begin + length(text) + 2, Math.min(layout.before, width - widest));
  const { first, more } = flow(all, before, width);
  const cells = [
    paint.strong(padStart(String(step.index), layout.index)),
    paint.faint(padStart(virtualTime(step.timeUs), layout.time)),
    padEnd(callTail(step, layout.call), layout.call),
    paint.faint(padEnd(truncateStart(place, layout.place), layout.place)),
    paint.faint(padEnd(truncate(visible(step.operation), layout.operation), layout.operation)),
    padEnd(text, before - begin - 2),
  ];
  return [...notes, `${cells.join('  ')}  ${first}`.trimEnd(), ...more];
}

function timeLines(
  step: TraceStep,
  beforeUs: number,
  layout: Columns,
  { paint, width }: TraceStyle,
): string[] {
  const index = padStart(String(step.index), layout.index);
  const text = `··· ${virtualTime(step.timeUs - beforeUs)} passes, now ${virtualTime(step.timeUs)} ···`;
  const lead = layout.index + 2 + length(text);
  const { first, more } = flow(items(step, false, paint), Math.max(lead + 2, layout.before), width);
  const gap = ' '.repeat(Math.max(2, layout.before - lead));
  return [`${paint.strong(index)}  ${paint.unsure(text)}${first === '' ? '' : gap + first}`, ...more];
}

function explanation(trace: Trace, { paint, width }: TraceStyle): string[] {
  if (trace.explanation === '') return [];
  const lines = wrap(visible(trace.explanation), width - 2);
  return [paint.strong('What went wrong'), ...lines.map((line) => `  ${line}`), ''];
}

function at(place: Place | null): string {
  return place === null ? '' : `${visible(place.file)}:${place.line}`;
}

function standing(trace: Trace, { paint, width }: TraceStyle): string[] {
  if (trace.standing.length === 0) return [];
  const rows = trace.standing.map((each) => ({
    process: visible(each.process),
    status: visible(each.status),
    place: at(each.place),
    text: visible(each.place?.text ?? ''),
  }));
  const name = Math.min(24, Math.max(...rows.map((row) => length(row.process))));
  const status = Math.min(28, Math.max(...rows.map((row) => length(row.status))));
  const where = Math.min(34, Math.max(...rows.map((row) => length(row.place))));
  const rest = Math.max(10, width - name - status - where - 8);
  return [
    paint.strong('Where everyone stands'),
    ...rows.map((row) =>
      [
        `  ${padEnd(truncate(row.process, name), name)}`,
        padEnd(truncate(row.status, status), status),
        paint.faint(padEnd(truncateStart(row.place, where), where)),
        truncate(row.text, rest),
      ]
        .join('  ')
        .trimEnd(),
    ),
    '',
  ];
}

function replaying(trace: Trace, { paint, alone }: TraceStyle): string[] {
  if (trace.schedule === '') return [];
  return [paint.strong('See it again'), `  ${paint.accent(replayCommand(trace, alone))}`];
}
