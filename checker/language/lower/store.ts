import { objectTag } from '../../../model/intrinsics/tag.ts';
import type { Node } from '../ast.ts';
import type { Expr, Family } from '../ir.ts';
import type { Context } from './context.ts';
import { flow, scalarExpr } from './convert.ts';
import type { Type } from './facts.ts';
import {
  accessorOf,
  checkedIndex,
  codeOf,
  constantElement,
  constantProperty,
  labelValue,
  nonNull,
  plain,
  requireHolders,
  targetsOf,
  uniteElements,
  uniteProperties,
} from './member.ts';
import { hasIn, ownIn, valueIn } from './native_property.ts';
import { refuse } from './refusal.ts';
import { split } from './split.ts';
import { constant, UNDEFINED, type Value } from './value.ts';

export function setProperty(c: Context, from: Value, key: string, value: Value, node: Node): void {
  const object = nonNull(c, from, node);
  if (c.mode === 'pure') refuse('UPY118', c.activation.source, node);
  if (object.kind === 'const') {
    if (object.value === null || object.value === undefined) {
      constantProperty(c, object.value, key, node);
      return;
    }
    setConstant(c, object.value as object, key, value, node);
    return;
  }
  if (object.kind !== 'scalar' || object.type.group === null)
    refuse('UPY121', c.activation.source, node, 'assigning to a field of this value');
  const targets = targetsOf(object.type);
  const holders = targets.filter(([, target]) => hasIn(target, key));
  if (holders.length === 0)
    refuse('UPY133', c.activation.source, node, `assigning '${key}', which no possible object here has,`);
  for (const [, target] of holders) assignable(c, target, key, node);
  requireHolders(c, object, targets, holders, key, node);
  for (const [, target] of holders) {
    const fact = c.facts.mark(target, key);
    labelValue(fact.labels, value);
    flow(c, fact.type, value, node);
  }
  const type = uniteProperties(c, holders, key);
  const family = c.registry.referenceFamily(object.type.group, key);
  storeFamily(c, family, codeOf(object), value, type, node);
}

function storeFamily(c: Context, family: Family, index: Expr, value: Value, type: Type, node: Node): void {
  const expr = scalarExpr(value, type);
  const site = c.site(node);
  c.access(
    'write',
    family.elements.filter((v) => v !== null),
    site,
  );
  if (expr !== null) c.emit({ kind: 'store', family, index, expr, site });
}

function assignable(c: Context, object: object, key: string, node: Node): void {
  const { source } = c.activation;
  const tag = objectTag(object);
  if (tag !== null) refuse('UPY117', source, node, `assigning '${key}' of a ${tag}`);
  const accessor = accessorOf(object, key);
  if (accessor !== undefined) refuse('UPY113', source, node);
  if (!ownIn(object, key))
    refuse('UPY116', source, node, `assigning '${key}', which is not the object's own property,`);
}

function setConstant(c: Context, object: object, key: string, value: Value, node: Node): void {
  if (Array.isArray(object) && key === 'length')
    refuse('UPY111', c.activation.source, node, 'assigning the length of an array');
  assignable(c, object, key, node);
  const fact = c.facts.mark(object, key);
  if (value.kind === 'tuple' || value.kind === 'union')
    refuse('UPY121', c.activation.source, node, 'a tuple or record in a field');
  labelValue(fact.labels, value);
  flow(c, fact.type, value, node);
  flow(c, fact.type, constant(plain(valueIn(object, key))), node);
  const variable = c.registry.property(object, key);
  const site = c.site(node);
  c.access('write', [variable], site);
  const expr = scalarExpr(value, fact.type.type);
  if (expr !== null) c.emit({ kind: 'set', variable, expr, site });
}

export function setElement(c: Context, from: Value, index: Value, value: Value, node: Node): void {
  const object = nonNull(c, from, node);
  if (c.mode === 'pure') refuse('UPY118', c.activation.source, node);
  if (object.kind === 'const' && index.kind === 'const') {
    const array = object.value;
    if (!Array.isArray(array)) setProperty(c, object, String(index.value), value, node);
    else if (Number(index.value) in array) setConstant(c, array, String(index.value), value, node);
    else constantElement(c, array, Number(index.value), node);
    return;
  }
  if (object.kind === 'scalar') {
    split(c, object, node, 'element', (target) => {
      setElement(c, constant(target), index, value, node);
      return UNDEFINED;
    });
    return;
  }
  if (object.kind !== 'const' || !Array.isArray(object.value)) refuse('UPY109', c.activation.source, node);
  const array = object.value as unknown[];
  const at = checkedIndex(c, index, array.length, node);
  if (value.kind === 'tuple' || value.kind === 'union')
    refuse('UPY121', c.activation.source, node, 'a tuple or record in an array');
  for (const i of array.keys()) flow(c, c.facts.mark(array, String(i)).type, value, node);
  const type = uniteElements(c, array);
  storeFamily(c, c.registry.arrayFamily(array), at, value, type, node);
}
