import type { AssignmentTarget, BindingPattern, Expression, Node } from '../ast.ts';
import type { Context } from './context.ts';
import { equals, flow, merge, newSlot, not, readSlot, truth, writeSlot } from './convert.ts';
import { before, lowerExpression, lowerObject, notNullish } from './expression.ts';
import { getElement, getProperty } from './member.ts';
import { applyBinary } from './operators.ts';
import { refuse } from './refusal.ts';
import { setElement, setProperty } from './store.ts';
import { constant, UNDEFINED, type Value } from './value.ts';

/** A target whose object and index have been evaluated: it can be read and written. */
interface Target {
  read(): Value;
  write(value: Value): void;
}

function targetOf(c: Context, node: AssignmentTarget | Expression, later: readonly Node[]): Target {
  switch (node.type) {
    case 'Identifier':
      return nameTarget(c, node);
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
      return targetOf(c, node.expression, later);
    case 'MemberExpression': {
      const object = lowerObject(c, node.object);
      if (object === null)
        return refuse('UPY134', c.activation.source, node, '`super` without a call of its method');
      return memberTarget(c, object, node, later);
    }
    default:
      return refuse('UPY117', c.activation.source, node, 'this assignment target');
  }
}

function memberTarget(
  c: Context,
  from: Value,
  node: Expression & { type: 'MemberExpression' },
  later: readonly Node[],
): Target {
  if (!node.computed) {
    const object = before(c, from, later);
    const key = node.property.type === 'PrivateIdentifier' ? `#${node.property.name}` : node.property.name;
    return {
      read: () => getProperty(c, object, key, node),
      write: (value) => setProperty(c, object, key, value, node),
    };
  }
  const object = before(c, from, [node.property, ...later]);
  const index = before(c, lowerExpression(c, node.property), later);
  return {
    read: () => getElement(c, object, index, node),
    write: (value) => setElement(c, object, index, value, node),
  };
}

function nameTarget(c: Context, node: Node & { type: 'Identifier'; name: string }): Target {
  const binding = c.scope.find(node.name);
  if (binding === null)
    refuse('UPY110', c.activation.source, node, `writing '${node.name}', a captured \`let\`,`);
  if (binding.kind === 'value')
    return refuse('UPY117', c.activation.source, node, `assigning the constant '${node.name}'`);
  return { read: () => readSlot(binding.slot), write: (value) => writeSlot(c, binding.slot, value, node) };
}

export function lowerAssignment(c: Context, node: Expression & { type: 'AssignmentExpression' }): Value {
  const { left, operator, right } = node;
  if (left.type === 'ArrayPattern' || left.type === 'ObjectPattern') {
    const value = c.settle(lowerExpression(c, right), 'value', right);
    destructure(c, left as unknown as BindingPattern, value, (target, item) =>
      assignTo(c, target as AssignmentTarget, item),
    );
    return value;
  }
  const target = targetOf(c, left, [right]);
  if (operator === '=') {
    const value = c.settle(lowerExpression(c, right), 'value', right);
    target.write(value);
    return value;
  }
  if (operator === '&&=' || operator === '||=' || operator === '??=') return shortCircuit(c, target, node);
  const old = c.settle(target.read(), 'old', left);
  const value = c.settle(
    applyBinary(c, operator.slice(0, -1), old, lowerExpression(c, right), node),
    'value',
    node,
  );
  target.write(value);
  return value;
}

function shortCircuit(
  c: Context,
  target: Target,
  node: Expression & { type: 'AssignmentExpression' },
): Value {
  const old = c.settle(target.read(), 'old', node.left);
  const test = node.operator === '??=' ? isNullish(c, old, node) : truth(c, old, node);
  const assigns = node.operator !== '||=';
  const assign = (): Value => {
    const value = c.settle(lowerExpression(c, node.right), 'value', node.right);
    target.write(value);
    return value;
  };
  if (typeof test === 'boolean') return test === assigns ? assign() : old;
  const [yes, no, join] = [c.newBlock(), c.newBlock(), c.newBlock()];
  c.branch(test, assigns ? yes : no, assigns ? no : yes);
  c.moveTo(yes);
  const value = assign();
  return merge(
    c,
    c.key(node, 'assign'),
    'value',
    [
      { block: c.block, value },
      { block: no, value: old },
    ],
    join,
    node,
  );
}

