import type { Node } from '../ast.ts';
import { callFunction } from './call.ts';
import type { Context } from './context.ts';
import { readSlot, writeSlot } from './convert.ts';
import { constant } from './value.ts';

/**
 * A jump opcode of a `'use python'` function: the port's VM checkpoint runs here. The hook gets the
 * invocation's hidden counter and returns its new value (`vm.c`: `gil_divisor` is local to `mp_execute_bytecode`).
 */
export function pythonJump(c: Context, node: Node): void {
  const counter = c.activation.python;
  const hook = c.handle?.python;
  if (counter === null || hook === undefined || c.mode === 'pure') return;
  const result = callFunction(c, constant(hook), null, [readSlot(counter)], node, 'checkpoint', true);
  writeSlot(c, counter, result.kind === 'const' && result.value === undefined ? constant(0) : result, node);
}
