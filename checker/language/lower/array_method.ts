import type { Node } from '../ast.ts';
import type { Block } from '../ir.ts';
import { callFunction } from './call.ts';
import type { Context } from './context.ts';
import { equals, merge, truth } from './convert.ts';
import { getElement, getProperty } from './member.ts';
import { nativeCall } from './native.ts';
import { booleanValue } from './operators.ts';
import { refuse } from './refusal.ts';
import { constant, UNDEFINED, type Value } from './value.ts';

/** Methods of arrays known at compile time: searched with model functions, element by element. */
export function arrayMethod(
  c: Context,
  array: Value,
  key: string,
  args: readonly Value[],
  node: Node,
): Value {
  const length = lengthOf(array);
  const element = (i: number): Value => getElement(c, array, constant(i), node);
  const each = (i: number): Value =>
    callFunction(
      c,
      args[0] ?? UNDEFINED,
      null,
      [c.settle(element(i), 'element', node), constant(i)],
      node,
      key,
    );
  switch (key) {
    case 'some':
      return quantify(c, length, each, true, node);
    case 'every':
      return quantify(c, length, each, false, node);
    case 'includes':
      return quantify(
        c,
        length,
        (i) => booleanValue(equals(c, element(i), args[0] ?? UNDEFINED, node)),
        true,
        node,
      );
    case 'indexOf':
      return firstOf(
        c,
        length,
        (i) => booleanValue(equals(c, element(i), args[0] ?? UNDEFINED, node)),
        constant,
        constant(-1),
        node,
      );
    case 'findIndex':
      return firstOf(c, length, each, constant, constant(-1), node);
    case 'find':
      return firstOf(c, length, each, element, UNDEFINED, node);
    case 'forEach':
      for (let i = 0; i < length; i++) c.iteration(node, i, () => each(i));
      return UNDEFINED;
    case 'at':
      return getElement(c, array, args[0] ?? UNDEFINED, node);
    case 'push':
    case 'pop':
    case 'shift':
    case 'unshift':
    case 'splice':
      return refuse('UPY111', c.activation.source, node, `array.${key}()`);
    case 'sort':
    case 'reverse':
    case 'fill':
    case 'copyWithin':
      return refuse('UPY112', c.activation.source, node, `array.${key}()`);
    default:
      if (array.kind === 'tuple' && array.fields !== null)
        return refuse('UPY105', c.activation.source, node, `${key}() of an object that is made in a process`);
      if (array.kind !== 'const') return refuse('UPY115', c.activation.source, node, `array.${key}()`);
      return nativeCall(c, getProperty(c, array, key, node) as never, array, args, node);
  }
}

function lengthOf(array: Value): number {
  if (array.kind === 'tuple') return array.items.length;
  return array.kind === 'const' && Array.isArray(array.value) ? array.value.length : 0;
}

/** `some` (stops at the first true) or `every` (at the first false). */
function quantify(c: Context, length: number, holds: (i: number) => Value, some: boolean, node: Node): Value {
  return firstOf(
    c,
    length,
    (i) => (some ? holds(i) : negated(c, holds(i), node)),
    () => constant(some),
    constant(!some),
    node,
  );
}

function negated(c: Context, value: Value, node: Node): Value {
  const test = truth(c, value, node);
  return booleanValue(typeof test === 'boolean' ? !test : { kind: 'unary', op: '!', a: test });
}

function firstOf(
  c: Context,
  length: number,
  holds: (i: number) => Value,
  found: (i: number) => Value,
  otherwise: Value,
  node: Node,
): Value {
  const exits: { block: Block; value: Value }[] = [];
  for (let i = 0; i < length; i++) {
    const test = c.iteration(node, i, () => truth(c, holds(i), node));
    if (test === false) continue;
    const [yes, no] = [c.newBlock(), c.newBlock()];
    if (test === true) c.link({ kind: 'goto', to: yes });
    else c.branch(test, yes, no);
    c.moveTo(yes);
    exits.push({ value: c.settle(found(i), 'found', node), block: c.block });
    c.moveTo(no);
    if (test === true) break;
  }
  if (c.reachable) exits.push({ block: c.block, value: otherwise });
  return merge(c, c.key(node, 'first'), 'found', exits, c.newBlock(), node);
}
