import type { FrameInfo, Instruction, ProcessCode, Site } from '../language/ir.ts';
import type { Names } from '../language/lower/names.ts';
import type { Attempt, Interpreter, State } from '../machine/interpreter.ts';
import type { Moment, ProcessStatus, TraceStart, TraceStep, TraceVariable } from '../trace.ts';
import { framesOf, placeOf } from './frames.ts';
import { type MarkWithValues, operationNotes } from './operations.ts';
import { Differences, showNote } from './show.ts';
import { startOf } from './start.ts';

/** How a process stands in a state. */
export type Standing = 'dead' | 'suspended' | 'busy' | 'waiting' | 'resting' | 'enabled';

/** A step, before it is known what it did to the others. */
type Told = Omit<TraceStep, 'statuses'>;

/** Walks along a path with the reference interpreter and tells each step. */
export class Walk {
  state: State;
  timeUs = 0;
  readonly steps: TraceStep[] = [];
  /** The system before the first step. */
  readonly start: TraceStart;
  private readonly differences: Differences;
  private readonly pendingNotes = new Map<number, string[]>();
  /** Who stepped last on a core, and whom its interrupts interrupted, innermost last. */
  private readonly onCore = new Map<string, number>();
  private readonly interrupted = new Map<string, number[]>();
  /** Processes that have stepped. */
  private readonly begun = new Set<number>();
  /** How each process stood last. */
  private readonly statuses: ProcessStatus[] = [];

  constructor(
    readonly interpreter: Interpreter,
    readonly names: Names,
  ) {
    const marks: MarkWithValues[] = [];
    this.state = interpreter.initial({
      entered: () => {},
      executed: (instruction, value) => {
        if (instruction.kind === 'mark') marks.push([instruction.mark, instruction.values.map(value)]);
      },
    });
    this.noteMarks(marks);
    this.differences = new Differences(interpreter, names);
    this.start = startOf(this);
    for (const [i, { status }] of this.start.processes.entries()) this.statuses[i] = status;
  }

  /** Every variable as it is now. */
  variables(): TraceVariable[] {
    return this.differences.all(this.state);
  }

  /** Another walk that is at the same place, and goes its own way from here. */
  fork(): Walk {
    const other: Walk = Object.assign(Object.create(Walk.prototype), this);
    const copied = {
      steps: [...this.steps],
      pendingNotes: new Map(this.pendingNotes),
      onCore: new Map(this.onCore),
      interrupted: new Map([...this.interrupted].map(([core, stack]) => [core, [...stack]])),
      begun: new Set(this.begun),
      statuses: [...this.statuses],
      lastTask: new Map(this.lastTask),
      asleep: new Set(this.asleep),
      yielding: new Set(this.yielding),
    };
    return Object.assign(other, copied);
  }

  get processes(): readonly ProcessCode[] {
    return this.interpreter.compiled.program.processes;
  }

  /** The steps that lead to a state, in the order of their ordinals. */
  successors(): Attempt[] {
    return this.interpreter.attempts(this.state).filter(({ outcome }) => outcome.kind === 'state');
  }

  /** Takes the step with this ordinal; false if there is none. */
  take(ordinal: number): boolean {
    const attempt = this.successors()[ordinal];
    if (attempt === undefined) return false;
    this.tell(attempt, ordinal);
    return true;
  }

  /** Takes the attempt that ends in the failure with this number; false if no step fails so here. */
  fail(failure: number): boolean {
    const attempt = this.failing(failure);
    if (attempt === undefined) return false;
    this.failIn(attempt);
    return true;
  }

  /** The same for an attempt of this state that fails. */
  failIn(attempt: Attempt): void {
    // A data race is in the state: nobody takes a step.
    if (attempt.process >= -1) this.tell(attempt, -1);
  }

  failing(failure: number): Attempt | undefined {
    return this.interpreter
      .attempts(this.state)
      .find(({ outcome }) => outcome.kind === 'failure' && outcome.failure.number === failure);
  }

  standing(process: ProcessCode, state: State = this.state): Standing {
    const readiness = this.interpreter.readiness(process, state);
    if (readiness !== 'ready') return readiness;
    if (this.interpreter.stepsOf(process, state).length > 0) return 'enabled';
    return this.cutOf(process, state)?.wait === 'rest' ? 'resting' : 'waiting';
  }

