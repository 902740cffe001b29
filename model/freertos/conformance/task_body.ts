import { atomic, me, note } from '../../index.ts';
import { Task, vTaskDelete, vTaskSuspend } from '../index.ts';
import { taskOp } from './task_ops.ts';
import type { Actor, World } from './world.ts';

/** What a task of a program does: its ops, and then the end that the program wants. */
export function taskBody(world: World, actor: Actor): () => void {
  const { kernel, timing } = world;
  const { name, ops: list, loop = 1, onEnd } = actor.program;
  const { opCost } = world.program.config;
  const ops = list.map((op) => taskOp(world, actor, op));
  return () => {
    actor.lastWake = kernel.tick;
    for (let round = 0; loop === 0 || round < loop; round++)
      for (let pc = 0; pc < ops.length; pc++) {
        const op = ops[pc]!;
        timing.consume(op.units ?? opCost);
        note('op', name, pc);
        const result = op.perform();
        atomic(() => {
          if (timing.counts) actor.completed++;
          note('C', name, pc, result);
          for (const { count, lines } of actor.after)
            if (actor.completed === count)
              for (const line of lines) if (line.core === kernel.here().core) line.raise();
        });
      }
    note('E', name);
    if (onEnd === 'suspend')
      while (true) {
        vTaskSuspend(kernel, me(Task));
        note('E', name);
      }
    vTaskDelete(kernel, me(Task));
  };
}
