import type { ProcessStatus, Trace, TraceStep } from '../checker/trace.ts';

/** Somebody has a core, perhaps interrupted now and then. On one core these nest. */
export interface Context {
  readonly core: string;
  /** `soft`: a hook or a callback of MicroPython's scheduler, inside of a task. */
  readonly kind: 'task' | 'isr' | 'soft';
  readonly process: string;
  /** The process, or the function of a soft callback. */
  readonly name: string;
  /** Positions of its first and last step in `trace.steps`, from 0, those of what interrupts it included. */
  readonly from: number;
  readonly to: number;
}

type Open = { -readonly [K in keyof Context]: Context[K] } & {
  /** It blocked: what comes on its core does not interrupt it. */
  left: boolean;
};

const LEFT: ReadonlySet<ProcessStatus> = new Set(['asleep', 'waits', 'rests', 'ended', 'not started']);

/** Who has which core when: for each core contexts that nest, an outer one before its inner ones. */
export function contextsOf(trace: Trace): readonly Context[] {
  return new Contexts(trace).all();
}

class Contexts {
  readonly #trace: Trace;
  readonly #found: Open[] = [];
  readonly #onCore = new Map<string, Open[]>();

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  all(): readonly Context[] {
    for (const [at, step] of this.#trace.steps.entries()) {
      if (step.process !== null && step.lane?.core !== undefined)
        this.#step(at, step, step.process, step.lane.core);
      for (const { process, status } of step.statuses) if (LEFT.has(status)) this.#leave(process);
    }
    const last = this.#trace.steps.length - 1;
    for (const [core, stack] of this.#onCore) {
      this.#dropDone(stack, last, core);
      for (const each of stack) each.to = last;
    }
    return this.#found.map(({ left: _, ...context }) => context);
  }

  #step(at: number, step: TraceStep, process: string, core: string): void {
    const stack = this.#onCore.get(core) ?? [];
    this.#onCore.set(core, stack);
    const own = stack.findIndex((each) => each.process === process && each.kind !== 'soft');
    const goesOn = own >= 0 && stack[own]?.left === false && !entered(step);
    if (goesOn) this.#cutTo(stack, own + 1, step);
    else {
      if (step.lane?.kind === 'isr') this.#dropDone(stack, at, core);
      else stack.length = 0;
      const kind = step.lane?.kind === 'isr' ? 'isr' : 'task';
      this.#open(stack, { core, kind, process, name: process, from: at, to: at, left: false });
    }
    const soft = softOf(step);
    if (soft !== null && stack.at(-1)?.kind !== 'soft')
      this.#open(stack, { core, kind: 'soft', process, name: soft, from: at, to: at, left: false });
    for (const each of stack) each.to = at;
  }

  #open(stack: Open[], context: Open): void {
    stack.push(context);
    this.#found.push(context);
  }

  /** What is above ends; a soft callback of this process goes on if the step is one of it. */
  #cutTo(stack: Open[], length: number, step: TraceStep): void {
    const next = stack[length];
    const same = next?.kind === 'soft' && next.process === step.process && next.name === softOf(step);
    stack.length = same ? length + 1 : length;
  }

  /** An interrupt does not interrupt what has blocked, nor one that has returned. */
  #dropDone(stack: Open[], at: number, core: string): void {
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (!(top.left || (top.kind === 'isr' && this.#returned(top.process, at, core)))) return;
      stack.pop();
    }
  }

  /** Whether an interrupt handler begins anew, or never goes on, after this position. */
  #returned(process: string, at: number, core: string): boolean {
    const next = this.#trace.steps.find(
      (step, i) => i > at && step.process === process && step.lane?.core === core,
    );
    return next === undefined || entered(next);
  }

  #leave(process: string): void {
    for (const stack of this.#onCore.values())
      for (const each of stack) if (each.process === process) each.left = true;
  }
}

const entered = (step: TraceStep): boolean => step.moments.some(({ kind }) => kind === 'interrupt');

/** The function of the hook or soft callback that a step is in. */
function softOf(step: TraceStep): string | null {
  return step.stack.find((frame) => frame.hook)?.function ?? null;
}
