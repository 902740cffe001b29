import { metadataOf } from '../../../model/intrinsics/metadata.ts';
import { intrinsicName, objectTag } from '../../../model/intrinsics/tag.ts';
import type { Argument, Expression, Node } from '../ast.ts';
import { functionAt } from '../ast.ts';
import { arrayMethod } from './array_method.ts';
import { builtinMethod } from './builtin.ts';
import type { Context } from './context.ts';
import { before, lowerExpression, memberOf, optional } from './expression.ts';
import { invoke } from './function.ts';
import { lowerIntrinsic, lowerSpecial } from './intrinsic.ts';
import { getElement, getProperty, nonNull, targetsOf } from './member.ts';
import { nativeCall } from './native.ts';
import { hasIn, valueIn } from './native_property.ts';
import { modelAssert } from './operators.ts';
import { refuse } from './refusal.ts';
import { split } from './split.ts';
import { type Callable, constant, number, type Scalar, Scope, UNDEFINED, type Value } from './value.ts';

type Call = Expression & { type: 'CallExpression' };

export function lowerCall(c: Context, node: Call): Value {
  const { callee } = node;
  if (callee.type === 'Super') return refuse('UPY104', c.activation.source, node);
  const target = unwrap(callee);
  if (target.type === 'MemberExpression') return methodCall(c, node, target);
  const fn = before(c, lowerExpression(c, target), node.arguments);
  if (node.optional) return optional(c, fn, node, (value) => callValue(c, value, node));
  return callValue(c, fn, node);
}

/** A callee without `!`, `as` and parentheses. */
function unwrap(node: Expression): Expression {
  if (
    node.type === 'TSNonNullExpression' ||
    node.type === 'TSAsExpression' ||
    node.type === 'ParenthesizedExpression'
  ) {
    return unwrap(node.expression);
  }
  return node;
}

function callValue(c: Context, fn: Value, node: Call): Value {
  if (fn.kind === 'const') {
    const name = intrinsicName(fn.value);
    if (name !== null)
      return lowerSpecial(c, name, node) ?? lowerIntrinsic(c, name, lowerArguments(c, node.arguments), node);
  }
  const args = lowerArguments(c, node.arguments);
  const isLocal =
    node.callee.type === 'Identifier' && fn.kind === 'const' && c.scope.find(node.callee.name) !== null;
  const call = (): Value => callFunction(c, fn, null, args, node);
  return isLocal ? c.valueCall(call) : call();
}

/** The elements of a constant array as they are now. */
export function elementsOf(c: Context, array: Value & { kind: 'const' }, node: Node): Value[] {
  return (array.value as readonly unknown[]).map((_, i) =>
    c.settle(getElement(c, array, constant(i), node), 'element', node),
  );
}

export function lowerArguments(c: Context, nodes: readonly Argument[]): Value[] {
  const values: Value[] = [];
  for (const [i, node] of nodes.entries()) {
    if (node.type === 'SpreadElement') {
      const value = lowerExpression(c, node.argument);
      if (value.kind === 'tuple') values.push(...value.items);
      else if (value.kind === 'const' && Array.isArray(value.value))
        values.push(...elementsOf(c, value, node));
      else refuse('UPY131', c.activation.source, node, 'the spread of a value known only at run time');
    } else values.push(before(c, lowerExpression(c, node), nodes.slice(i + 1)));
  }
  return values;
}

function methodCall(c: Context, node: Call, member: Expression & { type: 'MemberExpression' }): Value {
  if (member.object.type === 'Super') return superCall(c, node, member);
  const object = lowerExpression(c, member.object);
  const called = node.optional ? callIfPresent : callMember;
  const call = (value: Value): Value => called(c, before(c, value, node.arguments), member, node);
  return member.optional ? optional(c, object, node, call) : call(object);
}

function callMember(
  c: Context,
  from: Value,
  member: Expression & { type: 'MemberExpression' },
  node: Call,
): Value {
  if (member.computed) {
    const fn = memberOf(c, from, member);
    const values = lowerArguments(c, node.arguments);
    return c.valueCall(() => callFunction(c, fn, from, values, node));
  }
  const key =
    member.property.type === 'PrivateIdentifier' ? `#${member.property.name}` : member.property.name;
  const name = from.kind === 'const' ? intrinsicName(propertyOf(from.value, key)) : null;
  if (name !== null)
    return lowerSpecial(c, name, node) ?? lowerIntrinsic(c, name, lowerArguments(c, node.arguments), node);
  const object = nonNull(c, from, member);
  const args = lowerArguments(c, node.arguments);
  const call = (): Value => callMethod(c, object, key, args, node);
  return from.kind === 'scalar' || member.object.type === 'MemberExpression' ? c.valueCall(call) : call();
}

/** `object.key?.(…)`: nothing, where there is no method. */
function callIfPresent(
  c: Context,
  from: Value,
  member: Expression & { type: 'MemberExpression' },
  node: Call,
): Value {
  const name = member.computed || member.property.type === 'PrivateIdentifier' ? '' : member.property.name;
  return optional(c, memberOf(c, from, member), node, (fn) => {
    const args = lowerArguments(c, node.arguments);
    return c.valueCall(() => callFunction(c, fn, from, args, node, name));
  });
}

function propertyOf(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, key) : undefined;
}

