import { metadataOf } from '../../../model/intrinsics/metadata.ts';
import { objectTag } from '../../../model/intrinsics/tag.ts';
import type { Node } from '../ast.ts';
import type { Expr, Family } from '../ir.ts';
import { MIXED } from '../ir.ts';
import { builtinProperty } from './builtin.ts';
import { callFunction } from './call.ts';
import type { Context } from './context.ts';
import { binary, flow } from './convert.ts';
import { encode, type Group, isMixed, type Type, type TypeFact } from './facts.ts';
import { hasIn, valueIn } from './native_property.ts';
import { modelAssert } from './operators.ts';
import { refuse } from './refusal.ts';
import { split } from './split.ts';
import { constant, number, type Scalar, UNDEFINED, type Value, variableExpr } from './value.ts';

/** The objects that a reference may stand for here: member index and object. */
export type Target = readonly [index: number, object: object];

export function targetsOf(type: Type): Target[] {
  const found: Target[] = [];
  for (const [i, member] of (type.group?.find().members ?? []).entries()) {
    if ((typeof member === 'object' && member !== null) || typeof member === 'function')
      found.push([i, member]);
  }
  return found;
}

/** `value` where it may not be null: a model error otherwise. Folds to a constant if only one object is left. */
export function nonNull(c: Context, value: Value, node: Node): Value {
  if (value.kind === 'union') return value.tuple;
  if (value.kind !== 'scalar' || value.type.group === null) return value;
  const { members } = value.type.group.find();
  const targets = targetsOf(value.type);
  if (targets.length === members.length && !isMixed(value.type)) {
    return targets.length === 1 ? constant((targets[0] as Target)[1]) : value;
  }
  if (targets.length === 0) return value;
  const fixed = c.settleScalar(value, 'reference', node);
  const code = isMixed(fixed.type) ? binary('-', fixed.expr, number(MIXED)) : fixed.expr;
  const holes = members.length - targets.length;
  const valid: Expr =
    holes === 1 && members[0] === null && !isMixed(fixed.type)
      ? binary('!=', code, number(0))
      : {
          kind: 'cond',
          test: binary('>=', code, number(0)),
          no: number(0),
          yes: {
            kind: 'table',
            values: members.map((_, i) => (targets.some(([t]) => t === i) ? 1 : 0)),
            index: code,
          },
        };
  modelAssert(
    c,
    valid,
    'null dereference',
    node,
    'a reference is used that is null (or no object) at this moment; test it, or wait until it is set',
  );
  return targets.length === 1 ? constant((targets[0] as Target)[1]) : fixed;
}

export const codeOf = (value: Scalar): Expr =>
  isMixed(value.type) ? binary('-', value.expr, number(MIXED)) : value.expr;

// ---- reading ----

export function getProperty(c: Context, from: Value, key: string, node: Node): Value {
  if (from.kind === 'tuple') return tupleProperty(c, from, key, node);
  const object = nonNull(c, from, node);
  if (object.kind === 'tuple') return tupleProperty(c, object, key, node);
  if (object.kind === 'const') return constantProperty(c, object.value, key, node);
  if (object.kind !== 'scalar' || object.type.group === null) {
    return refuse('UPY117', c.activation.source, node, `the property '${key}' of this value`);
  }
  return referenceProperty(c, object, key, node);
}

function tupleProperty(c: Context, tuple: Value & { kind: 'tuple' }, key: string, node: Node): Value {
  const index = tuple.fields?.indexOf(key) ?? -1;
  if (index >= 0) return tuple.items[index] as Value;
  if (key === 'length' && tuple.fields === null) return constant(tuple.items.length);
  return refuse(
    'UPY133',
    c.activation.source,
    node,
    `reading '${key}', which this ${tuple.fields === null ? 'tuple' : 'record'} does not have,`,
  );
}

