import { check, type Sequence } from '../index.ts';
import type { Kernel } from './kernel.ts';
import { On, type Task } from './task.ts';
import { setEffective } from './tasks.ts';

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
  const priority = waiting > holder.base ? waiting : holder.base;
  if (holder.priority === priority || holder.mutexesHeld !== 1) return;
  check(holder !== kernel.here().running, 'configASSERT: a task times out on a mutex that it holds itself');
  if (!holder.waitPriorityInUse) holder.waitPriority = priority;
  setEffective(kernel, holder, priority);
  kernel.scheduling.disinherited(kernel, holder);
}
