import { me } from 'upy-check/model';
import type { Kernel } from './kernel.ts';
import { Notify, Task } from './task.ts';

export type Action = 'none' | 'bits' | 'inc' | 'set' | 'setNo';

/** Stores the notification; returns [delivered, value before, was waiting]. */
function deliver(task: Task, index: number, value: number, action: Action): [boolean, number, boolean] {
  const slot = task.notified[index]!;
  const state = slot.state;
  const before = slot.value;
  slot.state = Notify.Received;
  if (action === 'bits') slot.value = before | value;
  else if (action === 'inc') slot.value = (before + 1) | 0;
  else if (action === 'set') slot.value = value;
  else if (action === 'setNo') {
    if (state === Notify.Received) return [false, before, false];
    slot.value = value;
  }
  return [true, before, state === Notify.Waiting];
}

/** xTaskNotifyAndQueryIndexed: [ret, previous value]. */
export function xTaskNotify(
  kernel: Kernel, task: Task, value: number, action: Action, index = 0,
): [boolean, number] {
  return kernel.call((): [boolean, number] => {
    const [delivered, before, waiting] = deliver(task, index, value, action);
    if (waiting) {
      kernel.removeFromState(task);
      kernel.addToReady(task);
      kernel.yieldIfOutranked(task);
    }
    return [delivered, before];
  });
}

export function xTaskNotifyGive(kernel: Kernel, task: Task, index = 0): void {
  xTaskNotify(kernel, task, 0, 'inc', index);
}

/** [ret, previous value, higherPriorityTaskWoken] */
export function xTaskNotifyFromISR(
  kernel: Kernel, task: Task, value: number, action: Action, index = 0,
): [boolean, number, boolean] {
  return kernel.call((): [boolean, number, boolean] => {
    const [delivered, before, waiting] = deliver(task, index, value, action);
    if (!waiting) return [delivered, before, false];
    kernel.makeReady(task);
    const woken = task.priority > kernel.running!.priority;
    if (woken) kernel.yieldPending = true;
    return [delivered, before, woken];
  });
}

export function vTaskNotifyGiveFromISR(kernel: Kernel, task: Task, index = 0): boolean {
  const [, , woken] = xTaskNotifyFromISR(kernel, task, 0, 'inc', index);
  return woken;
}

/** Marks the caller as waiting and blocks it. */
function block(kernel: Kernel, self: Task, index: number, ticks: number): void {
  kernel.mayBlock(ticks);
  self.notified[index]!.state = Notify.Waiting;
  kernel.delayCurrent(self, ticks, true);
  kernel.resumeAllAndYield();
}

/** Looks at the value only. Returns the value before clearing or decrementing. */
export function ulTaskNotifyTake(kernel: Kernel, clear: boolean, ticks: number, index = 0): number {
  const self = me(Task);
  const slot = self.notified[index]!;
  kernel.call(() => {
    if (slot.value === 0 && ticks !== 0) block(kernel, self, index, ticks);
  });
  return kernel.call(() => {
    const value = slot.value;
    if (value !== 0) slot.value = clear ? 0 : value - 1;
    slot.state = Notify.None;
    self.left = -1;
    return value;
  });
}

/** Looks at the pending flag only. Returns [ret, value]. */
export function xTaskNotifyWait(
  kernel: Kernel, entryClear: number, exitClear: number, ticks: number, index = 0,
): [boolean, number] {
  const self = me(Task);
  const slot = self.notified[index]!;
  kernel.call(() => {
    if (slot.state === Notify.Received || ticks === 0) return;
    slot.value = slot.value & ~entryClear;
    block(kernel, self, index, ticks);
  });
  return kernel.call((): [boolean, number] => {
    const value = slot.value;
    const received = slot.state === Notify.Received;
    if (received) slot.value = value & ~exitClear;
    slot.state = Notify.None;
    self.left = -1;
    return [received, value];
  });
}
