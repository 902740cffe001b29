import { check, demand, meOrNull } from '../index.ts';
import { refuse } from './context.ts';
import type { Kernel } from './kernel.ts';
import { Task } from './task.ts';
import { xTaskIncrementTick } from './tick.ts';

/** No switch until {@link xTaskResumeAll}; interrupts go on, and ticks are counted. Nests. */
export function vTaskSuspendAll(kernel: Kernel): void {
  if (meOrNull(Task) === null) return refuse('vTaskSuspendAll', undefined);
  kernel.call(() => {
    const cpu = kernel.here();
    cpu.suspension.begin(cpu);
  });
}

/** Ends one vTaskSuspendAll; whether it switched. */
export function xTaskResumeAll(kernel: Kernel): boolean {
  if (meOrNull(Task) === null) return refuse('xTaskResumeAll', false);
  return kernel.call(() => {
    const { suspension } = kernel.here();
    check(suspension.depth > 0, 'configASSERT: xTaskResumeAll without vTaskSuspendAll');
    suspension.end();
    return resumed(kernel);
  });
}

/**
 * What xTaskResumeAll does when the scheduler goes on: readies what became ready meanwhile, makes up for the ticks, and
 * switches if somebody asked for it. Within a kernel call; nothing if the scheduler is still suspended.
 * @returns whether it switched.
 */
export function resumed(kernel: Kernel): boolean {
  const cpu = kernel.here();
  const { suspension } = cpu;
  if (suspension.depth > 0) return false;
  while (suspension.pendingReady.length > 0) {
    const task = suspension.pendingReady.shift();
    task.waitingIn = null;
    kernel.makeReady(task);
    // FreeRTOS SMP has told whoever must switch when the task was pended.
    if (kernel.scheduling.smp) continue;
    if (kernel.scheduling.yieldRequired(kernel, task, kernel.config.resumeYieldsToEqual))
      cpu.yieldPending = true;
  }
  if (suspension === kernel.cpus[0]!.suspension)
    while (kernel.pendedTicks > 0) {
      if (xTaskIncrementTick(kernel)) cpu.yieldPending = true;
      kernel.pendedTicks--;
    }
  if (!cpu.yieldPending) return false;
  kernel.yieldIfPreemptive();
  return kernel.config.preemption;
}

/**
 * How a call ends that has put its caller on a list with the scheduler suspended: `if( xTaskResumeAll() == pdFALSE )
 * taskYIELD_WITHIN_API()`.
 */
export function resumeAllAndYield(kernel: Kernel): void {
  if (!resumed(kernel)) kernel.portYield();
}

/** configASSERT: no blocking with the scheduler suspended. What another core suspended is waited for. */
export function mayBlock(kernel: Kernel, ticks: number): void {
  const { smp } = kernel.scheduling;
  demand(
    ticks === 0 ||
      kernel.here().suspension.depth === 0 ||
      (smp && kernel.here().suspension.owner !== kernel.here()),
    'configASSERT: a task blocks while the scheduler is suspended',
  );
}

/**
 * xTaskGetSchedulerState in the assertion that stands before what may block: on several cores a critical section of
 * its own, which waits for the kernel's locks, and at whose end the core may switch.
 */
export function beforeBlocking(kernel: Kernel): void {
  if (kernel.scheduling.smp) kernel.call(() => {});
}
