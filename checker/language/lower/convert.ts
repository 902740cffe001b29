import type { Block, Expr } from '../ir.ts';
import { MIXED } from '../ir.ts';
import type { Context } from './context.ts';
import { BOOL, encode, type Facts, Group, isMixed, TUPLE, type Type, TypeFact } from './facts.ts';
import { labelValue } from './member.ts';
import { refuse } from './refusal.ts';
import type { Slot } from './slot.ts';
import type { Callable } from './value.ts';
import {
  constant,
  labelsOf,
  number,
  type Scalar,
  type TupleValue,
  type Value,
  variableExpr,
} from './value.ts';

interface Node {
  readonly start: number;
  readonly end: number;
}

export type { Callable };

export const binary = (op: (Expr & { kind: 'binary' })['op'], a: Expr, b: Expr): Expr => fold(op, a, b);
export const not = (a: Expr): Expr =>
  a.kind === 'const' ? number(a.value ? 0 : 1) : { kind: 'unary', op: '!', a };

function fold(op: (Expr & { kind: 'binary' })['op'], a: Expr, b: Expr): Expr {
  if (op === '&&') {
    if (a.kind === 'const') return a.value ? b : a;
    if (b.kind === 'const' && b.value) return a;
  }
  if (op === '||') {
    if (a.kind === 'const') return a.value ? a : b;
    if (b.kind === 'const' && !b.value) return a;
  }
  return { kind: 'binary', op, a, b };
}

// ---- what flows where ----

/** Records that `value` can come into a variable with fact `fact`. */
export function flow(c: Context, fact: TypeFact, value: Value, node: Node): void {
  const { facts } = c;
  switch (value.kind) {
    case 'const':
      flowConstant(c, fact, value.value, node);
      return;
    case 'closure':
      refuse('UPY105', c.activation.source, node);
      break;
    case 'scalar':
      flowType(facts, fact, value.type);
      return;
    case 'tuple':
      flowTuple(c, fact, value, node);
      return;
    case 'union':
      flowType(facts, fact, value.tag.type);
      flowTuple(c, fact, value.tuple, node);
  }
}

function flowConstant(c: Context, fact: TypeFact, value: unknown, node: Node): void {
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 32) {
      refuse('UPY106', c.activation.source, node, `the number ${value}`);
    }
    if (!fact.int) {
      fact.int = true;
      c.facts.learn(fact);
    }
  } else if (typeof value === 'boolean') flowType(c.facts, fact, BOOL);
  else addSymbol(c.facts, fact, value);
  settleBooleans(c.facts, fact);
  mergeTag(c.facts, fact);
}

function addSymbol(facts: Facts, fact: TypeFact, value: unknown): void {
  if (fact.group === null) {
    fact.group = new Group();
    facts.learn(fact);
  }
  facts.addMember(fact.group, value);
}

export function flowType(facts: Facts, fact: TypeFact, type: Type): void {
  if (type.int && !fact.int) {
    fact.int = true;
    facts.learn(fact);
  }
  if (type.group !== null) {
    if (fact.group === null) {
      fact.group = type.group;
      facts.learn(fact);
    } else facts.unite(fact.group, type.group);
  }
  if (type.bool && !fact.bool && !(fact.group?.find().has(true) ?? false)) {
    fact.bool = true;
    facts.learn(fact);
  }
  settleBooleans(facts, fact);
  mergeTag(facts, fact);
}

/** Where truth values meet symbols they are symbols themselves. */
function settleBooleans(facts: Facts, fact: TypeFact): void {
  if (fact.group === null || !fact.bool) return;
  facts.addMember(fact.group, false);
  facts.addMember(fact.group, true);
  fact.bool = false;
}

function flowTuple(c: Context, fact: TypeFact, value: TupleValue, node: Node): void {
  if (fact.items === null) {
    fact.items = value.items.map(() => new TypeFact());
    fact.fields = value.fields;
    c.facts.learn(fact);
  }
  const named = fact.fields?.join() === value.fields?.join();
  if (fact.items.length !== value.items.length || !named) refuse('UPY129', c.activation.source, node);
  for (const [i, item] of value.items.entries()) flow(c, fact.items[i] as TypeFact, item, node);
  mergeTag(c.facts, fact);
}

