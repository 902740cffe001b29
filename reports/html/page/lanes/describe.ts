import type { Moment, TraceStep } from '../../../../checker/trace.ts';
import { plural, virtualTime } from '../../../text.ts';
import type { TraceModel } from '../trace_model.ts';
import { seenBetween } from './paint.ts';
import type { LaneScene, Scene } from './scene.ts';

/** What there is to say about a place in the lanes: a heading and lines below it. */
export interface Description {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Who steps, where, and what that does: in one line. */
export function stepWords(step: TraceStep): string {
  if (step.process === null) return `step ${step.index}: time passes, now ${virtualTime(step.timeUs)}`;
  const { place } = step;
  const at =
    place === null ? step.operation : `${step.stack.at(-1)?.function ?? ''} ${lineOf(place)}: ${place.text}`;
  return `step ${step.index}: ${step.process}, ${at.trim()}`;
}

/** What a lane shows in the column of a step. */
export function describe(scene: Scene, { row, bars, nested }: LaneScene, step: number): Description {
  const { model } = scene;
  const point = Math.min(step, model.length + 1);
  const bar = seenBetween(bars, point - 1, point)[0];
  if (row.kind === 'core') return { title: row.name, lines: [bar?.label ?? 'as at the start'] };
  const own = model.stepAt(point);
  const callbacks = nested
    .filter(({ from, to }) => from < point && to >= point)
    .map(({ label }) => `in the callback ${label}`);
  const stand = model.standAt(row.name, point - 1);
  const where = stand.place === null ? [] : [`${lineOf(stand.place)}: ${stand.place.text}`];
  if (own?.process === row.name)
    return { title: `${row.name} runs`, lines: [stepWords(own), ...callbacks, ...momentsOf(own)] };
  const lines = bar === undefined ? [] : [since(model, bar)];
  return { title: `${row.name}: ${bar?.status ?? ''}`, lines: [...lines, ...where, ...callbacks] };
}

function since(model: TraceModel, { from, to }: { readonly from: number; readonly to: number }): string {
  const begin = from === 0 ? 'from the start' : `after step ${from}`;
  return to > model.length ? `${begin}, to the end` : `${begin}, until step ${to}`;
}

function momentsOf({ moments }: TraceStep): string[] {
  return moments.map(momentWords);
}

function momentWords(moment: Moment): string {
  switch (moment.kind) {
    case 'switch':
      return `context switch from ${moment.from}`;
    case 'interrupt':
      return moment.of === null ? 'interrupt' : `interrupts ${moment.of}`;
    case 'block':
      return `then ${moment.process} blocks`;
    case 'wake':
      return `wakes ${moment.process}`;
  }
}

const lineOf = ({ file, line }: { readonly file: string; readonly line: number }): string =>
  `${file.split('/').at(-1)}:${line}`;

/** The lanes in a sentence, for who does not see them. */
export function summaryOf({ model, rows, arrows, loop }: Scene): string {
  const wakes = arrows.filter(({ kind }) => kind === 'wake').length;
  const interrupts = arrows.filter(({ kind }) => kind === 'interrupt').length;
  return [
    `${plural(model.length, 'step')} in ${plural(rows.rows.length, 'lane')}, ${virtualTime(model.timeAt(model.length))} of virtual time`,
    plural(interrupts, 'interrupt'),
    plural(wakes, 'wakeup'),
    ...(loop === null ? [] : [`from step ${loop.from + 1} on it repeats for ever`]),
  ].join(', ');
}
