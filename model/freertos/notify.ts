import { me } from '../index.ts';
import type { Kernel } from './kernel.ts';
import { Notify, portMAX_DELAY, Task } from './task.ts';

/** Counts the notification; whether the task was waiting for one. */
function deliver(task: Task): boolean {
  const waiting = task.notifyState === Notify.Waiting;
  task.notifyState = Notify.Received;
  task.notified++;
  return waiting;
}

/** xTaskNotifyGive: a latch that counts, so that a give before the take is not lost. */
export function xTaskNotifyGive(kernel: Kernel, task: Task): void {
  kernel.call(() => {
    if (!deliver(task)) return;
    kernel.makeReady(task);
    kernel.yieldIfOutranked(task);
  });
}

/**
 * vTaskNotifyGiveFromISR: returns `*pxHigherPriorityTaskWoken`. True only when the *own* core should switch; for a
 * task of the other core the kernel has interrupted that core already.
 */
export function vTaskNotifyGiveFromISR(kernel: Kernel, task: Task): boolean {
  return kernel.call(() => {
    if (!deliver(task)) return false;
    kernel.makeReady(task);
    const woken = kernel.checkForYield(task);
    if (woken) kernel.here().yieldPending = true;
    return woken;
  });
}

/**
 * ulTaskNotifyTake: blocks up to `ticks` while the count is 0; returns the count it found, 0 after a timeout.
 * Two critical sections: between them the task may have been switched out, and the count may have grown.
 */
export function ulTaskNotifyTake(kernel: Kernel, clearCountOnExit: boolean, ticks: number): number {
  const self = me(Task);
  kernel.call(() => {
    if (self.notified !== 0) return;
    self.notifyState = Notify.Waiting;
    if (ticks === 0) return;
    kernel.delayCurrent(self, ticks);
    kernel.portYield();
  });
  return kernel.call(() => {
    const count = self.notified;
    if (count !== 0) self.notified = clearCountOnExit ? 0 : count - 1;
    self.notifyState = Notify.None;
    self.left = portMAX_DELAY;
    return count;
  });
}
