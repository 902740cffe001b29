import { blocks, check, meOrNull } from '../index.ts';
import { assertSyscallPriority, refuse } from './context.ts';
import type { Kernel } from './kernel.ts';
import { Queue, type QueueSetLike, xQueueReceive, xQueueReceiveFromISR } from './queue.ts';
import { Task } from './task.ts';

/** A queue or semaphore as its set knows it: compare it with the one that is meant, and receive from that. */
export type QueueSetMember = Queue<unknown>;

/**
 * A queue set (queue.c, configUSE_QUEUE_SETS): a queue of members, one entry for every item that any of them got.
 * A member tells its set instead of the tasks that wait for itself: who waits for a member directly is not woken,
 * and who takes an item without selecting it leaves an entry for nothing. A mutex in a set inherits no priority.
 */
export class QueueSet implements QueueSetLike {
  readonly queue: Queue<QueueSetMember>;

  /** @param length the items of all members together: an entry must always fit in. */
  constructor(kernel: Kernel, name: string, length: number) {
    this.queue = new Queue<QueueSetMember>(kernel, name, 'queue', length);
  }

  notify(kernel: Kernel, member: QueueSetMember): boolean {
    const { queue } = this;
    check(
      queue.items.length < queue.length,
      'configASSERT: a queue set has room for the items of its members',
    );
    queue.items.push(member);
    return queue.receivers.length > 0 && kernel.readyFirstWaiter(queue.receivers);
  }
}

/** xQueueCreateSet: `length` is the sum of the lengths of the queues, plus one for each binary semaphore and mutex. */
export function xQueueCreateSet(kernel: Kernel, name: string, length: number): QueueSet {
  return new QueueSet(kernel, name, length);
}

/** False if it belongs to a set already, or holds items (as a free mutex does). */
export function xQueueAddToSet(kernel: Kernel, member: QueueSetMember, set: QueueSet): boolean {
  return kernel.call(() => {
    if (member.container !== null || member.items.length > 0) return false;
    member.container = set;
    return true;
  });
}

/** False if it does not belong to `set`, or holds items. */
export function xQueueRemoveFromSet(kernel: Kernel, member: QueueSetMember, set: QueueSet): boolean {
  // Tested outside of the critical section, as in the kernel.
  if (member.container !== set || member.items.length > 0) return false;
  kernel.call(() => {
    member.container = null;
  });
  return true;
}

/** The member that got an item first, after waiting up to `ticks`; `null` if none did. */
export function xQueueSelectFromSet(kernel: Kernel, set: QueueSet, ticks: number): QueueSetMember | null {
  if (meOrNull(Task) === null) return refuse('xQueueSelectFromSet', null);
  blocks('xQueueSelectFromSet', ticks);
  const [, member] = xQueueReceive(kernel, set.queue, ticks);
  return member;
}

/** xQueueSelectFromSet in an interrupt handler: the member, or `null` at once. */
export function xQueueSelectFromSetFromISR(kernel: Kernel, set: QueueSet): QueueSetMember | null {
  assertSyscallPriority(kernel, 'xQueueSelectFromSetFromISR');
  const [, member] = xQueueReceiveFromISR(kernel, set.queue);
  return member;
}