/** `object.key(…args)`, by the object or objects that it can be. */
export function callMethod(
  c: Context,
  object: Value,
  key: string,
  args: readonly Value[],
  node: Node,
): Value {
  if (object.kind === 'tuple') return arrayMethod(c, object, key, args, node);
  if (object.kind === 'const') return constantMethod(c, object.value, key, args, node);
  if (object.kind !== 'scalar' || object.type.group === null)
    return refuse('UPY117', c.activation.source, node, `calling '${key}' of this value`);
  const targets = targetsOf(object.type);
  const [first] = targets;
  if (first === undefined) return UNDEFINED;
  const method = valueIn(first[1], key);
  const uniform = targets.every(
    ([, t]) =>
      objectTag(t) === null &&
      !Array.isArray(t) &&
      valueIn(t, key) === method &&
      c.facts.property(t, key) === undefined,
  );
  if (uniform && typeof method === 'function')
    return callFunction(c, constant(method), object, args, node, key);
  if (!targets.some(([, target]) => hasIn(target, key)))
    refuse('UPY133', c.activation.source, node, `calling '${key}', which no possible object here has,`);
  return c.tableCall(() =>
    split(c, object as Scalar, node, key, (target) => {
      if (hasIn(target as object, key)) return callMethod(c, constant(target), key, args, node);
      modelAssert(
        c,
        number(0),
        `no property '${key}'`,
        node,
        'the reference stands for an object of another class at this moment; test it with instanceof',
      );
      c.terminate({ kind: 'abort' });
      return UNDEFINED;
    }),
  );
}

function constantMethod(c: Context, object: unknown, key: string, args: readonly Value[], node: Node): Value {
  if (object === null || object === undefined) {
    getProperty(c, constant(object), key, node);
    return UNDEFINED;
  }
  if (typeof object === 'object') {
    const builtin = builtinMethod(c, object, key, args, node);
    if (builtin !== null) return builtin;
    if (Array.isArray(object)) return arrayMethod(c, constant(object), key, args, node);
  }
  const method = getProperty(c, constant(object), key, node);
  const call = (): Value => callFunction(c, method, constant(object), args, node, key);
  return typeof object === 'object' && Object.hasOwn(object, key) ? c.valueCall(call) : call();
}

function superCall(c: Context, node: Call, member: Expression & { type: 'MemberExpression' }): Value {
  if (member.computed || member.property.type === 'PrivateIdentifier')
    return refuse('UPY134', c.activation.source, node);
  const owner = c.activation.home;
  const parent: unknown = owner === null ? null : Object.getPrototypeOf(owner);
  const method = propertyOf(parent, member.property.name);
  if (typeof method !== 'function')
    return refuse(
      'UPY134',
      c.activation.source,
      node,
      `super.${member.property.name}(), which the base class does not have,`,
    );
  return callFunction(
    c,
    constant(method),
    c.activation.self,
    lowerArguments(c, node.arguments),
    node,
    member.property.name,
  );
}

/** Calls a function value with arguments that have been evaluated. `hook`: entered through the checkpoint hook. */
export function callFunction(
  c: Context,
  fn: Value,
  self: Value | null,
  args: readonly Value[],
  node: Node,
  name = '',
  hook = false,
): Value {
  if (fn.kind === 'closure') {
    const scope = new Scope(fn.scope);
    return invoke(
      c,
      {
        node: fn.node,
        source: fn.source,
        scope,
        self: fn.self ?? self,
        name: fn.name || name,
        identity: fn.node,
        home: c.activation.home,
        hook,
        inlineOnly: true,
      },
      args,
      node,
    );
  }
  if (fn.kind === 'scalar' && fn.type.group !== null) {
    const callable = nonNull(c, fn, node);
    if (callable.kind === 'const') return callFunction(c, callable, self, args, node, name, hook);
    return c.tableCall(() =>
      split(c, callable as Scalar, node, 'call', (target) =>
        callFunction(c, constant(target), self, args, node, name, hook),
      ),
    );
  }
  if (fn.kind !== 'const' || typeof fn.value !== 'function') {
    if (!c.reachable) return UNDEFINED;
    return refuse(
      'UPY117',
      c.activation.source,
      node,
      `calling ${name === '' ? 'this value' : `'${name}'`}, which is not a function,`,
    );
  }
  return callNativeFunction(c, fn.value, self, args, node, name, hook);
}

function callNativeFunction(
  c: Context,
  fn: object & { name?: string },
  self: Value | null,
  args: readonly Value[],
  node: Node,
  name: string,
  hook: boolean,
): Value {
  const intrinsic = intrinsicName(fn);
  if (intrinsic !== null) return lowerIntrinsic(c, intrinsic, args, node);
  const metadata = metadataOf(fn);
  if (metadata === undefined) return nativeCall(c, fn as (...args: never[]) => unknown, self, args, node);
  const found = functionAt(metadata.source, metadata.start);
  if (found === null || found.type === 'ClassDeclaration' || found.type === 'ClassExpression') {
    return refuse('UPY104', c.activation.source, node);
  }
  const arrow = found.type === 'ArrowFunctionExpression';
  return invoke(
    c,
    {
      node: found as Callable,
      source: metadata.source,
      scope: new Scope(null, metadata.environment),
      self: arrow ? null : self,
      name: fn.name || name,
      identity: fn,
      home: homeOf(self, fn, name),
      hook,
      inlineOnly: false,
    },
    args,
    node,
  );
}

/** The prototype on which method `fn` was found: where `super` begins. */
function homeOf(self: Value | null, fn: object, name: string): object | null {
  const objects =
    self?.kind === 'const'
      ? [self.value]
      : self?.kind === 'scalar'
        ? targetsOf(self.type).map(([, t]) => t)
        : [];
  const key = name || (fn as { name?: string }).name || '';
  for (
    let proto: unknown = objects[0];
    typeof proto === 'object' && proto !== null;
    proto = Object.getPrototypeOf(proto)
  ) {
    if (Object.getOwnPropertyDescriptor(proto, key)?.value === fn) return proto;
  }
  return null;
}
