import type { Node } from '../ast.ts';
import type { Site } from '../ir.ts';
import type { Context, Control } from './context.ts';
import { writeSlot } from './convert.ts';
import { pythonJump } from './python.ts';
import { refuse } from './refusal.ts';
import { split } from './split.ts';
import { UNDEFINED, type Value } from './value.ts';

/**
 * Leaves control structures from the innermost outwards, running `finally` bodies, until `found` says stop; then
 * `arrived`, which belongs to no structure that was left.
 */
function unwind(
  c: Context,
  found: (entry: Control) => boolean,
  arrived: () => void = () => {},
): Control | null {
  const removed: Control[] = [];
  let result: Control | null = null;
  while (c.control.length > 0) {
    const entry = c.control.at(-1) as Control;
    if (found(entry)) {
      result = entry;
      break;
    }
    removed.push(c.control.pop() as Control);
    if (entry.kind === 'finally') entry.lower();
  }
  if (result !== null && c.reachable) arrived();
  if (result === null || removed.length > 0) restore(c, removed);
  return result;
}

function restore(c: Context, removed: Control[]): void {
  for (const entry of removed.reverse()) c.control.push(entry);
}

export function lowerReturn(c: Context, value: Value, node: Node): void {
  const settled = c.settle(value, 'result', node);
  const own = c.activation;
  const entry = unwind(c, (e) => e.kind === 'return' && e.activation === own);
  if (entry?.kind !== 'return') throw new Error('return outside of a function');
  if (!c.reachable) return;
  entry.exits.push({ block: c.block, value: settled });
  c.terminate({ kind: 'goto', to: entry.exit });
}

export function lowerBreak(c: Context, label: string | null, continues: boolean, node: Node): void {
  const own = c.activation;
  const entry = unwind(
    c,
    (e) =>
      e.kind === 'loop' &&
      e.activation === own &&
      (label === null ? !continues || e.continueTo !== null : e.labels.includes(label)),
    // UNWIND_JUMP: what it raises is no longer caught by a `try` that it left.
    () => pythonJump(c, node),
  );
  if (entry?.kind !== 'loop') return refuse('UPY117', c.activation.source, node, 'this jump');
  const to = continues ? entry.continueTo : entry.breakTo;
  if (to === null) return refuse('UPY117', c.activation.source, node, 'continue here');
  c.terminate({ kind: 'goto', to });
}

/** `throw value`: to the innermost handler, through every `finally` on the way. */
export function raise(c: Context, value: Value, site: Site): void {
  const entry = unwind(c, (e) => e.kind === 'catch' || e.kind === 'shared');
  if (!c.reachable) return;
  if (entry?.kind === 'catch') {
    writeSlot(c, entry.slot, value, { start: site.start, end: site.end } as Node);
    c.terminate({ kind: 'goto', to: entry.handler });
    return;
  }
  if (entry?.kind === 'shared') {
    entry.onThrow(value, site);
    return;
  }
  uncaught(c, value, site);
}

function uncaught(c: Context, value: Value, site: Site): void {
  const fail = (thrown: unknown): Value => {
    const name = `uncaught throw: ${exceptionName(thrown, c)}`;
    const failure = c.registry.failure('uncaught throw', name, site);
    c.terminate({ kind: 'fail', failure, site });
    return UNDEFINED;
  };
  if (value.kind === 'scalar' && value.type.group !== null && value.type.group.find().members.length > 0) {
    split(c, value, { start: site.start, end: site.end } as Node, 'uncaught', fail, true);
    c.terminate({ kind: 'abort' });
    return;
  }
  fail(value.kind === 'const' ? value.value : undefined);
}

function exceptionName(value: unknown, c: Context): string {
  if (typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string')
    return value.name;
  return typeof value === 'string' ? value : c.registry.show(value);
}
