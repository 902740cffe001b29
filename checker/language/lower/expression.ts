import type { Expression, LogicalExpression, Node } from '../ast.ts';
import type { Block, Expr } from '../ir.ts';
import { lowerAssignment, lowerUpdate } from './assign.ts';
import { lowerCall } from './call.ts';
import { lowerConditional } from './conditional.ts';
import type { Context } from './context.ts';
import { binary, equals, merge, not, readSlot, truth } from './convert.ts';
import { BOOL } from './facts.ts';
import { arrayLiteral, objectLiteral } from './literal.ts';
import { getElement, getProperty, nonNull } from './member.ts';
import { booleanValue, lowerBinary, unary } from './operators.ts';
import { pythonJump } from './python.ts';
import { refuse } from './refusal.ts';
import { constant, isFixed, number, UNDEFINED, type Value } from './value.ts';

/** Lowers an expression; effects go into the current block, the value comes back. */
export function lowerExpression(c: Context, node: Expression): Value {
  switch (node.type) {
    case 'Literal':
      return literal(c, node);
    case 'Identifier':
      return identifier(c, node);
    case 'ThisExpression':
      return thisValue(c, node);
    case 'TemplateLiteral':
      return template(c, node);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
      return lowerExpression(c, node.expression);
    case 'ParenthesizedExpression':
      return lowerExpression(c, node.expression);
    case 'MemberExpression':
      return lowerMember(c, node);
    case 'ChainExpression':
      return lowerChain(c, node);
    case 'CallExpression':
      return lowerCall(c, node);
    case 'UnaryExpression':
      return unary(c, node);
    case 'UpdateExpression':
      return lowerUpdate(c, node);
    case 'BinaryExpression':
      return lowerBinary(c, node);
    case 'LogicalExpression':
      return logical(c, node);
    case 'ConditionalExpression':
      return lowerConditional(c, node);
    case 'AssignmentExpression':
      return lowerAssignment(c, node);
    case 'SequenceExpression':
      return node.expressions.map((e) => lowerExpression(c, e)).at(-1) ?? UNDEFINED;
    case 'ArrayExpression':
      return arrayLiteral(c, node.elements);
    case 'ObjectExpression':
      return objectLiteral(c, node);
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return {
        kind: 'closure',
        node,
        source: c.activation.source,
        scope: c.scope,
        self: node.type === 'ArrowFunctionExpression' ? c.activation.self : null,
        name: node.id?.name ?? '',
        frame: c.activation.frame,
      };
    default:
      return refuseExpression(c, node);
  }
}

function refuseExpression(c: Context, node: Expression): never {
  const source = c.activation.source;
  switch (node.type) {
    case 'NewExpression':
      return refuse('UPY104', source, node);
    case 'TaggedTemplateExpression':
      return refuse('UPY124', source, node, 'a tagged template');
    case 'MetaProperty':
      return refuse('UPY135', source, node, '`new.target` or `import.meta`');
    case 'ImportExpression':
      return refuse('UPY135', source, node, '`import()`');
    default:
      return refuse('UPY117', source, node, `this construct (${node.type})`);
  }
}

function literal(c: Context, node: Expression & { type: 'Literal' }): Value {
  if ('regex' in node) refuse('UPY124', c.activation.source, node, 'a regular expression');
  if ('bigint' in node) refuse('UPY124', c.activation.source, node, 'a BigInt');
  const { value } = node;
  if (typeof value === 'number' && !Number.isInteger(value)) {
    refuse('UPY106', c.activation.source, node, `the number ${value}`);
  }
  return constant(value);
}

function identifier(c: Context, node: Expression & { type: 'Identifier' }): Value {
  const { name } = node;
  const binding = c.scope.find(name);
  if (binding !== null) return binding.kind === 'value' ? binding.value : readSlot(binding.slot);
  if (name === 'undefined') return UNDEFINED;
  if (name === 'arguments') refuse('UPY135', c.activation.source, node, '`arguments`');
  return captured(c, name, node);
}

