import type { ProcessStatus, TracePart, TraceStep } from '../../../../checker/trace.ts';
import type { TraceModel } from '../trace_model.ts';
import { ownerOf } from './rows.ts';

/** What is drawn of a process between two points. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  /** `running`: its own steps, joined. */
  readonly status: ProcessStatus | 'running';
  /** In whose code it runs: the outermost function; or the status. */
  readonly label: string;
}

/** A soft callback: from where its process entered it to where it came back, as far as the trace goes. */
export interface Nested {
  readonly from: number;
  readonly to: number;
  /** 1: called from the process itself. */
  readonly depth: number;
  readonly label: string;
}

/** Own steps of each process, in order. */
export type StepsByProcess = ReadonlyMap<string, readonly TraceStep[]>;

export function stepsByProcess(steps: readonly TraceStep[]): StepsByProcess {
  const found = new Map<string, TraceStep[]>();
  for (const step of steps) {
    if (step.process === null) continue;
    const known = found.get(step.process);
    if (known === undefined) found.set(step.process, [step]);
    else known.push(step);
  }
  return found;
}

/** The outermost function with a name of its own that a process runs; a process that is one function is called as that. */
function outermost({ stack, operation, process }: TraceStep): string {
  const named = stack.filter((frame) => frame.function !== process && !frame.function.startsWith('('));
  return (named[0] ?? stack[0])?.function ?? operation;
}

/** The bars of a process, without gaps, from the first point to one after the last. */
export function barsOf(model: TraceModel, process: string, own: readonly TraceStep[]): Bar[] {
  const bars: Bar[] = [];
  let at = 0;
  for (const [i, step] of own.entries()) {
    const before = own[i - 1];
    const { index } = step;
    const last = bars.at(-1);
    const joins = before !== undefined && before.index === index - 1;
    if (joins && last !== undefined) bars[bars.length - 1] = { ...last, to: index };
    else {
      addStatuses(bars, model, process, at, index - 1);
      bars.push({ from: index - 1, to: index, status: 'running', label: outermost(step) });
    }
    at = index;
  }
  addStatuses(bars, model, process, at, model.length + 1);
  return bars;
}

function addStatuses(bars: Bar[], model: TraceModel, process: string, from: number, to: number): void {
  if (from >= to) return;
  let status = model.statusAt(process, from) ?? 'not its turn';
  let begin = from;
  const all = model.statusesOf(process);
  for (let i = firstAfter(all, from); i < all.length; i++) {
    const next = all[i] as (typeof all)[number];
    if (next.from >= to) break;
    bars.push({ from: begin, to: next.from, status, label: status });
    [begin, status] = [next.from, next.status];
  }
  bars.push({ from: begin, to, status, label: status });
}

function firstAfter(all: readonly { readonly from: number }[], point: number): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle] as { from: number }).from <= point) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The soft callbacks of a process. One that is interrupted goes on until its process steps outside of it. */
export function nestedOf(own: readonly TraceStep[]): Nested[] {
  const open: { from: number; to: number; label: string }[] = [];
  const found: Nested[] = [];
  const close = (depth: number): void => {
    while (open.length > depth) {
      const { from, to, label } = open.pop() as (typeof open)[number];
      found.push({ from, to, depth: open.length + 1, label });
    }
  };
  for (const { stack, index } of own) {
    const hooks = stack.filter(({ hook }) => hook).map((frame) => frame.function);
    const same = hooks.findIndex((hook, i) => open[i]?.label !== hook);
    close(same < 0 ? hooks.length : same);
    for (const each of open) each.to = index;
    for (const label of hooks.slice(open.length)) open.push({ from: index - 1, to: index, label });
  }
  close(0);
  return found.sort((a, b) => a.from - b.from || a.depth - b.depth);
}

/** What is otherwise than at the start about a core: it sleeps, it masks interrupts. */
export function coreBars(model: TraceModel, core: string): Bar[] {
  const parts = model.trace.start.objects
    .filter((object) => ownerOf(object) === core)
    .flatMap((object) => object.parts)
    .filter(({ role, variable }) => variable !== null && role !== 'active');
  const points = new Set([0]);
  for (const { variable } of parts)
    for (const { from } of model.valuesOf(variable as string)) points.add(from);
  const ordered = [...points].sort((a, b) => a - b);
  const bars: Bar[] = [];
  for (const [i, from] of ordered.entries()) {
    const to = ordered[i + 1] ?? model.length + 1;
    const label = parts
      .map((part) => stateWord(part, model.valueAt(part.variable as string, from)))
      .filter((word) => word !== '')
      .join(' · ');
    const last = bars.at(-1);
    if (label === '') continue;
    if (last?.to === from && last.label === label) bars[bars.length - 1] = { ...last, to };
    else bars.push({ from, to, status: label.includes('asleep') ? 'asleep' : 'busy', label });
  }
  return bars;
}

/** Nothing if it is as at the start. */
function stateWord({ role, value: atStart }: TracePart, value: string): string {
  if (value === atStart) return '';
  if (value === 'true') return role;
  if (value === 'false') return `not ${role}`;
  return `${role} ${value}`;
}
