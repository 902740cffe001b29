import type { Node } from '../ast.ts';
import type { Context } from './context.ts';
import { binary, truth } from './convert.ts';
import { booleanValue, integer } from './operators.ts';

import { refuse } from './refusal.ts';
import { constant, number, UNDEFINED, type Value } from './value.ts';

const MUTATING = new Set([
  'set',
  'delete',
  'clear',
  'add',
  'assign',
  'defineProperty',
  'setPrototypeOf',
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
]);

/** Functions that set several fields of their argument. */
const ASSIGNING = new Map<unknown, string>([
  [Object.assign, 'Object.assign()'],
  [Object.defineProperty, 'Object.defineProperty()'],
  [Object.defineProperties, 'Object.defineProperties()'],
  [Reflect.set, 'Reflect.set()'],
  [Reflect.defineProperty, 'Reflect.defineProperty()'],
  [Object.setPrototypeOf, 'Object.setPrototypeOf()'],
]);

/** Functions whose result is not decided by their arguments, or that have an effect. */
const IMPURE = new Set<unknown>([
  Math.random,
  Date,
  Date.now,
  performance.now,
  setTimeout,
  setInterval,
  setImmediate,
  queueMicrotask,
  globalThis.process.hrtime,
  ...Object.values(console),
]);

/** They look at the structure of an object, which never changes, and not at its fields. */
const STRUCTURAL = new Set<unknown>([
  Object.keys,
  Array.isArray,
  Object.is,
  Object.getPrototypeOf,
  Object.hasOwn,
]);

/** A call of a function that is not model code: folded if everything is known, otherwise refused. */
export function nativeCall(
  c: Context,
  from: unknown,
  self: Value | null,
  args: readonly Value[],
  node: Node,
): Value {
  const fn = unwrap(from);
  const { source } = c.activation;
  if (typeof fn !== 'function') return refuse('UPY117', source, node);
  const name = fn.name || 'a function';
  if (
    self?.kind === 'const' &&
    (self.value instanceof Map || self.value instanceof Set || self.value instanceof WeakMap)
  ) {
    if (MUTATING.has(name)) return refuse('UPY112', source, node, `${self.value.constructor.name}.${name}()`);
  }
  const assigning = ASSIGNING.get(fn);
  if (assigning !== undefined) return refuse('UPY114', source, node, assigning);
  if (IMPURE.has(fn))
    return refuse(
      'UPY115',
      source,
      node,
      `this call of ${name}(), which has an effect or depends on chance or time,`,
    );
  const math = mathCall(c, fn, args, node);
  if (math !== null) return math;
  const known = args.map((arg) => constantOf(arg));
  const receiver = self === null ? { value: undefined } : constantOf(self);
  if (receiver === null || known.includes(null))
    return refuse('UPY115', source, node, `this call of ${name}()`);
  const values = known.map((arg) => arg?.value);
  if (!STRUCTURAL.has(fn)) refuseState(c, [receiver.value, ...values], name, node);
  return fold(c, fn as () => unknown, receiver.value, values, node);
}

/** Native code would see the values that the state had when the model was built. */
function refuseState(c: Context, values: readonly unknown[], name: string, node: Node): void {
  const isState = (object: object): boolean =>
    c.facts.variablesOf(object).length > 0 || c.facts.isMutated(object);
  if (!values.some((value) => typeof value === 'object' && value !== null && isState(value))) return;
  refuse('UPY115', c.activation.source, node, `this call of ${name}() with an object whose fields are state`);
}

function fold(c: Context, fn: () => unknown, receiver: unknown, args: readonly unknown[], node: Node): Value {
  try {
    return constant(Reflect.apply(fn, receiver, args));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return refuse(
      'UPY115',
      c.activation.source,
      node,
      `this call of ${fn.name || 'a function'}(), which throws (${text}),`,
    );
  }
}

function unwrap(from: unknown): unknown {
  return typeof from === 'object' && from !== null && 'kind' in from && from.kind === 'const'
    ? (from as { value?: unknown }).value
    : from;
}

function constantOf(value: Value): { value: unknown } | null {
  if (value.kind === 'const') return value;
  if (value.kind !== 'tuple' || value.fields !== null) return null;
  const items = value.items.map(constantOf);
  return items.some((item) => item === null) ? null : { value: items.map((item) => item?.value) };
}

/** `Math.min`, `Math.max`, `Math.abs` and conversions of values known only at run time. */
function mathCall(c: Context, fn: unknown, args: readonly Value[], node: Node): Value | null {
  if (args.every((arg) => arg.kind === 'const')) return null;
  const settled = args.map((arg) => c.settle(arg, 'argument', node));
  const [first, second] = settled;
  if (fn === Number || fn === Math.trunc || fn === Math.floor) {
    return {
      kind: 'scalar',
      expr: integer(c, first ?? UNDEFINED, node),
      type: { int: true, bool: false, group: null },
    };
  }
  if (fn === Boolean && first !== undefined) return booleanValue(truth(c, first, node));
  if (fn === Math.abs && first !== undefined) {
    const a = integer(c, first, node);
    return scalar({
      kind: 'cond',
      test: binary('<', a, number(0)),
      yes: { kind: 'unary', op: '-', a },
      no: a,
    });
  }
  if ((fn === Math.min || fn === Math.max) && first !== undefined && second !== undefined) {
    return settled.slice(1).reduce<Value>((best, next) => {
      const [a, b] = [integer(c, best, node), integer(c, next, node)];
      return scalar({ kind: 'cond', test: binary(fn === Math.min ? '<' : '>', b, a), yes: b, no: a });
    }, first);
  }
  return null;
}

const scalar = (expr: import('../ir.ts').Expr): Value => ({
  kind: 'scalar',
  expr,
  type: { int: true, bool: false, group: null },
});
