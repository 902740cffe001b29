import type { SequenceHandle } from '../../../model/intrinsics/sequence.ts';
import { objectTag } from '../../../model/intrinsics/tag.ts';
import type { Expression, Node, Statement } from '../ast.ts';
import { children } from '../ast.ts';
import { assignTo, declarePattern } from './assign.ts';
import type { Context } from './context.ts';
import { truth } from './convert.ts';
import { lowerExpression } from './expression.ts';
import { getElement, nonNull } from './member.ts';
import { pythonJump } from './python.ts';
import { refuse } from './refusal.ts';
import { snapshot } from './sequence.ts';
import { split } from './split.ts';
import { inScope, lowerBody, lowerWhile } from './statement.ts';
import { constant, type Scalar, UNDEFINED, type Value } from './value.ts';

type For = Statement & { type: 'ForStatement' };
type ForOf = Statement & { type: 'ForOfStatement' };

/** Loops with up to this many iterations that are known at compile time are unrolled. */
const UNROLL_MAX = 64;

export function lowerFor(c: Context, node: For, labels: readonly string[]): void {
  inScope(c, () => {
    const values = knownIterations(c, node);
    if (values !== null) {
      unrollFor(c, node, labels, values);
      return;
    }
    const { init, test, body, update } = node;
    if (init !== null) {
      if (init.type === 'VariableDeclaration') {
        for (const d of init.declarations)
          declarePattern(
            c,
            d.id,
            d.init === null ? UNDEFINED : lowerExpression(c, d.init),
            init.kind === 'const',
          );
      } else lowerExpression(c, init);
    }
    lowerWhile(
      c,
      test,
      body,
      labels,
      node,
      update === null
        ? null
        : () => {
            lowerExpression(c, update);
          },
    );
  });
}

/** The values of the loop variable, if all are known now and the body does not assign it. */
function knownIterations(c: Context, node: For): number[] | null {
  const { init, test, update } = node;
  if (
    init?.type !== 'VariableDeclaration' ||
    init.declarations.length !== 1 ||
    test === null ||
    update === null
  )
    return null;
  const { id, init: first } = init.declarations[0] as (typeof init.declarations)[0];
  if (id.type !== 'Identifier' || first === null || assigns(node.body, id.name) || assigns(test, id.name))
    return null;
  const step = stepOf(update, id.name);
  if (step === null) return null;
  const start = c.attempt(() => {
    const value = lowerExpression(c, first);
    return value.kind === 'const' && typeof value.value === 'number' ? value.value : null;
  });
  if (start === null) return null;
  const values: number[] = [];
  for (let value = start; values.length <= UNROLL_MAX; value += step) {
    const more = c.attempt(() =>
      inScope(c, () => {
        c.scope.declare(id.name, { kind: 'value', value: constant(value) });
        const holds = truth(c, lowerExpression(c, test), test);
        return typeof holds === 'boolean' ? holds : null;
      }),
    );
    if (more === null) return null;
    if (!more) return values;
    values.push(value);
  }
  return null;
}

function stepOf(update: Expression, name: string): number | null {
  if (
    update.type === 'UpdateExpression' &&
    update.argument.type === 'Identifier' &&
    update.argument.name === name
  ) {
    return update.operator === '++' ? 1 : -1;
  }
  if (
    update.type !== 'AssignmentExpression' ||
    update.left.type !== 'Identifier' ||
    update.left.name !== name
  )
    return null;
  if (update.right.type !== 'Literal' || typeof update.right.value !== 'number') return null;
  return update.operator === '+='
    ? update.right.value
    : update.operator === '-='
      ? -update.right.value
      : null;
}

function assigns(node: Node, name: string): boolean {
  if (node.type === 'AssignmentExpression' && mentions(node.left as Node, name)) return true;
  if (node.type === 'UpdateExpression' && mentions(node.argument, name)) return true;
  return children(node).some((child) => assigns(child, name));
}

function mentions(node: Node, name: string): boolean {
  if (node.type === 'Identifier') return node.name === name;
  if (node.type === 'MemberExpression') return false;
  return children(node).some((child) => mentions(child, name));
}

