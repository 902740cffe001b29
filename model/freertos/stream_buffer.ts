import { blocks, check, me, meOrNull, type Sequence } from '../index.ts';
import { assertSyscallPriority, refuse } from './context.ts';
import type { Kernel } from './kernel.ts';
import {
  blockOnNotification,
  xTaskNotify,
  xTaskNotifyFromISR,
  xTaskNotifyStateClear,
  xTaskNotifyWait,
} from './notify.ts';
import { type Bytes, StreamBuffer } from './stream_buffer_ring.ts';
import { vTaskSuspendAll, xTaskResumeAll } from './suspend_all.ts';
import { Notify, portMAX_DELAY, Task } from './task.ts';
import { waitIsOver } from './tasks.ts';

const NOBODY = 'configASSERT: xTaskNotify without a task';

/** `size` bytes; a reader that waits is woken when there are `triggerLevel` (at least 1). */
export function xStreamBufferCreate(
  kernel: Kernel,
  name: string,
  size: number,
  triggerLevel: number,
): StreamBuffer {
  return new StreamBuffer(kernel, name, size, triggerLevel, 'stream');
}

/** The same, but a receive with a timeout also *begins* to wait while there are no more than `triggerLevel` bytes. */
export function xStreamBatchingBufferCreate(
  kernel: Kernel,
  name: string,
  size: number,
  triggerLevel: number,
): StreamBuffer {
  return new StreamBuffer(kernel, name, size, triggerLevel, 'batching');
}

/**
 * Bytes written: those that fit in, after waiting up to `ticks` for room for all of them (or for an empty buffer). In
 * a message buffer all or 0.
 */
export function xStreamBufferSend(kernel: Kernel, buffer: StreamBuffer, data: Bytes, ticks: number): number {
  const self = meOrNull(Task);
  if (self === null) return refuse('xStreamBufferSend', 0);
  blocks('xStreamBufferSend', ticks);
  const needed = data.length + buffer.lengthBytes;
  // A message that can never fit in is not waited for.
  const waits = ticks !== 0 && (buffer.kind !== 'message' || needed <= buffer.size);
  let spaces = waits ? waitForSpace(kernel, buffer, Math.min(needed, buffer.size), ticks) : 0;
  if (spaces === 0) spaces = buffer.spaces;
  const written = buffer.write(self, data, spaces);
  if (written > 0 && buffer.bytes.length >= buffer.triggerLevel) sendCompleted(kernel, buffer);
  return written;
}

/** [bytes written, *pxHigherPriorityTaskWoken]. */
export function xStreamBufferSendFromISR(
  kernel: Kernel,
  buffer: StreamBuffer,
  data: Bytes,
): [number, boolean] {
  assertSyscallPriority(kernel, 'xStreamBufferSendFromISR');
  const written = buffer.write(null, data, buffer.spaces);
  if (written === 0 || buffer.bytes.length < buffer.triggerLevel) return [written, false];
  const [, woken] = xStreamBufferSendCompletedFromISR(kernel, buffer);
  return [written, woken];
}

/**
 * Bytes received into `into`, whose capacity is the length of the caller's buffer; after waiting up to `ticks` while
 * there are none. From a message buffer one whole message; 0 if that is longer than `into` can hold.
 */
export function xStreamBufferReceive(
  kernel: Kernel,
  buffer: StreamBuffer,
  into: Sequence<number>,
  ticks: number,
): number {
  const self = meOrNull(Task);
  if (self === null) return refuse('xStreamBufferReceive', 0);
  blocks('xStreamBufferReceive', ticks);
  const most = buffer.kind === 'batching' ? buffer.triggerLevel : buffer.lengthBytes;
  into.clear();
  const available = ticks === 0 ? buffer.bytes.length : waitForBytes(kernel, buffer, most, ticks);
  if (available <= most) return 0;
  const received = buffer.read(self, into, available);
  if (received > 0) receiveCompleted(kernel, buffer);
  return received;
}

