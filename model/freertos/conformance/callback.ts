import { atomic, busy, note } from '../../index.ts';
import type { OpCode } from './program.ts';
import { taskOp } from './task_ops.ts';
import type { World } from './world.ts';

/** A timer's callback: its ops, in the timer service task and without a cost of their own. */
export function callback(world: World, timer: string, list: readonly OpCode[]): () => void {
  const ops = list.map((op) => taskOp(world, world.daemon!, op));
  return () => {
    note('V', timer);
    for (let j = 0; j < ops.length; j++) {
      const op = ops[j]!;
      busy(op.units ?? 0);
      const result = op.perform();
      atomic(() => note('v', timer, j, result));
    }
  };
}
