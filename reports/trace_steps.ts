import type { Change, Moment, Trace, TraceStep } from '../checker/trace.ts';
import type { Lane } from '../model/intrinsics/process.ts';
import type { Paint } from './paint.ts';
import { afterLast, REPEATS } from './repeating.ts';
import { length, padEnd, padStart, truncate, truncateStart, virtualTime, visible } from './text.ts';
import { isSoft } from './timeline_lanes.ts';
import { type Columns, callTail, columns, shortFile } from './trace_columns.ts';

export interface TraceStyle {
  readonly paint: Paint;
  /** Characters in a line. */
  readonly width: number;
  /** The only scenario of its file. */
  readonly alone?: boolean;
  /** Instead of the trace's own explanation: of each property that this run violates. */
  readonly explanations?: readonly string[];
  /** It shows how something comes about, not a violation. */
  readonly witness?: boolean;
  /** The steps as lanes, time downwards, instead of a list. */
  readonly timeline?: boolean;
}

/** Whether the trace is about time at all. */
export function takesTime(trace: Trace): boolean {
  return trace.steps.some((step) => step.timeUs !== 0 || step.process === null);
}

/** The steps only: a numbered line each, grouped by who executes, with what changed below. */
export function stepLines(trace: Trace, style: TraceStyle): string[] {
  const layout = columns(trace, style.width);
  const lines: string[] = [];
  let group: string | null = null;
  let timeUs = 0;
  for (const step of trace.steps) {
    if (step.index === trace.loop) {
      lines.push(ruler(REPEATS, style));
      group = null;
    }
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
  if (trace.loop !== undefined) lines.push(ruler(afterLast(trace, trace.loop), style));
  return lines;
}

export function ruler(text: string, { paint, width }: TraceStyle): string {
  return paint.unsure(`══ ${text} ${'═'.repeat(Math.max(0, width - length(text) - 4))}`);
}

export function context(lane: Lane | null, soft: boolean): string {
  const kinds: Record<Lane['kind'], string> = {
    task: 'task',
    thread: 'thread',
    isr: 'ISR',
    hardware: 'hardware',
    outside: 'outside world',
  };
  const callback = soft ? 'in a hook or soft callback' : '';
  if (lane === null) return callback;
  const where = lane.core === undefined ? kinds[lane.kind] : `${kinds[lane.kind]} on ${visible(lane.core)}`;
  return soft ? `${where}, ${callback}` : where;
}

function groupLine(step: TraceStep, { paint, width }: TraceStyle): string {
  const name = truncate(visible(step.process ?? ''), 40);
  const who = context(step.lane, isSoft(step));
  const arrival = step.moments.filter(isArrival).map(momentText).join('  ');
  const plain = `── ${name}${who === '' ? '' : `  ${who}`}${arrival === '' ? '' : `  ${arrival}`} `;
  const line = paint.faint('─'.repeat(Math.max(0, width - length(plain))));
  return (
    `${paint.faint('──')} ${paint.strong(name)}${who === '' ? '' : `  ${who}`}` +
    `${arrival === '' ? '' : `  ${paint.unsure(arrival)}`} ${line}`
  );
}

export function isArrival(moment: Moment): boolean {
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
      return `■ BLOCK ${visible(moment.process)}`;
    case 'wake':
      return `▲ WAKE ${visible(moment.process)}`;
  }
}

interface Item {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** What a step did, as items of the lines below it. */
function items(step: TraceStep, opens: boolean, paint: Paint): Item[] {
  const changes = step.changes.map((change) => ({ text: changeText(change), paint: paint.accent }));
  const moments = step.moments
    .filter((moment) => !(opens && isArrival(moment)))
    .map((moment) => ({ text: momentText(moment), paint: paint.unsure }));
  return [...changes, ...moments];
}

export function changeText({ variable, before, after }: Change): string {
  return `· ${visible(variable)}: ${visible(before)} → ${visible(after)}`;
}

/** As many items in a line as fit; one that is too long for a line goes on in the next, further to the right. */
function flow(all: readonly Item[], indent: number, width: number): string[] {
  const room = width - indent;
  const lines: string[] = [];
  let used = 0;
  for (const { text, paint } of all) {
    const size = length(text);
    if (used > 0 && used + 3 + size <= room) {
      lines[lines.length - 1] += `   ${paint(text)}`;
      used += 3 + size;
      continue;
    }
    const [first = '', ...more] = size <= room ? [text] : broken(text, room);
    lines.push(`${' '.repeat(indent)}${paint(first)}`);
    for (const part of more) lines.push(`${' '.repeat(indent + 4)}${paint(part)}`);
    used = more.length === 0 ? size : room;
  }
  return lines;
}

/** A change in two lines, broken before its arrow. */
function broken(text: string, room: number): string[] {
  const arrow = text.lastIndexOf(' → ');
  const parts = arrow < 0 ? [text] : [text.slice(0, arrow), text.slice(arrow + 1)];
  return parts.map((part, i) => truncate(part, i === 0 ? room : room - 4));
}

function rowLines(step: TraceStep, opens: boolean, layout: Columns, { paint, width }: TraceStyle): string[] {
  const lead = layout.index + 2 + (layout.time === 0 ? 0 : layout.time + 2);
  const notes = step.notes.map(
    (note) => `${' '.repeat(lead)}${paint.faint(truncate(`» ${visible(note)}`, width - lead))}`,
  );
  const place = step.place === null ? '' : `${shortFile(step.place.file, layout)}:${step.place.line}`;
  const cells = [
    paint.strong(padStart(String(step.index), layout.index)),
    ...(layout.time === 0 ? [] : [paint.faint(padStart(virtualTime(step.timeUs), layout.time))]),
    padEnd(callTail(step, layout.call), layout.call),
    paint.faint(padEnd(truncateStart(place, layout.place), layout.place)),
    paint.faint(padEnd(truncate(visible(step.operation), layout.operation), layout.operation)),
    truncate(visible(step.place?.text ?? ''), layout.statement),
  ];
  return [...notes, cells.join('  ').trimEnd(), ...flow(items(step, opens, paint), lead + 2, width)];
}

function timeLines(
  step: TraceStep,
  beforeUs: number,
  layout: Columns,
  { paint, width }: TraceStyle,
): string[] {
  const now = virtualTime(step.timeUs);
  const passed = step.timeUs - beforeUs;
  const text =
    passed > 0 ? `··· ${virtualTime(passed)} passes, now ${now} ···` : `··· time goes on after ${now} ···`;
  const line = `${paint.strong(padStart(String(step.index), layout.index))}  ${paint.unsure(text)}`;
  return [line, ...flow(items(step, false, paint), layout.index + layout.time + 6, width)];
}