/** The value of a variable that the function captured from native code. */
export function captured(c: Context, name: string, node: Node): Value {
  const environment = c.scope.outermost();
  if (environment === null) return UNDEFINED;
  try {
    const value = environment(name);
    return typeof value === 'number' && /^[A-Z]/.test(name)
      ? { kind: 'const', value, label: { name, members: null } }
      : constant(value);
  } catch (error) {
    const undeclared = error instanceof ReferenceError && error.message.endsWith('is not defined');
    if (undeclared) return refuse('UPY117', c.activation.source, node, `'${name}', which is not declared,`);
    return refuse('UPY132', c.activation.source, node, `'${name}', a variable that has no value yet,`);
  }
}

function thisValue(c: Context, node: Node): Value {
  return c.activation.self ?? captured(c, 'this', node);
}

function template(c: Context, node: Expression & { type: 'TemplateLiteral' }): Value {
  let text = node.quasis[0]?.value.cooked ?? '';
  for (const [i, part] of node.expressions.entries()) {
    const value = lowerExpression(c, part);
    if (value.kind !== 'const') refuse('UPY108', c.activation.source, part);
    text += `${String(value.value)}${node.quasis[i + 1]?.value.cooked ?? ''}`;
  }
  return constant(text);
}

/** A value that stays as it is while `later` is evaluated. */
export function before(c: Context, value: Value, later: readonly (Node | null)[]): Value {
  return later.some((node) => node !== null && hasEffect(node))
    ? c.settle(value, 'value', later[0] as Node)
    : value;
}

function hasEffect(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
    case 'Identifier':
    case 'ThisExpression':
      return false;
    case 'MemberExpression':
      return hasEffect(node.object) || (node.computed && hasEffect(node.property));
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return hasEffect(node.expression);
    case 'BinaryExpression':
      return node.left.type === 'PrivateIdentifier' || hasEffect(node.left) || hasEffect(node.right);
    default:
      return true;
  }
}

// ---- members ----

function lowerMember(c: Context, node: Expression & { type: 'MemberExpression' }): Value {
  const object = lowerObject(c, node.object);
  if (object === null) return superProperty(c, node);
  if (node.optional) return optional(c, object, node, (value) => memberOf(c, value, node));
  return memberOf(c, object, node);
}

/** The object of a member expression; `null` for `super`. */
export function lowerObject(c: Context, node: Expression): Value | null {
  return node.type === 'Super' ? null : lowerExpression(c, node);
}

export function memberOf(c: Context, object: Value, node: Expression & { type: 'MemberExpression' }): Value {
  if (!node.computed) {
    const name = node.property.type === 'PrivateIdentifier' ? `#${node.property.name}` : node.property.name;
    return getProperty(c, object, name, node);
  }
  const settled = before(c, object, [node.property]);
  const index = lowerExpression(c, node.property);
  return getElement(c, settled, index, node);
}

function superProperty(c: Context, node: Expression & { type: 'MemberExpression' }): Value {
  return refuse('UPY134', c.activation.source, node, '`super` without a call of its method');
}

/** A chain with `?.`: where an object on the way is null, the whole chain is `undefined`. */
function lowerChain(c: Context, node: Expression & { type: 'ChainExpression' }): Value {
  const join = c.newBlock();
  const outer = c.nullExits;
  const exits: Block[] = [];
  c.nullExits = exits;
  const value = lowerExpression(c, node.expression as Expression);
  c.nullExits = outer;
  if (exits.length === 0) return value;
  const ends: { block: Block; value: Value }[] = exits.map((block) => ({ block, value: UNDEFINED }));
  if (c.reachable) ends.push({ value: c.settle(value, 'member', node), block: c.block });
  return merge(c, c.key(node, '?.'), 'member', ends, join, node);
}

/** `object?.…`: leaves the chain when the object is null. */
export function optional(c: Context, object: Value, node: Node, then: (value: Value) => Value): Value {
  const settled = c.settle(object, 'object', node);
  const present = notNullish(c, settled, node);
  if (present === true) return then(settled);
  const [yes, no] = [c.newBlock(), c.newBlock()];
  if (present === false) c.link({ kind: 'goto', to: no });
  else c.branch(present, yes, no);
  c.nullExits.push(no);
  c.moveTo(yes);
  return c.reachable ? then(nonNull(c, settled, node)) : UNDEFINED;
}

