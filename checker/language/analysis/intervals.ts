import type { BinaryOperator, Expr, Program, Variable } from '../ir.ts';
import { reversePostorder } from './graph.ts';

/** A closed interval of integers; `null`: not known. */
export type Interval = readonly [lo: number, hi: number] | null;

const ROUNDS = 6;

/**
 * The values that integer variables can have, as far as their assignments show without looking at conditions.
 * Used for packing widths and to leave out checks.
 */
export class Intervals {
  private readonly known = new Map<Variable, Interval>();
  private readonly assignments: readonly Assignment[];

  constructor(program: Program) {
    for (const variable of program.variables) this.known.set(variable, [variable.initial, variable.initial]);
    for (const { left } of program.clocks) if (typeof left === 'object') this.known.set(left, null);
    for (const { busy, timeout } of program.processes) {
      if (busy !== null) this.known.set(busy, null);
      if (timeout !== null) this.known.set(timeout, null);
    }
    this.assignments = assignmentsOf(program);
    for (let round = 0; this.assignAll(this.assignments, round >= ROUNDS); round++);
  }

  /**
   * Whether whatever is assigned to the variable is within known bounds, as in `n = (n + 1) % 60`, where `of` is `null` because
   * it has come there step by step. What is assigned may have been kept in a local variable before.
   */
  isBounded(variable: Variable, asked: readonly Variable[] = []): boolean {
    if (this.of(variable) !== null) return true;
    const own = this.assignments.filter(({ targets }) => targets.includes(variable));
    const inBounds = (expr: Expr): boolean =>
      this.eval(expr) !== null ||
      (expr.kind === 'var' &&
        !asked.includes(expr.variable) &&
        this.isBounded(expr.variable, [...asked, variable]));
    return (
      own.length > 0 &&
      own.every(({ value, moves }) => !moves && value?.kind === 'value' && inBounds(value.expr))
    );
  }

  of(variable: Variable): Interval {
    const { domain } = variable;
    if (domain.kind === 'bool') return [0, 1];
    if (domain.kind === 'symbol') return [0, Math.max(0, domain.members.length - 1)];
    if (domain.kind === 'location') return [0, 2 ** 20];
    if (domain.kind === 'mixed') return null;
    if (domain.declared !== null) return domain.declared;
    // What begins beyond 31 bits is unsigned: with a sign it could not even begin.
    return this.known.get(variable) ?? (variable.initial >= 2 ** 31 ? UNSIGNED : null);
  }

  private assignAll(assignments: readonly Assignment[], widen: boolean): boolean {
    let changed = false;
    const join = (variable: Variable, value: Interval): void => {
      const before = this.known.get(variable);
      if (before === null) return;
      const after = before === undefined ? value : hull(before, value);
      if (before !== undefined && after !== null && after[0] === before[0] && after[1] === before[1]) return;
      this.known.set(variable, before !== undefined && widen ? null : after);
      changed = true;
    };
    for (const { targets, value, moves } of assignments) {
      const interval =
        value === null
          ? ZERO
          : value.kind === 'count'
            ? countInterval(this.eval(value.expr))
            : this.eval(value.expr);
      for (const variable of targets) join(variable, moves ? hull(interval, ZERO) : interval);
      if (moves) this.spread(targets, join);
    }
    return changed;
  }

  /** Elements that are shifted take each other's values. */
  private spread(elements: readonly Variable[], join: (variable: Variable, value: Interval) => void): void {
    let all: Interval | undefined;
    for (const v of elements) all = all === undefined ? this.of(v) : hull(all, this.of(v));
    for (const v of elements) join(v, all ?? null);
  }

  eval(expr: Expr): Interval {
    switch (expr.kind) {
      case 'const':
        return [expr.value, expr.value];
      case 'var':
        return this.of(expr.variable);
      case 'element':
        return (
          expr.family.elements.reduce<Interval | undefined>(
            (all, v) => (v === null ? all : all === undefined ? this.of(v) : hull(all, this.of(v))),
            undefined,
          ) ?? null
        );
      case 'unary':
        return this.unary(expr.op, this.eval(expr.a));
      case 'binary':
        return binaryInterval(expr.op, this.eval(expr.a), this.eval(expr.b));
      case 'cond':
        return hull(this.eval(expr.yes), this.eval(expr.no));
      case 'table':
        return [Math.min(...expr.values), Math.max(...expr.values)];
      case 'runs':
        return [0, 1];
    }
  }

