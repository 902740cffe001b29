import type { Kernel } from './kernel.ts';

/**
 * taskENTER_CRITICAL of the kernel's own lock: interrupts off on this core, and on several cores the kernel for this
 * core alone. Nests. For a lock of one's own (`portMUX_TYPE`) take a `Spinlock`.
 */
export function taskENTER_CRITICAL(kernel: Kernel): void {
  kernel.lock.lock();
  kernel.here().criticalNesting++;
}

export function taskEXIT_CRITICAL(kernel: Kernel): void {
  kernel.here().criticalNesting--;
  kernel.lock.unlock();
}
