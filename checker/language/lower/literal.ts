import type { Argument, Expression } from '../ast.ts';
import { elementsOf } from './call.ts';
import type { Context } from './context.ts';
import { before, lowerExpression } from './expression.ts';
import { refuse } from './refusal.ts';
import { UNDEFINED, type Value } from './value.ts';

/** A tuple. */
export function arrayLiteral(c: Context, elements: readonly (Argument | null)[]): Value {
  const items: Value[] = [];
  for (const [i, element] of elements.entries()) {
    if (element === null) items.push(UNDEFINED);
    else if (element.type === 'SpreadElement') {
      const value = lowerExpression(c, element.argument);
      if (value.kind === 'tuple') items.push(...value.items);
      else if (value.kind === 'const' && Array.isArray(value.value))
        items.push(...elementsOf(c, value, element));
      else refuse('UPY131', c.activation.source, element, 'the spread of a value known only at run time');
    } else items.push(before(c, lowerExpression(c, element), elements.slice(i + 1)));
  }
  return { kind: 'tuple', items, fields: null };
}

export function objectLiteral(c: Context, node: Expression & { type: 'ObjectExpression' }): Value {
  const items: Value[] = [];
  const fields: string[] = [];
  for (const [i, property] of node.properties.entries()) {
    if (property.type !== 'Property' || property.kind !== 'init' || property.computed) {
      return refuse('UPY121', c.activation.source, property);
    }
    const key =
      property.key.type === 'Identifier'
        ? property.key.name
        : property.key.type === 'Literal'
          ? String(property.key.value)
          : null;
    if (key === null) return refuse('UPY109', c.activation.source, property);
    fields.push(key);
    items.push(before(c, lowerExpression(c, property.value), node.properties.slice(i + 1)));
  }
  return { kind: 'tuple', ...inOrder(fields, items) };
}

/** Records with the same fields are alike, whatever the order in which they are written. */
function inOrder(fields: readonly string[], items: readonly Value[]): { fields: string[]; items: Value[] } {
  const order = [...new Set(fields)].sort();
  return { fields: order, items: order.map((field) => items[fields.lastIndexOf(field)] as Value) };
}
