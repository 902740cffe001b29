import { blocks, meOrNull } from '../index.ts';
import { assertSyscallPriority, refuse } from './context.ts';
import type { Kernel } from './kernel.ts';
import { mayBlock, resumeAllAndYield } from './suspend_all.ts';
import { Notify, Task } from './task.ts';
import { waitIsOver } from './tasks.ts';

/** eNoAction, eSetBits, eIncrement, eSetValueWithOverwrite, eSetValueWithoutOverwrite. */
export type Action = 'none' | 'bits' | 'inc' | 'set' | 'setNo';

/** Stores the notification; returns [delivered, value before, was waiting]. */
function deliver(
  kernel: Kernel,
  task: Task,
  value: number,
  action: Action,
  index: number,
): [boolean, number, boolean] {
  const slot = task.notified[index]!;
  const state = slot.state;
  const before = slot.value;
  slot.state = Notify.Received;
  if (action === 'bits') slot.value = before | value;
  else if (action === 'inc') slot.value = kernel.config.notifiedMax < 0 ? (before + 1) | 0 : before + 1;
  else if (action === 'set') slot.value = value;
  else if (action === 'setNo') {
    if (state === Notify.Received) return [false, before, false];
    slot.value = value;
  }
  return [true, before, state === Notify.Waiting];
}

/** xTaskNotifyAndQueryIndexed: [pdPASS, previous value]; pdFAIL only for `setNo` on a pending notification. */
export function xTaskNotify(
  kernel: Kernel,
  task: Task,
  value: number,
  action: Action,
  index = 0,
): [boolean, number] {
  if (meOrNull(Task) === null) return refuse('xTaskNotify', [false, 0]);
  return kernel.call((): [boolean, number] => {
    const [delivered, before, waiting] = deliver(kernel, task, value, action, index);
    if (waiting) {
      kernel.removeFromState(task);
      kernel.addToReady(task);
      kernel.yieldIfOutranked(task);
    }
    return [delivered, before];
  });
}

/** xTaskNotifyGiveIndexed: a latch that counts, so that a give before the take is not lost. */
export function xTaskNotifyGive(kernel: Kernel, task: Task, index = 0): void {
  if (meOrNull(Task) === null) return refuse('xTaskNotifyGive', undefined);
  xTaskNotify(kernel, task, 0, 'inc', index);
}

/** xTaskNotifyAndQueryFromISR: [pdPASS, previous value, *pxHigherPriorityTaskWoken]. */
export function xTaskNotifyFromISR(
  kernel: Kernel,
  task: Task,
  value: number,
  action: Action,
  index = 0,
): [boolean, number, boolean] {
  assertSyscallPriority(kernel, 'xTaskNotifyFromISR');
  return kernel.call((): [boolean, number, boolean] => {
    const [delivered, before, waiting] = deliver(kernel, task, value, action, index);
    if (!waiting) return [delivered, before, false];
    kernel.makeReadyOrPend(task);
    const woken = kernel.scheduling.yieldRequired(kernel, task, false);
    if (woken) kernel.here().yieldPending = true;
    return [delivered, before, woken];
  });
}

/**
 * vTaskNotifyGiveFromISR: returns `*pxHigherPriorityTaskWoken`. True only when the *own* core should switch; for a
 * task of the other core the kernel has interrupted that core already.
 */
export function vTaskNotifyGiveFromISR(kernel: Kernel, task: Task, index = 0): boolean {
  assertSyscallPriority(kernel, 'vTaskNotifyGiveFromISR');
  const [, , woken] = xTaskNotifyFromISR(kernel, task, 0, 'inc', index);
  return woken;
}

/** Marks the caller as waiting and blocks it, within a kernel call. */
export function blockOnNotification(kernel: Kernel, self: Task, index: number, ticks: number): void {
  mayBlock(kernel, ticks);
  self.notified[index]!.state = Notify.Waiting;
  kernel.delayCurrent(self, ticks);
  resumeAllAndYield(kernel);
}

/**
 * ulTaskNotifyTakeIndexed: blocks up to `ticks` while the value is 0; returns the value it found, 0 after a timeout.
 * Two critical sections: between them the task may have been switched out, and the count may have grown.
 */
export function ulTaskNotifyTake(
  kernel: Kernel,
  clearCountOnExit: boolean,
  ticks: number,
  index = 0,
): number {
  const self = meOrNull(Task);
  if (self === null) return refuse('ulTaskNotifyTake', 0);
  blocks('ulTaskNotifyTake', ticks);
  const slot = self.notified[index]!;
  kernel.call(() => {
    if (slot.value === 0 && ticks !== 0) blockOnNotification(kernel, self, index, ticks);
  });
  return kernel.call(() => {
    const value = slot.value;
    if (value !== 0) slot.value = clearCountOnExit ? 0 : value - 1;
    slot.state = Notify.None;
    waitIsOver(self);
    return value;
  });
}

/** xTaskNotifyWaitIndexed looks at the pending flag only. Returns [pdTRUE if notified, value]. */
export function xTaskNotifyWait(
  kernel: Kernel,
  bitsToClearOnEntry: number,
  bitsToClearOnExit: number,
  ticks: number,
  index = 0,
): [boolean, number] {
  const self = meOrNull(Task);
  if (self === null) return refuse('xTaskNotifyWait', [false, 0]);
  blocks('xTaskNotifyWait', ticks);
  const slot = self.notified[index]!;
  kernel.call(() => {
    if (slot.state === Notify.Received || ticks === 0) return;
    slot.value = slot.value & ~bitsToClearOnEntry;
    blockOnNotification(kernel, self, index, ticks);
  });
  return kernel.call((): [boolean, number] => {
    const value = slot.value;
    const received = slot.state === Notify.Received;
    if (received) slot.value = value & ~bitsToClearOnExit;
    slot.state = Notify.None;
    waitIsOver(self);
    return [received, value];
  });
}

/** xTaskNotifyStateClearIndexed: whether a notification was pending. */
export function xTaskNotifyStateClear(kernel: Kernel, task: Task, index = 0): boolean {
  if (meOrNull(Task) === null) return refuse('xTaskNotifyStateClear', false);
  return kernel.call(() => {
    const slot = task.notified[index]!;
    if (slot.state !== Notify.Received) return false;
    slot.state = Notify.None;
    return true;
  });
}

/** ulTaskNotifyValueClearIndexed: the value before. */
export function ulTaskNotifyValueClear(kernel: Kernel, task: Task, bits: number, index = 0): number {
  if (meOrNull(Task) === null) return refuse('ulTaskNotifyValueClear', 0);
  return kernel.call(() => {
    const slot = task.notified[index]!;
    const before = slot.value;
    slot.value = before & ~bits;
    return before;
  });
}
