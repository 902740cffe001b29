import type { SequenceHandle } from '../../../model/intrinsics/sequence.ts';
import type { Node } from '../ast.ts';
import type { Expr, Variable } from '../ir.ts';
import type { Context } from './context.ts';
import { binary, equals, flow, scalarExpr, toType } from './convert.ts';
import { TUPLE, type TypeFact } from './facts.ts';
import { booleanValue, integer, modelAssert } from './operators.ts';
import { refuse } from './refusal.ts';
import type { SequenceVariables } from './registry.ts';
import { constant, number, type Scalar, UNDEFINED, type Value, variableExpr } from './value.ts';

type Handle = SequenceHandle<unknown>;

/** The variables of a sequence that the model changes; `null` while none is known to. */
function variablesOf(c: Context, handle: Handle, node: Node): SequenceVariables {
  c.facts.mutate(handle);
  for (const item of handle.items) flow(c, c.facts.elementsOf(handle), native(item), node);
  return c.registry.sequence(handle);
}

/** An element as elaboration left it. */
function native(item: unknown): Value {
  return Array.isArray(item) ? { kind: 'tuple', items: item.map(constant), fields: null } : constant(item);
}

const all = new WeakMap<SequenceVariables, Variable[]>();

function everything(variables: SequenceVariables): readonly Variable[] {
  let found = all.get(variables);
  if (found === undefined) {
    found = [
      variables.length,
      ...variables.parts.flatMap(({ elements }) => elements.filter((v) => v !== null)),
    ];
    all.set(variables, found);
  }
  return found;
}

/** The property `length`, or `null` for a method. */
export function sequenceProperty(c: Context, handle: Handle, key: string, node: Node): Value | null {
  if (key === 'capacity') return constant(handle.capacity);
  if (key !== 'length') return null;
  if (!c.facts.isMutated(handle)) return constant(handle.items.length);
  const { length } = variablesOf(c, handle, node);
  c.access('read', [length], c.site(node));
  return c.settleInSteps(
    { kind: 'scalar', expr: variableExpr(length), type: { int: true, bool: false, group: null } },
    node,
  );
}

export function sequenceMethod(
  c: Context,
  handle: Handle,
  key: string,
  args: readonly Value[],
  node: Node,
): Value {
  const argument = args[0] ?? UNDEFINED;
  switch (key) {
    case 'push':
      return insert(c, handle, null, argument, node);
    case 'unshift':
      return insert(c, handle, number(0), argument, node);
    case 'insert':
      return insert(c, handle, stable(c, argument, node), args[1] ?? UNDEFINED, node);
    case 'shift':
      return shift(c, handle, node);
    case 'at':
      return at(c, handle, stable(c, argument, node), node);
    case 'remove':
      return remove(c, handle, c.settle(argument, 'element', node), node);
    case 'includes':
      return includes(c, handle, c.settle(argument, 'element', node), node);
    case 'clear':
      return clear(c, handle, node);
    default:
      return refuse('UPY130', c.activation.source, node, `sequence.${key}()`);
  }
}

function stable(c: Context, value: Value, node: Node): Expr {
  const expr = integer(c, value, node);
  return c.settleScalar(
    { kind: 'scalar', expr, type: { int: true, bool: false, group: null } },
    'index',
    node,
  ).expr;
}

function begin(c: Context, handle: Handle, node: Node, writes: boolean): SequenceVariables {
  const variables = variablesOf(c, handle, node);
  if (writes && c.mode === 'pure') refuse('UPY118', c.activation.source, node);
  c.access(writes ? 'access' : 'read', everything(variables), c.site(node));
  return variables;
}

const plusOne = (length: Variable, by: 1 | -1): Expr => binary('+', variableExpr(length), number(by));

function insert(c: Context, handle: Handle, where: Expr | null, element: Value, node: Node): Value {
  const fact = c.facts.elementsOf(handle);
  const value = c.settle(element, 'element', node);
  flow(c, fact, value, node);
  const { length, parts } = begin(c, handle, node, true);
  const site = c.site(node);
  modelAssert(
    c,
    binary('<', variableExpr(length), number(handle.capacity)),
    'sequence overflow',
    node,
    `the sequence holds its capacity of ${handle.capacity} elements already; test its length, or give it a larger capacity`,
  );
  if (where !== null && where.kind !== 'const') {
    const inside = binary('&&', binary('>=', where, number(0)), binary('<=', where, variableExpr(length)));
    modelAssert(c, inside, 'index out of range', node, 'insert() before an index outside of 0 … length');
  }
  for (const [p, expr] of partExpressions(fact, value).entries()) {
    const family = parts[p];
    if (family === undefined || expr === null) continue;
    if (where === null) c.emit({ kind: 'store', family, index: variableExpr(length), expr, site });
    else c.emit({ kind: 'insert', family, index: where, expr, site });
  }
  c.emit({ kind: 'set', variable: length, expr: plusOne(length, 1), site });
  return UNDEFINED;
}

/** The scalar parts of `value`, in the order of `partsOf(fact)`. */
function partExpressions(fact: TypeFact, value: Value): (Expr | null)[] {
  const parts: (Expr | null)[] = [];
  const tuple = value.kind === 'tuple' ? value : value.kind === 'union' ? value.tuple : null;
  if (fact.scalar) {
    if (value.kind === 'union') parts.push(toType(value.tag, fact.type));
    else parts.push(scalarExpr(tuple === null ? value : constant(TUPLE), fact.type));
  }
  for (const [i, item] of (fact.items ?? []).entries()) {
    const part = tuple?.items[i];
    parts.push(...(part === undefined ? [number(0)] : partExpressions(item, part)));
  }
  return parts;
}

