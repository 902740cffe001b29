import { children, type Node } from '../ast.ts';
import type { Callable } from './value.ts';

/** What the text of a function says, whoever calls it. */

/** Whether the body of a function begins with `'directive'`. */
export function hasDirective(fn: Callable, directive: string): boolean {
  if (fn.body === null || fn.body.type !== 'BlockStatement') return false;
  return fn.body.body.some(
    (s) => s.type === 'ExpressionStatement' && (s as { directive?: string | null }).directive === directive,
  );
}

const assignedCache = new WeakMap<Callable, ReadonlySet<string>>();

/** Names that are assigned somewhere in a function, nested functions included. */
export function assignedNames(fn: Callable): ReadonlySet<string> {
  let names = assignedCache.get(fn) as Set<string> | undefined;
  if (names === undefined) {
    names = new Set();
    collectAssigned(fn, names);
    assignedCache.set(fn, names);
  }
  return names;
}

function collectAssigned(node: Node, names: Set<string>): void {
  if (node.type === 'AssignmentExpression') collectTargets(node.left as Node, names);
  if (node.type === 'UpdateExpression') collectTargets(node.argument, names);
  if (
    (node.type === 'ForOfStatement' || node.type === 'ForInStatement') &&
    node.left.type !== 'VariableDeclaration'
  ) {
    collectTargets(node.left as Node, names);
  }
  if (node.type === 'VariableDeclaration' && node.kind !== 'const') {
    for (const { id, init } of node.declarations) if (init === null) collectTargets(id, names);
  }
  for (const child of children(node)) collectAssigned(child, names);
}

function collectTargets(node: Node, names: Set<string>): void {
  if (node.type === 'Identifier') names.add(node.name);
  else if (node.type !== 'MemberExpression') for (const child of children(node)) collectTargets(child, names);
}