function isNullish(c: Context, value: Value, node: Node) {
  const present = notNullish(c, value, node);
  return typeof present === 'boolean' ? !present : not(present);
}

export function lowerUpdate(c: Context, node: Expression & { type: 'UpdateExpression' }): Value {
  const target = targetOf(c, node.argument, []);
  const old = c.settle(target.read(), 'old', node);
  const value = c.settle(
    applyBinary(c, node.operator === '++' ? '+' : '-', old, constant(1), node),
    'new',
    node,
  );
  target.write(value);
  return node.prefix ? value : old;
}

/** `target = value`. */
export function assignTo(c: Context, target: AssignmentTarget, value: Value): void {
  targetOf(c, target, []).write(value);
}

/** Takes a tuple, record or constant apart along a pattern. */
export function destructure(
  c: Context,
  pattern: BindingPattern,
  value: Value,
  bind: (target: Node, value: Value) => void,
): void {
  switch (pattern.type) {
    case 'ArrayPattern':
      for (const [i, element] of pattern.elements.entries()) {
        if (element === null) continue;
        if ((element.type as string) === 'RestElement')
          return refuse('UPY131', c.activation.source, element, 'a rest element');
        destructure(c, element as BindingPattern, getElement(c, value, constant(i), element), bind);
      }
      return;
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type !== 'Property' || property.computed) {
          return refuse(
            'UPY131',
            c.activation.source,
            property,
            property.type === 'Property' ? 'a computed name in a pattern' : 'a rest element',
          );
        }
        const key =
          property.key.type === 'Identifier'
            ? property.key.name
            : String((property.key as { value?: unknown }).value);
        destructure(c, property.value, getProperty(c, value, key, property), bind);
      }
      return;
    case 'AssignmentPattern':
      destructure(c, pattern.left, defaulted(c, value, pattern.right), bind);
      return;
    default:
      bind(pattern, value);
  }
}

/** `value`, or the default where it is `undefined`. */
export function defaulted(c: Context, value: Value, fallback: Expression): Value {
  const absent = equals(c, value, UNDEFINED, fallback);
  if (absent === false) return value;
  if (absent === true) return lowerExpression(c, fallback);
  const [yes, no, join] = [c.newBlock(), c.newBlock(), c.newBlock()];
  c.branch(absent, yes, no);
  c.moveTo(yes);
  const other = c.settle(lowerExpression(c, fallback), 'default', fallback);
  return merge(
    c,
    c.key(fallback, 'default'),
    'value',
    [
      { block: c.block, value: other },
      { block: no, value },
    ],
    join,
    fallback,
  );
}

/** Declares the names of a pattern. */
export function declarePattern(c: Context, pattern: BindingPattern, value: Value, isConstant: boolean): void {
  destructure(c, pattern, value, (target, item) => {
    const { name } = target as Node & { type: 'Identifier'; name: string };
    const fixed = isConstant || !c.activation.assigned.has(name);
    if (fixed) {
      c.scope.declare(name, { kind: 'value', value: c.settle(item, name, target) });
      return;
    }
    if (item.kind === 'closure')
      refuse('UPY105', c.activation.source, target, 'a function in a variable that is assigned again');
    const key = c.key(target, name);
    flow(c, c.facts.unread(key), item, target);
    const slot = newSlot(c, name, c.facts.local(key));
    c.scope.declare(name, { kind: 'slot', slot, constant: false });
    writeSlot(c, slot, item, target);
  });
}