// ---- choices ----

function logical(c: Context, node: LogicalExpression): Value {
  const left =
    node.operator === '??'
      ? c.optionally(() => lowerExpression(c, node.left))
      : lowerExpression(c, node.left);
  const test = node.operator === '??' ? notNullish(c, left, node) : truth(c, left, node);
  const stops = node.operator !== '&&';
  if (typeof test === 'boolean') {
    // What folds is computed by the interpreter all the same; a literal by its compiler.
    if (node.left.type !== 'Literal') pythonJump(c, node);
    return test === stops ? left : lowerExpression(c, node.right);
  }
  const settled = c.settle(left, 'left', node.left);
  pythonJump(c, node);
  const again = isFixed(test)
    ? test
    : ((node.operator === '??' ? notNullish(c, settled, node) : truth(c, settled, node)) as Expr);
  const [right, join, from] = [c.newBlock(), c.newBlock(), c.newBlock()];
  const before = c.block;
  c.branch(again, stops ? from : right, stops ? right : from);
  c.moveTo(right);
  const { statementCut } = c;
  const value = c.settle(lowerExpression(c, node.right), 'right', node.right);
  const rightEnd = c.block;
  c.statementCut ||= statementCut;
  const simple = rightEnd === right && right.code.length === 0 && right.cut === null;
  if (simple && isBoolean(settled) && isBoolean(value)) {
    c.moveTo(before);
    const b = truth(c, value, node);
    const bExpr = typeof b === 'boolean' ? number(b ? 1 : 0) : b;
    return booleanValue(binary(node.operator === '&&' ? '&&' : '||', again, bExpr));
  }
  return merge(
    c,
    c.key(node, 'logic'),
    'value',
    [
      { block: from, value: settled },
      { block: rightEnd, value },
    ],
    join,
    node,
  );
}

export const isBoolean = (value: Value): boolean =>
  (value.kind === 'const' && typeof value.value === 'boolean') ||
  (value.kind === 'scalar' && value.type.bool && !value.type.int && value.type.group === null);

export function notNullish(c: Context, value: Value, node: Node): boolean | Expr {
  const isNull = equals(c, value, constant(null), node);
  const isUndefined = equals(c, value, UNDEFINED, node);
  if (isNull === true || isUndefined === true) return false;
  if (isNull === false && isUndefined === false) return true;
  if (isNull === false) return not(isUndefined as Expr);
  if (isUndefined === false) return not(isNull);
  return not(binary('||', isNull as Expr, isUndefined as Expr));
}

/** Lowers a condition that decides a branch; a jump of `'use python'` follows each evaluated operand. */
export function lowerCondition(c: Context, node: Expression, yes: Block, no: Block): boolean | null {
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    const known = lowerCondition(c, node.argument, no, yes);
    return known === null ? null : !known;
  }
  if (node.type === 'LogicalExpression' && node.operator !== '??') {
    const right = c.newBlock();
    const and = node.operator === '&&';
    const left = lowerCondition(c, node.left, and ? right : yes, and ? no : right);
    if (left !== null) {
      if (left !== and) return left;
      return lowerCondition(c, node.right, yes, no);
    }
    c.moveTo(right);
    const { statementCut } = c;
    const known = lowerCondition(c, node.right, yes, no);
    c.statementCut ||= statementCut;
    if (known !== null) c.continueIn(known ? yes : no);
    return null;
  }
  const value = lowerExpression(c, node);
  const test = truth(c, value, node);
  if (typeof test === 'boolean') {
    if (node.type !== 'Literal') pythonJump(c, node);
    return test;
  }
  if (c.activation.python === null) {
    c.branch(test, yes, no);
    return null;
  }
  const settled = c.settleScalar({ kind: 'scalar', expr: test, type: BOOL }, 'test', node);
  pythonJump(c, node);
  c.branch(settled.expr, yes, no);
  return null;
}