/** A variable that may hold a tuple or something else says which. */
function mergeTag(facts: Facts, fact: TypeFact): void {
  if (fact.items !== null && fact.scalar) addSymbol(facts, fact, TUPLE);
}

// ---- conversions ----

/** `value` in the representation of `type`. Assumes that `flow` has been told. */
export function toType(value: Scalar, type: Type): Expr {
  const { expr, type: from } = value;
  if (type.group === null) return expr;
  const mixed = isMixed(type);
  if (from.group === null) {
    if (!from.bool || from.int) return expr;
    const [no, yes] = [encode(false, type), encode(true, type)];
    return { kind: 'cond', test: expr, yes: number(yes), no: number(no) };
  }
  if (mixed && !isMixed(from)) return binary('+', expr, number(MIXED));
  return expr;
}

/** Any scalar value as an expression in the representation of `type`. */
export function scalarExpr(value: Value, type: Type): Expr | null {
  if (value.kind === 'const') {
    const code = encode(value.value, type);
    return Number.isNaN(code) ? null : number(code);
  }
  return value.kind === 'scalar' ? toType(value, type) : null;
}

// ---- slots ----

export function newSlot(c: Context, name: string, fact: TypeFact): Slot {
  const slot: Slot = { fact, name, scalar: null, items: null };
  represent(c, slot);
  return slot;
}

/** Gives a slot the variables that its type asks for by now. */
function represent(c: Context, slot: Slot): void {
  const { fact, name } = slot;
  if (fact.scalar) slot.scalar ??= c.registry.local(c.process, name, fact.type, false);
  slot.items ??= fact.items?.map((item, i) => newSlot(c, `${name}.${fact.fields?.[i] ?? i}`, item)) ?? null;
}

/** Assigns a slot at the end of `block`. */
export function writeSlot(c: Context, slot: Slot, value: Value, node: Node, block: Block = c.block): void {
  flow(c, slot.fact, value, node);
  represent(c, slot);
  const set = (expr: Expr | null) => {
    if (expr === null || slot.scalar === null) return;
    block.code.push({ kind: 'set', variable: slot.scalar, expr, site: c.site(node) });
  };
  if (value.kind === 'tuple' || value.kind === 'union') {
    const tuple = value.kind === 'tuple' ? value : value.tuple;
    for (const [i, item] of tuple.items.entries()) {
      const part = slot.items?.[i];
      if (part !== undefined) writeSlot(c, part, item, node, block);
    }
    if (value.kind === 'union') set(toType(value.tag, slot.fact.type));
    else if (slot.scalar !== null) set(scalarExpr(constant(TUPLE), slot.fact.type));
  } else set(scalarExpr(value, slot.fact.type));
}

export function readSlot(slot: Slot): Value {
  const tuple = (): TupleValue => ({
    kind: 'tuple',
    items: slot.items?.map(readSlot) ?? [],
    fields: slot.fact.fields,
  });
  if (slot.scalar === null) return slot.items === null ? constant(undefined) : tuple();
  const scalar: Scalar = { kind: 'scalar', expr: variableExpr(slot.scalar), type: slot.fact.type };
  return slot.items === null ? scalar : { kind: 'union', tag: scalar, tuple: tuple() };
}

/** Joins branches that end with a value each in `join`: constant if all agree. Moves there. */
export function merge(
  c: Context,
  key: string,
  name: string,
  exits: readonly { block: Block; value: Value }[],
  join: Block,
  node: Node,
): Value {
  for (const { block } of exits) c.link({ kind: 'goto', to: join }, block);
  c.moveTo(join);
  const [first, ...others] = exits;
  if (first === undefined) return constant(undefined);
  if (others.length === 0) return first.value;
  if (first.value.kind === 'const') {
    const known = first.value.value;
    if (others.every(({ value }) => value.kind === 'const' && Object.is(value.value, known)))
      return first.value;
  }
  for (const { value } of exits) flow(c, c.facts.unread(key), value, node);
  const slot = newSlot(c, name, c.facts.local(key));
  for (const { block, value } of exits) writeSlot(c, slot, value, node, block);
  return readSlot(slot);
}

// ---- truth and equality ----

