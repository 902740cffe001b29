import { always, check, ghost, idle, type Lock, type Sequence } from '../index.ts';
import type { Config } from './config.ts';
import type { Cpu } from './cpu.ts';
import type { EventGroup } from './event_groups.ts';
import { Kernel } from './kernel.ts';
import { KERNEL_INTERRUPT_PRIORITY } from './port_cortex_m.ts';
import type { Queue } from './queue.ts';
import type { Scheduling } from './scheduling.ts';
import { On, type Task } from './task.ts';
import { tickSum } from './tick.ts';

/**
 * What FreeRTOS guarantees to every application, as properties: the sentences of its documentation, and of its source
 * where that says more (tasks.c, queue.c, event_groups.c; V11.3.0). {@link guarantees} holds in each state,
 * {@link GuardedKernel} checks what must hold at a moment. A design that keeps to the documented use never violates
 * one; where the real kernel has an exception, it is stated here.
 */
export interface Guaranteed {
  readonly queues?: readonly Queue[];
  readonly groups?: readonly EventGroup[];
  /**
   * Also: nobody sleeps beside what he waits for. Not true of designs in which a task that was just woken is suspended,
   * deleted or aborted before it runs (it takes the wake with it), or xQueueReset meets several senders (it wakes one).
   */
  readonly noWakeIsLost?: boolean;
}

export function guarantees(
  kernel: Kernel,
  { queues = [], groups = [], noWakeIsLost = false }: Guaranteed = {},
): void {
  aboutScheduling(kernel);
  aboutLists(kernel, queues);
  aboutMutexes(kernel, queues);
  always('nobody waits for event bits that are set', () => {
    for (const group of groups)
      for (const task of group.waiters) if (task.eventWait.met(group.bits)) return false;
    return true;
  });
  if (!noWakeIsLost) return;
  idle('nobody waits beside an item, or beside space', () => {
    for (const queue of queues) {
      if (queue.items.length > 0 && queue.receivers.length > 0) return false;
      if (queue.items.length < queue.length && queue.senders.length > 0) return false;
    }
    return true;
  });
}

function aboutScheduling(kernel: Kernel): void {
  // vTaskSwitchContext; taskSELECT_HIGHEST_PRIORITY_TASK of FreeRTOS SMP leaves out what runs elsewhere.
  always('a core runs one task, and a task runs on one core', () => {
    for (const cpu of kernel.cpus) {
      if (cpu.running === null) return false;
      for (const other of kernel.cpus) if (other !== cpu && other.running === cpu.running) return false;
    }
    return true;
  });
  // "The scheduler always runs the ready task with the highest priority" (kernel book, task scheduling). Exceptions:
  // preemption off; the scheduler suspended; an interrupt that woke somebody and did not yield (`xYieldPending`). And
  // xQueueGenericSend of a mutex: if it wakes a waiter that does not outrank the giver, nothing makes up for the
  // priority that the giver has just lost. That takes a waiter whose priority was lowered, or that left by suspension.
  always('the running task is the most urgent one, or a switch is requested', () => {
    if (!kernel.config.preemption || kernel.cpus.length > 1) return true;
    const cpu = kernel.cpus[0]!;
    if (cpu.suspension.depth > 0 || cpu.yieldPending || switchIsRequested(cpu)) return true;
    for (const task of kernel.tasks)
      if (task.on === On.Ready && task.priority > cpu.running!.priority) return false;
    return cpu.running!.on === On.Ready;
  });
}

/** At thread level nothing of the kernel is pending. */
function switchIsRequested({ core }: Cpu): boolean {
  if (core.active !== null) return true;
  for (const line of core.lines) if (line.priority === KERNEL_INTERRUPT_PRIORITY && line.pending) return true;
  return false;
}

function aboutLists(kernel: Kernel, queues: readonly Queue[]): void {
  // xStateListItem is a member of one list at a time (list.h).
  always('a task is on the list that its state says, and on no other', () => {
    for (const task of kernel.tasks) {
      if (kernel.delayed.includes(task) !== (task.on === On.Delayed)) return false;
      for (const [p, list] of kernel.ready.entries())
        if (list.includes(task) !== (task.on === On.Ready && task.priority === p)) return false;
    }
    return true;
  });
  // prvAddCurrentTaskToDelayedList: sorted by wake time; those without limit are last.
  always('delayed tasks stand in the order in which they are due', () => {
    let before = 0;
    for (const task of kernel.delayed) {
      if (task.left >= 0 && task.left < before) return false;
      before = task.left < 0 ? before : task.left;
    }
    return true;
  });
  // vTaskPlaceOnEventList: who waits is blocked, and is on no other list of waiters.
  always('who waits for a queue is blocked', () => {
    for (const queue of queues)
      for (const task of kernel.tasks) {
        const waits = queue.receivers.includes(task) || queue.senders.includes(task);
        const knows = task.waitingIn === queue.receivers || task.waitingIn === queue.senders;
        if (waits !== knows || (waits && task.on !== On.Delayed && task.on !== On.Suspended)) return false;
      }
    return true;
  });
}

