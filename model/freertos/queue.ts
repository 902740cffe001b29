import { blocks, check, meOrNull, type Sequence, sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { assertSyscallPriority, refuse } from './context.ts';
import type { Kernel } from './kernel.ts';
import { disinherit, disinheritAfterTimeout, inherit, refuseDeadlock } from './mutex.ts';
import { beforeBlocking, mayBlock, resumeAllAndYield, resumed } from './suspend_all.ts';
import { portMAX_DELAY, Task } from './task.ts';
import { timedOut, waitIsOver } from './tasks.ts';

/** What a queue is used as: all of these are one structure in the kernel. */
export type QueueKind = 'queue' | 'semaphore' | 'mutex';
/** queueSEND_TO_BACK, queueSEND_TO_FRONT, queueOVERWRITE. */
export type Position = 'back' | 'front' | 'overwrite';

/**
 * A queue (queue.c), and what FreeRTOS makes of one: a semaphore counts items, a mutex is one item with a holder.
 * Queue locks (cRxLock, cTxLock) are not modelled: what they put off happens within the same step here.
 */
export class Queue<T = number> {
  /** A semaphore is drawn as a count, a mutex with its holder. */
  static readonly drawing = ({ kind }: Queue<unknown>): Drawing => {
    if (kind === 'mutex') return { kind: 'owner', owner: 'holder', depth: 'recursion', also: ['receivers'] };
    if (kind === 'semaphore') return { kind: 'count', value: 'items', max: 'length', also: ['receivers'] };
    return { kind: 'queue', items: 'items', capacity: 'length', also: ['senders', 'receivers'] };
  };

  /** `uxMessagesWaiting`, and the messages. */
  readonly items: Sequence<T>;
  /** `xMutexHolder` */
  holder: Task | null = null;
  /** `uxRecursiveCallCount` */
  recursion = 0;
  /** `xTasksWaitingToSend` */
  readonly senders: Sequence<Task>;
  /** `xTasksWaitingToReceive` */
  readonly receivers: Sequence<Task>;
  /** `pxQueueSetContainer`: told of every item. */
  container: QueueSetLike | null = null;

  constructor(
    readonly kernel: Kernel,
    readonly name: string,
    readonly kind: QueueKind,
    /** `uxLength` */
    readonly length: number,
    initial: readonly T[] = [],
  ) {
    const { tasksMax } = kernel.config;
    this.items = sequence<T>(length, initial);
    this.senders = sequence<Task>(tasksMax);
    this.receivers = sequence<Task>(tasksMax);
    if (kind === 'mutex') kernel.mutexes.push(this);
  }
}

/** What a queue knows of the set that it belongs to. */
export interface QueueSetLike {
  /** prvNotifyQueueSetContainer: whether the calling core should switch to a task that waits for the set. */
  notify(kernel: Kernel, member: Queue<unknown>): boolean;
}

/** xQueueCreate: `length` items. */
export function xQueueCreate<T = number>(kernel: Kernel, name: string, length: number): Queue<T> {
  return new Queue<T>(kernel, name, 'queue', length);
}

/** What one attempt of a blocking call comes to. */
enum Outcome {
  Failed,
  Done,
  Again,
}

/** prvCopyDataToQueue: whether the giver of a mutex fell back to a lower priority. */
function put<T>(kernel: Kernel, queue: Queue<T>, value: T, position: Position): boolean {
  if (queue.kind === 'mutex') {
    const dropped = disinherit(kernel, queue.holder);
    queue.holder = null;
    queue.items.push(value);
    return dropped;
  }
  if (position === 'overwrite') queue.items.clear();
  if (position === 'front') queue.items.unshift(value);
  else queue.items.push(value);
  return false;
}

/** Tells the set or the first receiver; whether the calling core should switch. */
function announce<T>(kernel: Kernel, queue: Queue<T>, isNew: boolean): boolean {
  if (queue.container !== null) return isNew && queue.container.notify(kernel, queue);
  return queue.receivers.length > 0 && kernel.readyFirstWaiter(queue.receivers);
}

/** xQueueGenericSend: blocks up to `ticks` while the queue is full; false if it stayed so. */
export function xQueueSend<T>(
  kernel: Kernel,
  queue: Queue<T>,
  value: T,
  ticks: number,
  position: Position = 'back',
): boolean {
  const self = meOrNull(Task);
  if (self === null) return refuse('xQueueSend', false);
  blocks('xQueueSend', ticks);
  let entered = false;
  if (position === 'overwrite')
    check(queue.length === 1, 'configASSERT: overwriting in a queue of more than one');
  beforeBlocking(kernel);
  mayBlock(kernel, ticks);
  for (;;) {
    const outcome = kernel.call((): Outcome => {
      if (queue.items.length < queue.length || position === 'overwrite') {
        send(kernel, queue, value, position);
        waitIsOver(self);
        return Outcome.Done;
      }
      if (!entered && ticks === 0) return Outcome.Failed;
      if (!entered) self.left = ticks;
      entered = true;
      if (timedOut(self)) {
        waitIsOver(self);
        resumed(kernel);
        return Outcome.Failed;
      }
      kernel.placeOnEventList(self, queue.senders, self.left);
      resumeAllAndYield(kernel);
      return Outcome.Again;
    });
    if (outcome !== Outcome.Again) return outcome === Outcome.Done;
  }
}

function send<T>(kernel: Kernel, queue: Queue<T>, value: T, position: Position): void {
  // Overwriting what a set has announced already is no news.
  const isNew = position !== 'overwrite' || queue.items.length === 0;
  const dropped = put(kernel, queue, value, position);
  if (queue.container === null && queue.receivers.length === 0) {
    if (dropped) kernel.yieldIfPreemptive();
    return;
  }
  if (announce(kernel, queue, isNew)) kernel.yieldIfPreemptive();
}

/** xQueueReceive, xQueuePeek and xQueueSemaphoreTake: [pdPASS, item], or [pdFAIL, null] after `ticks`. */
export function xQueueReceive<T>(
  kernel: Kernel,
  queue: Queue<T>,
  ticks: number,
  peek = false,
): [boolean, T | null] {
  const self = meOrNull(Task);
  if (self === null) return refuse('xQueueReceive', [false, null]);
  blocks('xQueueReceive', ticks);
  let entered = false;
  let expired = false;
  let inherited = false;
  let item: T | null = null;
  beforeBlocking(kernel);
  mayBlock(kernel, ticks);
  for (;;) {
    const outcome = kernel.call((): Outcome => {
      if (queue.items.length > 0) {
        item = take(kernel, queue, self, peek);
        waitIsOver(self);
        return Outcome.Done;
      }
      if (expired || (!entered && ticks === 0)) {
        waitIsOver(self);
        if (inherited) disinheritAfterTimeout(kernel, queue.holder, queue.receivers);
        return Outcome.Failed;
      }
      if (!entered) self.left = ticks;
      entered = true;
      if (timedOut(self)) {
        // The scheduler goes on before the call looks once more, so somebody may be quicker here.
        expired = true;
        resumed(kernel);
        return Outcome.Again;
      }
      if (queue.kind === 'mutex') {
        if (ticks === portMAX_DELAY && kernel.config.deadlockIsAnError)
          refuseDeadlock(kernel, queue.holder, self);
        inherited = inherit(kernel, queue.holder, self);
      }
      kernel.placeOnEventList(self, queue.receivers, self.left);
      resumeAllAndYield(kernel);
      return Outcome.Again;
    });
    if (outcome !== Outcome.Again) return [outcome === Outcome.Done, item];
  }
}

function take<T>(kernel: Kernel, queue: Queue<T>, self: Task, peek: boolean): T {
  if (peek) {
    if (queue.receivers.length > 0 && kernel.readyFirstWaiter(queue.receivers)) kernel.yieldIfPreemptive();
    return queue.items.at(0);
  }
  const item = queue.items.shift();
  if (queue.kind === 'mutex') {
    self.mutexesHeld++;
    queue.holder = self;
  }
  if (queue.senders.length > 0 && kernel.readyFirstWaiter(queue.senders)) kernel.yieldIfPreemptive();
  return item;
}

/** queueSEND_TO_BACK, as xQueueSend. */
export function xQueueSendToBack<T>(kernel: Kernel, queue: Queue<T>, value: T, ticks: number): boolean {
  return xQueueSend(kernel, queue, value, ticks, 'back');
}

/** The next receiver gets it before all others. */
export function xQueueSendToFront<T>(kernel: Kernel, queue: Queue<T>, value: T, ticks: number): boolean {
  return xQueueSend(kernel, queue, value, ticks, 'front');
}

/** Replaces what a queue of length 1 holds; never blocks. */
export function xQueueOverwrite<T>(kernel: Kernel, queue: Queue<T>, value: T): boolean {
  return xQueueSend(kernel, queue, value, 0, 'overwrite');
}

/** Looks at the first item and leaves it: [pdPASS, item] or [pdFAIL, null] after `ticks`. */
export function xQueuePeek<T>(kernel: Kernel, queue: Queue<T>, ticks: number): [boolean, T | null] {
  if (meOrNull(Task) !== null) blocks('xQueuePeek', ticks);
  return xQueueReceive(kernel, queue, ticks, true);
}

/** xQueueReset: empties it and lets the first blocked sender go on. */
export function xQueueReset<T>(kernel: Kernel, queue: Queue<T>): void {
  if (meOrNull(Task) === null) return refuse('xQueueReset', undefined);
  kernel.call(() => {
    queue.items.clear();
    if (queue.senders.length > 0 && kernel.readyFirstWaiter(queue.senders)) kernel.yieldIfPreemptive();
  });
}

/** xQueueGenericSendFromISR: [pdPASS, *pxHigherPriorityTaskWoken]; [errQUEUE_FULL, false]. */
export function xQueueSendFromISR<T>(
  kernel: Kernel,
  queue: Queue<T>,
  value: T,
  position: Position = 'back',
): [boolean, boolean] {
  assertSyscallPriority(kernel, 'xQueueSendFromISR');
  return kernel.call((): [boolean, boolean] => {
    check(queue.kind !== 'mutex', 'configASSERT: a mutex is given by an interrupt');
    if (position === 'overwrite')
      check(queue.length === 1, 'configASSERT: overwriting in a queue of more than one');
    if (queue.items.length >= queue.length && position !== 'overwrite') return [false, false];
    const isNew = position !== 'overwrite' || queue.items.length === 0;
    put(kernel, queue, value, position);
    return [true, announce(kernel, queue, isNew)];
  });
}

/** xQueueSendFromISR, in front of what is there already. */
export function xQueueSendToFrontFromISR<T>(kernel: Kernel, queue: Queue<T>, value: T): [boolean, boolean] {
  return xQueueSendFromISR(kernel, queue, value, 'front');
}

/** xQueueOverwrite in an interrupt handler: [pdPASS, *pxHigherPriorityTaskWoken]. */
export function xQueueOverwriteFromISR<T>(kernel: Kernel, queue: Queue<T>, value: T): [boolean, boolean] {
  return xQueueSendFromISR(kernel, queue, value, 'overwrite');
}

/** xQueueReceiveFromISR: [pdPASS, item, *pxHigherPriorityTaskWoken]; [pdFAIL, null, false]. */
export function xQueueReceiveFromISR<T>(kernel: Kernel, queue: Queue<T>): [boolean, T | null, boolean] {
  assertSyscallPriority(kernel, 'xQueueReceiveFromISR');
  return kernel.call((): [boolean, T | null, boolean] => {
    check(queue.kind !== 'mutex', 'a mutex is taken by an interrupt, which cannot hold it');
    if (queue.items.length === 0) return [false, null, false];
    const item = queue.items.shift();
    return [true, item, queue.senders.length > 0 && kernel.readyFirstWaiter(queue.senders)];
  });
}

/** xQueuePeekFromISR: [pdPASS, item] or [pdFAIL, null]; wakes nobody. */
export function xQueuePeekFromISR<T>(kernel: Kernel, queue: Queue<T>): [boolean, T | null] {
  assertSyscallPriority(kernel, 'xQueuePeekFromISR');
  return kernel.call((): [boolean, T | null] =>
    queue.items.length === 0 ? [false, null] : [true, queue.items.at(0)],
  );
}

/** How many items are in it; of a semaphore, its count. */
export function uxQueueMessagesWaiting<T>(queue: Queue<T>): number {
  return queue.kernel.read(() => queue.items.length);
}

/** How many items there is room for. */
export function uxQueueSpacesAvailable<T>(queue: Queue<T>): number {
  return queue.kernel.read(() => queue.length - queue.items.length);
}