/** Whether a value is truthy: known, or an expression. */
export function truth(c: Context, value: Value, node: Node): boolean | Expr {
  switch (value.kind) {
    case 'const':
      return Boolean(value.value);
    case 'closure':
    case 'tuple':
      return true;
    case 'union':
      return scalarTruth(value.tag);
    case 'scalar':
      return value.expr.kind === 'const' && value.type.group === null
        ? value.expr.value !== 0
        : scalarTruth(value);
    default:
      return refuse('UPY117', c.activation.source, node);
  }
}

function scalarTruth({ expr, type }: Scalar): Expr {
  if (type.group === null) return type.bool && !type.int ? expr : binary('!=', expr, number(0));
  const { members } = type.group.find();
  const values = members.map((member) => (member ? 1 : 0));
  const falsy = values.filter((value) => value === 0).length;
  const symbolTruth = (index: Expr): Expr => {
    if (falsy === 0) return number(1);
    if (falsy === members.length) return number(0);
    if (falsy === 1) return binary('!=', index, number(values.indexOf(0)));
    return { kind: 'table', values, index };
  };
  if (!isMixed(type)) return symbolTruth(expr);
  const test = binary('<', expr, number(MIXED));
  return {
    kind: 'cond',
    test,
    yes: binary('!=', expr, number(0)),
    no: symbolTruth(binary('-', expr, number(MIXED))),
  };
}

/** `a === b`: known, or an expression. */
export function equals(c: Context, a: Value, b: Value, node: Node): boolean | Expr {
  if (a.kind === 'const' && b.kind === 'const') return a.value === b.value;
  if (a.kind === 'const') return equals(c, b, a, node);
  if (a.kind === 'union') return equalsUnion(c, a.tag, b, node);
  if (b.kind === 'union') return equalsUnion(c, b.tag, a, node);
  if (a.kind === 'tuple' && b.kind === 'tuple')
    refuse('UPY129', c.activation.source, node, 'comparing two tuples');
  if (a.kind !== 'scalar') return a === b;
  if (b.kind === 'const') {
    const labels = labelsOf(a.expr);
    if (labels !== undefined) labelValue(labels, b);
    return equalsConstant(c, a, b.value, node);
  }
  if (b.kind !== 'scalar') return false;
  return equalsScalar(c, a, b, node);
}

function equalsUnion(c: Context, tag: Scalar, other: Value, node: Node): boolean | Expr {
  if (other.kind === 'tuple' || other.kind === 'union')
    refuse('UPY129', c.activation.source, node, 'comparing two tuples');
  return equals(c, tag, other, node);
}

function equalsConstant(c: Context, a: Scalar, value: unknown, node: Node): boolean | Expr {
  if (typeof value === 'number') {
    if (a.type.bool) refuse('UPY122', c.activation.source, node);
    return a.type.int ? binary('==', a.expr, number(value)) : false;
  }
  if (typeof value === 'boolean' && a.type.group === null) {
    if (a.type.int) refuse('UPY122', c.activation.source, node);
    return value ? a.expr : not(a.expr);
  }
  const code = encode(value, a.type);
  if (Number.isNaN(code)) return false;
  if (a.type.group !== null && !a.type.int && a.type.group.find().members.length === 1) return true;
  return binary('==', a.expr, number(code));
}

function equalsScalar(c: Context, a: Scalar, b: Scalar, node: Node): boolean | Expr {
  if (a.type.group === null && b.type.group === null) {
    if (a.type.bool !== b.type.bool || a.type.int !== b.type.int) refuse('UPY122', c.activation.source, node);
    return binary('==', a.expr, b.expr);
  }
  if (a.type.group !== null && b.type.group !== null) {
    c.facts.unite(a.type.group, b.type.group);
    const mixed: Type = { int: a.type.int || b.type.int, bool: false, group: a.type.group };
    return binary('==', toType(a, mixed), toType(b, mixed));
  }
  const [symbol, plain] = a.type.group !== null ? [a, b] : [b, a];
  if (plain.type.bool && !plain.type.int) {
    if (!symbol.type.group?.find().has(true)) return false;
    return binary('==', symbol.expr, toType(plain, symbol.type));
  }
  return symbol.type.int ? binary('==', symbol.expr, plain.expr) : false;
}
