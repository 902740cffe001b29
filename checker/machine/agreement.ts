import type { BuiltVariant } from '../build_variant.ts';
import { placeAt } from '../language/ast.ts';
import type { Failure, ProcessCode, PropertyCode, Variable } from '../language/ir.ts';
import { BreadthFirst } from '../search/breadth_first.ts';
import { generate, type Machine } from './codegen.ts';
import { Status } from './generated.ts';
import { type Attempt, Interpreter, type State } from './interpreter.ts';
import { type Cell, type Layout, layOut, type Range, rawOf } from './layout.ts';
import { pack, unpack } from './packed.ts';

/** Test helper: the reference interpreter and the generated code, state by state. */

/** States that a narrow layout is made from: few, so that many values come later and widen it. */
const NARROW_FROM = 25;
const WIDENINGS_MAX = 400;
/** After so many the ranges come from all states, to save time. */
const WIDENINGS_ONE_BY_ONE = 2;

/** What an exploration with the interpreter alone found. */
export interface Reference {
  readonly interpreter: Interpreter;
  /** In the order of discovery. */
  readonly states: readonly State[];
  readonly attempts: readonly (readonly Attempt[])[];
  /** Every state was expanded. */
  readonly complete: boolean;
}

/** Explores breadth first with the interpreter; stops to expand when there are `maxStates`. */
export function reference(built: BuiltVariant, maxStates: number): Reference {
  const interpreter = new Interpreter(built.compiled);
  const initial = interpreter.initial();
  const states = [initial];
  const known = new Set([initial.join()]);
  const attempts: Attempt[][] = [];
  for (let i = 0; i < states.length && states.length < maxStates; i++) {
    const found = interpreter.attempts(states[i] as State);
    attempts.push(found);
    for (const { outcome } of found) {
      if (outcome.kind !== 'state' || known.has(outcome.state.join())) continue;
      known.add(outcome.state.join());
      states.push(outcome.state);
    }
  }
  return { interpreter, states, attempts, complete: attempts.length === states.length };
}

/**
 * `null`, or the first thing in which the generated code does not do what the interpreter does, in the first `maxStates`
 * states: with integers as wide as they may be, and with narrow ones that are widened when a value does not fit.
 */
export function disagreement(built: BuiltVariant, maxStates: number): string | null {
  return compare(built, reference(built, maxStates));
}

export function compare(built: BuiltVariant, explored: Reference): string | null {
  // A value too wide for the wide layout (a number beyond 2^31 - 1) ends that comparison; the narrow one widens.
  return new Comparison(built, explored, new Map(), 'wide').run() ?? narrow(built, explored);
}

function narrow(built: BuiltVariant, explored: Reference): string | null {
  const ranges = new Map<Variable, Range>();
  const { interpreter, states } = explored;
  const observe = (variable: Variable, value: number): void => {
    if (variable.domain.kind !== 'int' && variable.domain.kind !== 'mixed') return;
    if (variable.domain.kind === 'mixed' ? value > 2 ** 32 : variable.domain.declared !== null) return;
    const [lo, hi] = ranges.get(variable) ?? [value, value];
    ranges.set(variable, [Math.min(lo, value), Math.max(hi, value)]);
  };
  for (const state of states.slice(0, NARROW_FROM)) eachPresent(interpreter, state, observe);
  for (let i = 0; i < WIDENINGS_MAX; i++) {
    if (i === WIDENINGS_ONE_BY_ONE) for (const state of states) eachPresent(interpreter, state, observe);
    const comparison = new Comparison(built, explored, ranges, 'narrow');
    const found = comparison.run();
    if (comparison.over === null) return found;
    const { variable, value } = comparison.over;
    const cell = comparison.layout.cells.get(variable) as Cell;
    if (value >= cell.lo && value <= cell.hi)
      return `${variable.name} is said to leave its cell ${cell.lo} … ${cell.hi} with ${value}`;
    for (const member of comparison.layout.chunkOf.get(variable)?.chunk.family.elements ?? [variable]) {
      if (member !== null) ranges.set(member, wider(cell, value));
    }
    // A span of more than 32 bits fits in no cell: a question of the widths, not of the steps.
    if (Math.max(cell.hi, value) - Math.min(cell.lo, value) >= 2 ** 32) return null;
  }
  return `the ranges do not settle after ${WIDENINGS_MAX} widenings`;
}

/** At least twice as wide. */
function wider({ lo, hi }: Cell, value: number): Range {
  const size = Math.min(hi - lo + 1, 2 ** 20);
  return value < lo ? [Math.min(value, lo - size), hi] : [lo, Math.max(value, hi + size)];
}

/** Calls `visit` for what a packed state holds: persistent variables, and locals that are live. */
function eachPresent(
  interpreter: Interpreter,
  state: State,
  visit: (variable: Variable, value: number) => void,
): void {
  const { variables, processes } = interpreter.compiled.program;
  for (const variable of variables) visit(variable, interpreter.get(state, variable));
  for (const { location, live } of processes) {
    const at = interpreter.get(state, location);
    for (const variable of at === 0 ? [] : (live[at - 1] ?? []))
      visit(variable, interpreter.get(state, variable));
  }
}