/** [bytes received, *pxHigherPriorityTaskWoken]. */
export function xStreamBufferReceiveFromISR(
  kernel: Kernel,
  buffer: StreamBuffer,
  into: Sequence<number>,
): [number, boolean] {
  assertSyscallPriority(kernel, 'xStreamBufferReceiveFromISR');
  into.clear();
  const available = buffer.bytes.length;
  if (available <= buffer.lengthBytes) return [0, false];
  const received = buffer.read(null, into, available);
  if (received === 0) return [0, false];
  const [, woken] = xStreamBufferReceiveCompletedFromISR(kernel, buffer);
  return [received, woken];
}

/**
 * The wait of a receive, a task notification without value: bytes available after it. Any other notification in that
 * slot ends it as well, and then the call returns with what there is.
 */
function waitForBytes(kernel: Kernel, buffer: StreamBuffer, most: number, ticks: number): number {
  const self = me(Task);
  const available = kernel.call(() => {
    const now = buffer.bytes.length;
    if (now <= most) {
      xTaskNotifyStateClear(kernel, self, buffer.notificationIndex);
      check(
        buffer.waitingToReceive === null,
        'configASSERT: a second task waits to receive from a stream buffer',
      );
      buffer.waitingToReceive = self;
    }
    return now;
  });
  if (available > most) return available;
  xTaskNotifyWait(kernel, 0, 0, ticks, buffer.notificationIndex);
  excludingOtherCores(kernel, () => {
    buffer.waitingToReceive = null;
  });
  return buffer.bytes.length;
}

/**
 * The wait of a send: the spaces that it saw last. Unlike the receive it waits again after a notification that brought
 * no room, for what is left of its time (xTaskCheckForTimeOut).
 */
function waitForSpace(kernel: Kernel, buffer: StreamBuffer, needed: number, ticks: number): number {
  const self = me(Task);
  const slot = self.notified[buffer.notificationIndex]!;
  // `xTicksToWait`
  let remaining = ticks;
  kernel.call(() => {
    self.left = ticks;
  });
  for (;;) {
    const spaces = kernel.call(() => {
      const now = buffer.spaces;
      if (now >= needed) {
        waitIsOver(self);
        return now;
      }
      xTaskNotifyStateClear(kernel, self, buffer.notificationIndex);
      check(buffer.waitingToSend === null, 'configASSERT: a second task waits to send to a stream buffer');
      buffer.waitingToSend = self;
      return now;
    });
    if (spaces >= needed) return spaces;
    // The wait begins later than the time-out: ticks in between count for the latter only.
    const late = kernel.call(() => {
      if (slot.state === Notify.Received) return 0;
      const before = remaining === portMAX_DELAY ? 0 : remaining - self.left;
      blockOnNotification(kernel, self, buffer.notificationIndex, remaining);
      return before;
    });
    kernel.call(() => {
      slot.state = Notify.None;
    });
    excludingOtherCores(kernel, () => {
      buffer.waitingToSend = null;
    });
    const expired = kernel.call(() => {
      if (remaining === portMAX_DELAY) return false;
      remaining = Math.max(0, self.left - late);
      self.left = remaining;
      if (remaining > 0) return false;
      waitIsOver(self);
      return true;
    });
    if (expired) return spaces;
  }
}

/** ESP-IDF on several cores takes the buffer's lock where the kernel on one core writes a handle as it is. */
function excludingOtherCores(kernel: Kernel, section: () => void): void {
  if (hasOwnLock(kernel)) kernel.call(section);
  else section();
}

/** sbSEND_COMPLETED and sbRECEIVE_COMPLETED: no switch in them; with several cores (ESP-IDF) a critical section. */
function withoutSwitch(kernel: Kernel, section: () => void): void {
  if (hasOwnLock(kernel)) {
    kernel.call(section);
    return;
  }
  vTaskSuspendAll(kernel);
  section();
  xTaskResumeAll(kernel);
}

/** FreeRTOS SMP has none: on its other core the waiting task may take its handle back at any moment. */
function hasOwnLock(kernel: Kernel): boolean {
  return kernel.cpus.length > 1 && !kernel.scheduling.smp;
}

function sendCompleted(kernel: Kernel, buffer: StreamBuffer): void {
  withoutSwitch(kernel, () => {
    if (buffer.waitingToReceive === null) return;
    const task = buffer.waitingToReceive;
    check(task !== null, NOBODY);
    xTaskNotify(kernel, task, 0, 'none', buffer.notificationIndex);
    buffer.waitingToReceive = null;
  });
}

