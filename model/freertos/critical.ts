import { meOrNull } from '../index.ts';
import { refuse } from './context.ts';
import type { Kernel } from './kernel.ts';
import { EspIdf } from './scheduling_idf.ts';
import { Task } from './task.ts';
import { taskYIELD } from './tasks.ts';

/**
 * taskENTER_CRITICAL of the kernel's own lock: interrupts off on this core, and on several cores the kernel for this
 * core alone. Nests. For a lock of one's own (`portMUX_TYPE`) take a `Spinlock`.
 */
export function taskENTER_CRITICAL(kernel: Kernel): void {
  // The ports of ESP-IDF have one function for both.
  if (meOrNull(Task) === null && !(kernel.scheduling instanceof EspIdf))
    return refuse('taskENTER_CRITICAL', undefined);
  kernel.lock.lock();
  kernel.here().criticalNesting++;
}

/** Ends one taskENTER_CRITICAL. */
export function taskEXIT_CRITICAL(kernel: Kernel): void {
  const cpu = kernel.here();
  cpu.criticalNesting--;
  const due = kernel.scheduling.exitYields(cpu);
  kernel.lock.unlock();
  if (due) taskYIELD(kernel);
}

/** The same lock in an interrupt handler (taskENTER_CRITICAL_FROM_ISR, portENTER_CRITICAL_ISR). */
export function taskENTER_CRITICAL_FROM_ISR(kernel: Kernel): void {
  kernel.lock.lock();
}

/** Ends one taskENTER_CRITICAL_FROM_ISR. */
export function taskEXIT_CRITICAL_FROM_ISR(kernel: Kernel): void {
  kernel.lock.unlock();
}
