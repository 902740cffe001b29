import { check, critical } from '../index.ts';
import type { Cpu, Suspension } from './cpu.ts';
import type { Kernel } from './kernel.ts';
import type { Scheduling } from './scheduling.ts';
import type { Task } from './task.ts';

/**
 * FreeRTOS as ESP-IDF has it (components/freertos/FreeRTOS-Kernel/tasks.c, from V10.5.1): each core selects for itself
 * among the ready tasks that may run on it, suspends its scheduler for itself, and interrupts the other core when
 * that must switch. Preemption is always on.
 */
export class EspIdf implements Scheduling {
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

  /** prvInitialiseNewTask and vTaskStartScheduler: a core starts with the last of its highest-priority tasks. */
  created(kernel: Kernel, task: Task): void {
    const cpu = task.affinity ?? freest(kernel.cpus);
    if (cpu.running === null || cpu.running.configured <= task.configured) cpu.running = task;
  }

  /** prvIsYieldRequiredSMP */
  yieldRequired(kernel: Kernel, task: Task, orEqual: boolean): boolean {
    const here = kernel.here();
    if (outranks(task, here, orEqual)) return true;
    for (const cpu of kernel.cpus)
      if (cpu !== here && outranks(task, cpu, orEqual)) {
        cpu.requestYield();
        return false;
      }
    return false;
  }

  /** prvCheckTaskCanBeScheduledSMP, and the pending list that is used if it cannot. */
  suspensionOf(kernel: Kernel, task: Task): Suspension {
    if (task.affinity !== null) return task.affinity.suspension;
    for (const cpu of kernel.cpus) if (cpu.suspension.depth === 0) return cpu.suspension;
    return kernel.here().suspension;
  }

  /** prvSelectHighestPriorityTaskSMP */
  select(kernel: Kernel, cpu: Cpu): Task {
    for (let p = kernel.config.priorities - 1; p >= 0; p--) {
      const list = kernel.ready[p]!;
      if (list.length === 0) continue;
      const next = kernel.cpus.length === 1 ? list.next() : list.select((task) => mayRun(kernel, task, cpu));
      if (next !== null) return next;
    }
    check(false, 'no task is ready for this core');
    return kernel.tasks[0]!;
  }

  /** For another core it only leaves a mark, which that core finds at its own tick. */
  tickReadied(kernel: Kernel, task: Task): boolean {
    const ticking = kernel.cpus[0]!;
    if (task.affinity === null || task.affinity === ticking)
      if (task.priority > ticking.running!.priority) return true;
    for (const cpu of kernel.cpus)
      if (cpu !== ticking && (task.affinity === null || task.affinity === cpu))
        if (task.priority > cpu.running!.priority) cpu.yieldPending = true;
    return false;
  }

  tickEnds(kernel: Kernel): boolean {
    return this.sliceIsOver(kernel, kernel.cpus[0]!);
  }

  /** Time slices, and what core 0's tick left for this core. */
  xTaskIncrementTickOtherCores(kernel: Kernel, cpu: Cpu): boolean {
    return cpu.suspension.depth === 0 && this.sliceIsOver(kernel, cpu);
  }

  private sliceIsOver(kernel: Kernel, cpu: Cpu): boolean {
    if (kernel.config.timeSlicing && kernel.ready[cpu.running!.priority]!.length > 1) return true;
    return cpu.yieldPending;
  }

  inherited(): void {}

  disinherited(): void {}

  /** The return to thread level switches (`_frxt_int_exit`). */
  yieldFromIsr(cpu: Cpu): void {
    cpu.switchFlag = true;
  }
}

function outranks(task: Task, cpu: Cpu, orEqual: boolean): boolean {
  if (task.affinity !== null && task.affinity !== cpu) return false;
  if (cpu.suspension.depth > 0) return false;
  const running = cpu.running!;
  return task.priority > running.priority || (orEqual && task.priority === running.priority);
}

function mayRun(kernel: Kernel, task: Task, cpu: Cpu): boolean {
  if (task.affinity !== null) return task.affinity === cpu;
  for (const other of kernel.cpus) if (other !== cpu && other.running === task) return false;
  return true;
}

function freest(cpus: readonly Cpu[]): Cpu {
  return cpus.find(({ running }) => running === null) ?? cpus[0]!;
}
