import { check, critical } from '../index.ts';
import type { Cpu, Suspension } from './cpu.ts';
import type { Kernel } from './kernel.ts';
import type { Task } from './task.ts';

/**
 * What differs between FreeRTOS on one core, ESP-IDF's FreeRTOS and FreeRTOS SMP: who must switch, and to whom.
 * Called within kernel calls.
 */
export interface Scheduling {
  /** The branches of tasks.c for `configNUMBER_OF_CORES > 1`, which ESP-IDF's kernel does not have. */
  readonly smp: boolean;
  /** One kernel call: `body` in the kernel's critical section. */
  call<T>(kernel: Kernel, body: () => T): T;
  /** Whether a kernel call of this process would have to wait for another core. */
  waits(): boolean;
  /** Within a kernel call: `cpu` must switch as soon as it can. */
  yieldCore(kernel: Kernel, cpu: Cpu): void;
  /** Whether this core, leaving the kernel's critical section, must switch. */
  exitYields(cpu: Cpu): boolean;
  /** A task was created before the scheduler starts: perhaps it is the one that will run first. */
  created(kernel: Kernel, task: Task): void;
  /** Whether the calling core must switch because `task` is ready; another core that must is interrupted. */
  yieldRequired(kernel: Kernel, task: Task, orEqual: boolean): boolean;
  /** The suspension that keeps `task` off the ready lists while it lasts. */
  suspensionOf(kernel: Kernel, task: Task): Suspension;
  /** The next task of this core; its list is rotated. */
  select(kernel: Kernel, cpu: Cpu): Task;
  /** xTaskIncrementTick found that `task` waited long enough: whether the ticking core should switch. */
  tickReadied(kernel: Kernel, task: Task): boolean;
  /** Time slices and pending yields at the end of a tick: whether the ticking core should switch. */
  tickEnds(kernel: Kernel): boolean;
  /** A ready mutex holder was raised, or a running one lowered: another core may have to switch. */
  inherited(kernel: Kernel, holder: Task): void;
  disinherited(kernel: Kernel, holder: Task): void;
  /** portYIELD_FROM_ISR */
  yieldFromIsr(cpu: Cpu): void;
}

/** The list of the highest priority that has a ready task, as `taskSELECT_HIGHEST_PRIORITY_TASK` finds it. */
export class SingleCore implements Scheduling {
  readonly smp = false;

  call<T>(kernel: Kernel, body: () => T): T {
    return critical(kernel.lock, body);
  }

  waits(): boolean {
    return false;
  }

  yieldCore(_kernel: Kernel, cpu: Cpu): void {
    cpu.requestYield();
  }

  /** A switch was requested when it became due; the interrupt comes by itself. */
  exitYields(): boolean {
    return false;
  }

  created(kernel: Kernel, task: Task): void {
    const cpu = kernel.cpus[0]!;
    if (cpu.running === null || cpu.running.configured <= task.configured) cpu.running = task;
  }

  yieldRequired(kernel: Kernel, task: Task, orEqual: boolean): boolean {
    const running = kernel.cpus[0]!.running!;
    return task.priority > running.priority || (orEqual && task.priority === running.priority);
  }

  suspensionOf(kernel: Kernel): Suspension {
    return kernel.suspension;
  }

  select(kernel: Kernel): Task {
    for (let p = kernel.config.priorities - 1; p >= 0; p--)
      if (kernel.ready[p]!.length > 0) return kernel.ready[p]!.next();
    check(false, 'no task is ready');
    return kernel.tasks[0]!;
  }

  tickReadied(kernel: Kernel, task: Task): boolean {
    return kernel.config.preemption && task.priority > kernel.cpus[0]!.running!.priority;
  }

  tickEnds(kernel: Kernel): boolean {
    const { preemption, timeSlicing } = kernel.config;
    const cpu = kernel.cpus[0]!;
    if (!preemption) return false;
    if (timeSlicing && kernel.ready[cpu.running!.priority]!.length > 1) return true;
    return cpu.yieldPending;
  }

  inherited(): void {}

  disinherited(): void {}

  yieldFromIsr(cpu: Cpu): void {
    cpu.requestYield();
  }
}
