import { check, int, me, type Sequence, sequence } from '../index.ts';
import type { Kernel } from './kernel.ts';
import { On, portMAX_DELAY, Task } from './task.ts';

export type SemaphoreKind = 'counting' | 'mutex';

/** A queue of items without content (queue.c): a semaphore counts, a mutex also knows its holder. */
export class Semaphore {
  count: number;
  holder: Task | null = null;
  readonly takers: Sequence<Task>;

  constructor(
    kernel: Kernel,
    readonly name: string,
    readonly kind: SemaphoreKind,
    readonly max: number,
    initial: number,
  ) {
    this.count = int(0, max, initial);
    this.takers = sequence<Task>(kernel.config.tasksMax);
  }
}

/** xSemaphoreCreateMutex: free, with priority inheritance. */
export function xSemaphoreCreateMutex(kernel: Kernel, name: string): Semaphore {
  return new Semaphore(kernel, name, 'mutex', 1, 1);
}

/** xSemaphoreCreateBinary: without owner and, unless it is given once before the start, *empty*. */
export function xSemaphoreCreateBinary(kernel: Kernel, name: string, initial: 0 | 1 = 0): Semaphore {
  return new Semaphore(kernel, name, 'counting', 1, initial);
}

/** What one attempt of a blocking call comes to. */
enum Outcome {
  Failed,
  Done,
  Again,
}

/**
 * xQueueSemaphoreTake. A give does not hand over: the woken taker tries again, and may find that somebody else
 * was faster.
 */
export function xSemaphoreTake(kernel: Kernel, semaphore: Semaphore, ticks: number): boolean {
  const self = me(Task);
  let entered = false;
  for (;;) {
    const outcome = kernel.call((): Outcome => {
      if (semaphore.count > 0) {
        take(semaphore, self);
        return Outcome.Done;
      }
      const left = entered ? self.left : ticks;
      if (left === 0) {
        self.left = portMAX_DELAY;
        disinheritAfterTimeout(kernel, semaphore);
        return Outcome.Failed;
      }
      if (semaphore.kind === 'mutex') inherit(kernel, semaphore.holder!, self);
      kernel.placeOnEventList(self, semaphore.takers, left);
      kernel.portYield();
      entered = true;
      return Outcome.Again;
    });
    if (outcome !== Outcome.Again) return outcome === Outcome.Done;
  }
}

function take(semaphore: Semaphore, self: Task): void {
  semaphore.count--;
  self.left = portMAX_DELAY;
  if (semaphore.kind !== 'mutex') return;
  semaphore.holder = self;
  self.mutexesHeld++;
}

/** xSemaphoreGive: false if it is full already. Switches only to a taker of *strictly* higher priority. */
export function xSemaphoreGive(kernel: Kernel, semaphore: Semaphore): boolean {
  return kernel.call(() => {
    if (semaphore.count === semaphore.max) return false;
    if (semaphore.kind === 'mutex') {
      check(semaphore.holder === me(Task), 'configASSERT: mutex given by another task');
      disinherit(kernel, semaphore);
    }
    semaphore.count++;
    const woken = readyFirstTaker(kernel, semaphore);
    if (woken !== null) kernel.yieldIfOutranked(woken);
    return true;
  });
}

/** xSemaphoreGiveFromISR: [given, higherPriorityTaskWoken]. Not for mutexes. */
export function xSemaphoreGiveFromISR(kernel: Kernel, semaphore: Semaphore): [boolean, boolean] {
  return kernel.call((): [boolean, boolean] => {
    check(semaphore.kind !== 'mutex', 'configASSERT: mutex given by an interrupt');
    if (semaphore.count === semaphore.max) return [false, false];
    semaphore.count++;
    const woken = readyFirstTaker(kernel, semaphore);
    if (woken === null || !kernel.checkForYield(woken)) return [true, false];
    kernel.here().yieldPending = true;
    return [true, true];
  });
}

/** xTaskRemoveFromEventList */
function readyFirstTaker(kernel: Kernel, semaphore: Semaphore): Task | null {
  if (semaphore.takers.length === 0) return null;
  const task = semaphore.takers.at(0);
  kernel.makeReady(task);
  return task;
}

// ---- priority inheritance ----

/** xTaskPriorityInherit */
function inherit(kernel: Kernel, holder: Task, self: Task): void {
  if (holder.priority < self.priority) setEffective(kernel, holder, self.priority);
}

/** xTaskPriorityDisinherit: only with the last mutex given back. */
function disinherit(kernel: Kernel, mutex: Semaphore): void {
  const holder = mutex.holder!;
  mutex.holder = null;
  holder.mutexesHeld--;
  if (holder.priority !== holder.base && holder.mutexesHeld === 0) setEffective(kernel, holder, holder.base);
}

/** vTaskPriorityDisinheritAfterTimeout: down to what the remaining takers need. */
function disinheritAfterTimeout(kernel: Kernel, mutex: Semaphore): void {
  const { holder } = mutex;
  if (holder === null || holder.mutexesHeld !== 1) return;
  const first = mutex.takers.length > 0 ? mutex.takers.at(0).waitPriority : 0;
  const priority = Math.max(first, holder.base);
  if (holder.priority !== priority) setEffective(kernel, holder, priority);
}

/** Changes the priority in force; a ready task goes to the end of its new list. */
function setEffective(kernel: Kernel, task: Task, priority: number): void {
  if (task.on !== On.Ready) {
    task.priority = priority;
    return;
  }
  kernel.removeFromState(task);
  task.priority = priority;
  kernel.addToReady(task);
}