function aboutMutexes(kernel: Kernel, queues: readonly Queue[]): void {
  always('a mutex has one holder while it is taken, and none while it is free', () => {
    for (const queue of queues)
      if (queue.kind === 'mutex' && (queue.holder === null) !== (queue.items.length === 1)) return false;
    return true;
  });
  // uxMutexesHeld. Exception: a deleted task that is created again is a new task, and holds nothing.
  always('a task counts the mutexes that it holds', () => {
    for (const task of kernel.tasks) {
      if (task.on === On.None) continue;
      let held = 0;
      for (const queue of queues) if (queue.holder === task) held++;
      if (held !== task.mutexesHeld) return false;
    }
    return true;
  });
  // xTaskPriorityInherit, xTaskPriorityDisinherit.
  always('a task runs above its base priority only while it holds a mutex, and never below', () => {
    for (const task of kernel.tasks) {
      if (task.on === On.None) continue;
      if (task.priority < task.base) return false;
      if (task.priority > task.base && task.mutexesHeld === 0) return false;
    }
    return true;
  });
}

/** The kernel, with checks of what its calls promise at the moment of the call. Give it to the port. */
export class GuardedKernel extends Kernel {
  /** Bookkeeping: the tick at which each task is due, by its place in `tasks`. Kept with `tickBits`. */
  private readonly due: number[] = [];

  constructor(scheduling: Scheduling, lock: Lock, config: Partial<Config> = {}) {
    super(scheduling, lock, config);
    for (let n = 0; n < this.config.tasksMax; n++) this.due.push(0);
    if (this.config.tickBits === 0) return;
    // "The task will unblock at the specified tick count", not before (vTaskDelay, xTicksToWait). It is the tick
    // interrupt that counts; while the scheduler is suspended that comes later.
    always('nobody is woken by the tick before his time', () => {
      for (const [n, task] of this.tasks.entries())
        if (task.on === On.Delayed && task.left >= 0)
          if (task.left !== tickSum(this, this.due[n]!, -this.tick)) return false;
      return true;
    });
  }

  override delayCurrent(self: Task, ticks: number, mayBeForEver = true): void {
    super.delayCurrent(self, ticks, mayBeForEver);
    ghost(() => {
      this.due[this.tasks.indexOf(self)] = ticks < 0 ? 0 : tickSum(this, this.tick, ticks);
    });
  }

  /** vTaskPlaceOnEventList: behind all that are as urgent, before all that are less. */
  override placeOnEventList(self: Task, waiters: Sequence<Task>, ticks: number): void {
    super.placeOnEventList(self, waiters, ticks);
    let passed = false;
    for (const task of waiters) {
      if (task === self) passed = true;
      else if (passed) {
        check(
          task.waitPriority < self.waitPriority,
          'who waits longer comes first, among equally urgent tasks',
        );
        break;
      } else check(task.waitPriority >= self.waitPriority, 'who is more urgent comes first');
    }
    check(passed, 'a task that blocks is on the list of waiters');
    for (const mutex of this.mutexes)
      if (mutex.receivers === waiters && mutex.holder !== null)
        check(
          mutex.holder.priority >= self.priority,
          'when a task blocks on a mutex, its holder is at least as urgent',
        );
  }

  /** xTaskRemoveFromEventList: the first one goes, and can run. */
  override readyFirstWaiter(waiters: Sequence<Task>): boolean {
    const first = waiters.at(0);
    const others = waiters.length - 1;
    const due = super.readyFirstWaiter(waiters);
    check(!waiters.includes(first) && waiters.length === others, 'the first waiter is woken, and no other');
    check(
      first.on === On.Ready || first.waitingIn === first.kernel.suspension.pendingReady,
      'who is woken can run',
    );
    return due;
  }

  /** vTaskSuspendAll: "context switches will not occur while the scheduler is suspended". */
  override vTaskSwitchContext(cpu: Cpu): void {
    const before = cpu.running;
    super.vTaskSwitchContext(cpu);
    check(
      cpu.suspension.depth === 0 || cpu.running === before,
      'nobody else runs while the scheduler is suspended',
    );
  }
}
