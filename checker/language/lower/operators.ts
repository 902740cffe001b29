import type { Expression, Node } from '../ast.ts';
import { type BinaryOperator, type Expr, MIXED } from '../ir.ts';
import type { Context } from './context.ts';
import { binary, equals, not, truth } from './convert.ts';
import { before, lowerExpression } from './expression.ts';
import { BOOL, encode, INT, isMixed, type Type } from './facts.ts';
import { refuse } from './refusal.ts';
import { constant, number, UNDEFINED, type Value } from './value.ts';

/** A value as an integer; `null` or a symbol is a model error. */
export function integer(c: Context, value: Value, node: Node): Expr {
  if (value.kind === 'const') {
    if (typeof value.value === 'boolean') return number(value.value ? 1 : 0);
    if (typeof value.value !== 'number') {
      if (!c.reachable) return number(0);
      refuse(
        'UPY117',
        c.activation.source,
        node,
        `arithmetic with ${value.value === null ? 'null' : typeof value.value}`,
      );
    }
    if (!Number.isInteger(value.value))
      refuse('UPY106', c.activation.source, node, `the number ${value.value}`);
    return number(value.value as number);
  }
  if (value.kind === 'union') return integer(c, value.tag, node);
  if (value.kind !== 'scalar')
    refuse('UPY117', c.activation.source, node, 'arithmetic with a tuple or function');
  const { expr, type } = value;
  if (type.group === null) return expr;
  if (!isMixed(type)) {
    const numeric = type.group.find().members.some((member) => typeof member === 'boolean');
    if (numeric) return binary('==', expr, number(encode(true, type)));
    modelAssert(c, number(0), 'no number', node, 'a reference, symbol or null is used in arithmetic');
    return number(0);
  }
  const fixed = c.settleScalar(value, 'number', node);
  modelAssert(
    c,
    binary('<', fixed.expr, number(MIXED)),
    'no number',
    node,
    'a value that is null or a symbol at this moment is used in arithmetic; test it first',
  );
  return fixed.expr;
}

/** A model error unless `condition`. */
export function modelAssert(c: Context, condition: Expr, what: string, node: Node, detail: string): void {
  if (condition.kind === 'const' && condition.value) return;
  const site = c.site(node);
  const failure = c.registry.failure('model error', what, site, detail);
  c.emit({ kind: 'assert', condition, failure, site });
}

const scalar = (expr: Expr, type: Type): Value =>
  expr.kind === 'const' && type.group === null
    ? constant(type.bool && !type.int ? expr.value !== 0 : expr.value)
    : { kind: 'scalar', expr, type };

export const booleanValue = (test: boolean | Expr): Value =>
  typeof test === 'boolean' ? constant(test) : scalar(test, BOOL);

export function unary(c: Context, node: Expression & { type: 'UnaryExpression' }): Value {
  const { operator } = node;
  if (operator === 'void') {
    lowerExpression(c, node.argument);
    return UNDEFINED;
  }
  if (operator === '!') {
    const test = truth(c, lowerExpression(c, node.argument), node);
    return booleanValue(typeof test === 'boolean' ? !test : not(test));
  }
  if (operator === '-' || operator === '~' || operator === '+') {
    const value = integer(c, lowerExpression(c, node.argument), node);
    if (operator === '+') return scalar(value, INT);
    if (value.kind === 'const') return constant(operator === '-' ? 0 - value.value : ~value.value);
    return scalar({ kind: 'unary', op: operator, a: value }, INT);
  }
  const value = operator === 'typeof' ? lowerExpression(c, node.argument) : null;
  if (value?.kind === 'const') return constant(typeof value.value);
  return refuse('UPY127', c.activation.source, node, `\`${operator}\` of a value known only at run time`);
}

export function lowerBinary(c: Context, node: Expression & { type: 'BinaryExpression' }): Value {
  if (node.left.type === 'PrivateIdentifier') return refuse('UPY127', c.activation.source, node, '`in`');
  const left = before(c, lowerExpression(c, node.left), [node.right]);
  const right = lowerExpression(c, node.right);
  return applyBinary(c, node.operator, left, right, node);
}

