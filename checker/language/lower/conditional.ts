import type { Expression } from '../ast.ts';
import type { Block, Expr } from '../ir.ts';
import type { Context } from './context.ts';
import { merge, not, toType } from './convert.ts';
import { isBoolean, lowerCondition, lowerExpression } from './expression.ts';
import { BOOL, INT } from './facts.ts';
import { pythonJump } from './python.ts';
import { number, type Scalar, type Value } from './value.ts';

/**
 * `test ? a : b`. In Python code a jump leads over the second value.
 *
 * @param returned it is all that a `return` returns: two returns and no such jump (MICROPY_COMP_RETURN_IF_EXPR).
 */
export function lowerConditional(
  c: Context,
  node: Expression & { type: 'ConditionalExpression' },
  returned = false,
): Value {
  const [yes, no] = [c.newBlock(), c.newBlock()];
  const from = c.block;
  const known = lowerCondition(c, node.test, yes, no);
  if (known !== null) {
    const value = c.settle(lowerExpression(c, known ? node.consequent : node.alternate), 'value', node);
    if (known && !returned) pythonJump(c, node);
    return value;
  }
  const direct = c.block === from ? from : null;
  const { statementCut } = c;
  c.moveTo(yes);
  const a = c.settle(lowerExpression(c, node.consequent), 'yes', node.consequent);
  if (!returned) pythonJump(c, node);
  const yesEnd = c.block;
  const uncut = c.statementCut;
  c.statementCut = statementCut;
  c.moveTo(no);
  const b = c.settle(lowerExpression(c, node.alternate), 'no', node.alternate);
  const noEnd = c.block;
  c.statementCut ||= uncut;
  const plain = simpleChoice(direct, yes, yesEnd, no, noEnd, a, b);
  if (plain !== null && direct !== null) {
    c.moveTo(direct);
    return plain;
  }
  return merge(
    c,
    c.key(node, '?:'),
    'value',
    [
      { block: yesEnd, value: a },
      { block: noEnd, value: b },
    ],
    c.newBlock(),
    node,
  );
}

/** `test ? a : b` as an expression, when both sides are integers or truth values without effects. */
function simpleChoice(
  direct: Block | null,
  yes: Block,
  yesEnd: Block,
  no: Block,
  noEnd: Block,
  a: Value,
  b: Value,
): Value | null {
  if (direct === null || direct.end.kind !== 'branch' || yes !== yesEnd || no !== noEnd) return null;
  if (yes.code.length + no.code.length > 0 || yes.cut !== null || no.cut !== null) return null;
  // A negated condition is a branch the other way round.
  const test = direct.end.yes === yes ? direct.end.test : not(direct.end.test);
  const type = isBoolean(a) && isBoolean(b) ? BOOL : isInteger(a) && isInteger(b) ? INT : null;
  if (type === null) return null;
  const expr = (value: Value): Expr =>
    value.kind === 'const' ? number(Number(value.value)) : toType(value as Scalar, type);
  return { kind: 'scalar', expr: { kind: 'cond', test, yes: expr(a), no: expr(b) }, type };
}

const isInteger = (value: Value): boolean =>
  (value.kind === 'const' && typeof value.value === 'number') ||
  (value.kind === 'scalar' && value.type.int && value.type.group === null);
