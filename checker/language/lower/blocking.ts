import type { Node } from '../ast.ts';
import type { Context } from './context.ts';
import { refuse } from './refusal.ts';
import { UNDEFINED, type Value } from './value.ts';

/** `blocks(call, limit)`: emits nothing; a limit of 0 is no wait. */
export function lowerBlocks(c: Context, call: Value, limit: Value | undefined, node: Node): Value {
  if (limit?.kind === 'const' && limit.value === 0) return UNDEFINED;
  const name = call.kind === 'const' ? `${String(call.value)}()` : 'a call';
  mayBlock(c, name, node);
  return UNDEFINED;
}

/** Whoever blocks is put on a list, and others run: neither happens within a step, nor under a lock. */
export function mayBlock(c: Context, name: string, node: Node): void {
  const { source } = c.activation;
  if (c.mode === 'pure')
    refuse('UPY147', source, node, `${name}, which may block, in a property or run condition`);
  if (c.instant !== null) refuse('UPY146', source, node, `${name} in the condition of ${c.instant}()`);
  const section = c.locked ?? (c.mode === 'atomic' ? 'atomic' : null);
  if (section !== null) refuse('UPY147', source, node, `${name}, which may block, inside ${section}()`);
  c.blocking ??= name;
}
