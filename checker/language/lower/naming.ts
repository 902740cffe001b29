import type { Elaboration } from '../../../model/intrinsics/elaboration.ts';
import type { Linearizability } from '../../../model/intrinsics/linearizable.ts';
import { metadataOf } from '../../../model/intrinsics/metadata.ts';
import { eachChild, functionAt, type Node } from '../ast.ts';
import { Names } from './names.ts';
import { predicatesOf } from './predicates.ts';

/**
 * Names everything that processes and properties reach.
 * @param isVariable whether a property changes while the model runs: it names nothing unless nothing else does.
 */
export function nameObjects(
  elaboration: Elaboration,
  isVariable: (object: object, key: string) => boolean,
): Names {
  const names = new Names(isVariable);
  const functions: object[] = [];
  for (const property of elaboration.properties) {
    if (property.kind === 'linearizability') {
      functions.push(...operationsOf(property));
      continue;
    }
    const [asked, then] = predicatesOf(property);
    functions.push(asked);
    if (then !== null) functions.push(then);
  }
  for (const { body, options } of elaboration.processes) {
    functions.push(body);
    if (options.runs !== undefined) functions.push(options.runs);
  }
  const seen = new Set<object>();
  for (const fn of functions) nameCaptured(names, fn, seen);
  for (const { roles, name } of elaboration.processes) for (const role of roles) names.root(name, role);
  for (const property of elaboration.properties) {
    if (property.kind !== 'linearizability') continue;
    names.root(property.name, property.object);
    names.root(lowerFirst(property.specification.constructor.name), property.specification);
  }
  names.finish();
  return names;
}

/** Names what a function captured, by the names in its source; `this` last, as it says least. */
function nameCaptured(names: Names, fn: object, seen: Set<object>): void {
  if (seen.has(fn)) return;
  seen.add(fn);
  const metadata = metadataOf(fn);
  const node = metadata === undefined ? null : functionAt(metadata.source, metadata.start);
  if (metadata === undefined || node === null) return;
  for (const name of identifiersOf(node)) {
    try {
      const value = metadata.environment(name);
      if (typeof value === 'function') nameCaptured(names, value, seen);
      else if (value !== globalThis)
        names.root(name === 'this' ? lowerFirst((value as object).constructor.name) : name, value);
    } catch {
      // A variable in its dead zone has no value to name.
    }
  }
}

function operationsOf({ object, specification, operations }: Linearizability): object[] {
  return [object, specification].flatMap((owner) =>
    operations.map((operation) => Reflect.get(owner, operation) as object),
  );
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

const identifierCache = new WeakMap<Node, ReadonlySet<string>>();

function identifiersOf(node: Node): ReadonlySet<string> {
  let found = identifierCache.get(node) as Set<string> | undefined;
  if (found === undefined) {
    found = new Set();
    identifiers(node, found);
    identifierCache.set(node, found);
  }
  return found;
}

function identifiers(node: Node, found: Set<string>): void {
  if (node.type === 'Identifier') found.add(node.name);
  if (node.type === 'ThisExpression') found.add('this');
  eachChild(node, (child) => identifiers(child, found));
}