/** One layout against the reference. */
class Comparison {
  readonly layout: Layout;
  /** A value that did not fit in its cell ended the comparison: widen it and begin again. */
  over: { variable: Variable; value: number } | null = null;
  private readonly machine: Machine;
  private readonly interpreter: Interpreter;

  constructor(
    private readonly built: BuiltVariant,
    private readonly explored: Reference,
    ranges: ReadonlyMap<Variable, Range>,
    private readonly name: string,
  ) {
    this.interpreter = explored.interpreter;
    this.layout = layOut(built.compiled, ranges);
    this.machine = generate(built.compiled, this.layout, this.pack(this.interpreter.initial()));
  }

  run(): string | null {
    const { states, attempts } = this.explored;
    for (const [i, state] of states.entries()) {
      const found = this.state(state, attempts[i] ?? null);
      if (this.over !== null) return null;
      if (found !== null) return `${this.name} layout, state ${i}: ${found}\n${this.show(state)}`;
    }
    return this.search();
  }

  private pack(state: State): Int32Array {
    return pack(this.interpreter, this.layout, state);
  }

  private state(state: State, attempts: readonly Attempt[] | null): string | null {
    this.over = this.misfit(state);
    if (this.over !== null) return null;
    const words = this.pack(state);
    const back = unpack(this.interpreter, this.layout, words, 0);
    const lost = this.difference(state, back);
    if (lost !== null) return `packing loses ${lost}`;
    const again = this.pack(back);
    if (again.join() !== words.join()) return `pack(unpack(s)) is not s: ${words.join()} / ${again.join()}`;
    return this.predicates(state, words) ?? (attempts === null ? null : this.step(state, words, attempts));
  }

  /** A value that its cell cannot hold. A local that is live but not assigned yet is 0 for the interpreter, whatever it may hold later. */
  private misfit(state: State): { variable: Variable; value: number } | null {
    let found: { variable: Variable; value: number } | null = null;
    eachPresent(this.interpreter, state, (variable, value) => {
      if (variable.kind === 'local' && value === 0) return;
      if (Number.isNaN(rawOf(this.layout.cells.get(variable) as Cell, value))) found ??= { variable, value };
    });
    return found;
  }

  private step(state: State, words: Int32Array, attempts: readonly Attempt[]): string | null {
    const { generated, ranges } = this.machine;
    const { failures, status } = generated;
    failures.length = 0;
    const width = this.layout.words;
    const end = generated.expand(words, 0, 0);
    const buffer = generated.buffer();
    for (let i = 0; i < failures.length; i += 2) {
      const number = failures[i] as number;
      if (number < ranges.first) continue;
      this.over = {
        variable: ranges.variables[number - ranges.first] as Variable,
        value: failures[i + 1] as number,
      };
      return null;
    }
    const expected = attempts.filter(({ outcome }) => outcome.kind === 'state');
    for (const [i, attempt] of expected.entries()) {
      if (attempt.outcome.kind !== 'state') continue;
      const next = attempt.outcome.state;
      if ((i + 1) * width > end) return `no successor ${i}: ${this.who(state, attempt)} is missing`;
      const misfit = this.misfit(next);
      if (misfit !== null)
        return `a value that does not fit is not reported: ${misfit.variable.name} = ${misfit.value} after ${this.who(state, attempt)}`;
      const found = this.difference(next, unpack(this.interpreter, this.layout, buffer, i * width));
      if (found !== null)
        return `successor ${i}, ${this.who(state, attempt)}: interpreter/generated ${found}`;
      const own = this.pack(next);
      const packed = buffer.slice(i * width, (i + 1) * width);
      if (own.join() !== packed.join())
        return `successor ${i}, ${this.who(state, attempt)}: other bits ${own.join()} / ${packed.join()}`;
    }
    if (end !== expected.length * width) {
      const more = this.difference(
        state,
        unpack(this.interpreter, this.layout, buffer, expected.length * width),
      );
      return `${end / width} successors instead of ${expected.length}; the first that is too much changes ${more}`;
    }
    const wrong = attempts.flatMap(({ outcome }) =>
      outcome.kind === 'failure' ? [outcome.failure.number] : [],
    );
    const seen = failures.filter((_, i) => i % 2 === 0);
    if (wrong.join() !== seen.join()) return `failures ${this.named(wrong)} / generated ${this.named(seen)}`;
    const bits = this.status(state, attempts);
    const got = status[0] as number;
    if (bits !== got) return `status ${statusNames(bits)} / generated ${statusNames(got)}`;
    return this.quiescent(state, words, bits);
  }

  // ---- what the generated code reports, computed from the interpreter ----

