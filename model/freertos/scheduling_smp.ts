import { check, critical, meOrNull, until } from '../index.ts';
import type { Cpu, Suspension } from './cpu.ts';
import type { Kernel } from './kernel.ts';
import type { Scheduling } from './scheduling.ts';
import type { KernelLocks } from './smp_locks.ts';
import { On, Task } from './task.ts';
import { isOnCore, isRunning, taskYIELD } from './tasks.ts';

/**
 * FreeRTOS V11.3.0 with `configNUMBER_OF_CORES` 2, `configUSE_CORE_AFFINITY` 1 and `configRUN_MULTIPLE_PRIORITIES` 1:
 * one set of lists, two locks, one suspension for all cores. Each core runs the first ready task that may run there and
 * runs nowhere else; whoever readies a task interrupts the one core that runs the least urgent task.
 */
export class Smp implements Scheduling {
  readonly smp = true;

  /** @param interruptCore portYIELD_CORE: the interrupt that makes another core switch. */
  constructor(
    readonly locks: KernelLocks,
    private readonly interruptCore: (cpu: Cpu) => void,
  ) {}

  /** vTaskStartScheduler: each core starts with an idle task, which yields at once. */
  created(kernel: Kernel, task: Task): void {
    if (!task.idle) return;
    const cpu = kernel.cpus.find(({ running }) => running === null);
    if (cpu === undefined) return;
    cpu.running = task;
    cpu.requestYield();
  }

  /** taskENTER_CRITICAL and taskEXIT_CRITICAL, or those for interrupts, around `body`. */
  call<T>(kernel: Kernel, body: () => T): T {
    const { locks } = this;
    // Spinning is steps of its own: it keeps interrupts off.
    const spins = locks.taken();
    if (spins) locks.lock();
    const [result, due] = critical(locks, (): [T, boolean] => {
      until(() => !locks.taken());
      const value = body();
      return [value, this.exitYields(kernel.here())];
    });
    if (spins) locks.unlock();
    if (due) taskYIELD(kernel);
    return result;
  }

  waits(): boolean {
    return this.locks.taken();
  }

  /** prvYieldCore */
  yieldCore(kernel: Kernel, cpu: Cpu): void {
    if (cpu === kernel.here()) cpu.yieldPending = true;
    else if (!cpu.scheduledToYield) {
      this.interruptCore(cpu);
      cpu.scheduledToYield = true;
    }
  }

  /** vTaskExitCritical, the outermost one of a task: the switch comes when interrupts are on again. */
  exitYields(cpu: Cpu): boolean {
    return meOrNull(Task) !== null && cpu.criticalNesting === 0 && cpu.yieldPending;
  }

  /** vTaskSwitchContext with its locks, for the port. */
  switchContext(kernel: Kernel, cpu: Cpu): void {
    const { locks } = this;
    const spins = locks.takenFor(true);
    if (spins) locks.toSwitch.lock();
    critical(locks.toSwitch, () => {
      until(() => !locks.takenFor(true));
      kernel.vTaskSwitchContext(cpu);
    });
    if (spins) locks.toSwitch.unlock();
  }

  /** prvYieldForTask; whether the own core must switch, for this task or from before. */
  yieldRequired(kernel: Kernel, task: Task): boolean {
    if (!kernel.config.preemption) return false;
    if (!isRunning(kernel, task)) {
      const cpu = this.leastUrgent(kernel, task);
      if (cpu !== null) this.yieldCore(kernel, cpu);
    }
    return kernel.here().yieldPending;
  }

  /** The core that runs the lowest priority below `task`'s; the last one among equals. */
  private leastUrgent(kernel: Kernel, task: Task): Cpu | null {
    let lowest = task.priority - 1;
    let found: Cpu | null = null;
    for (const cpu of kernel.cpus) {
      const priority = urgency(cpu.running!);
      if (priority > lowest || !preemptible(cpu) || !mayRunOn(task, cpu)) continue;
      lowest = priority;
      found = cpu;
    }
    return found;
  }

  suspensionOf(): Suspension {
    return this.locks.suspension;
  }

  /** prvSelectHighestPriorityTask */
  select(kernel: Kernel, cpu: Cpu): Task {
    const previous = cpu.running!;
    if (previous.on === On.Ready) {
      kernel.removeFromState(previous);
      kernel.addToReady(previous);
    }
    const next = this.firstFor(kernel, cpu);
    cpu.scheduledToYield = false;
    if (previous !== next && previous.on === On.Ready) this.moveElsewhere(kernel, cpu, previous, next);
    return next;
  }

  private firstFor(kernel: Kernel, cpu: Cpu): Task {
    for (let p = kernel.config.priorities - 1; p >= 0; p--) {
      const next = kernel.ready[p]!.first(
        (task) => mayRunOn(task, cpu) && (cpu.running === task || !isOnCore(kernel, task)),
      );
      if (next !== null) return next;
    }
    check(false, 'no task is ready for this core: are there idle tasks?');
    return kernel.tasks[0]!;
  }

  /** A ready task lost its core: perhaps it can run on one where its successor could not. */
  private moveElsewhere(kernel: Kernel, from: Cpu, task: Task, successor: Task): void {
    let lowest = urgency(task);
    let found: Cpu | null = null;
    for (let n = kernel.cpus.length - 1; n >= 0; n--) {
      const cpu = kernel.cpus[n]!;
      if (cpu === from || !mayRunOn(task, cpu)) continue;
      if (mayRunOn(task, from) && mayRunOn(successor, cpu)) continue;
      const priority = urgency(cpu.running!);
      if (priority >= lowest || !preemptible(cpu)) continue;
      lowest = priority;
      found = cpu;
    }
    if (found !== null) this.yieldCore(kernel, found);
  }

  tickReadied(kernel: Kernel, task: Task): boolean {
    this.yieldRequired(kernel, task);
    return false;
  }

  /** The core that ticks slices the time of all. */
  tickEnds(kernel: Kernel): boolean {
    const { preemption, timeSlicing } = kernel.config;
    if (!preemption) return false;
    if (timeSlicing)
      for (const cpu of kernel.cpus)
        if (kernel.ready[cpu.running!.priority]!.length > 1) cpu.yieldPending = true;
    const here = kernel.here();
    let due = false;
    for (const cpu of kernel.cpus) {
      if (!cpu.yieldPending || cpu.running!.preemptionDisabled) continue;
      if (cpu === here) due = true;
      else this.yieldCore(kernel, cpu);
    }
    return due;
  }

  inherited(kernel: Kernel, holder: Task): void {
    this.yieldRequired(kernel, holder);
  }

  disinherited(kernel: Kernel, holder: Task): void {
    if (holder.on !== On.Ready || !isRunning(kernel, holder)) return;
    for (const cpu of kernel.cpus) if (cpu.running === holder) this.yieldCore(kernel, cpu);
  }

  /** portYIELD_FROM_ISR */
  yieldFromIsr(cpu: Cpu): void {
    cpu.requestYield();
  }
}

/** Idle tasks are below all others of their priority. */
function urgency(task: Task): number {
  return task.idle ? task.priority - 1 : task.priority;
}

/** Whether a core may be told to switch: it has not been told yet, and its task does not forbid it. */
function preemptible(cpu: Cpu): boolean {
  return !cpu.scheduledToYield && !cpu.yieldPending && !cpu.running!.preemptionDisabled;
}

function mayRunOn(task: Task, cpu: Cpu): boolean {
  return task.affinity === null || task.affinity === cpu;
}