  private unary(op: '-' | '~' | '!', a: Interval): Interval {
    if (op === '!') return [0, 1];
    if (a === null) return null;
    if (op === '-') return [-a[1], -a[0]];
    return isSigned(a) ? [~a[1], ~a[0]] : null;
  }
}

const ZERO: Interval = [0, 0];
const UNSIGNED: Interval = [0, 2 ** 32 - 1];

/** Integers that are assigned, and what: `null` is 0. `moves`: elements of a sequence take each other's values. */
interface Assignment {
  readonly targets: readonly Variable[];
  readonly value: { readonly kind: 'value' | 'count'; readonly expr: Expr } | null;
  readonly moves: boolean;
}

function assignmentsOf(program: Program): Assignment[] {
  const found: Assignment[] = [];
  const integers = (variables: readonly (Variable | null)[]): Variable[] =>
    variables.filter(
      (v): v is Variable => v !== null && v.domain.kind === 'int' && v.domain.declared === null,
    );
  const add = (targets: readonly Variable[], value: Assignment['value'], moves: boolean): void => {
    if (targets.length > 0) found.push({ targets, value, moves });
  };
  for (const { entry } of program.processes) {
    for (const { code } of reversePostorder(entry)) {
      for (const i of code) {
        if (i.kind === 'set') add(integers([i.variable]), { kind: 'value', expr: i.expr }, false);
        else if (i.kind === 'choose') add(integers([i.variable]), { kind: 'count', expr: i.count }, false);
        else if (i.kind === 'store') add(integers(i.family.elements), { kind: 'value', expr: i.expr }, false);
        else if (i.kind === 'insert') add(integers(i.family.elements), { kind: 'value', expr: i.expr }, true);
        else if (i.kind === 'remove') add(integers(i.family.elements), null, true);
      }
    }
  }
  return found;
}

function countInterval(count: Interval): Interval {
  return count === null ? null : [0, Math.max(0, count[1] - 1)];
}

export function hull(a: Interval, b: Interval): Interval {
  return a === null || b === null ? null : [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

function binaryInterval(op: BinaryOperator, a: Interval, b: Interval): Interval {
  switch (op) {
    case '+':
      return a && b ? [a[0] + b[0], a[1] + b[1]] : null;
    case '-':
      return a && b ? [a[0] - b[1], a[1] - b[0]] : null;
    case '*': {
      if (a === null || b === null) return null;
      const products = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]];
      return [Math.min(...products), Math.max(...products)];
    }
    case '%':
      if (b === null || b[0] <= 0) return null;
      return a !== null && a[0] >= 0 ? [0, Math.min(a[1], b[1] - 1)] : [1 - b[1], b[1] - 1];
    case 'idiv':
      return a !== null && b !== null && b[0] > 0 ? [Math.min(a[0], 0), Math.max(a[1], 0)] : null;
    case '&':
      if (isSigned(b) && b[0] >= 0) return [0, b[1]];
      return isSigned(a) && a[0] >= 0 ? [0, a[1]] : null;
    case '|':
    case '^':
      return isSigned(a) && isSigned(b) && a[0] >= 0 && b[0] >= 0
        ? [0, powerAbove(Math.max(a[1], b[1])) - 1]
        : null;
    case '<<':
    case '>>':
      return null;
    case '>>>':
      return UNSIGNED;
    default:
      return [0, 1];
  }
}

/** Whether the values are 32-bit integers with sign already, as bit operators make them. */
function isSigned(a: Interval): a is readonly [number, number] {
  return a !== null && a[0] >= -(2 ** 31) && a[1] < 2 ** 31;
}

function powerAbove(value: number): number {
  let power = 1;
  while (power <= value) power *= 2;
  return power;
}
