import { check, type Sequence } from '../index.ts';
import type { Kernel } from './kernel.ts';
import { On, portMAX_DELAY, type Task } from './task.ts';
import { setEffective } from './tasks.ts';

/** What a queue of kind `'mutex'` is to its tasks. */
export interface Mutex {
  readonly holder: Task | null;
  readonly receivers: Sequence<Task>;
}

/** `self` is about to wait for ever for a mutex of `holder`: a violation if that would be for ever indeed. */
export function refuseDeadlock(kernel: Kernel, holder: Task | null, self: Task): void {
  let at = holder;
  for (let n = 0; n < kernel.mutexes.length; n++) {
    if (at === null) return;
    check(at !== self, 'deadlock: tasks wait for ever for the mutexes of each other');
    check(at.on !== On.None, 'deadlock: a task waits for ever for the mutex of a deleted one');
    at = holderThatBlocks(kernel, at);
  }
}

/** The holder of the mutex that `task` waits for without limit; `null`: it does not. */
function holderThatBlocks(kernel: Kernel, task: Task): Task | null {
  if (task.left !== portMAX_DELAY || task.waitingIn === null) return null;
  for (const mutex of kernel.mutexes) if (mutex.receivers === task.waitingIn) return mutex.holder;
  return null;
}

/** `task` is deleted: a violation if somebody waits for ever for what it holds. */
export function refuseOrphans(kernel: Kernel, task: Task): void {
  for (const mutex of kernel.mutexes)
    if (mutex.holder === task)
      for (const waiter of mutex.receivers)
        check(
          waiter.left !== portMAX_DELAY,
          'deadlock: a task waits for ever for the mutex of a deleted one',
        );
}

/**
 * xTaskPriorityInherit: the holder gets the caller's priority if that is higher. One level only: what the holder
 * itself waits for learns nothing. Whether the holder runs at the caller's priority now.
 */
export function inherit(kernel: Kernel, holder: Task | null, self: Task): boolean {
  if (holder === null) return false;
  if (holder.priority >= self.priority) return holder.base < self.priority;
  if (!holder.waitPriorityInUse) holder.waitPriority = self.priority;
  setEffective(kernel, holder, self.priority);
  if (holder.on === On.Ready) kernel.scheduling.inherited(kernel, holder);
  return true;
}

/** xTaskPriorityDisinherit: only with the last mutex given back. Whether the priority in force fell. */
export function disinherit(kernel: Kernel, holder: Task | null): boolean {
  if (holder === null) return false;
  check(holder === kernel.here().running, 'configASSERT: a mutex is given by a task that does not hold it');
  holder.mutexesHeld--;
  if (holder.priority === holder.base || holder.mutexesHeld > 0) return false;
  holder.waitPriority = holder.base;
  setEffective(kernel, holder, holder.base);
  kernel.scheduling.disinherited(kernel, holder);
  return true;
}

/**
 * vTaskPriorityDisinheritAfterTimeout: down to what the first remaining waiter had when it began to wait; only
 * if the holder holds nothing else.
 */
export function disinheritAfterTimeout(kernel: Kernel, holder: Task | null, waiters: Sequence<Task>): void {
  if (holder === null) return;
  const waiting = waiters.length > 0 ? waiters.at(0).waitPriority : 0;
  const priority = Math.max(waiting, holder.base);
  if (holder.priority === priority || holder.mutexesHeld !== 1) return;
  check(holder !== kernel.here().running, 'configASSERT: a task times out on a mutex that it holds itself');
  if (!holder.waitPriorityInUse) holder.waitPriority = priority;
  setEffective(kernel, holder, priority);
  kernel.scheduling.disinherited(kernel, holder);
}
