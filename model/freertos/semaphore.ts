import { blocks, me, meOrNull } from '../index.ts';
import { assertSyscallPriority, refuse } from './context.ts';
import type { Kernel } from './kernel.ts';
import { Queue, xQueueReceive, xQueueReceiveFromISR, xQueueSend, xQueueSendFromISR } from './queue.ts';
import { Task } from './task.ts';

/** A queue of items without content. */
export type Semaphore = Queue;

/** Free, with priority inheritance. */
export function xSemaphoreCreateMutex(kernel: Kernel, name: string): Semaphore {
  return new Queue(kernel, name, 'mutex', 1, [0]);
}

/** The same object; only {@link xSemaphoreTakeRecursive} and its give may be used on it. */
export function xSemaphoreCreateRecursiveMutex(kernel: Kernel, name: string): Semaphore {
  return xSemaphoreCreateMutex(kernel, name);
}

/** xSemaphoreCreateBinary: without owner and, unless it is given once before the start, *empty*. */
export function xSemaphoreCreateBinary(kernel: Kernel, name: string, initial: 0 | 1 = 0): Semaphore {
  return xSemaphoreCreateCounting(kernel, name, 1, initial);
}

/** A semaphore that counts to `max` and starts at `initial`. Elaboration only. */
export function xSemaphoreCreateCounting(
  kernel: Kernel,
  name: string,
  max: number,
  initial: number,
): Semaphore {
  return new Queue(kernel, name, 'semaphore', max, new Array<number>(initial).fill(0));
}

/** xQueueSemaphoreTake: blocks up to `ticks`. A give does not hand over: who runs first takes it. */
export function xSemaphoreTake(kernel: Kernel, semaphore: Semaphore, ticks: number): boolean {
  if (meOrNull(Task) === null) return refuse('xSemaphoreTake', false);
  blocks('xSemaphoreTake', ticks);
  const [taken] = xQueueReceive(kernel, semaphore, ticks);
  return taken;
}

/** False if it is full already. Switches only to a taker of *strictly* higher priority. */
export function xSemaphoreGive(kernel: Kernel, semaphore: Semaphore): boolean {
  if (meOrNull(Task) === null) return refuse('xSemaphoreGive', false);
  return xQueueSend(kernel, semaphore, 0, 0);
}

/** xQueueGiveFromISR: [given, higherPriorityTaskWoken]. Not for mutexes. */
export function xSemaphoreGiveFromISR(kernel: Kernel, semaphore: Semaphore): [boolean, boolean] {
  assertSyscallPriority(kernel, 'xSemaphoreGiveFromISR');
  return xQueueSendFromISR(kernel, semaphore, 0);
}

/** [taken, higherPriorityTaskWoken]. Not for mutexes: an interrupt holds nothing. */
export function xSemaphoreTakeFromISR(kernel: Kernel, semaphore: Semaphore): [boolean, boolean] {
  assertSyscallPriority(kernel, 'xSemaphoreTakeFromISR');
  const [taken, , woken] = xQueueReceiveFromISR(kernel, semaphore);
  return [taken, woken];
}

/** xQueueTakeMutexRecursive: takes a mutex, also again while one has it. */
export function xSemaphoreTakeRecursive(kernel: Kernel, mutex: Semaphore, ticks: number): boolean {
  if (meOrNull(Task) === null) return refuse('xSemaphoreTakeRecursive', false);
  blocks('xSemaphoreTakeRecursive', ticks);
  if (mutex.holder === me(Task)) {
    mutex.recursion++;
    return true;
  }
  if (!xSemaphoreTake(kernel, mutex, ticks)) return false;
  mutex.recursion++;
  return true;
}

/** xQueueGiveMutexRecursive: false if the caller does not hold it. */
export function xSemaphoreGiveRecursive(kernel: Kernel, mutex: Semaphore): boolean {
  if (meOrNull(Task) === null) return refuse('xSemaphoreGiveRecursive', false);
  if (mutex.holder !== me(Task)) return false;
  mutex.recursion--;
  if (mutex.recursion === 0) xSemaphoreGive(kernel, mutex);
  return true;
}

/** 1 for a mutex that nobody holds. */
export function uxSemaphoreGetCount(semaphore: Semaphore): number {
  return semaphore.kernel.read(() => semaphore.items.length);
}

/** xQueueGetMutexHolder: the task that has it, or `null`. */
export function xSemaphoreGetMutexHolder(mutex: Semaphore): Task | null {
  return mutex.kernel.read(() => mutex.holder);
}
