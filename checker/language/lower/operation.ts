import type { Node } from '../ast.ts';
import type { Expr, Mark, Shape, Site } from '../ir.ts';
import type { Activation, Context } from './context.ts';
import { raise } from './control.ts';
import { newSlot, readSlot, writeSlot } from './convert.ts';
import type { TypeFact } from './facts.ts';
import type { Target } from './function.ts';
import { targetsOf } from './member.ts';
import { domainOf } from './registry.ts';
import type { Slot } from './slot.ts';
import { split } from './split.ts';
import { constant, UNDEFINED, type Value, variableExpr } from './value.ts';

/** A call that is an operation on an object with a specification. */
export interface OperationCall {
  /** Index among the specified objects. */
  readonly object: number;
  readonly operation: number;
  /** How many operations of this process on the object are open already. */
  readonly depth: number;
}

const NONE: readonly OperationCall[] = [];

/**
 * The operations that a call is. What an operation itself calls on its object is a part of it, unless it was entered through
 * a hook or a callback table: a callback is a caller of its own.
 */
export function operationsOf(c: Context, called: Target, entry: boolean): readonly OperationCall[] {
  if (c.registry.specified.length === 0 || c.mode === 'pure' || c.ghost || c.process < 0) return NONE;
  const { self, identity } = called;
  return c.registry.specified.flatMap(({ object, operations }, index) => {
    const operation = operations.findIndex((key) => Reflect.get(object, key) === identity);
    if (operation < 0) return [];
    const own = self === null && Object.hasOwn(object, operations[operation] as string);
    if (!own && !(self?.kind === 'const' && self.value === object)) return [];
    const { inside, depth } = openOperations(c, index, entry);
    return inside ? [] : [{ object: index, operation, depth }];
  });
}

function openOperations(c: Context, object: number, entry: boolean): { inside: boolean; depth: number } {
  let [entered, inside, depth] = [entry, false, 0];
  for (let a: Activation | null = c.activation ?? null; a !== null; a = a.caller) {
    if (a.operations.some((operation) => operation.object === object)) {
      depth++;
      if (!entered) inside = true;
    }
    if (a.entry) entered = true;
  }
  return { inside, depth };
}

/** The open operations, as part of the identity of a function that is compiled once: in it calls may or may not be operations. */
export function activeOperations(c: Context): string {
  if (c.registry.specified.length === 0) return '';
  const open = c.registry.specified.map((_, index) => {
    const { inside, depth } = openOperations(c, index, false);
    return depth === 0 ? '' : `${index}:${depth}${inside ? '' : 'e'}`;
  });
  return open.every((text) => text === '') ? '' : `!${open.join()}`;
}

/** Whether a method of a reference is an operation of some object that it may stand for: then each has a call of its own. */
export function mayBeOperation(c: Context, called: Target): boolean {
  const { self, identity } = called;
  if (self?.kind !== 'scalar' || self.type.group === null || c.registry.specified.length === 0) return false;
  const targets = targetsOf(self.type);
  return c.registry.specified.some(
    ({ object, operations }) =>
      targets.some(([, target]) => target === object) &&
      operations.some((key) => Reflect.get(object, key) === identity),
  );
}

/** A call of a method, by the objects that its reference may stand for. */
export function byObject(c: Context, called: Target, node: Node, call: (called: Target) => Value): Value {
  if (called.self?.kind !== 'scalar') return call(called);
  return split(c, called.self, node, called.name, (target) => call({ ...called, self: constant(target) }));
}

/** Lowers a call with marks where the operation begins and where it returns or throws. */
export function markOperation(
  c: Context,
  { object, operation, depth }: OperationCall,
  args: readonly Value[],
  node: Node,
  call: () => Value,
): Value {
  const { facts, registry } = c;
  const key = operationKey(object, operation);
  const site = c.site(node);
  const mark = (event: Mark['event'], slots: readonly Slot[]): void =>
    emitMark(c, registry.mark(event, object, operation, c.process, depth), slots, site);
  const parameters = registry.arity(object, operation);
  const slots = Array.from({ length: parameters }, (_, i) => {
    const slot = newSlot(c, `argument ${i}`, facts.local(`${key}|argument ${i}`));
    writeSlot(c, slot, args[i] ?? UNDEFINED, node);
    return slot;
  });
  mark('invoke', slots);
  const exception = newSlot(c, 'exception', facts.local(`${key}|exception`));
  const { value, landing } = catching(c, exception, call);
  if (c.reachable) {
    const result = newSlot(c, 'result', facts.local(`${key}|result`));
    writeSlot(c, result, value, node);
    mark('return', [result]);
  }
  if (landing === null) return value;
  const after = c.block;
  c.moveTo(landing);
  mark('throw', [exception]);
  raise(c, c.settle(readSlot(exception), 'exception', node), site);
  c.moveTo(after);
  return value;
}

/** Lowers `body`; what leaves it by a throw comes to the block `landing`, with its value in `exception`. */
export function catching(c: Context, exception: Slot, body: () => Value) {
  const landing = c.newBlock();
  let thrown = false;
  c.control.push({
    kind: 'shared',
    onThrow: (value: Value, { start, end }: Site) => {
      thrown = true;
      writeSlot(c, exception, value, { start, end } as Node);
      c.terminate({ kind: 'goto', to: landing });
    },
  });
  const value = body();
  c.control.pop();
  return { value, landing: thrown ? landing : null };
}

export function emitMark(c: Context, mark: Mark, slots: readonly Slot[], site: Site): void {
  c.emit({ kind: 'mark', mark, values: slots.flatMap(partsOfSlot), site });
}

/** What flows through an operation has one representation in all processes and in the specification. */
export const operationKey = (object: number, operation: number): string => `operation ${object}.${operation}`;

function partsOfSlot({ scalar, items }: Slot): Expr[] {
  const own = scalar === null ? [] : [variableExpr(scalar)];
  return [...own, ...(items ?? []).flatMap(partsOfSlot)];
}

export function shapeOf(fact: TypeFact): Shape {
  return {
    domain: fact.scalar ? domainOf(fact.type) : null,
    items: fact.items?.map(shapeOf) ?? null,
  };
}
