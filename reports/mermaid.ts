import type { Trace, TraceStep } from '../checker/trace.ts';
import type { Lane } from '../model/intrinsics/process.ts';
import { REPEATS } from './repeating.ts';
import { functionOf } from './step_name.ts';
import { plural, truncate, virtualTime, visible } from './text.ts';

/** Mermaid refuses more than 50,000 characters. */
const LENGTH_MAX = 49_000;
/** Nobody reads more. */
const ROWS_MAX = 80;
const LINES_MAX = 6;
const NAME_MAX = 40;
const LINE_MAX = 70;

/** Steps of one process that come directly after each other, or one step of time. */
interface Row {
  readonly process: string | null;
  readonly steps: TraceStep[];
}

/**
 * A trace as a Mermaid sequence diagram: a lifeline for each process that takes part, a note for what it does without
 * another coming between, arrows for interrupts, switches and wake-ups. Of a long trace the last rows.
 *
 * @param mark what stands before the property at the end, where the trace violates it
 */
export function mermaidText(trace: Trace, mark = ''): string {
  const all = rowsOf(trace);
  for (let most = ROWS_MAX; ; most = Math.floor((most * 3) / 4)) {
    const text = diagram(trace, mark, all, most);
    if (text.length <= LENGTH_MAX || most <= 1) return text;
  }
}

function diagram(trace: Trace, mark: string, all: readonly Row[], most: number): string {
  const rows = all.slice(-most);
  const ids = participants(rows);
  const everybody = [...ids.values()];
  const over = everybody.length < 2 ? everybody.join() : `${everybody[0]},${everybody.at(-1)}`;
  const lines = ['sequenceDiagram'];
  for (const [process, id] of ids) lines.push(`  participant ${id} as ${labelOf(process, trace)}`);
  if (ids.size === 0) return `${lines.join('\n')}\n  participant p1 as ${label('nobody steps')}\n`;
  if (rows.length < all.length) {
    const left = all.slice(0, -most).reduce((sum, { steps }) => sum + steps.length, 0);
    lines.push(`  Note over ${over}: ${label(`the first ${plural(left, 'step')} are left out`)}`);
  }
  let timeUs = all[all.length - rows.length - 1]?.steps.at(-1)?.timeUs ?? 0;
  for (const row of rows) {
    if (row.steps[0]?.index === trace.loop) lines.push(`  Note over ${over}: ${label(REPEATS)}`);
    if (row.process === null) {
      const now = row.steps.at(-1)?.timeUs ?? timeUs;
      const passes = `${virtualTime(now - timeUs)} passes, now ${virtualTime(now)}`;
      lines.push(`  Note over ${over}: ${label(passes)}`);
    } else lines.push(...rowLines(row, ids));
    if (row.process === null) lines.push(...wakeLines(row.steps, null, ids));
    timeUs = row.steps.at(-1)?.timeUs ?? timeUs;
  }
  const end = trace.loop === undefined ? trace.property : `and so on for ever: ${trace.property}`;
  lines.push(`  Note over ${over}: ${label(mark + end)}`);
  return `${lines.join('\n')}\n`;
}

function rowsOf({ steps, loop }: Trace): Row[] {
  const rows: Row[] = [];
  for (const step of steps) {
    const last = rows.at(-1);
    if (last !== undefined && last.process === step.process && step.index !== loop) last.steps.push(step);
    else rows.push({ process: step.process, steps: [step] });
  }
  return rows;
}

/** Who steps, is woken, interrupted or switched from, in the order of appearance. */
function participants(rows: readonly Row[]): ReadonlyMap<string, string> {
  const names = new Set<string>();
  for (const { process, steps } of rows) {
    for (const { moments } of steps)
      for (const moment of moments) {
        if (moment.kind === 'interrupt' && moment.of !== null) names.add(moment.of);
        if (moment.kind === 'switch') names.add(moment.from);
      }
    if (process !== null) names.add(process);
    for (const { moments } of steps)
      for (const moment of moments) if (moment.kind === 'wake') names.add(moment.process);
  }
  return new Map([...names].map((name, i) => [name, `p${i + 1}`]));
}

const KINDS: Readonly<Record<Lane['kind'], string>> = {
  task: 'task',
  thread: 'thread',
  isr: 'ISR',
  hardware: 'hardware',
  outside: 'outside world',
};

function labelOf(process: string, { steps }: Trace): string {
  const lane = steps.find((step) => step.process === process)?.lane ?? null;
  const where = lane === null ? '' : `${KINDS[lane.kind]}${lane.core === undefined ? '' : `, ${lane.core}`}`;
  return label(truncate(visible(process), NAME_MAX)) + (where === '' ? '' : `<br/>${label(where)}`);
}

function rowLines({ process, steps }: Row, ids: ReadonlyMap<string, string>): string[] {
  const id = ids.get(process ?? '') ?? '';
  const lines: string[] = [];
  for (const { moments } of steps)
    for (const moment of moments) {
      if (moment.kind === 'interrupt' && moment.of !== null)
        lines.push(`  ${id}-x${ids.get(moment.of)}: interrupts`);
      if (moment.kind === 'switch') lines.push(`  ${ids.get(moment.from)}-->>${id}: switch`);
    }
  const texts = steps.map(stepText);
  const shown =
    texts.length <= LINES_MAX
      ? texts
      : [
          ...texts.slice(0, 2),
          label(`… ${texts.length - LINES_MAX + 1} steps …`),
          ...texts.slice(3 - LINES_MAX),
        ];
  lines.push(`  Note over ${id}: ${shown.join('<br/>')}`);
  lines.push(...wakeLines(steps, id, ids));
  const blocks = steps.some((step) => step.moments.some(({ kind }) => kind === 'block'));
  if (blocks) lines.push(...blockLines(steps, ids));
  return lines;
}

function blockLines(steps: readonly TraceStep[], ids: ReadonlyMap<string, string>): string[] {
  return steps.flatMap(({ moments }) =>
    moments.flatMap((moment) => {
      const id = moment.kind === 'block' ? ids.get(moment.process) : undefined;
      return id === undefined ? [] : [`  Note over ${id}: ■ blocks`];
    }),
  );
}

/** `from` null: the passing of time wakes. */
function wakeLines(
  steps: readonly TraceStep[],
  from: string | null,
  ids: ReadonlyMap<string, string>,
): string[] {
  return steps.flatMap(({ moments }) =>
    moments.flatMap((moment) => {
      const id = moment.kind === 'wake' ? ids.get(moment.process) : undefined;
      return id === undefined ? [] : [`  ${from ?? id}->>${id}: wakes`];
    }),
  );
}

function stepText(step: TraceStep): string {
  const where = functionOf(step);
  const changes = step.changes.map(({ variable, after }) => `${variable} = ${after}`).join(', ');
  const does = changes === '' ? (step.place?.text ?? step.operation) : changes;
  const text = where === null ? does : `${where}: ${does}`;
  return label(truncate(visible(`${step.index} ${text}`), LINE_MAX));
}

/** Only what no grammar of Mermaid or Markdown gives a meaning stays as it is; the word `end` closes blocks. */
function label(text: string): string {
  return text
    .replace(/[^\p{L}\p{N} .,=()·…→✗■'/+_-]/gu, (character) => `#${character.codePointAt(0)};`)
    .replace(/\bend\b/giu, (word) => `#${word.codePointAt(0)};${word.slice(1)}`);
}
