import { reversePostorder } from '../language/analysis/graph.ts';
import type {
  ClockVariables,
  Expr,
  ProcessCode,
  Program,
  SequenceCode,
  Site,
  Variable,
} from '../language/ir.ts';
import { Correspondence, unassigned } from './correspondence.ts';
import { Mismatch, Renaming } from './renaming.ts';
import { Sorting } from './sorting.ts';
import { readBeyondLength, unread } from './unread.ts';

/** An exchange of two processes, and of all that belongs to them, that leaves the program as it is. */
export interface Exchange {
  /** Moved processes, variables and, for each variable, values; each is its own inverse. */
  readonly processes: ReadonlyMap<number, number>;
  readonly variables: ReadonlyMap<Variable, Variable>;
  readonly values: (variable: Variable) => ReadonlyMap<number, number>;
}

/** Processes whose code was compared before a search for an exchange is given up. */
const COMPARISONS_MAX = 500;

/**
 * Finds exchanges of two processes that are automorphisms of a program: the code of every process, renamed, is the code of
 * the process that it is exchanged with, every property is itself, and so is the initial state. That is a proof by
 * comparison, not a guess: what does not compare is refused, with the place where it does not.
 */
export class Exchanges {
  /** Variables that are written at most. */
  readonly ignored: ReadonlySet<Variable>;
  readonly #renaming: Renaming;
  readonly #sorting: Sorting;
  readonly #shapes: readonly string[];
  readonly #beyond: ReadonlyMap<SequenceCode, Site | null>;
  readonly #unassigned: ReadonlySet<Variable>;
  #comparisons = 0;

  constructor(readonly program: Program) {
    this.ignored = unread(program);
    this.#renaming = new Renaming(program);
    this.#sorting = new Sorting(this.#renaming, this.ignored);
    this.#sorting.program(program);
    this.#shapes = program.processes.map(shapeOf);
    this.#beyond = readBeyondLength(program);
    this.#unassigned = new Set(program.processes.flatMap((process) => [...unassigned(process)]));
  }

  /** Whether it is worth a comparison: two processes begin at the same place, or do the same operations. */
  comparable(p: number, q: number): boolean {
    if (this.#alike(p, q)) return true;
    return this.sourceOf(p) !== '' && this.sourceOf(p) === this.sourceOf(q);
  }

  /** Where a process begins; empty: nowhere. */
  sourceOf(p: number): string {
    const site = this.#process(p).locations[0]?.cut?.site;
    return site === undefined ? '' : `${site.source.file}:${site.start}`;
  }

  /** Whether two processes do the same operations in the same order, on whatever. */
  #alike(p: number, q: number): boolean {
    return this.#shapes[p] === this.#shapes[q];
  }

  /** The exchange of `p` and `q`, or why there is none. */
  find(p: number, q: number): Exchange | Mismatch {
    const renaming = this.#renaming;
    const mark = renaming.mark();
    this.#comparisons = 0;
    const comparison = new Correspondence(renaming, this.#sorting);
    try {
      renaming.process(p, q);
      this.#drain(comparison);
      this.#others(comparison, 0);
      return this.#result();
    } catch (error) {
      if (error instanceof Mismatch) return error;
      throw error;
    } finally {
      renaming.open.length = 0;
      renaming.rollback(mark);
    }
  }

  #process(index: number): ProcessCode {
    return this.program.processes[index] as ProcessCode;
  }

  /** Compares the code of all pairs that are known by now. */
  #drain(comparison: Correspondence): void {
    const { open } = this.#renaming;
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      if (++this.#comparisons > COMPARISONS_MAX)
        this.#renaming.refuse('too many ways to exchange the processes');
      comparison.process(this.#process(pair[0]), this.#process(pair[1]));
    }
  }