  private status(state: State, attempts: readonly Attempt[]): number {
    let bits = 0;
    for (const process of this.interpreter.compiled.program.processes) {
      const readiness = this.interpreter.readiness(process, state);
      if (readiness === 'busy') bits |= Status.Busy;
      if (readiness !== 'ready') continue;
      const can = attempts.some((attempt) => attempt.process === process.index);
      if (can)
        bits |= process.outside ? Status.Outside : process.background ? Status.Background : Status.System;
      else if (this.waits(process, state) === 'until') bits |= Status.Blocked;
    }
    if (attempts.some(({ process, outcome }) => process === -1 && outcome.kind === 'state'))
      bits |= Status.Time;
    if (attempts.some(({ outcome }) => outcome.kind === 'failure')) bits |= Status.Failed;
    if (this.interpreter.nextExpiry(state) !== null) bits |= Status.ClockRunning;
    return bits;
  }

  private waits(process: ProcessCode, state: State): 'until' | 'rest' | null {
    return process.locations[this.interpreter.get(state, process.location) - 1]?.cut?.wait ?? null;
  }

  private predicates(state: State, words: Int32Array): string | null {
    const { stateProperties, possible, generated } = this.machine;
    const expected = this.mask(stateProperties, (p) => this.holds(p, state) === (p.kind === 'sometimes'));
    const got = generated.properties(words, 0);
    if (expected !== got) return `properties ${expected.toString(2)} / generated ${got.toString(2)}`;
    for (const { property, holds } of possible) {
      if (holds(words, 0) !== this.holds(property, state))
        return `alwaysPossible '${property.name}' is ${this.holds(property, state)} / generated otherwise`;
    }
    return null;
  }

  private quiescent(state: State, words: Int32Array, bits: number): string | null {
    const still = (bits & Status.ClockRunning) === 0;
    const expected =
      (bits & Status.Busy) !== 0
        ? 0
        : this.mask(
            this.machine.quiescentProperties,
            (p) => (p.kind === 'idle' || still) && this.holds(p, state) === (p.kind === 'lost wakeup'),
          );
    // The bit above the properties says that processes wait for each other; the interpreter has no second opinion on it.
    const got =
      this.machine.generated.quiescent(words, 0) & ((1 << this.machine.quiescentProperties.length) - 1);
    return expected === got
      ? null
      : `quiescent properties ${expected.toString(2)} / generated ${got.toString(2)}`;
  }

  private mask(properties: readonly PropertyCode[], bit: (property: PropertyCode) => boolean): number {
    return properties.reduce((mask, property, i) => (bit(property) ? mask | (1 << i) : mask), 0);
  }

  private holds(property: PropertyCode, state: State): boolean {
    return this.interpreter.holds(property, state);
  }

  /** The search over the generated code finds as many states. */
  private search(): string | null {
    const { states, complete } = this.explored;
    if (!complete) return null;
    const search = new BreadthFirst(this.machine.generated, {
      abortOn: (n) => n >= this.machine.ranges.first,
    });
    search.run();
    if (search.states !== states.length)
      return `${this.name} layout: ${states.length} states / ${search.states} by search`;
    return null;
  }

  // ---- for people ----

  /** Where the packed representation of two states differs. */
  private difference(expected: State, found: State): string | null {
    const differences: string[] = [];
    eachPresent(this.interpreter, expected, (variable, value) => {
      const other = this.interpreter.get(found, variable);
      // What does not fit stands as 0; `misfit` has looked.
      if (value === other || Number.isNaN(rawOf(this.layout.cells.get(variable) as Cell, value))) return;
      differences.push(`${variable.name} (v${variable.id}): ${value} / ${other}`);
    });
    return differences.length === 0 ? null : differences.join(', ');
  }

  private who(state: State, { process, choices }: Attempt): string {
    if (process < 0) return 'time';
    const { name } = this.interpreter.compiled.program.processes[process] as ProcessCode;
    return `${name} at ${this.place(process, state)}${choices.length > 0 ? ` choosing ${choices.join()}` : ''}`;
  }

  private place(index: number, state: State): string {
    const { location, locations } = this.interpreter.compiled.program.processes[index] as ProcessCode;
    const at = this.interpreter.get(state, location);
    const cut = locations[at - 1]?.cut;
    if (cut === undefined || cut === null) return at === 0 ? 'its end' : `location ${at}`;
    const { file, line, text } = placeAt(cut.site.source, cut.site.start);
    return `location ${at}, ${cut.operation} (${file}:${line} ${text.trim()})`;
  }

  private show(state: State): string {
    const lines: string[] = [];
    for (const { name, index } of this.interpreter.compiled.program.processes)
      lines.push(`  ${name}: ${this.place(index, state)}`);
    eachPresent(this.interpreter, state, (variable, value) => {
      if (variable.domain.kind !== 'location')
        lines.push(
          `  ${variable.kind === 'local' ? 'local ' : ''}${variable.name} (v${variable.id}) = ${value}`,
        );
    });
    return lines.join('\n');
  }

  private named(numbers: readonly number[]): string {
    const all: readonly Failure[] = this.built.compiled.program.failures;
    return `[${numbers.map((n) => `${n} ${all[n]?.name ?? 'a loop that does not end'}`).join()}]`;
  }
}

function statusNames(bits: number): string {
  return (
    Object.entries(Status)
      .filter(([, bit]) => (bits & bit) !== 0)
      .map(([name]) => name)
      .join('+') || 'none'
  );
}