export function constantProperty(c: Context, object: unknown, key: string, node: Node): Value {
  if (object === null || object === undefined) {
    modelAssert(
      c,
      number(0),
      'null dereference',
      node,
      `'${key}' of ${object} is read; test the reference first`,
    );
    c.terminate({ kind: 'abort' });
    return UNDEFINED;
  }
  if (typeof object !== 'object' && typeof object !== 'function') {
    return constant((object as Record<string, unknown>)[key]);
  }
  const builtin = builtinProperty(c, object, key, node);
  if (builtin !== null) return builtin;
  if (c.facts.property(object, key) !== undefined) return readVariable(c, object, key, node);
  if (key.startsWith('#')) return constant(readPrivate(c, object, key, node));
  const accessor = accessorOf(object, key);
  if (accessor?.get !== undefined) {
    if (metadataOf(accessor.get) !== undefined)
      return callFunction(c, constant(accessor.get), constant(object), [], node, key);
    return constant(Reflect.get(object, key));
  }
  const value = plain(Reflect.get(object, key));
  return isEnumMember(object, key, value)
    ? { kind: 'const', value, label: { name: key, members: object } }
    : constant(value);
}

/** TypeScript enums map their numbers back to names. */
function isEnumMember(object: object, key: string, value: unknown): boolean {
  return typeof value === 'number' && !Array.isArray(object) && Reflect.get(object, String(value)) === key;
}

/** Remembers what the source calls a value of a variable. */
export function labelValue(labels: Map<number, string>, value: Value): void {
  if (value.kind !== 'const' || value.label === undefined || labels.has(value.value as number)) return;
  labels.set(value.value as number, value.label.name);
  for (const [name, member] of Object.entries(value.label.members ?? {})) {
    if (typeof member === 'number' && !labels.has(member)) labels.set(member, name);
  }
}

/** Declared integers that nobody assigns are their numbers. */
export function plain(value: unknown): unknown {
  return objectTag(value) === 'integer' ? Number(value) : value;
}

function readPrivate(c: Context, object: object, key: string, node: Node): unknown {
  if (!hasIn(object, key))
    refuse('UPY117', c.activation.source, node, `the private member ${key}, an accessor or not initialised,`);
  return plain(valueIn(object, key));
}

export function accessorOf(object: object, key: string): PropertyDescriptor | undefined {
  for (let proto: object | null = object; proto !== null; proto = Object.getPrototypeOf(proto)) {
    const descriptor = Object.getOwnPropertyDescriptor(proto, key);
    if (descriptor !== undefined)
      return descriptor.get !== undefined || descriptor.set !== undefined ? descriptor : undefined;
  }
  return undefined;
}

function readVariable(c: Context, object: object, key: string, node: Node): Value {
  const variable = c.registry.property(object, key);
  c.access('read', [variable], c.site(node));
  const type = (c.facts.property(object, key) as { type: TypeFact }).type.type;
  const value: Scalar = { kind: 'scalar', expr: variableExpr(variable), type };
  return c.mode === 'steps' ? c.settleScalar(value, key, node) : value;
}

function referenceProperty(c: Context, ref: Scalar, key: string, node: Node): Value {
  const targets = targetsOf(ref.type);
  const special = targets.some(([, target]) => objectTag(target) !== null || isGetter(target, key));
  if (special) return split(c, ref, node, key, (target) => constantProperty(c, target, key, node));
  const holders = targets.filter(([, target]) => hasIn(target, key));
  if (holders.length === 0)
    return refuse(
      'UPY133',
      c.activation.source,
      node,
      `reading '${key}', which no possible object here has,`,
    );
  const mutable = holders.some(([, target]) => c.facts.property(target, key) !== undefined);
  requireHolders(c, ref, targets, holders, key, node);
  if (!mutable)
    return tableOf(
      c,
      ref,
      holders.map(([i, target]) => [i, plain(valueIn(target, key))]),
      key,
      node,
    );
  const type = uniteProperties(c, holders, key);
  const family = c.registry.referenceFamily(ref.type.group as Group, key);
  return readFamily(c, family, codeOf(ref), type, node);
}

