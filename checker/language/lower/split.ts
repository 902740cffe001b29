import type { Node } from '../ast.ts';
import type { Context } from './context.ts';
import { merge } from './convert.ts';
import type { Group } from './facts.ts';
import { codeOf, targetsOf } from './member.ts';
import type { Scalar, Value } from './value.ts';

/** Lowers `body` once for each object that `ref` may stand for, as a switch; joins the results. */
export function split(
  c: Context,
  ref: Scalar,
  node: Node,
  what: string,
  body: (target: unknown) => Value,
  symbols = false,
): Value {
  const fixed = c.settleScalar(ref, 'reference', node);
  const group = (ref.type.group as Group).find();
  const targets: (readonly [number, unknown])[] = symbols
    ? group.members.map((member, i) => [i, member] as const)
    : targetsOf(ref.type);
  if (targets.length === 1) return body((targets[0] as readonly [number, unknown])[1]);
  const dead = c.newBlock();
  const blocks = group.members.map(() => dead);
  const from = c.block;
  const exits: { block: import('../ir.ts').Block; value: Value }[] = [];
  const outer = c.path;
  const { reachable } = c;
  const table = c.viaTable;
  const { identities } = c.registry;
  const { statementCut } = c;
  let uncut = false;
  for (const [i, target] of targets) {
    c.viaTable = table;
    c.statementCut = statementCut;
    const block = c.newBlock();
    blocks[i] = block;
    if (reachable) c.reach(block);
    c.moveTo(block);
    c.path = identities.pathBelow(outer, 'target', node.start, identities.object(target));
    const value = c.settle(body(target), what, node);
    exits.push({ block: c.block, value });
    uncut ||= c.statementCut;
  }
  c.statementCut = uncut;
  c.path = outer;
  c.link({ kind: 'switch', on: codeOf(fixed), targets: blocks }, from);
  return merge(c, c.key(node, `split ${what}`), what, exits, c.newBlock(), node);
}
