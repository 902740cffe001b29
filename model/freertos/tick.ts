import type { Kernel } from './kernel.ts';

/**
 * xTaskIncrementTick, within a kernel call on the core that counts: expires time-outs of all tasks. Whether that
 * core should switch. While the scheduler is suspended the tick is only counted.
 */
export function xTaskIncrementTick(kernel: Kernel): boolean {
  if (kernel.cpus[0]!.suspension.depth > 0) {
    kernel.pendedTicks++;
    return false;
  }
  kernel.tick = tickSum(kernel, kernel.tick, 1);
  return expire(kernel);
}

function expire(kernel: Kernel): boolean {
  let switchDue = false;
  for (const task of kernel.tasks) if (task.left > 0) task.left--;
  while (kernel.delayed.length > 0 && kernel.delayed.at(0).left === 0) {
    const task = kernel.delayed.at(0);
    kernel.makeReady(task);
    if (kernel.scheduling.tickReadied(kernel, task)) switchDue = true;
  }
  return kernel.scheduling.tickEnds(kernel) || switchDue;
}

/** `tick + ticks` in the arithmetic of TickType_t. */
export function tickSum(kernel: Kernel, tick: number, ticks: number): number {
  const { tickBits } = kernel.config;
  if (tickBits === 32) return (tick + ticks) | 0;
  return (tick + ticks) & ((1 << tickBits) - 1);
}

const MIN = 1 << 31;

/** Comparison of two tick counts as the unsigned numbers that they are. */
export function tickBelow(a: number, b: number): boolean {
  return (a ^ MIN) < (b ^ MIN);
}

/** The same, or equal. */
export function tickAtMost(a: number, b: number): boolean {
  return (a ^ MIN) <= (b ^ MIN);
}

/** xTaskGetTickCount, as an unsigned number. */
export function xTaskGetTickCount(kernel: Kernel): number {
  return kernel.tick >>> 0;
}

/** Whether a tick would change anything but the count: a port whose tick comes at any time need not raise it else. */
export function tickMatters(kernel: Kernel): boolean {
  if (kernel.cpus[0]!.suspension.depth === 0) {
    for (const cpu of kernel.cpus) {
      if (cpu.yieldPending) return true;
      if (kernel.config.timeSlicing && kernel.ready[cpu.running!.priority]!.length > 1) return true;
    }
    // Of the ticks that are put off, the first may end a time slice; the others expire time-outs, or do nothing.
  } else if (kernel.pendedTicks === 0) return true;
  for (const task of kernel.tasks) if (task.left > kernel.pendedTicks) return true;
  return false;
}