  /** Each other process stays, or is exchanged with one like it; then what belongs to no process. */
  #others(comparison: Correspondence, from: number): void {
    const renaming = this.#renaming;
    const { processes } = this.program;
    let next = from;
    while (next < processes.length && renaming.processes.has(next)) next++;
    if (next === processes.length) return this.#finish(comparison);
    let first: Mismatch | null = null;
    for (const partner of this.#partners(next)) {
      const failed = comparison.attempt(() => {
        renaming.process(next, partner);
        this.#drain(comparison);
        this.#others(comparison, next + 1);
      });
      if (failed === null) return;
      first ??= failed;
    }
    throw first ?? new Mismatch('no counterpart', null);
  }

  #partners(index: number): number[] {
    const { processes } = this.#renaming;
    const others = this.program.processes
      .map((_, i) => i)
      .filter((i) => i > index && !processes.has(i) && this.#alike(index, i));
    return [index, ...others];
  }

  /** Run conditions, properties, clocks, and whatever was put off. */
  #finish(comparison: Correspondence): void {
    const renaming = this.#renaming;
    comparison.settle(false);
    for (const [p, q] of renaming.processes) {
      comparison.predicate(this.#process(p).runs, this.#process(q).runs);
      this.#drain(comparison);
    }
    for (const { kind, name, predicate, goal, monitor, counter, victim } of this.program.properties) {
      const failed = renaming.attempt(() => {
        comparison.predicate(predicate, predicate);
        comparison.predicate(goal, goal);
        for (const hidden of [monitor, counter]) if (hidden !== null) renaming.variable(hidden, hidden);
        if (victim >= 0) renaming.process(victim, victim);
        this.#drain(comparison);
      });
      if (failed !== null)
        throw new Mismatch(`${kind} '${name}' tells them apart (${failed.message})`, predicate.site);
    }
    renaming.site = null;
    for (const clock of this.program.clocks) this.#clock(clock);
    comparison.settle(true);
    this.#drain(comparison);
    for (const [p, q] of [...renaming.variables]) if (p !== q) this.#zero(p);
    for (const variable of this.program.variables) this.#zero(variable);
    for (const { live } of this.program.processes)
      for (const list of live) for (const local of list) this.#zero(local);
  }

  #clock(clock: ClockVariables): void {
    const renaming = this.#renaming;
    if (typeof clock.left !== 'object') return;
    const { left } = clock;
    const target = renaming.variables.get(left) ?? left;
    renaming.variable(left, target);
    const other = this.program.clocks.find((c) => c.left === target) as ClockVariables;
    for (const key of ['period', 'latched'] as const) {
      const [a, b] = [clock[key], other[key]];
      if (typeof a === 'object' && typeof b === 'object') renaming.variable(a, b);
      else if (a !== b) renaming.refuse(`the clocks ${clock.name} and ${other.name} differ`);
    }
  }

  /** 0 also stands where nothing does: in a local before its first assignment, in a place of a sequence that is free. */
  #zero(variable: Variable): void {
    if (!this.#renaming.moved(variable).has(0)) return;
    if (this.#unassigned.has(variable))
      throw new Mismatch(
        `0 is one of their ids, and ${variable.name} may be 0 before it is assigned: begin with 1`,
        null,
      );
    const place = this.#renaming.places.get(variable);
    if (place !== undefined && this.#beyond.has(place.sequence))
      throw new Mismatch(
        `0 is one of their ids, and ${place.sequence.name} may be read where it holds nothing: begin with 1`,
        this.#beyond.get(place.sequence) ?? null,
      );
  }

  #result(): Exchange {
    const renaming = this.#renaming;
    const moved = <K>(map: ReadonlyMap<K, K>): Map<K, K> => new Map([...map].filter(([a, b]) => a !== b));
    const values = new Map<Variable, Map<number, number>>();
    const add = (variable: Variable): void => {
      if (!this.ignored.has(variable)) values.set(variable, renaming.moved(variable));
    };
    this.program.variables.forEach(add);
    for (const { live } of this.program.processes) live.flat().forEach(add);
    const none = new Map<number, number>();
    return {
      processes: moved(renaming.processes),
      variables: moved(renaming.variables),
      values: (variable) => values.get(variable) ?? none,
    };
  }
}

/** The operations of a process in order, without what they are done to. */
function shapeOf({ entry, outside, background, prompt, started, locations }: ProcessCode): string {
  const blocks = reversePostorder(entry).map(
    ({ code, end, location, cut }) =>
      `${location}${cut?.operation ?? ''}:${code.map((i) => i.kind + ('expr' in i ? shape(i.expr) : '')).join()}>${end.kind}`,
  );
  return `${outside} ${background} ${prompt} ${started} ${locations.length} ${blocks.join(';')}`;
}

function shape(expr: Expr): string {
  switch (expr.kind) {
    case 'unary':
      return `${expr.op}${shape(expr.a)}`;
    case 'binary':
      return `(${expr.op}${shape(expr.a)}${shape(expr.b)})`;
    default:
      return expr.kind;
  }
}
