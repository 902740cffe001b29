import type { Compiled } from '../language/compile.ts';
import type {
  Block,
  Expr,
  Failure,
  Family,
  Instruction,
  Predicate,
  ProcessCode,
  Site,
  Terminator,
  Variable,
} from '../language/ir.ts';
import { evaluate } from '../language/lower/expression.ts';
import { TURNS_MAX } from './turns.ts';

/** A state: the values of the persistent variables, by `Interpreter.index`. */
export type State = Float64Array;

/** What one attempt of a step came to. */
export type Outcome =
  | { readonly kind: 'state'; readonly state: State }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** An `assume` was false. */
  | { readonly kind: 'cutoff' };

export interface Attempt {
  /** -1: time. */
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
}

type Result =
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

  constructor(readonly compiled: Compiled) {
    const { program } = compiled;
    const add = (variable: Variable): void => {
      if (!this.index.has(variable)) this.index.set(variable, this.variables.push(variable) - 1);
    };
    program.variables.forEach(add);
    for (const { live } of program.processes) for (const list of live) list.forEach(add);
  }

  get(state: State, variable: Variable): number {
    return state[this.index.get(variable) as number] as number;
  }

  initial(): State {
    const state = new Float64Array(this.variables.length);
    for (const [i, variable] of this.variables.entries()) state[i] = variable.initial;
    for (const process of this.compiled.program.processes) {
      if (process.started) this.startProcess(new Run(this, state, process, [], null), process);
    }
    for (const { monitor, predicate, limitUs } of this.compiled.program.properties) {
      if (monitor !== null && this.predicate(predicate, state))
        state[this.index.get(monitor) as number] = limitUs;
    }
    return state;
  }

  /** Puts a process at its first visible operation; its prefix cannot fail or wait. */
  startProcess(run: Run, process: ProcessCode): void {
    run.enter(process);
  }

  predicate({ entry }: Predicate, state: State): boolean {
    return new Run(this, state.slice(), null, [], null).predicate(entry);
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
    return found;
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
      const run = new Run(this, state.slice(), process, choices, observer);
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

  private outcome(run: Run, result: Result, before: State): Outcome {
    if (result.kind === 'failure') return result;
    if (result.kind === 'arrive') {
      this.updateMonitors(run.state, before);
      return { kind: 'state', state: run.state };
    }
    return { kind: 'cutoff' };
  }

  private updateMonitors(state: State, before: State): void {
    for (const { monitor, predicate, limitUs } of this.compiled.program.properties) {
      if (monitor === null) continue;
      const i = this.index.get(monitor) as number;
      const running = Math.max(state[i] as number, -1);
      void before;
      state[i] = this.predicate(predicate, state) ? (running < 0 ? limitUs : running) : -1;
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
  private passTime(state: State, outside: boolean): Attempt[] {
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
    this.updateMonitors(next, state);
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

/** The execution of one step, or of one predicate. */
class Run {
  private readonly temporaries = new Map<Variable, number>();
  private readonly before: State;
  private used = 0;
  /** How often each block was executed. */
  private readonly turns = new Map<Block, number>();

  constructor(
    private readonly machine: Interpreter,
    readonly state: State,
    private process: ProcessCode | null,
    readonly choices: { value: number; count: number }[],
    private readonly observer: Observer | null,
  ) {
    this.before = state.slice();
  }

  step(): Result {
    const process = this.process as ProcessCode;
    const location = this.machine.get(this.state, process.location);
    const result = this.from(process.locations[location - 1] as Block, true);
    if (result.kind === 'arrive') this.settle(process, result.location);
    return result;
  }

  predicate(entry: Block): boolean {
    let block = entry;
    for (;;) {
      for (const instruction of block.code) this.execute(instruction);
      if (block.end.kind === 'result') return this.value(block.end.expr) !== 0;
      const next = this.next(block.end);
      if (next === null) return false;
      block = next;
    }
  }

  /** The prefix of a process up to its first location. */
  enter(process: ProcessCode): Result {
    const outer = this.process;
    this.process = process;
    this.settle(process, 0);
    const result = this.from(process.entry, false);
    if (result.kind === 'arrive') this.settle(process, result.location);
    this.process = outer;
    return result;
  }

  /** Executes from `begin` to the next location. */
  private from(begin: Block, first: boolean): Result {
    let block = begin;
    for (let skip = first; ; skip = false) {
      if (block.cut !== null && !skip) return { kind: 'arrive', location: block.location };
      this.observer?.entered(block);
      for (const instruction of block.code) {
        const failed = this.execute(instruction);
        if (failed !== null) return failed;
      }
      const { end } = block;
      switch (end.kind) {
        case 'end':
          return { kind: 'arrive', location: 0 };
        case 'abort':
        case 'cutoff':
          return { kind: end.kind };
        case 'fail':
          return { kind: 'failure', failure: end.failure };
        default:
      }
      const next = this.next(end);
      if (next === null) return { kind: 'abort' };
      const turns = (this.turns.get(block) ?? 0) + 1;
      this.turns.set(block, turns);
      if (turns > TURNS_MAX) return { kind: 'failure', failure: endless(this.machine.compiled, block) };
      block = next;
    }
  }

  private next(end: Terminator): Block | null {
    switch (end.kind) {
      case 'goto':
        return end.to;
      case 'branch':
        return this.value(end.test) !== 0 ? end.yes : end.no;
      case 'switch':
        return end.targets[this.value(end.on)] ?? null;
      default:
        return null;
    }
  }

  /** Stands at `location`: what is not live there is cleared. */
  private settle(process: ProcessCode, location: number): void {
    this.set(process.location, location);
    const live = new Set(location === 0 ? [] : process.live[location - 1]);
    for (const variable of this.machine.variables) {
      if (variable.kind !== 'local' || variable.process !== process.index) continue;
      const i = this.machine.index.get(variable) as number;
      this.state[i] = live.has(variable) ? this.read(variable) : 0;
    }
    this.temporaries.clear();
    if (location !== 0) return;
    if (process.busy !== null) this.set(process.busy, 0);
    if (process.timeout !== null) this.set(process.timeout, -1);
  }

  private read(variable: Variable): number {
    const known = this.temporaries.get(variable);
    if (known !== undefined) return known;
    const i = this.machine.index.get(variable);
    return i === undefined ? 0 : (this.state[i] as number);
  }

  private set(variable: Variable, value: number): void {
    if (variable.kind === 'local') this.temporaries.set(variable, value);
    else this.state[this.machine.index.get(variable) as number] = value;
  }

  private execute(instruction: Instruction): Result | null {
    this.observer?.executed(instruction, (expr) => this.value(expr));
    switch (instruction.kind) {
      case 'set':
        this.set(instruction.variable, this.value(instruction.expr));
        return null;
      case 'store':
        this.store(instruction.family, this.value(instruction.index), this.value(instruction.expr));
        return null;
      case 'remove':
      case 'insert':
        this.move(instruction);
        return null;
      case 'assert':
        return this.value(instruction.condition) !== 0
          ? null
          : { kind: 'failure', failure: instruction.failure };
      case 'choose':
        this.set(instruction.variable, this.choose(this.value(instruction.count)));
        return null;
      case 'note':
        return null;
      case 'kill':
        this.kill(instruction.process);
        return null;
      case 'start':
        return this.start(instruction.process);
    }
  }

  private kill(index: number): void {
    this.nested(() => {
      this.settle(this.machine.compiled.program.processes[index] as ProcessCode, 0);
      return null;
    });
  }

  private start(index: number): Result | null {
    return this.nested(() => {
      const result = this.enter(this.machine.compiled.program.processes[index] as ProcessCode);
      return result.kind === 'arrive' ? null : result;
    });
  }

  /** `settle` forgets the temporaries, which still belong to the process that steps. */
  private nested(body: () => Result | null): Result | null {
    const kept = new Map(this.temporaries);
    const result = body();
    for (const [variable, value] of kept) this.temporaries.set(variable, value);
    return result;
  }

  private choose(count: number): number {
    const known = this.choices[this.used];
    if (known === undefined) this.choices.push({ value: 0, count });
    else known.count = count;
    return (this.choices[this.used++] as { value: number }).value;
  }

  private store({ elements }: Family, index: number, value: number): void {
    const variable = elements[index];
    if (variable !== null && variable !== undefined) this.set(variable, value);
  }

  private move(instruction: Instruction & { kind: 'remove' | 'insert' }): void {
    const elements = instruction.family.elements as readonly Variable[];
    const values = elements.map((variable) => this.read(variable));
    const index = this.value(instruction.index);
    if (instruction.kind === 'remove') {
      values.splice(index, 1);
      values.push(0);
    } else {
      values.splice(index, 0, this.value(instruction.expr));
      values.pop();
    }
    for (const [i, variable] of elements.entries()) this.set(variable, values[i] as number);
  }

  value(expr: Expr): number {
    switch (expr.kind) {
      case 'const':
        return expr.value;
      case 'var':
        return this.read(expr.variable);
      case 'element': {
        const variable = expr.family.elements[this.value(expr.index)];
        return variable === null || variable === undefined ? 0 : this.read(variable);
      }
      case 'unary': {
        const a = this.value(expr.a);
        return expr.op === '!' ? (a === 0 ? 1 : 0) : expr.op === '-' ? 0 - a : ~a;
      }
      case 'binary':
        if (expr.op === '&&') return this.value(expr.a) !== 0 && this.value(expr.b) !== 0 ? 1 : 0;
        if (expr.op === '||') return this.value(expr.a) !== 0 || this.value(expr.b) !== 0 ? 1 : 0;
        return evaluate(expr.op, this.value(expr.a), this.value(expr.b));
      case 'cond':
        return this.value(expr.test) !== 0 ? this.value(expr.yes) : this.value(expr.no);
      case 'table':
        return expr.values[this.value(expr.index)] ?? 0;
      case 'runs':
        return this.machine.runs(
          this.machine.compiled.program.processes[expr.process] as ProcessCode,
          this.before,
        )
          ? 1
          : 0;
    }
  }
}

/** The failure of a loop that does not end within its step. */
export function endless(compiled: Compiled, block: Block): Failure {
  const site: Site | null = block.cut?.site ?? null;
  return {
    number: compiled.program.failures.length,
    kind: 'model error',
    name: 'a loop that does not end',
    site,
    detail:
      'a loop without a visible operation goes round for ever within one step; it waits for something that only another process can change: use until()',
  };
}
