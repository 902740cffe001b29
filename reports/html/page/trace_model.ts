import type { Frame, Place, ProcessStatus, Trace, TraceStep } from '../../../checker/trace.ts';
import { filesOf } from '../../trace_columns.ts';

/** One value of a variable, from a step on. */
interface Value {
  readonly from: number;
  readonly value: string;
  readonly items: readonly string[] | null;
}

/** Where a process stands. */
export interface Stand {
  readonly place: Place | null;
  readonly stack: readonly Frame[];
}

interface Standing extends Stand {
  /** The step that begins here; one more than there are steps: the end. */
  readonly until: number;
}

/**
 * Answers what is true at a point of a trace. Points are numbered as the steps after which they come: 0 is before the
 * first, `length` the end. Every answer takes the logarithm of the changes, so long traces stay as quick as short ones.
 */
export class TraceModel {
  readonly length: number;
  /** How each file is called: as short as can be told apart. */
  readonly files: ReadonlyMap<string, string>;
  readonly #values = new Map<string, Value[]>();
  readonly #statuses = new Map<string, { from: number; status: ProcessStatus }[]>();
  readonly #stands = new Map<string, Standing[]>();

  constructor(readonly trace: Trace) {
    this.length = trace.steps.length;
    this.files = filesOf(trace);
    for (const { name, value, items } of trace.start.variables)
      this.#values.set(name, [{ from: 0, value, items: items ?? null }]);
    for (const { name, status } of trace.start.processes) this.#statuses.set(name, [{ from: 0, status }]);
    for (const step of trace.steps) this.#take(step);
    for (const { process, place, stack } of trace.standing)
      this.#standsOf(process).push({ until: this.length + 1, place, stack });
  }

  #take(step: TraceStep): void {
    const { index: from } = step;
    for (const { variable, before, after, items } of step.changes) {
      const known = this.#values.get(variable) ?? [{ from: 0, value: before, items: null }];
      this.#values.set(variable, known);
      known.push({ from, value: after, items: items ?? null });
    }
    for (const { process, status } of step.statuses) this.#statuses.get(process)?.push({ from, status });
    if (step.process !== null)
      this.#standsOf(step.process).push({ until: from, place: step.place, stack: step.stack });
  }

  #standsOf(process: string): Standing[] {
    const known = this.#stands.get(process) ?? [];
    this.#stands.set(process, known);
    return known;
  }

  /** The step that leads to a point; `null` at the start. */
  stepAt(point: number): TraceStep | null {
    return this.trace.steps[point - 1] ?? null;
  }

  valueAt(variable: string, point: number): string {
    return last(this.#values.get(variable) ?? [], point)?.value ?? '';
  }

  /** The items of a sequence; `null`: it is none. */
  itemsAt(variable: string, point: number): readonly string[] | null {
    return last(this.#values.get(variable) ?? [], point)?.items ?? null;
  }

  /** Every value of a variable with the point since when it has it. */
  valuesOf(variable: string): readonly Value[] {
    return this.#values.get(variable) ?? [];
  }

  statusAt(process: string, point: number): ProcessStatus | null {
    return last(this.#statuses.get(process) ?? [], point)?.status ?? null;
  }

  /** Since which point on a process has been in which status. */
  statusesOf(process: string): readonly { readonly from: number; readonly status: ProcessStatus }[] {
    return this.#statuses.get(process) ?? [];
  }

  /** Where a process stands: where its next step begins. */
  standAt(process: string, point: number): Stand {
    const all = this.#stands.get(process) ?? [];
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[middle] as Standing).until > point) high = middle;
      else low = middle + 1;
    }
    return all[low] ?? { place: null, stack: [] };
  }

  /** µs since the start. */
  timeAt(point: number): number {
    return this.stepAt(point)?.timeUs ?? 0;
  }
}

/** The last one that begins at a point or before. */
function last<T extends { readonly from: number }>(all: readonly T[], point: number): T | undefined {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle] as T).from <= point) low = middle + 1;
    else high = middle;
  }
  return all[low - 1];
}
