import { reversePostorder } from '../language/analysis/graph.ts';
import type { Expr, Family, Instruction, Program, Terminator, Variable } from '../language/ir.ts';
import { ANY, type Renaming, type Sort } from './renaming.ts';

/** Infers sorts: what flows where, and what is computed with. */
export class Sorting {
  readonly #tables = new Map<Expr, Sort>();

  constructor(
    readonly renaming: Renaming,
    /** Variables that nobody reads. */
    readonly ignored: ReadonlySet<Variable>,
  ) {}

  /** All code of a program. */
  program({ processes, properties, clocks }: Program): void {
    const predicates = properties.flatMap(({ predicate, goal }) => [
      predicate,
      ...(goal === null ? [] : [goal]),
    ]);
    const entries = [
      ...processes.flatMap(({ entry, runs }) => [entry, ...(runs === null ? [] : [runs.entry])]),
      ...predicates.map(({ entry }) => entry),
    ];
    for (const entry of entries) {
      for (const { code, end } of reversePostorder(entry)) {
        for (const instruction of code) this.instruction(instruction);
        this.terminator(end);
      }
    }
    const timers = [
      ...processes.flatMap(({ busy, timeout }) => [busy, timeout]),
      ...clocks.flatMap(({ left, period, latched }) => [left, period, latched]),
      ...properties.flatMap(({ monitor, counter }) => [monitor, counter]),
    ];
    for (const timer of timers) {
      if (timer !== null && typeof timer === 'object')
        this.renaming.forcePlain(this.renaming.sortOf(timer), `${timer.name} is time`);
    }
  }

  instruction(instruction: Instruction): void {
    const { renaming } = this;
    if ('site' in instruction) renaming.site = instruction.site;
    switch (instruction.kind) {
      case 'set':
        if (!this.ignored.has(instruction.variable))
          renaming.unite(renaming.sortOf(instruction.variable), this.of(instruction.expr));
        return;
      case 'store':
        this.of(instruction.index);
        renaming.unite(this.elements(instruction.family), this.of(instruction.expr));
        return;
      case 'insert':
        this.#computed(instruction.index);
        renaming.unite(this.elements(instruction.family), this.of(instruction.expr));
        return;
      case 'remove':
        this.#computed(instruction.index);
        this.elements(instruction.family);
        return;
      case 'assert':
        this.truth(instruction.condition);
        return;
      case 'choose': {
        const sort = renaming.sortOf(instruction.variable);
        const { count } = instruction;
        if (count.kind === 'const') renaming.keep(sort, (value) => value < count.value);
        else {
          this.#computed(count);
          renaming.forcePlain(sort, `${instruction.variable.name} is chosen among a number that varies`);
        }
        return;
      }
      default:
    }
  }

  terminator(end: Terminator): void {
    if (end.kind === 'branch') this.truth(end.test);
    else if (end.kind === 'switch') this.of(end.on);
    else if (end.kind === 'result') this.truth(end.expr);
  }

  /** The one sort of all elements. */
  elements(family: Family): Sort {
    let sort = ANY;
    for (const variable of family.elements)
      if (variable !== null) sort = this.renaming.unite(sort, this.renaming.sortOf(variable));
    return sort;
  }

  /** Only whether it is 0 matters. */
  truth(expr: Expr): void {
    this.renaming.keep(this.of(expr), (value) => value === 0);
  }

  #computed(expr: Expr): void {
    this.renaming.forcePlain(this.of(expr), 'they are computed with');
  }

  of(expr: Expr): Sort {
    const { renaming } = this;
    switch (expr.kind) {
      case 'const':
        return ANY;
      case 'var':
        return renaming.sortOf(expr.variable);
      case 'element':
        this.of(expr.index);
        return this.elements(expr.family);
      case 'unary':
        if (expr.op === '!') this.truth(expr.a);
        else this.#computed(expr.a);
        return renaming.plain;
      case 'cond':
        this.truth(expr.test);
        return renaming.unite(this.of(expr.yes), this.of(expr.no));
      case 'table': {
        this.of(expr.index);
        let sort = this.#tables.get(expr);
        if (sort === undefined) {
          sort = renaming.fresh();
          this.#tables.set(expr, sort);
        }
        return sort;
      }
      case 'runs':
        return renaming.plain;
      case 'binary':
        this.#binary(expr);
        return renaming.plain;
    }
  }

  #binary(expr: Expr & { kind: 'binary' }): void {
    const { a, b, op } = expr;
    switch (op) {
      case '==':
      case '!=':
        this.renaming.unite(this.of(a), this.of(b));
        return;
      case '&&':
      case '||':
        this.truth(a);
        this.truth(b);
        return;
      case '<':
      case '<=':
      case '>':
      case '>=':
        if (a.kind === 'const') this.#bound(b, (value) => compare(op, a.value, value));
        else if (b.kind === 'const') this.#bound(a, (value) => compare(op, value, b.value));
        else {
          this.renaming.forcePlain(this.of(a), 'they are compared by order');
          this.renaming.forcePlain(this.of(b), 'they are compared by order');
        }
        return;
      default:
        this.#computed(a);
        this.#computed(b);
    }
  }

  #bound(expr: Expr, test: (value: number) => boolean): void {
    this.renaming.keep(this.of(expr), test);
  }
}

function compare(op: '<' | '<=' | '>' | '>=', a: number, b: number): boolean {
  if (op === '<') return a < b;
  if (op === '<=') return a <= b;
  return op === '>' ? a > b : a >= b;
}

/** The operators whose operands may change places. */
export const COMMUTATIVE: ReadonlySet<string> = new Set(['==', '!=', '&&', '||', '+', '*', '&', '|', '^']);
/** Those that may moreover be regrouped. */
export const ASSOCIATIVE: ReadonlySet<string> = new Set(['&&', '||', '&', '|', '^']);
