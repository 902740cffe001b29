import { check, meOrNull, note, relaxed } from '../index.ts';
import { refuse } from './context.ts';
import type { Kernel } from './kernel.ts';
import { refuseOrphans } from './mutex.ts';
import { resumed } from './suspend_all.ts';
import { Notify, On, portMAX_DELAY, Task } from './task.ts';
import { isOnCore, returnToCaller, switchFrom } from './tasks.ts';

/** pdPASS, or errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY while the heap has no room for it (`heapTasks`). */
export function xTaskCreate(kernel: Kernel, task: Task): boolean {
  if (meOrNull(Task) === null) return refuse('xTaskCreate', false);
  if (kernel.config.heapSuspendsScheduler) pvPortMalloc(kernel);
  return kernel.call(() => {
    const { heapTasks } = kernel.config;
    if (heapTasks > 0) {
      if (kernel.heapUsed + task.heapUnits > heapTasks) return false;
      kernel.heapUsed += task.heapUnits;
    }
    task.priority = task.base = task.waitPriority = task.configured;
    if (task.process.alive) task.process.kill();
    task.process.start();
    kernel.taskCount++;
    kernel.addToReady(task);
    kernel.yieldIfOutranked(task);
    return true;
  });
}

/** What allocating does besides: the scheduler goes on after it, and makes a switch that was left pending. */
function pvPortMalloc(kernel: Kernel): void {
  kernel.call(() => {
    resumed(kernel);
  });
}

/** A task that was deleted, or was not created yet. */
export function isDeleted(task: Task): boolean {
  return task.on === On.None;
}

/**
 * Deleting another task frees it at once, unless a core still executes it; deleting oneself leaves that to the idle
 * task and does not return. Whatever the task held stays held.
 */
export function vTaskDelete(kernel: Kernel, task: Task): void {
  if (meOrNull(Task) === null) return refuse('vTaskDelete', undefined);
  const freed = kernel.call(() => {
    check(!isDeleted(task), 'vTaskDelete of a task that is deleted');
    kernel.removeFromState(task);
    kernel.removeFromEvent(task);
    if (kernel.config.deadlockIsAnError) refuseOrphans(kernel, task);
    forget(task);
    if (isOnCore(kernel, task)) {
      if (kernel.config.reclaim) kernel.terminated.push(task);
      switchFrom(kernel, task, 'configASSERT: a task deletes itself while the scheduler is suspended');
      return false;
    }
    if (kernel.config.reclaim) prvDeleteTCB(kernel, task);
    task.process.kill();
    return true;
  });
  if (kernel.portCLEAN_UP_TCB !== null && freed) kernel.portCLEAN_UP_TCB(task);
  // Its process is not killed: a core that executes a deleted task goes on until it switches.
  if (task === meOrNull(Task)) returnToCaller('vTaskDelete');
}

/** A task that is gone leaves nothing that could tell two states apart. */
function forget(task: Task): void {
  task.aborted = task.waitPriorityInUse = false;
  task.mutexesHeld = 0;
  task.left = portMAX_DELAY;
  task.eventWait.forget();
  for (const slot of task.notified) {
    slot.value = 0;
    slot.state = Notify.None;
  }
}

/** Frees stack and TCB. */
function prvDeleteTCB(kernel: Kernel, task: Task): void {
  kernel.taskCount--;
  if (kernel.config.heapTasks > 0) kernel.heapUsed -= task.heapUnits;
  note('freed', task.name);
  if (kernel.config.heapSuspendsScheduler) resumed(kernel);
}

/**
 * prvCheckTasksWaitingTermination: the idle task frees what deleted itself, in order, unless a core still runs it. Each in
 * a call of its own: freeing may make a switch that was left pending.
 */
export function prvCheckTasksWaitingTermination(kernel: Kernel): void {
  // Read without a critical section, as in the source.
  while (relaxed(() => kernel.terminated.length > 0)) {
    const freed = freeFirst(kernel);
    if (freed === null) return;
    if (kernel.portCLEAN_UP_TCB !== null) kernel.portCLEAN_UP_TCB(freed);
  }
}

/** `null`: a core still executes it. */
function freeFirst(kernel: Kernel): Task | null {
  return kernel.call(() => {
    const task = kernel.terminated.at(0);
    if (isOnCore(kernel, task)) return null;
    kernel.terminated.shift();
    prvDeleteTCB(kernel, task);
    return task;
  });
}

/** uxTaskGetNumberOfTasks: also those that deleted themselves and are not freed yet. Kept with `reclaim`. */
export function uxTaskGetNumberOfTasks(kernel: Kernel): number {
  return kernel.taskCount;
}
