import { atomic, note } from '../../index.ts';
import type { OpCode } from './program.ts';
import { taskOp } from './task_ops.ts';
import type { World } from './world.ts';

/** A function for xTimerPendFunctionCall: its ops, as in {@link callback}. */
export function pended(world: World, name: string, list: readonly OpCode[]): (parameter: number) => void {
  const run = opsOf(world, name, list);
  return (parameter) => {
    note('V', name, parameter);
    run();
  };
}

/** A timer's callback: its ops, in the timer service task and without a cost of their own. */
export function callback(world: World, timer: string, list: readonly OpCode[]): () => void {
  const run = opsOf(world, timer, list);
  return () => {
    note('V', timer);
    run();
  };
}

function opsOf(world: World, name: string, list: readonly OpCode[]): () => void {
  const ops = list.map((op) => taskOp(world, world.daemon!, op));
  return () => {
    for (let j = 0; j < ops.length; j++) {
      const op = ops[j]!;
      world.timing.consume(op.units ?? 0);
      note('op', world.daemon!.program.name, j);
      const result = op.perform();
      atomic(() => note('v', name, j, result));
    }
  };
}
