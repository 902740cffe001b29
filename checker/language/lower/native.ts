import type { Node } from '../ast.ts';
import type { Context } from './context.ts';
import { binary } from './convert.ts';
import { arithmetic, integer } from './expression.ts';
import { refuse } from './refusal.ts';
import { constant, number, UNDEFINED, type Value } from './value.ts';

const MUTATING = new Set([
  'set', 'delete', 'clear', 'add', 'assign', 'defineProperty', 'setPrototypeOf', 'push', 'pop', 'shift', 'unshift', 'splice',
]);

/** A call of a function that is not model code: folded if everything is known, otherwise refused. */
export function nativeCall(c: Context, from: unknown, self: Value | null, args: readonly Value[], node: Node): Value {
  const fn = unwrap(from);
  const { source } = c.activation;
  if (typeof fn !== 'function') return refuse('UPY117', source, node);
  const name = fn.name || 'a function';
  if (self?.kind === 'const' && (self.value instanceof Map || self.value instanceof Set || self.value instanceof WeakMap)) {
    if (MUTATING.has(name)) return refuse('UPY112', source, node, `${self.value.constructor.name}.${name}()`);
  }
  if (fn === Object.assign || fn === Object.defineProperty || fn === Reflect.set) return refuse('UPY114', source, node, name);
  const math = mathCall(c, fn, args, node);
  if (math !== null) return math;
  const known: unknown[] = [];
  for (const arg of args) {
    const value = constantOf(arg);
    if (value === null) return refuse('UPY115', source, node, `this call of ${name}()`);
    known.push(value.value);
  }
  const receiver = self === null ? { value: undefined } : constantOf(self);
  if (receiver === null) return refuse('UPY115', source, node, `this call of ${name}()`);
  return constant(Reflect.apply(fn as () => unknown, receiver.value, known));
}

function unwrap(from: unknown): unknown {
  return typeof from === 'object' && from !== null && 'kind' in from && from.kind === 'const' ? (from as { value?: unknown }).value : from;
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
    return { kind: 'scalar', expr: integer(c, first ?? UNDEFINED, node), type: { int: true, bool: false, group: null } };
  }
  if (fn === Boolean) return null;
  if (fn === Math.abs && first !== undefined) {
    const a = integer(c, first, node);
    return scalar({ kind: 'cond', test: binary('<', a, number(0)), yes: { kind: 'unary', op: '-', a }, no: a });
  }
  if ((fn === Math.min || fn === Math.max) && first !== undefined && second !== undefined) {
    return settled.slice(1).reduce<Value>((best, next) => {
      const [a, b] = [integer(c, best, node), integer(c, next, node)];
      return scalar({ kind: 'cond', test: binary(fn === Math.min ? '<' : '>', b, a), yes: b, no: a });
    }, first);
  }
  return null;
}

const scalar = (expr: import('../ir.ts').Expr): Value => ({ kind: 'scalar', expr, type: { int: true, bool: false, group: null } });

export { arithmetic };