function isGetter(target: object, key: string): boolean {
  return accessorOf(target, key) !== undefined;
}

export function requireHolders(
  c: Context,
  ref: Scalar,
  targets: readonly Target[],
  holders: readonly Target[],
  key: string,
  node: Node,
): void {
  if (holders.length === targets.length) return;
  const has = new Set(holders.map(([i]) => i));
  const values = (ref.type.group as Group).find().members.map((_, i) => (has.has(i) ? 1 : 0));
  modelAssert(
    c,
    { kind: 'table', values, index: codeOf(ref) },
    `no property '${key}'`,
    node,
    'the reference stands for an object of another class at this moment; test it with instanceof',
  );
}

/** A property that is a variable of one possible target is one of all, and of one type. */
export function uniteProperties(c: Context, holders: readonly Target[], key: string): Type {
  const [first, ...others] = holders;
  const fact = c.facts.mark((first as Target)[1], key).type;
  for (const [, target] of holders) {
    const other = c.facts.mark(target, key);
    flow(c, other.type, constant(plain(valueIn(target, key))), NOWHERE);
  }
  for (const [, target] of others) {
    const other = c.facts.mark(target, key).type;
    uniteFacts(c, fact, other);
  }
  return fact.type;
}

const NOWHERE = { start: 0, end: 0 } as Node;

/** Makes two facts one type, so that their variables can stand in one family. */
export function uniteFacts(c: Context, a: TypeFact, b: TypeFact): void {
  const value = (type: Type): Value => ({ kind: 'scalar', expr: number(0), type });
  if (b.scalar) flow(c, a, value(b.type), NOWHERE);
  if (a.scalar) flow(c, b, value(a.type), NOWHERE);
}

function readFamily(c: Context, family: Family, index: Expr, type: Type, node: Node): Value {
  const variables = family.elements.filter((v) => v !== null);
  c.access('read', variables, c.site(node));
  const value: Scalar = { kind: 'scalar', expr: { kind: 'element', family, index }, type };
  return c.mode === 'steps' ? c.settleScalar(value, family.name, node) : value;
}

/** Constants selected by an index: folded if equal, otherwise a table. */
function tableOf(
  c: Context,
  ref: Scalar,
  entries: readonly (readonly [number, unknown])[],
  key: string,
  node: Node,
): Value {
  const [first] = entries as [readonly [number, unknown]];
  if (entries.every(([, value]) => Object.is(value, first[1]))) return constant(first[1]);
  const group = (ref.type.group as Group).find();
  const size = group.members.length;
  c.facts.noteIdentity(group);
  return constantTable(c, codeOf(ref), size, entries, `${c.registry.identities.object(group)}.${key}`, node);
}

function constantTable(
  c: Context,
  index: Expr,
  size: number,
  entries: readonly (readonly [number, unknown])[],
  groupKey: string,
  node: Node,
): Value {
  const values = entries.map(([, value]) => value);
  const symbols = values.filter((v) => typeof v !== 'number' && typeof v !== 'boolean');
  const group = symbols.length > 0 ? c.facts.tableGroup(groupKey) : null;
  const int = values.some((v) => typeof v === 'number');
  const bool = values.some((v) => typeof v === 'boolean');
  if (group !== null) {
    for (const value of symbols) c.facts.addMember(group, value);
    if (bool) for (const value of [false, true]) c.facts.addMember(group, value);
  }
  const type: Type = { int, bool: bool && group === null, group };
  const table = new Array<number>(size).fill(0);
  for (const [i, value] of entries) {
    if (typeof value === 'number' && !Number.isInteger(value))
      refuse('UPY106', c.activation.source, node, `the number ${value}`);
    table[i] = encode(value, type);
  }
  return {
    kind: 'scalar',
    expr: { kind: 'table', values: table.map((v) => (Number.isNaN(v) ? 0 : v)), index },
    type,
  };
}

