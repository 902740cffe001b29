import { relaxed } from '../index.ts';
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
    letOthersRun(kernel);
    hook();
  }
}

/** prvPassiveIdleTask of FreeRTOS SMP: all idle tasks but one, which free nothing. */
export function prvPassiveIdleTask(kernel: Kernel, hook: () => void): void {
  while (true) {
    letOthersRun(kernel);
    hook();
  }
}

function letOthersRun(kernel: Kernel): void {
  if (!kernel.config.preemption) taskYIELD(kernel);
  else if (kernel.config.idleShouldYield && othersAreReady(kernel)) taskYIELD(kernel);
}

/** Read without a critical section, as in the source: an old value does no harm. */
function othersAreReady(kernel: Kernel): boolean {
  return relaxed(() => kernel.ready[0]!.length > kernel.cpus.length);
}

/**
 * As many idle tasks as cores: one on each, in order, or (FreeRTOS SMP) all of them wherever there is room. Without
 * `reclaim` and other tasks of priority 0 it does nothing but wait for
 * interrupts (WFI, `waiti`), which is one location.
 */
export function idleTasks(kernel: Kernel): Task[] {
  const { smp } = kernel.scheduling;
  return kernel.cpus.map((cpu, n) =>
    kernel.create(kernel.cpus.length === 1 ? 'IDLE' : `IDLE${n}`, 0, () => idle(kernel, n), {
      ...(smp ? {} : { cpu }),
      idle: true,
      background: true,
    }),
  );
}

function idle(kernel: Kernel, n: number): void {
  const wait = () => kernel.here().core.wfi();
  if (!kernel.config.reclaim) kernel.cpus[n]!.core.idleLoop();
  else if (kernel.scheduling.smp && n > 0) prvPassiveIdleTask(kernel, wait);
  else prvIdleTask(kernel, wait);
}