  /** Whether it gave its turn away by itself and has not got it back. */
  sleeps(process: ProcessCode): boolean {
    return this.asleep.has(process.index);
  }

  cutOf(process: ProcessCode, state: State = this.state) {
    const location = this.interpreter.get(state, process.location);
    return process.locations[location - 1]?.cut ?? null;
  }

  /** How a process stands in the state that the walk has come to. */
  statusOf(process: ProcessCode): ProcessStatus {
    switch (this.standing(process)) {
      case 'dead':
        return this.begun.has(process.index) ? 'ended' : 'not started';
      case 'suspended':
        return this.sleeps(process) ? 'asleep' : 'not its turn';
      case 'busy':
        return 'busy';
      case 'waiting':
        return 'waits';
      case 'resting':
        return 'rests';
      case 'enabled':
        return 'can go on';
    }
  }

  private tell(attempt: Attempt, ordinal: number): void {
    const before = this.state;
    const { outcome } = attempt;
    const after = outcome.kind === 'state' ? outcome.state : before;
    this.timeUs += attempt.elapsedUs;
    if (attempt.process >= 0) this.begun.add(attempt.process);
    const step =
      attempt.process < 0
        ? this.timeStep(before, after, ordinal)
        : this.processStep(attempt, before, after, ordinal);
    this.state = after;
    this.steps.push({ ...step, statuses: this.changedStatuses() });
  }

  private changedStatuses(): TraceStep['statuses'] {
    const changed: TraceStep['statuses'][number][] = [];
    for (const process of this.processes) {
      const status = this.statusOf(process);
      if (status !== this.statuses[process.index]) changed.push({ process: process.name, status });
      this.statuses[process.index] = status;
    }
    return changed;
  }

  private timeStep(before: State, after: State, ordinal: number): Told {
    return {
      index: this.steps.length + 1,
      process: null,
      lane: null,
      timeUs: this.timeUs,
      stack: [],
      place: null,
      operation: 'time',
      functions: [],
      changes: this.differences.between(before, after),
      notes: [],
      moments: this.wakes(-1, before, after),
      ordinal,
    };
  }

  private processStep(attempt: Attempt, before: State, after: State, ordinal: number): Told {
    const process = this.processes[attempt.process] as ProcessCode;
    const { notes, failedAt, functions } = this.execute(process, attempt, before);
    const cut = this.cutOf(process, before);
    const site = failedAt ?? cut?.site ?? null;
    return {
      index: this.steps.length + 1,
      process: process.name,
      lane: process.lane,
      timeUs: this.timeUs,
      stack: site === null ? [] : framesOf(site, this.interpreter, before),
      place: site === null ? null : placeOf(site),
      operation: cut?.operation ?? 'step',
      functions,
      changes: this.differences.between(before, after),
      notes,
      moments: this.moments(process, before, after),
      ordinal,
    };
  }

  /** Executes the step once more to hear its notes, and where it failed. */
  private execute(
    process: ProcessCode,
    attempt: Attempt,
    before: State,
  ): { notes: string[]; failedAt: Site | null; functions: string[] } {
    const functions = new Set<string>();
    const pass = ({ frame }: Site): void => {
      for (let at: FrameInfo | null = frame; at !== null; at = at.caller?.frame ?? null)
        functions.add(at.name);
    };
    const cut = this.cutOf(process, before);
    if (cut !== null)
      for (const { function: name } of framesOf(cut.site, this.interpreter, before)) functions.add(name);
    const notes = this.pendingNotes.get(process.index) ?? [];
    const later: string[] = [];
    const marks: MarkWithValues[] = [];
    let last: Site | null = null;
    this.interpreter.stepsOf(
      process,
      before,
      {
        entered: () => {},
        executed: (instruction: Instruction, value) => {
          if (instruction.kind === 'reach') return;
          last = instruction.site;
          pass(instruction.site);
          if (instruction.kind === 'note')
            (instruction.next ? later : notes).push(showNote(instruction.words, value, this.names));
          if (instruction.kind === 'mark') marks.push([instruction.mark, instruction.values.map(value)]);
        },
      },
      attempt.choices,
    );
    this.pendingNotes.set(process.index, later);
    notes.push(...this.noteMarks(marks));
    const failed = attempt.outcome.kind === 'failure';
    return { notes, failedAt: failed ? last : null, functions: [...functions] };
  }