function unrollFor(c: Context, node: For, labels: readonly string[], values: readonly number[]): void {
  const declaration = (node.init as { declarations: readonly { id: Node & { name: string } }[] })
    .declarations[0];
  const name = (declaration as { id: { name: string } }).id.name;
  const after = c.newBlock();
  pythonJump(c, node);
  iterate(
    c,
    node,
    labels,
    after,
    values.map((value) => () => {
      pythonJump(c, node);
      c.scope.declare(name, { kind: 'value', value: constant(value) });
    }),
    node.body,
  );
  if (c.reachable) pythonJump(c, node);
  c.link({ kind: 'goto', to: after });
  c.moveTo(after);
}

/** One copy of the body for each iteration, after `bind` has set the loop variable. */
function iterate(
  c: Context,
  node: Node,
  labels: readonly string[],
  after: import('../ir.ts').Block,
  binds: readonly (() => void)[],
  body: Statement,
  backEdge = false,
): void {
  const outer = c.path;
  for (const [i, bind] of binds.entries()) {
    if (!c.reachable) break;
    c.path = c.registry.identities.pathBelow(outer, 'iteration', node.start, i);
    const next = c.newBlock();
    inScope(c, () => {
      bind();
      lowerBody(c, body, labels, after, next);
      if (backEdge && c.reachable) pythonJump(c, node);
    });
    c.link({ kind: 'goto', to: next });
    c.moveTo(next);
  }
  c.path = outer;
}

export function lowerForOf(c: Context, node: ForOf, labels: readonly string[]): void {
  const over = lowerExpression(c, node.right);
  forOf(c, node, labels, over);
}

function forOf(c: Context, node: ForOf, labels: readonly string[], from: Value): void {
  const over = from.kind === 'scalar' ? nonNull(c, from, node.right) : from;
  if (over.kind === 'scalar' && over.type.group !== null) {
    split(c, over as Scalar, node, 'for', (target) => {
      forOf(c, node, labels, constant(target));
      return UNDEFINED;
    });
    return;
  }
  const after = c.newBlock();
  if (over.kind === 'const' && objectTag(over.value) === 'sequence') {
    overSequence(c, node, labels, over.value as SequenceHandle<unknown>, after);
  } else {
    const items = itemsOf(c, over, node);
    iterate(
      c,
      node,
      labels,
      after,
      items.map((item) => () => bindLoopVariable(c, node, item())),
      node.body,
      true,
    );
  }
  c.link({ kind: 'goto', to: after });
  c.moveTo(after);
}

function itemsOf(c: Context, over: Value, node: ForOf): readonly (() => Value)[] {
  if (over.kind === 'tuple') return over.items.map((item) => () => item);
  if (over.kind === 'const' && Array.isArray(over.value)) {
    const array = over.value as readonly unknown[];
    return array.map((_, i) => () => getElement(c, over, constant(i), node.right));
  }
  const iterable = over.kind === 'const' ? (over.value as Iterable<unknown> | null) : null;
  if (iterable !== null && typeof iterable === 'object' && Symbol.iterator in iterable)
    return Array.from(iterable, (value) => () => constant(value));
  return refuse('UPY123', c.activation.source, node);
}

function bindLoopVariable(c: Context, node: ForOf, value: Value): void {
  if (node.left.type === 'VariableDeclaration') {
    const declarator = node.left.declarations[0];
    if (declarator !== undefined) declarePattern(c, declarator.id, value, node.left.kind === 'const');
  } else assignTo(c, node.left, value);
}

/** The elements as they are when the loop begins, read in one access. */
function overSequence(
  c: Context,
  node: ForOf,
  labels: readonly string[],
  sequence: SequenceHandle<unknown>,
  after: import('../ir.ts').Block,
): void {
  const { length, elements } = snapshot(c, sequence, node.right);
  iterate(
    c,
    node,
    labels,
    after,
    elements.map((element, i) => () => {
      const inside = c.newBlock();
      c.branch({ kind: 'binary', op: '<', a: { kind: 'const', value: i }, b: length }, inside, after);
      c.moveTo(inside);
      bindLoopVariable(c, node, element);
    }),
    node.body,
    true,
  );
}
