import type { Executable } from '../language/compile.ts';
import type {
  Block,
  Expr,
  Failure,
  Instruction,
  Predicate,
  ProcessCode,
  PropertyCode,
  Variable,
} from '../language/ir.ts';
import { Run } from './interpreter_run.ts';
import { type DataRace, racesIn } from './races.ts';

/** A state: the values of the persistent variables, by `Interpreter.index`. */
export type State = Float64Array;

/** What one attempt of a step came to. */
export type Outcome =
  | { readonly kind: 'state'; readonly state: State }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** An `assume` was false. */
  | { readonly kind: 'cutoff' };

export interface Attempt {
  /** -1: time; -2: nobody, a data race in the state itself. */
  readonly process: number;
  /** The outcomes of its `choose`s. */
  readonly choices: readonly number[];
  readonly outcome: Outcome;
  readonly elapsedUs: number;
}

/** What is told while a step is executed, for traces. */
export interface Observer {
  executed(instruction: Instruction, value: (expr: Expr) => number): void;
  /** The next instructions belong to the prefix of a process that was started. */
  entered(block: Block): void;
  /** What a branch depends on is read now. */
  branches?(): void;
  /** What a branch, or the result of a predicate, depends on. */
  decided?(on: Expr, value: (expr: Expr) => number): void;
  read?(variable: Variable): void;
  wrote?(variable: Variable): void;
}

/** How the execution of a step ends. */
export type Result =
  | { kind: 'abort' }
  | { kind: 'arrive'; location: number }
  | { kind: 'failure'; failure: Failure }
  | { kind: 'cutoff' };

/**
 * The reference: executes the intermediate representation directly, one expression after the other. Simple rather than
 * fast; replay uses it, and the generated code must agree with it in every state.
 */
export class Interpreter {
  readonly index = new Map<Variable, number>();
  readonly variables: Variable[] = [];
  /** The locals of each process, with their index. */
  readonly locals: (readonly [variable: Variable, index: number])[][];

  constructor(readonly compiled: Executable) {
    const { program } = compiled;
    const add = (variable: Variable): void => {
      if (!this.index.has(variable)) this.index.set(variable, this.variables.push(variable) - 1);
    };
    program.variables.forEach(add);
    for (const { live } of program.processes) for (const list of live) list.forEach(add);
    this.locals = program.processes.map(() => []);
    for (const [i, variable] of this.variables.entries())
      if (variable.kind === 'local') this.locals[variable.process]?.push([variable, i]);
  }

  get(state: State, variable: Variable): number {
    return state[this.index.get(variable) as number] as number;
  }

  /** The observer is told what the processes do up to their first visible operations. */
  initial(observer: Observer | null = null): State {
    const state = new Float64Array(this.variables.length);
    for (const [i, variable] of this.variables.entries()) state[i] = variable.initial;
    for (const process of this.compiled.program.processes) {
      if (process.started)
        this.startProcess(new Run(this, state, state.slice(), process, [], observer), process);
    }
    for (const { monitor, predicate, limitUs } of this.compiled.program.properties) {
      if (monitor !== null && this.predicate(predicate, state))
        state[this.index.get(monitor) as number] = limitUs;
    }
    this.updateCounters(state);
    this.updateStood(state);
    return state;
  }

  /** Puts a process at its first visible operation; its prefix cannot fail or wait. */
  startProcess(run: Run, process: ProcessCode): void {
    run.enter(process);
  }

  predicate({ entry }: Predicate, state: State): boolean {
    return new Run(this, state, state, null, [], null).predicate(entry);
  }

  /** What keeps the predicates of other properties from being evaluated; see `PropertyCode.fails`. */
  failureOf({ entry }: Predicate, state: State): Failure | null {
    return new Run(this, state, state, null, [], null).result(entry)?.failure ?? null;
  }

  runs(process: ProcessCode, state: State): boolean {
    return process.runs === null || this.predicate(process.runs, state);
  }

  /** Whether a process has ended, waits for time, or may step if its operation is enabled. */
  readiness(process: ProcessCode, state: State): 'dead' | 'suspended' | 'busy' | 'ready' {
    if (this.get(state, process.location) === 0) return 'dead';
    if (!this.runs(process, state)) return 'suspended';
    return process.busy !== null && this.get(state, process.busy) !== 0 ? 'busy' : 'ready';
  }

  /** Every attempt of every step in `state`, in the order of the generated code; time last. */
  attempts(state: State): Attempt[] {
    const found: Attempt[] = [];
    let [system, outside, prompt] = [false, false, false];
    for (const process of this.compiled.program.processes) {
      if (this.readiness(process, state) !== 'ready') continue;
      const own = this.stepsOf(process, state);
      found.push(...own);
      if (own.length === 0) continue;
      if (process.outside) outside = true;
      else system = true;
      if (process.prompt) prompt = true;
    }
    const allowed = this.compiled.program.timing === 'prompt' ? !system : !prompt;
    if (allowed) found.push(...this.passTime(state, outside));
    for (const { failure } of this.races(state))
      found.push({ process: -2, choices: [], outcome: { kind: 'failure', failure }, elapsedUs: 0 });
    return found;
  }

  races(state: State): DataRace[] {
    const { races } = this.compiled.program;
    return races === null ? [] : racesIn(this, races, state);
  }

