import type { SourceFile } from '../../../model/intrinsics/metadata.ts';
import type { ArrowFunctionExpression, FunctionNode } from '../ast.ts';
import type { Expr, FrameInfo, Variable } from '../ir.ts';
import type { Type } from './facts.ts';
import type { Slot } from './slot.ts';

/** What an expression of model code is while it is being lowered. */
export type Value =
  /** Known now: any JavaScript value. */
  | { readonly kind: 'const'; readonly value: unknown; readonly label?: Label }
  /** A function written in the code that is being lowered, with the scope that it sees. */
  | Closure
  /** Known only when the model runs. */
  | Scalar
  /** Several values, from an array or object literal. */
  | TupleValue
  /** Either a scalar or a tuple: `tag` is `TUPLE` in the latter case. */
  | { readonly kind: 'union'; readonly tag: Scalar; readonly tuple: TupleValue };

/** The name by which the source calls a number, and the enum that it belongs to. */
export interface Label {
  readonly name: string;
  readonly members: object | null;
}

export interface Scalar {
  readonly kind: 'scalar';
  readonly expr: Expr;
  readonly type: Type;
}

export interface TupleValue {
  readonly kind: 'tuple';
  readonly items: readonly Value[];
  /** Names of the items of a record; `null`: a tuple. */
  readonly fields: readonly string[] | null;
}

export interface Closure {
  readonly kind: 'closure';
  readonly node: Callable;
  readonly source: SourceFile;
  readonly scope: Scope;
  readonly self: Value | null;
  readonly name: string;
  /** The activation in which it was written. */
  readonly frame: FrameInfo;
}

export type Binding =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'slot'; readonly slot: Slot; readonly constant: boolean };

/** Names in force at a place; the outermost scope asks the environment that a native function captured. */
export class Scope {
  private readonly names = new Map<string, Binding>();

  constructor(
    readonly parent: Scope | null,
    /** Of the outermost scope: reads a captured variable. */
    readonly environment: ((name: string) => unknown) | null = null,
  ) {}

  declare(name: string, binding: Binding): void {
    this.names.set(name, binding);
  }

  find(name: string): Binding | null {
    let scope: Scope | null = this;
    while (scope !== null) {
      const binding = scope.names.get(name);
      if (binding !== undefined) return binding;
      scope = scope.parent;
    }
    return null;
  }

  /** The environment of the outermost scope. */
  outermost(): ((name: string) => unknown) | null {
    let scope: Scope = this;
    while (scope.parent !== null) scope = scope.parent;
    return scope.environment;
  }
}

export const constant = (value: unknown): Value => ({ kind: 'const', value });
export const UNDEFINED: Value = constant(undefined);
export const number = (value: number): Expr => ({ kind: 'const', value });
export const variableExpr = (variable: Variable): Expr => ({ kind: 'var', variable });

/** Whether nothing that happens later can change the value of `expr`. */
export function isFixed(expr: Expr): boolean {
  switch (expr.kind) {
    case 'const':
      return true;
    case 'var':
      return expr.variable.fixed;
    case 'element':
    case 'runs':
      return false;
    case 'unary':
      return isFixed(expr.a);
    case 'binary':
      return isFixed(expr.a) && isFixed(expr.b);
    case 'cond':
      return isFixed(expr.test) && isFixed(expr.yes) && isFixed(expr.no);
    case 'table':
      return isFixed(expr.index);
  }
}

/** Calls `visit` for each variable that `expr` may read. */
export function readsOf(expr: Expr, visit: (variable: Variable) => void): void {
  switch (expr.kind) {
    case 'const':
    case 'runs':
      return;
    case 'var':
      visit(expr.variable);
      return;
    case 'element':
      for (const variable of expr.family.elements) if (variable !== null) visit(variable);
      readsOf(expr.index, visit);
      return;
    case 'unary':
      readsOf(expr.a, visit);
      return;
    case 'binary':
      readsOf(expr.a, visit);
      readsOf(expr.b, visit);
      return;
    case 'cond':
      readsOf(expr.test, visit);
      readsOf(expr.yes, visit);
      readsOf(expr.no, visit);
      return;
    case 'table':
      readsOf(expr.index, visit);
  }
}

/** What can be called: a function of any form. */
export type Callable = FunctionNode | ArrowFunctionExpression;

/** Names of the numbers of the variable that `expr` reads, if it reads one. */
export function labelsOf(expr: Expr): Map<number, string> | undefined {
  const variable =
    expr.kind === 'var'
      ? expr.variable
      : expr.kind === 'element'
        ? expr.family.elements.find((v) => v !== null)
        : null;
  return variable?.domain.kind === 'int' ? variable.domain.labels : undefined;
}