  /** What returns is told with the step that returns, what is called with the next step of its process. */
  private noteMarks(marks: readonly MarkWithValues[]): string[] {
    const { program } = this.interpreter.compiled;
    const { now, next } = operationNotes(marks, program.specified, this.names);
    for (const { process, text } of next)
      this.pendingNotes.set(process, [...(this.pendingNotes.get(process) ?? []), text]);
    return now;
  }

  // ---- decisive moments ----

  private moments(process: ProcessCode, before: State, after: State): Moment[] {
    const moments: Moment[] = [];
    const core = process.lane?.core ?? null;
    if (core !== null) moments.push(...this.coreMoments(process, core));
    const isr = process.lane?.kind === 'isr';
    const standing = this.standing(process, after);
    const blocks =
      standing === 'waiting' ||
      standing === 'resting' ||
      (standing === 'suspended' && !this.heldUp(process, after));
    if (!isr && blocks) moments.push({ kind: 'block', process: process.name });
    if (!isr && blocks && standing === 'suspended') this.asleep.add(process.index);
    this.yielding.delete(process.index);
    if (!isr && standing === 'suspended' && !blocks && !this.heldUp(process, before))
      this.yielding.add(process.index);
    moments.push(...this.wakes(process.index, before, after));
    if (core !== null && isr && standing !== 'enabled') moments.push(...this.returnFrom(core, after));
    return moments;
  }

  /** Whether an interrupt begins or another task goes on. */
  private coreMoments(process: ProcessCode, core: string): Moment[] {
    const last = this.onCore.get(core);
    this.onCore.set(core, process.index);
    if (last === undefined || last === process.index) return [];
    const from = (this.processes[last] as ProcessCode).name;
    const stack = this.interrupted.get(core) ?? [];
    this.interrupted.set(core, stack);
    if (process.lane?.kind === 'isr') {
      if (stack.at(-1) === process.index) return [];
      stack.push(last);
      // Who has given the core away is not there to be interrupted: another is, of whom there is nothing to tell.
      return [{ kind: 'interrupt', of: this.asleep.has(last) ? null : from }];
    }
    const task = this.lastTask.get(core);
    this.lastTask.set(core, process.index);
    return task === undefined || task === process.index
      ? []
      : [{ kind: 'switch', from: (this.processes[task] as ProcessCode).name }];
  }

  private readonly lastTask = new Map<string, number>();
  /** Processes whose own step took their turn away: they sleep until their run condition holds again. */
  private readonly asleep = new Set<number>();

  /** Processes whose own step made the interrupt pending that will switch to another task. */
  private readonly yielding = new Set<number>();

  /** An interrupt is over: what it interrupted is on the core again, or has been put to sleep as it asked. */
  private returnFrom(core: string, after: State): Moment[] {
    const before = this.interrupted.get(core)?.pop();
    if (before === undefined) return [];
    this.onCore.set(core, before);
    const process = this.processes[before] as ProcessCode;
    if (
      !this.yielding.delete(before) ||
      this.standing(process, after) !== 'suspended' ||
      this.heldUp(process, after)
    )
      return [];
    this.asleep.add(before);
    return [{ kind: 'block', process: process.name }];
  }

  /** Whether an interrupt of its core comes before the next step of `process`. */
  private heldUp(process: ProcessCode, state: State): boolean {
    const core = process.lane?.core;
    return this.processes.some(
      (other) =>
        other.lane?.kind === 'isr' && other.lane.core === core && this.standing(other, state) === 'enabled',
    );
  }

  /** Processes that waited and can go on now. What an interrupt merely held up is not woken by its return. */
  private wakes(own: number, before: State, after: State): Moment[] {
    const found: Moment[] = [];
    for (const process of this.processes) {
      if (process.index === own || process.outside) continue;
      const was = this.standing(process, before);
      if (was !== 'waiting' && was !== 'resting' && !(was === 'suspended' && this.asleep.has(process.index)))
        continue;
      if (this.standing(process, after) !== 'enabled') continue;
      this.asleep.delete(process.index);
      found.push({ kind: 'wake', process: process.name });
    }
    return found;
  }
}