export function getElement(c: Context, from: Value, index: Value, node: Node): Value {
  if (from.kind === 'tuple') {
    if (index.kind === 'const') {
      const item = from.items[Number(index.value)];
      if (item !== undefined) return item;
    }
    return refuse('UPY117', c.activation.source, node, 'a tuple indexed by a value known only at run time');
  }
  const object = nonNull(c, from, node);
  if (object.kind === 'tuple') return getElement(c, object, index, node);
  if (object.kind === 'const' && index.kind === 'const') {
    const key = index.value;
    if (Array.isArray(object.value)) return constantElement(c, object.value, key, node);
    return constantProperty(c, object.value, String(key), node);
  }
  if (object.kind === 'scalar')
    return split(c, object, node, 'element', (target) => getElement(c, constant(target), index, node));
  if (object.kind !== 'const' || !Array.isArray(object.value)) {
    if (index.kind === 'scalar' && index.type.group !== null) return bySymbol(c, object, index, node);
    return refuse('UPY109', c.activation.source, node);
  }
  return dynamicElement(c, object.value, index, node);
}

/** A constant record indexed by a symbol known only at run time. */
function bySymbol(c: Context, object: Value, index: Scalar, node: Node): Value {
  return split(c, index, node, 'entry', (symbol) => getElement(c, object, constant(symbol), node), true);
}

export function constantElement(c: Context, array: readonly unknown[], key: unknown, node: Node): Value {
  if (typeof key !== 'number') return constantProperty(c, array, String(key), node);
  if (key < 0 || key >= array.length || !Number.isInteger(key)) {
    // `operands[1] ?? 0` on an array that the model never assigns is ordinary JavaScript.
    if (c.mayBeMissing && !array.some((_, i) => c.facts.property(array as object, String(i)) !== undefined))
      return UNDEFINED;
    boundsError(c, number(0), array.length, node);
    c.terminate({ kind: 'abort' });
    return UNDEFINED;
  }
  return constantProperty(c, array, String(key), node);
}

export function boundsError(c: Context, condition: Expr, length: number, node: Node): void {
  modelAssert(c, condition, 'index out of range', node, `the index is outside of 0 … ${length - 1}`);
}

/** Checks an index that is known only at run time; returns it as a stable expression. */
export function checkedIndex(c: Context, index: Value, length: number, node: Node): Expr {
  if (index.kind !== 'scalar' || !index.type.int) return refuse('UPY109', c.activation.source, node);
  const fixed = c.settleScalar(index, 'index', node);
  const inside = binary('&&', binary('>=', fixed.expr, number(0)), binary('<', fixed.expr, number(length)));
  boundsError(c, inside, length, node);
  return fixed.expr;
}

function dynamicElement(c: Context, array: readonly unknown[], index: Value, node: Node): Value {
  const at = checkedIndex(c, index, array.length, node);
  const isMutable = array.some((_, i) => c.facts.property(array as object, String(i)) !== undefined);
  if (!isMutable) {
    const entries = array.map((value, i) => [i, value] as const);
    if (entries.length > 0 && entries.every(([, value]) => Object.is(value, array[0])))
      return constant(array[0]);
    return constantTable(c, at, array.length, entries, `[${c.registry.identities.object(array)}]`, node);
  }
  const type = uniteElements(c, array);
  return readFamily(c, c.registry.arrayFamily(array), at, type, node);
}

export function uniteElements(c: Context, array: readonly unknown[]): Type {
  const fact = c.facts.mark(array as object, '0').type;
  for (const [i, value] of array.entries()) {
    flow(c, c.facts.mark(array as object, String(i)).type, constant(plain(value)), NOWHERE);
  }
  for (let i = 1; i < array.length; i++) uniteFacts(c, fact, c.facts.mark(array as object, String(i)).type);
  return fact.type;
}