/** Applies a JavaScript operator to two values. */
export function applyBinary(c: Context, operator: string, left: Value, right: Value, node: Node): Value {
  switch (operator) {
    case '===':
      return booleanValue(equals(c, left, right, node));
    case '!==': {
      const same = equals(c, left, right, node);
      return booleanValue(typeof same === 'boolean' ? !same : not(same));
    }
    case '==':
    case '!=':
      return refuse('UPY125', c.activation.source, node);
    case '/':
      return refuse('UPY107', c.activation.source, node);
    case 'instanceof':
      return instanceOf(c, left, right, node);
    case 'in':
      return refuse('UPY127', c.activation.source, node, '`in`');
    case '**':
      return refuse('UPY117', c.activation.source, node, 'the operator **');
  }
  if (operator === '+' && isText(left) && left.kind === 'const' && right.kind === 'const') {
    return constant(String(left.value) + String(right.value));
  }
  if (operator === '+' && (isText(left) || isText(right))) refuse('UPY108', c.activation.source, node);
  return arithmetic(c, operator as BinaryOperator, left, right, node);
}

const isText = (value: Value): boolean => value.kind === 'const' && typeof value.value === 'string';

export function arithmetic(c: Context, op: BinaryOperator, left: Value, right: Value, node: Node): Value {
  const a = integer(c, left, node);
  const b = integer(c, right, node);
  if (op === '%' || op === 'idiv') {
    modelAssert(
      c,
      b.kind === 'const' ? number(b.value === 0 ? 0 : 1) : binary('!=', b, number(0)),
      'division by zero',
      node,
      'the divisor is 0 here; test it, or exclude it with assume()',
    );
  }
  const compares = op === '<' || op === '<=' || op === '>' || op === '>=';
  if (a.kind === 'const' && b.kind === 'const') {
    const value = evaluate(op, a.value, b.value);
    return constant(compares ? value !== 0 : value);
  }
  return scalar({ kind: 'binary', op, a, b }, compares ? BOOL : INT);
}

/** The value of an operator on two known integers. */
export function evaluate(op: BinaryOperator, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '%':
      return b === 0 ? 0 : (a % b) + 0;
    case 'idiv':
      return b === 0 ? 0 : Math.trunc(a / b) + 0;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '>>>':
      return a >>> b;
    case '<':
      return a < b ? 1 : 0;
    case '<=':
      return a <= b ? 1 : 0;
    case '>':
      return a > b ? 1 : 0;
    case '>=':
      return a >= b ? 1 : 0;
    case '==':
      return a === b ? 1 : 0;
    case '!=':
      return a !== b ? 1 : 0;
    case '&&':
      return a && b ? 1 : 0;
    case '||':
      return a || b ? 1 : 0;
  }
}

function instanceOf(c: Context, left: Value, right: Value, node: Node): Value {
  if (right.kind !== 'const' || typeof right.value !== 'function')
    refuse('UPY117', c.activation.source, node);
  const kind = right.value as new () => object;
  const is = (value: unknown): boolean => value instanceof kind;
  if (left.kind === 'const') return constant(is(left.value));
  const tag: Value = left.kind === 'union' ? left.tag : left;
  if (tag.kind !== 'scalar' || tag.type.group === null) return constant(false);
  const { members } = tag.type.group.find();
  const values = members.map((member) => (is(member) ? 1 : 0));
  const index = isMixed(tag.type) ? binary('-', tag.expr, number(MIXED)) : tag.expr;
  if (values.every((value) => value === values[0])) return constant(values[0] === 1);
  const test: Expr = { kind: 'table', values, index };
  return booleanValue(
    isMixed(tag.type)
      ? { kind: 'cond', test: binary('<', tag.expr, number(MIXED)), yes: number(0), no: test }
      : test,
  );
}
