import { check } from '../index.ts';
import type { Cpu } from './cpu.ts';
import type { Kernel } from './kernel.ts';
import type { Task } from './task.ts';
import { isRunning } from './tasks.ts';

/**
 * FreeRTOS SMP: `task` may run on `cpu` only, or (`null`) on any core. Not for a task made with `cpu`, which stays there:
 * make it with `affinity`.
 */
export function vTaskCoreAffinitySet(kernel: Kernel, task: Task, cpu: Cpu | null): void {
  kernel.call(() => {
    check(task.pinned === null, 'vTaskCoreAffinitySet of a task made for one core');
    task.affinity = cpu;
    if (!isRunning(kernel, task)) kernel.scheduling.yieldRequired(kernel, task, false);
    else if (cpu !== null && cpu.running !== task) yieldCoreOf(kernel, task);
  });
}

/** The core that `task` was given by vTaskCoreAffinitySet; `null`: none in particular. */
export function vTaskCoreAffinityGet(task: Task): Cpu | null {
  return task.kernel.read(() => task.affinity);
}

/** FreeRTOS SMP: no other task takes the core away from `task`. It may still block, and time goes on. */
export function vTaskPreemptionDisable(kernel: Kernel, task: Task): void {
  kernel.call(() => {
    task.preemptionDisabled = true;
  });
}

/** What became ready meanwhile runs now. */
export function vTaskPreemptionEnable(kernel: Kernel, task: Task): void {
  kernel.call(() => {
    task.preemptionDisabled = false;
    if (isRunning(kernel, task)) yieldCoreOf(kernel, task);
  });
}

/** The core that runs `task` selects again. */
function yieldCoreOf(kernel: Kernel, task: Task): void {
  for (const cpu of kernel.cpus) if (cpu.running === task) kernel.scheduling.yieldCore(kernel, cpu);
}