/** The element at `index`, which is in range. */
function elementAt(c: Context, handle: Handle, { parts }: SequenceVariables, index: Expr): Value {
  let next = 0;
  const read = (fact: TypeFact): Value => {
    const family = fact.scalar ? parts[next++] : undefined;
    const scalar: Scalar | null =
      family === undefined
        ? null
        : { kind: 'scalar', expr: { kind: 'element', family, index }, type: fact.type };
    if (fact.items === null) return scalar ?? UNDEFINED;
    const tuple = { kind: 'tuple' as const, items: fact.items.map(read), fields: fact.fields };
    return scalar === null ? tuple : { kind: 'union', tag: scalar, tuple };
  };
  return read(c.facts.elementsOf(handle));
}

function at(c: Context, handle: Handle, index: Expr, node: Node): Value {
  const variables = begin(c, handle, node, false);
  const below = binary('<', index, variableExpr(variables.length));
  const inside =
    index.kind === 'const' && index.value >= 0 ? below : binary('&&', binary('>=', index, number(0)), below);
  modelAssert(c, inside, 'index out of range', node, 'at() outside of 0 … length-1; test the length first');
  return settled(c, handle, variables, index, node);
}

/** An element as it is now. Nothing is ever put into a sequence whose elements have no type. */
function settled(c: Context, handle: Handle, variables: SequenceVariables, index: Expr, node: Node): Value {
  if (variables.parts.length === 0) c.terminate({ kind: 'abort' });
  return c.settle(elementAt(c, handle, variables, index), 'element', node);
}

function shift(c: Context, handle: Handle, node: Node): Value {
  const variables = begin(c, handle, node, true);
  const { length } = variables;
  modelAssert(
    c,
    binary('>', variableExpr(length), number(0)),
    'shift() of an empty sequence',
    node,
    'another process took the last element between the test and the shift, or there never was one',
  );
  const value = settled(c, handle, variables, number(0), node);
  removeAt(c, variables, number(0), node);
  return value;
}

function removeAt(c: Context, { length, parts }: SequenceVariables, index: Expr, node: Node): void {
  const site = c.site(node);
  for (const family of parts) c.emit({ kind: 'remove', family, index, site });
  c.emit({ kind: 'set', variable: length, expr: plusOne(length, -1), site });
}

/** For each place: whether it is in use and equals `value`. */
function matches(c: Context, handle: Handle, variables: SequenceVariables, value: Value, node: Node): Expr[] {
  if (c.facts.elementsOf(handle).items !== null)
    refuse('UPY130', c.activation.source, node, 'searching a sequence of tuples');
  const found: Expr[] = [];
  for (let i = 0; i < handle.capacity; i++) {
    const element = elementAt(c, handle, variables, number(i));
    const same = equals(c, element, value, node);
    const inUse = binary('<', number(i), variableExpr(variables.length));
    found.push(same === true ? inUse : same === false ? number(0) : binary('&&', inUse, same));
  }
  return found;
}

function remove(c: Context, handle: Handle, value: Value, node: Node): Value {
  const variables = begin(c, handle, node, true);
  let where: Expr = number(-1);
  for (const [i, match] of matches(c, handle, variables, value, node).reverse().entries()) {
    if (match.kind === 'const') continue;
    where = { kind: 'cond', test: match, yes: number(handle.capacity - 1 - i), no: where };
  }
  const index = c.settleScalar(
    { kind: 'scalar', expr: where, type: { int: true, bool: false, group: null } },
    'place',
    node,
  ).expr;
  if (index.kind === 'const') return constant(false);
  const there = binary('>=', index, number(0));
  const [yes, join] = [c.newBlock(), c.newBlock()];
  c.branch(there, yes, join);
  c.moveTo(yes);
  removeAt(c, variables, index, node);
  c.continueIn(join);
  return booleanValue(there);
}

function includes(c: Context, handle: Handle, value: Value, node: Node): Value {
  const variables = begin(c, handle, node, false);
  const any = matches(c, handle, variables, value, node).reduce((a, b) => binary('||', a, b), number(0));
  return c.settleInSteps(booleanValue(any.kind === 'const' ? any.value !== 0 : any), node);
}

function clear(c: Context, handle: Handle, node: Node): Value {
  const variables = begin(c, handle, node, true);
  for (const variable of everything(variables))
    c.emit({ kind: 'set', variable, expr: number(0), site: c.site(node) });
  return UNDEFINED;
}

/** Length and elements at one instant. */
export function snapshot(c: Context, handle: Handle, node: Node): { length: Expr; elements: Value[] } {
  if (!c.facts.isMutated(handle)) {
    return { length: number(handle.items.length), elements: handle.items.map(native) };
  }
  const variables = begin(c, handle, node, false);
  if (variables.parts.length === 0) return { length: number(0), elements: [] };
  const type = { int: true, bool: false, group: null };
  const length = c.settleScalar(
    { kind: 'scalar', expr: variableExpr(variables.length), type },
    'length',
    node,
  ).expr;
  const elements: Value[] = [];
  for (let i = 0; i < handle.capacity; i++)
    elements.push(c.settle(elementAt(c, handle, variables, number(i)), 'element', node));
  return { length, elements };
}

/** Sets a sequence back to what elaboration left. */
export function resetSequence(c: Context, handle: Handle, node: Node): void {
  if (!c.facts.isMutated(handle)) return;
  for (const variable of everything(variablesOf(c, handle, node))) {
    c.emit({ kind: 'set', variable, expr: number(variable.initial), site: c.site(node) });
  }
}
