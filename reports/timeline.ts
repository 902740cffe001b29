import type { Trace, TraceStep } from '../checker/trace.ts';
import type { Paint } from './paint.ts';
import { afterLast, REPEATS } from './repeating.ts';
import { length, padStart, truncate, truncateStart, virtualTime, visible } from './text.ts';
import { isSoft, Standings, type TimelineLane, timelineLanes } from './timeline_lanes.ts';
import { type Columns, callTail, columns, shortFile } from './trace_columns.ts';
import { changeText, context, momentText, ruler, type TraceStyle, takesTime } from './trace_steps.ts';

const LEGEND = [
  '█ takes the step',
  '│ can go on',
  '┊ another has its core',
  '· sleeps or waits',
  '║ busy',
  '▲ is woken',
  '■ goes to sleep',
];

/** A trace as lanes, time downwards: a column for each process and its soft callbacks, what it does beside. */
export function timelineLines(trace: Trace, style: TraceStyle): string[] {
  const lanes = timelineLanes(trace);
  const drawing = new Drawing(trace, lanes, style);
  const lines = [...legend(style), '', ...drawing.heading()];
  for (const step of trace.steps) {
    if (step.index === trace.loop) lines.push(ruler(REPEATS, style));
    lines.push(...drawing.rows(step));
  }
  if (trace.loop !== undefined) lines.push(ruler(afterLast(trace, trace.loop), style));
  return lines;
}

function legend({ paint, width }: TraceStyle): string[] {
  const lines: string[] = [];
  for (const item of LEGEND) {
    const line = lines.at(-1);
    if (line === undefined || length(line) + 3 + length(item) > width) lines.push(item);
    else lines[lines.length - 1] = `${line}   ${item}`;
  }
  return lines.map(paint.faint);
}

/** Less of a statement says nothing. */
const STATEMENT_MIN = 12;

type Cell = { readonly glyph: string; readonly paint: (text: string) => string };

class Drawing {
  readonly #lanes: readonly TimelineLane[];
  readonly #style: TraceStyle;
  readonly #standings: Standings;
  readonly #layout: Columns;
  /** Characters before the lanes: number and time of the step. */
  readonly #indexWidth: number;
  readonly #timeWidth: number;
  /** Characters of the lanes. */
  readonly #lanesWidth: number;
  readonly #positions: readonly number[];
  #timeUs = -1;
  #actor: string | null = null;
  /** Who was running when this step interrupted him. */
  #interrupted: string | null = null;