  stepsOf(
    process: ProcessCode,
    state: State,
    observer: Observer | null = null,
    only: readonly number[] | null = null,
  ): Attempt[] {
    const found: Attempt[] = [];
    let choices: { value: number; count: number }[] = (only ?? []).map((value) => ({
      value,
      count: value + 1,
    }));
    for (;;) {
      const run = new Run(this, state.slice(), state, process, choices, observer);
      const result = run.step();
      choices = run.choices;
      if (result.kind !== 'abort') {
        found.push({
          process: process.index,
          choices: choices.map(({ value }) => value),
          outcome: this.outcome(run, result, state),
          elapsedUs: 0,
        });
      }
      while (
        choices.length > 0 &&
        (choices.at(-1) as { value: number; count: number }).value + 1 >=
          (choices.at(-1) as { count: number }).count
      )
        choices.pop();
      if (choices.length === 0 || only !== null) return found;
      (choices.at(-1) as { value: number }).value++;
    }
  }

  private outcome(run: Run, result: Result, _before: State): Outcome {
    if (result.kind === 'failure') return result;
    if (result.kind === 'arrive') {
      this.updateMonitors(run.state);
      return { kind: 'state', state: run.state };
    }
    return { kind: 'cutoff' };
  }

  private updateMonitors(state: State): void {
    for (const { monitor, predicate, limitUs } of this.compiled.program.properties) {
      if (monitor === null) continue;
      const i = this.index.get(monitor) as number;
      const running = Math.max(state[i] as number, -1);
      state[i] = this.predicate(predicate, state) ? (running < 0 ? limitUs : running) : -1;
    }
    this.updateCounters(state);
    this.updateStood(state);
  }

  /** How often was passed while one waits: an edge counts if it waited before it, too. */
  private updateCounters(state: State): void {
    for (const { counter, bound, predicate, goal } of this.compiled.program.properties) {
      if (counter === null || goal === null) continue;
      const i = this.index.get(counter) as number;
      const before = state[i] as number;
      const passes = this.predicate(goal, state);
      const isEdge = before >= 0 && before % 2 === 0 && passes;
      const times = Math.min(bound + 1, (before < 0 ? 0 : Math.floor(before / 2)) + (isEdge ? 1 : 0));
      state[i] = this.predicate(predicate, state) ? 2 * times + (passes ? 1 : 0) : -1;
    }
  }

  /** What a property asks of a single state. */
  holds({ predicate, counter, bound }: PropertyCode, state: State): boolean {
    return counter === null ? this.predicate(predicate, state) : this.get(state, counter) <= 2 * bound + 1;
  }

  /** Who stands before an access that may race, and runs, could have made it. */
  private updateStood(state: State): void {
    const { processes, races } = this.compiled.program;
    for (const process of races === null ? [] : processes) {
      const stood = races?.stood[process.index] ?? null;
      const site = races?.sites[process.index]?.[this.get(state, process.location)];
      if (stood !== null && site?.plain === true && this.runs(process, state))
        state[this.index.get(stood) as number] = 1;
    }
  }

  // ---- time ----

  /** µs to the next expiry of a clock, timeout or `busy`; `null`: nothing is running. */
  nextExpiry(state: State): number | null {
    let nearest = Number.POSITIVE_INFINITY;
    const look = (left: number): void => {
      if (left > 0) nearest = Math.min(nearest, left);
    };
    for (const { left } of this.compiled.program.clocks)
      if (typeof left === 'object') look(this.get(state, left));
    for (const process of this.compiled.program.processes) {
      if (process.timeout !== null) look(this.get(state, process.timeout));
      if (process.busy !== null && this.get(state, process.busy) > 0 && this.runs(process, state))
        look(this.get(state, process.busy));
    }
    return nearest === Number.POSITIVE_INFINITY ? null : nearest;
  }

  /** Time goes on to the next expiry; a `within` that has been pending for all its time is violated then. */
  passTime(state: State, outside: boolean): Attempt[] {
    const { program } = this.compiled;
    const found: Attempt[] = [];
    let d = this.nextExpiry(state) ?? Number.POSITIVE_INFINITY;
    for (const { monitor, name } of program.properties) {
      const left = monitor === null ? -1 : this.get(state, monitor);
      if (left > 0) d = Math.min(d, left);
      if (left !== 0) continue;
      const failure = program.failures.find((f) => f.kind === 'within' && f.name === name) as Failure;
      found.push({ process: -1, choices: [], outcome: { kind: 'failure', failure }, elapsedUs: 0 });
    }
    if (d === Number.POSITIVE_INFINITY) return found;
    if (program.timeUnit > 0 && outside) d = Math.min(d, program.timeUnit);
    const next = state.slice();
    this.advance(state, next, d);
    this.updateMonitors(next);
    found.push({ process: -1, choices: [], outcome: { kind: 'state', state: next }, elapsedUs: d });
    return found;
  }

  private advance(state: State, next: State, d: number): void {
    const set = (variable: Variable, value: number): void => {
      next[this.index.get(variable) as number] = value;
    };
    const { program } = this.compiled;
    for (const clock of program.clocks) {
      if (typeof clock.left !== 'object') continue;
      const left = this.get(state, clock.left);
      if (left <= 0) continue;
      const period = typeof clock.period === 'object' ? this.get(state, clock.period) : clock.period;
      const expires = left === d && period > 0;
      set(clock.left, expires ? period : left - d);
      if (expires && typeof clock.latched === 'object') set(clock.latched, 1);
    }
    for (const process of program.processes) {
      if (process.timeout !== null && this.get(state, process.timeout) > 0)
        set(process.timeout, this.get(state, process.timeout) - d);
      if (process.busy !== null && this.get(state, process.busy) > 0 && this.runs(process, state)) {
        set(process.busy, this.get(state, process.busy) - d);
      }
    }
    for (const { monitor } of program.properties) {
      if (monitor !== null && this.get(state, monitor) > 0) set(monitor, this.get(state, monitor) - d);
    }
  }
}