function receiveCompleted(kernel: Kernel, buffer: StreamBuffer): void {
  withoutSwitch(kernel, () => {
    if (buffer.waitingToSend === null) return;
    const task = buffer.waitingToSend;
    check(task !== null, NOBODY);
    xTaskNotify(kernel, task, 0, 'none', buffer.notificationIndex);
    buffer.waitingToSend = null;
  });
}

/** For a port's own sbSEND_COMPLETED: [a reader waited, *pxHigherPriorityTaskWoken]. */
export function xStreamBufferSendCompletedFromISR(kernel: Kernel, buffer: StreamBuffer): [boolean, boolean] {
  assertSyscallPriority(kernel, 'xStreamBufferSendCompletedFromISR');
  return kernel.call((): [boolean, boolean] => {
    const task = buffer.waitingToReceive;
    if (task === null) return [false, false];
    const [, , woken] = xTaskNotifyFromISR(kernel, task, 0, 'none', buffer.notificationIndex);
    buffer.waitingToReceive = null;
    return [true, woken];
  });
}

/** [a writer waited, *pxHigherPriorityTaskWoken] */
export function xStreamBufferReceiveCompletedFromISR(
  kernel: Kernel,
  buffer: StreamBuffer,
): [boolean, boolean] {
  assertSyscallPriority(kernel, 'xStreamBufferReceiveCompletedFromISR');
  return kernel.call((): [boolean, boolean] => {
    const task = buffer.waitingToSend;
    if (task === null) return [false, false];
    const [, , woken] = xTaskNotifyFromISR(kernel, task, 0, 'none', buffer.notificationIndex);
    buffer.waitingToSend = null;
    return [true, woken];
  });
}

/** Empties the buffer; false while somebody waits for it. The notification slot is 0 again. */
export function xStreamBufferReset(kernel: Kernel, buffer: StreamBuffer): boolean {
  if (meOrNull(Task) === null) return refuse('xStreamBufferReset', false);
  return reset(kernel, buffer);
}

function reset(kernel: Kernel, buffer: StreamBuffer): boolean {
  return kernel.call(() => {
    if (buffer.waitingToReceive !== null || buffer.waitingToSend !== null) return false;
    check(
      !buffer.reading.busy && !buffer.writing.busy,
      'a stream buffer is reset while somebody copies into it or out of it',
    );
    buffer.bytes.clear();
    buffer.notificationIndex = 0;
    return true;
  });
}

/** xStreamBufferReset in an interrupt handler. */
export function xStreamBufferResetFromISR(kernel: Kernel, buffer: StreamBuffer): boolean {
  assertSyscallPriority(kernel, 'xStreamBufferResetFromISR');
  return reset(kernel, buffer);
}

/** False if it exceeds the size. 0 means 1. A reader that waits already learns nothing of it. */
export function xStreamBufferSetTriggerLevel(buffer: StreamBuffer, level: number): boolean {
  if (level > buffer.size) return false;
  buffer.triggerLevel = Math.max(1, level);
  return true;
}

/** How many bytes can be received. */
export function xStreamBufferBytesAvailable(buffer: StreamBuffer): number {
  return buffer.bytes.length;
}

/** How many bytes can be sent before it is full. */
export function xStreamBufferSpacesAvailable(buffer: StreamBuffer): number {
  return buffer.spaces;
}

/** Whether nothing is in it. */
export function xStreamBufferIsEmpty(buffer: StreamBuffer): boolean {
  return buffer.bytes.length === 0;
}

/** Of a message buffer: no room for the shortest message. */
export function xStreamBufferIsFull(buffer: StreamBuffer): boolean {
  return buffer.spaces <= buffer.lengthBytes;
}

/** vStreamBufferSetStreamBufferNotificationIndex: the slot that wakes whom waits, while nobody does. */
export function vStreamBufferSetStreamBufferNotificationIndex(buffer: StreamBuffer, index: number): void {
  check(
    buffer.waitingToReceive === null && buffer.waitingToSend === null,
    'configASSERT: the notification slot of a stream buffer is changed while a task waits',
  );
  check(index < buffer.kernel.config.notificationSlots, 'configASSERT: a notification slot that exists');
  buffer.notificationIndex = index;
}
