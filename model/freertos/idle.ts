import type { Cpu } from './cpu.ts';
import type { Kernel } from './kernel.ts';
import { prvCheckTasksWaitingTermination } from './lifetime.ts';
import type { Task } from './task.ts';
import { taskYIELD } from './tasks.ts';

/**
 * prvIdleTask: frees what deleted itself, lets other tasks of priority 0 run, and calls the idle hook, for ever.
 * A body for a task of priority 0.
 */
export function prvIdleTask(kernel: Kernel, hook: () => void): void {
  while (true) {
    if (kernel.config.reclaim) prvCheckTasksWaitingTermination(kernel);
    if (!kernel.config.preemption) taskYIELD(kernel);
    else if (kernel.config.idleShouldYield && kernel.ready[0]!.length > kernel.cpus.length) taskYIELD(kernel);
    hook();
  }
}

/**
 * An idle task on each core, in order. Without `reclaim` and other tasks of priority 0 it does nothing but wait for
 * interrupts (WFI, `waiti`), which is one location.
 */
export function idleTasks(kernel: Kernel): Task[] {
  return kernel.cpus.map((cpu) =>
    kernel.create(kernel.cpus.length === 1 ? 'IDLE' : `IDLE${cpu.core.index}`, 0, () => idle(kernel, cpu), {
      cpu,
      background: true,
    }),
  );
}

function idle(kernel: Kernel, cpu: Cpu): void {
  if (kernel.config.reclaim) prvIdleTask(kernel, () => cpu.core.wfi());
  else cpu.core.idleLoop();
}
