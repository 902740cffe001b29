import { check, meOrNull, rest } from '../index.ts';
import { refuse } from './context.ts';
import { prvIdleTask } from './idle.ts';
import type { Kernel } from './kernel.ts';
import { vTaskSuspendAll, xTaskResumeAll } from './suspend_all.ts';
import { On, portMAX_DELAY, Task } from './task.ts';
import { tickSum } from './tick.ts';

/** eTaskConfirmSleepModeStatus */
export enum Sleep {
  eAbortSleep,
  eStandardSleep,
  eNoTasksWaitingTimeout,
}

/** Ticks to `xNextTaskUnblockTime`; `portMAX_DELAY`: nobody waits for a time. */
function ticksToUnblock(kernel: Kernel): number {
  const left = kernel.delayed.length === 0 ? portMAX_DELAY : kernel.delayed.at(0).left;
  const { tickBits } = kernel.config;
  if (tickBits < 16) return left;
  // A real TickType_t: nobody is woken beyond the largest count, on which the lists are exchanged.
  const untilWrap = tickBits === 32 ? ~kernel.tick >>> 0 : 0xffff - kernel.tick;
  return left === portMAX_DELAY || left > untilWrap ? untilWrap : left;
}

/** prvGetExpectedIdleTime: 0 while anything but the idle task could run; `portMAX_DELAY`: no limit. */
export function prvGetExpectedIdleTime(kernel: Kernel): number {
  if (kernel.here().running!.priority > 0 || kernel.ready[0]!.length > 1) return 0;
  for (let p = 1; p < kernel.config.priorities; p++) if (kernel.ready[p]!.length > 0) return 0;
  return ticksToUnblock(kernel);
}

function worthSleeping(kernel: Kernel, ticks: number): boolean {
  return ticks === portMAX_DELAY || ticks >= kernel.config.expectedIdleTimeBeforeSleep;
}

/**
 * What the port asks with interrupts off, just before it sleeps: something may have happened since the idle task found
 * that it can. eNoTasksWaitingTimeout: all tasks wait without limit, so clocks may stop.
 */
export function eTaskConfirmSleepModeStatus(kernel: Kernel): Sleep {
  const cpu = kernel.here();
  if (cpu.suspension.pendingReady.length > 0 || cpu.yieldPending || kernel.pendedTicks > 0)
    return Sleep.eAbortSleep;
  if (kernel.terminated.length > 0) return Sleep.eStandardSleep;
  for (const task of kernel.tasks)
    if (task !== cpu.running && task.on !== On.None && task.on !== On.Suspended) return Sleep.eStandardSleep;
  return Sleep.eNoTasksWaitingTimeout;
}

/**
 * Makes up for `ticks` ticks without interrupts, with the scheduler suspended; not beyond the moment at which a task
 * must go on. The tick that reaches that moment is put off to xTaskResumeAll, which readies the task.
 */
export function vTaskStepTick(kernel: Kernel, ticks: number): void {
  kernel.call(() => {
    const limit = ticksToUnblock(kernel);
    check(
      limit === portMAX_DELAY || ticks <= limit,
      'configASSERT: vTaskStepTick steps beyond the time at which a task must go on',
    );
    let jump = ticks;
    if (ticks === limit) {
      check(
        kernel.here().suspension.depth > 0 && ticks > 0,
        'configASSERT: vTaskStepTick without vTaskSuspendAll',
      );
      kernel.pendedTicks++;
      jump--;
    }
    kernel.tick = tickSum(kernel, kernel.tick, jump);
    for (const task of kernel.tasks) if (task.left > 0) task.left = Math.max(0, task.left - jump);
  });
}

/** xTaskCatchUpTicks: the same for any number of ticks, task by task, as if they came now; whether it switched. */
export function xTaskCatchUpTicks(kernel: Kernel, ticks: number): boolean {
  if (meOrNull(Task) === null) return refuse('xTaskCatchUpTicks', false);
  check(
    kernel.here().suspension.depth === 0,
    'configASSERT: xTaskCatchUpTicks while the scheduler is suspended',
  );
  vTaskSuspendAll(kernel);
  kernel.call(() => {
    kernel.pendedTicks += ticks;
  });
  return xTaskResumeAll(kernel);
}

/**
 * prvIdleTask with configUSE_TICKLESS_IDLE: suspends the scheduler and calls `sleep` (portSUPPRESS_TICKS_AND_SLEEP)
 * with the ticks that it expects to be idle, `portMAX_DELAY` if without limit. Without an idle hook it turns round while
 * it does not sleep, which is one location: nobody can tell.
 */
export function prvTicklessIdleTask(
  kernel: Kernel,
  sleep: (expectedTicks: number) => void,
  hook: () => void = () => turnRound(kernel),
): void {
  prvIdleTask(kernel, () => {
    hook();
    if (!worthSleeping(kernel, prvGetExpectedIdleTime(kernel))) return;
    vTaskSuspendAll(kernel);
    const expected = prvGetExpectedIdleTime(kernel);
    if (worthSleeping(kernel, expected)) sleep(expected);
    xTaskResumeAll(kernel);
  });
}

/** Until there is something to do. */
function turnRound(kernel: Kernel): void {
  rest(() => hasWork(kernel) || worthSleeping(kernel, prvGetExpectedIdleTime(kernel)));
}

/** Whether the idle task has something else to do. */
function hasWork(kernel: Kernel): boolean {
  return kernel.terminated.length > 0 || kernel.ready[0]!.length > kernel.cpus.length;
}