  constructor(trace: Trace, lanes: readonly TimelineLane[], style: TraceStyle) {
    this.#lanes = lanes;
    this.#style = style;
    this.#standings = new Standings(trace);
    this.#layout = columns(trace, style.width);
    this.#indexWidth = String(trace.steps.length).length;
    const times = trace.steps.map(({ timeUs }) => length(virtualTime(timeUs)));
    this.#timeWidth = takesTime(trace) ? Math.max(0, ...times) : 0;
    const pitch = lanes.length * 2 > style.width / 2 ? 1 : 2;
    let at = 0;
    this.#positions = lanes.map(({ opens }, i) => {
      at += i === 0 ? 0 : opens ? pitch + 1 : pitch;
      return at;
    });
    this.#lanesWidth = at + 1;
  }

  get #lead(): number {
    return this.#indexWidth + 2 + (this.#timeWidth === 0 ? 0 : this.#timeWidth + 2);
  }

  /** The names, each above its column. */
  heading(): string[] {
    const { paint, width } = this.#style;
    const names = this.#lanes.map(({ process, soft }) =>
      soft ? `${visible(process)}, soft` : visible(process),
    );
    const rows = this.#lanes.map(({ lane, soft }, i) => {
      const before = this.#positions.slice(0, i).map((at) => [at, '│'] as const);
      const place =
        `${' '.repeat(this.#lead)}${this.#spread([...before, [this.#positions[i] ?? 0, '┌']])}`.trimEnd();
      const room = Math.max(8, width - length(place) - 1);
      const name = truncate(names[i] ?? '', room);
      const who = truncate(context(lane, soft), Math.max(0, room - length(name) - 2));
      return `${paint.faint(place)} ${paint.strong(name)}${who === '' ? '' : `  ${paint.faint(who)}`}`;
    });
    return rows;
  }

  #spread(marks: readonly (readonly [at: number, glyph: string])[]): string {
    const cells = Array<string>(this.#lanesWidth).fill(' ');
    for (const [at, glyph] of marks) cells[at] = glyph;
    return cells.join('');
  }

  rows(step: TraceStep): string[] {
    const { paint, width } = this.#style;
    this.#interrupted = this.#interruptedBy(step);
    this.#standings.take(step);
    const time = step.timeUs === this.#timeUs ? '' : virtualTime(step.timeUs);
    const passed = step.timeUs - Math.max(0, this.#timeUs);
    this.#timeUs = step.timeUs;
    const lead = [
      paint.strong(padStart(String(step.index), this.#indexWidth)),
      ...(this.#timeWidth === 0 ? [] : [paint.faint(padStart(time, this.#timeWidth))]),
    ].join('  ');
    const room = Math.max(16, width - this.#lead - this.#lanesWidth - 2);
    const text = step.process === null ? paint.unsure(timeText(passed)) : this.#text(step, room);
    const used = step.process === null ? length(timeText(passed)) : this.#textLength(step, room);
    const marks = marksText(step, this.#interrupted);
    const isBeside = used + 2 + length(marks) <= room;
    this.#actor = step.process;
    const below = this.#lanesLine(null);
    const more = [
      ...(marks === '' || isBeside ? [] : [paint.unsure(truncate(marks, room))]),
      ...noteTexts(step, paint, room),
      ...changeTexts(step, paint, room),
    ];
    const beside = marks === '' || !isBeside ? '' : `  ${paint.unsure(marks)}`;
    const left = room - used - 2 - (beside === '' ? 0 : length(marks) + 2);
    const statement = left < STATEMENT_MIN ? '' : truncate(visible(step.place?.text ?? ''), left);
    const line = `${lead}  ${this.#lanesLine(step)}  ${text}${beside}`;
    return [
      statement === '' ? line.trimEnd() : `${line}  ${paint.faint(statement)}`,
      ...more.map((each) => `${' '.repeat(this.#lead)}${below}  ${each}`),
    ];
  }

  /** Who (if it is another than before), in which functions, where. */
  #words(step: TraceStep, room: number): readonly [who: string, call: string, place: string] {
    const who = step.process === this.#actor ? '' : truncate(`${visible(step.process ?? '')}: `, room);
    const call = callTail(step, Math.max(0, Math.min(room - length(who), 40)));
    const left = room - length(who) - length(call) - 2;
    const place = step.place === null ? '' : `${shortFile(step.place.file, this.#layout)}:${step.place.line}`;
    return [
      who,
      call === visible(step.process ?? '') ? '' : call,
      left < 8 ? '' : truncateStart(place, left),
    ];
  }

  #text(step: TraceStep, room: number): string {
    const { paint } = this.#style;
    const [who, call, place] = this.#words(step, room);
    return `${paint.strong(who)}${call}${call === '' || place === '' ? '' : '  '}${paint.faint(place)}`;
  }

  #textLength(step: TraceStep, room: number): number {
    const [who, call, place] = this.#words(step, room);
    return length(who) + length(call) + (call === '' || place === '' ? 0 : 2) + length(place);
  }

  /** The lanes beside a step, or between two (`null`). */
  #lanesLine(step: TraceStep | null): string {
    const cells = new Map(this.#lanes.map((lane, i) => [this.#positions[i] ?? 0, this.#cell(lane, step)]));
    const actor = step === null ? -1 : this.#lanes.findIndex((lane) => isActor(lane, step));
    const others = this.#lanes.flatMap((lane, i) =>
      step !== null && this.#isTouched(lane, step) ? [i] : [],
    );
    const ends = [actor, ...others].filter((i) => i >= 0).map((i) => this.#positions[i] ?? 0);
    const [from, to] = actor < 0 || others.length === 0 ? [0, -1] : [Math.min(...ends), Math.max(...ends)];
    const { paint } = this.#style;
    return Array.from({ length: this.#lanesWidth }, (_, at) => {
      const cell = cells.get(at);
      const isBetween = at > from && at < to && !ends.includes(at);
      if (isBetween) return paint.unsure(cell?.glyph === '│' || cell?.glyph === '┊' ? '┼' : '─');
      return cell === undefined ? ' ' : cell.paint(cell.glyph);
    }).join('');
  }

  #interruptedBy({ moments }: TraceStep): string | null {
    const entry = moments.find((moment) => moment.kind === 'interrupt');
    const of = entry?.kind === 'interrupt' ? entry.of : null;
    // The core's last task may sleep by now.
    return of === null || ['asleep', 'waits', 'rests'].includes(this.#standings.of(of)) ? null : of;
  }

  /** Woken, put to sleep or interrupted by this step. */
  #isTouched({ process, soft }: TimelineLane, step: TraceStep): boolean {
    if (soft) return false;
    if (process === this.#interrupted) return true;
    return step.moments.some(
      (moment) =>
        (moment.kind === 'wake' || moment.kind === 'block') &&
        moment.process === process &&
        process !== step.process,
    );
  }

  #cell(lane: TimelineLane, step: TraceStep | null): Cell {
    const { paint } = this.#style;
    const plain = (text: string) => text;
    if (step !== null) {
      const kinds = lane.soft
        ? []
        : step.moments.flatMap((moment) =>
            'process' in moment && moment.process === lane.process ? [moment.kind] : [],
          );
      if (kinds.includes('block')) return { glyph: '■', paint: paint.unsure };
      if (isActor(lane, step)) return { glyph: '█', paint: actorPaint(lane, paint) };
      if (kinds.includes('wake')) return { glyph: '▲', paint: paint.unsure };
    }
    if (lane.soft) return { glyph: ' ', paint: plain };
    switch (this.#standings.of(lane.process)) {
      case 'can go on':
        return { glyph: '│', paint: plain };
      case 'busy':
        return { glyph: '║', paint: plain };
      case 'asleep':
      case 'waits':
      case 'rests':
        return { glyph: '·', paint: paint.faint };
      case 'not its turn':
        return { glyph: lane.lane?.kind === 'isr' ? ' ' : '┊', paint: paint.faint };
      case 'ended':
      case 'not started':
        return { glyph: ' ', paint: plain };
    }
  }
}

function isActor({ process, soft }: TimelineLane, step: TraceStep): boolean {
  return process === step.process && soft === isSoft(step);
}

function actorPaint({ lane, soft }: TimelineLane, paint: Paint): (text: string) => string {
  if (soft) return paint.good;
  if (lane?.kind === 'isr') return paint.unsure;
  return lane?.kind === 'outside' || lane?.kind === 'hardware' ? paint.strong : paint.accent;
}

function timeText(passedUs: number): string {
  return passedUs > 0 ? `··· ${virtualTime(passedUs)} passes ···` : '··· time goes on ···';
}

/** What the step did to others; that it put itself to sleep is seen in its lane. */
function marksText({ process, moments }: TraceStep, interrupted: string | null): string {
  return moments
    .map((moment) => (moment.kind === 'interrupt' ? { ...moment, of: interrupted } : moment))
    .filter((moment) => moment.kind !== 'switch' && !(moment.kind === 'block' && moment.process === process))
    .map(momentText)
    .join('  ');
}

function noteTexts(step: TraceStep, paint: Paint, room: number): string[] {
  return step.notes.map((note) => paint.faint(truncate(`» ${visible(note)}`, room)));
}

/** As many changes as a line holds; the list of steps has them all. */
function changeTexts(step: TraceStep, paint: Paint, room: number): string[] {
  if (step.changes.length === 0) return [];
  let line = '';
  for (const [i, change] of step.changes.entries()) {
    const text = changeText(change);
    const left = step.changes.length - i;
    const more = left > 1 ? `   +${left - 1} more` : '';
    const next = line === '' ? text : `${line}   ${text}`;
    if (length(next) + length(more) > room && line !== '') return [paint.accent(`${line}   +${left} more`)];
    line = truncate(next, room - length(more));
  }
  return [paint.accent(line)];
}
