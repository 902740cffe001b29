import type { ProcessStatus, Trace, TraceStep } from '../checker/trace.ts';
import type { Lane } from '../model/intrinsics/process.ts';

/** A column of the time line: a process, or what runs inside of it as hooks and soft callbacks. */
export interface TimelineLane {
  readonly process: string;
  readonly soft: boolean;
  readonly lane: Lane | null;
  /** The first of its core, or of those without one. */
  readonly opens: boolean;
}

/** In a hook of the VM, or in a callback that MicroPython's scheduler runs inside whatever was executing. */
export function isSoft(step: TraceStep): boolean {
  return step.stack.some((frame) => frame.hook);
}

const KINDS: readonly (Lane['kind'] | undefined)[] = [
  'task',
  'thread',
  undefined,
  'isr',
  'hardware',
  'outside',
];

/**
 * The columns: core by core, tasks before interrupts, at last what is on no core. Processes that neither act nor are
 * woken or put to sleep have none.
 */
export function timelineLanes(trace: Trace): TimelineLane[] {
  const acting = new Set(
    trace.steps.flatMap(({ process, moments }) => [
      ...(process === null ? [] : [process]),
      ...moments.flatMap((moment) =>
        moment.kind === 'block' || moment.kind === 'wake' ? [moment.process] : [],
      ),
    ]),
  );
  const soft = new Set(trace.steps.filter(isSoft).map(({ process }) => process));
  const shown = trace.start.processes.filter(({ name }) => acting.has(name));
  const cores = [...new Set(shown.map(({ lane }) => lane?.core))].sort(byCore);
  return cores.flatMap((core) => {
    const own = shown
      .filter(({ lane }) => lane?.core === core)
      .sort((a, b) => KINDS.indexOf(a.lane?.kind) - KINDS.indexOf(b.lane?.kind));
    const lanes = own.flatMap(({ name, lane }) => {
      const column = { process: name, soft: false, lane };
      return soft.has(name) ? [column, { ...column, soft: true }] : [column];
    });
    return lanes.map((lane, i) => ({ ...lane, opens: i === 0 }));
  });
}

function byCore(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How everyone stands after each step. */
export class Standings {
  readonly #now: Map<string, ProcessStatus>;

  constructor({ start }: Trace) {
    this.#now = new Map(start.processes.map(({ name, status }) => [name, status]));
  }

  of(process: string): ProcessStatus {
    return this.#now.get(process) ?? 'not started';
  }

  take({ statuses }: TraceStep): void {
    for (const { process, status } of statuses) this.#now.set(process, status);
  }
}
