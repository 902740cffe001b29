import type { Executable } from '../language/compile.ts';
import type {
  Block,
  Expr,
  Failure,
  Family,
  Instruction,
  ProcessCode,
  Site,
  Terminator,
  Variable,
} from '../language/ir.ts';
import { evaluate } from '../language/lower/operators.ts';
import type { Interpreter, Observer, Result, State } from './interpreter.ts';

import { TURNS_MAX } from './turns.ts';

/** The execution of one step, or of one predicate. */
export class Run {
  private readonly temporaries = new Map<Variable, number>();
  private used = 0;
  /** How often each block was executed. */
  private readonly turns = new Map<Block, number>();

  constructor(
    private readonly machine: Interpreter,
    /** Changed by the execution; a predicate changes nothing. */
    readonly state: State,
    private readonly before: State,
    private process: ProcessCode | null,
    readonly choices: { value: number; count: number }[],
    private readonly observer: Observer | null,
  ) {}

  step(): Result {
    const process = this.process as ProcessCode;
    const location = this.machine.get(this.state, process.location);
    const result = this.from(process.locations[location - 1] as Block, true);
    if (result.kind === 'arrive') this.settle(process, result.location);
    return result;
  }

  predicate(entry: Block): boolean {
    const end = this.result(entry);
    if (end === null) return false;
    this.observer?.decided?.(end.expr, (expr) => this.value(expr));
    return this.value(end.expr) !== 0;
  }

  /** How a predicate ends. */
  result(entry: Block): (Terminator & { kind: 'result' }) | null {
    for (let block: Block | null = entry; block !== null; block = this.next(block.end)) {
      for (const instruction of block.code) this.execute(instruction);
      if (block.end.kind === 'result') return block.end;
    }
    return null;
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
    this.observer?.branches?.();
    if (end.kind === 'branch') this.observer?.decided?.(end.test, (expr) => this.value(expr));
    if (end.kind === 'switch') this.observer?.decided?.(end.on, (expr) => this.value(expr));
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
    for (const [variable, i] of this.machine.locals[process.index] ?? []) {
      this.state[i] = live.has(variable) ? this.read(variable) : 0;
    }
    this.temporaries.clear();
    if (location !== 0) return;
    if (process.busy !== null) this.set(process.busy, 0);
    if (process.timeout !== null) this.set(process.timeout, -1);
  }

  private read(variable: Variable): number {
    this.observer?.read?.(variable);
    const known = this.temporaries.get(variable);
    if (known !== undefined) return known;
    const i = this.machine.index.get(variable);
    return i === undefined ? 0 : (this.state[i] as number);
  }

  private set(variable: Variable, value: number): void {
    this.observer?.wrote?.(variable);
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
      case 'reach':
      case 'mark':
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
export function endless(compiled: Executable, block: Block): Failure {
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
