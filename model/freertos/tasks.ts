import { check, me } from '../index.ts';
import type { Kernel } from './kernel.ts';
import { Notify, On, portMAX_DELAY, Task } from './task.ts';

export function taskYIELD(kernel: Kernel): void {
  kernel.portYield();
}

/** Waits for `ticks` tick interrupts: between `ticks - 1` and `ticks` periods. */
export function vTaskDelay(kernel: Kernel, ticks: number): void {
  kernel.call(() => {
    if (ticks > 0) kernel.delayCurrent(me(Task), ticks);
    kernel.portYield();
  });
}

/** vTaskDelete(NULL): does not return. The idle task's reclaiming of stack and TCB is not modelled yet. */
export function vTaskDelete(kernel: Kernel): void {
  kernel.call(() => {
    kernel.removeFromState(me(Task));
    kernel.portYield();
  });
}

/** vTaskSuspend of the caller or, on the same core, of another task. */
export function vTaskSuspend(kernel: Kernel, task: Task): void {
  kernel.call(() => {
    kernel.removeFromEvent(task);
    kernel.removeFromState(task);
    task.on = On.Suspended;
    task.left = portMAX_DELAY;
    if (task.notifyState === Notify.Waiting) task.notifyState = Notify.None;
    check(task === me(Task) || task.cpu === kernel.here(), 'vTaskSuspend across cores is not modelled');
    if (task === me(Task)) kernel.portYield();
  });
}

/** prvTaskIsTaskSuspended: suspended for its own sake, not waiting without limit for something. */
function isSuspended(task: Task): boolean {
  return task.on === On.Suspended && task.waitingIn === null && task.notifyState !== Notify.Waiting;
}

/**
 * xTaskResumeFromISR: whether the own core should switch. *Not latched*: on a task that is not suspended yet it does
 * nothing, which is why the FreeRTOS manual warns against it as a way to signal an interrupt.
 */
export function xTaskResumeFromISR(kernel: Kernel, task: Task): boolean {
  return kernel.call(() => {
    if (!isSuspended(task)) return false;
    kernel.makeReady(task);
    const woken = kernel.checkForYield(task);
    if (woken) kernel.here().yieldPending = true;
    return woken;
  });
}
