import { atomic, blocks, check, me, meOrNull, pause } from '../index.ts';
import { assertSyscallPriority, refuse } from './context.ts';
import type { Kernel } from './kernel.ts';
import { mayBlock, resumeAllAndYield, resumed } from './suspend_all.ts';
import { Notify, On, portMAX_DELAY, Task } from './task.ts';
import { tickSum } from './tick.ts';

/** Lets other ready tasks of the same priority run first. */
export function taskYIELD(kernel: Kernel): void {
  atomic(() => kernel.here().requestYield());
}

/** Waits for `ticks` tick interrupts: between `ticks - 1` and `ticks` periods. 0: as taskYIELD. */
export function vTaskDelay(kernel: Kernel, ticks: number): void {
  if (meOrNull(Task) === null) return refuse('vTaskDelay', undefined);
  blocks('vTaskDelay', ticks);
  kernel.call(() => {
    if (ticks === 0) {
      kernel.portYield();
      return;
    }
    mayBlock(kernel, ticks);
    kernel.delayCurrent(me(Task), ticks, false);
    resumeAllAndYield(kernel);
  });
  returnToCaller('vTaskDelay');
}

/** A call that blocked returns when its task runs again: that is a step, also for bookkeeping that follows. */
export function returnToCaller(api: string): void {
  blocks(api);
  pause();
}

/**
 * Waits until `period` ticks after the last wake time; needs `tickBits`. Returns [whether it blocked, the new
 * last wake time], which advances by `period` even if that moment has passed.
 */
export function xTaskDelayUntil(kernel: Kernel, lastWake: number, period: number): [boolean, number] {
  if (meOrNull(Task) === null) return refuse('xTaskDelayUntil', [false, lastWake]);
  blocks('xTaskDelayUntil');
  check(kernel.config.tickBits > 0, 'xTaskDelayUntil reads the tick count: give the kernel tickBits');
  const wake = tickSum(kernel, lastWake, period);
  const blocked = kernel.call(() => {
    check(period > 0, 'configASSERT: xTaskDelayUntil waits for 0 ticks');
    mayBlock(kernel, 1);
    const ticks = tickSum(kernel, wake, -kernel.tick);
    const blocks = ticks > 0 && ticks <= period;
    if (blocks) kernel.delayCurrent(me(Task), ticks, false);
    resumeAllAndYield(kernel);
    return blocks;
  });
  returnToCaller('xTaskDelayUntil');
  return [blocked, wake];
}

/** vTaskSuspend, of the caller (`me(Task)`) or of another task, wherever it waits. */
export function vTaskSuspend(kernel: Kernel, task: Task): void {
  if (meOrNull(Task) === null) return refuse('vTaskSuspend', undefined);
  kernel.call(() => {
    kernel.removeFromState(task);
    kernel.removeFromEvent(task);
    task.on = On.Suspended;
    for (const slot of task.notified) if (slot.state === Notify.Waiting) slot.state = Notify.None;
    switchFrom(kernel, task, 'configASSERT: a task suspends itself while the scheduler is suspended');
  });
  if (task === meOrNull(Task)) returnToCaller('vTaskSuspend');
}

/** The core that runs `task` must choose again; nothing if none does. */
export function switchFrom(kernel: Kernel, task: Task, ifSuspended: string): void {
  const here = kernel.here();
  for (const cpu of kernel.cpus) {
    if (cpu.running !== task) continue;
    if (cpu === here) check(cpu.suspension.depth === 0, ifSuspended);
    kernel.scheduling.yieldCore(kernel, cpu);
  }
}

/** Whether a core executes `task` and has not been told to switch (`taskTASK_IS_RUNNING`). */
export function isRunning(kernel: Kernel, task: Task): boolean {
  for (const cpu of kernel.cpus) if (cpu.running === task) return !cpu.scheduledToYield;
  return false;
}

/** Whether a core executes `task` at this moment (`taskTASK_IS_RUNNING_OR_SCHEDULED_TO_YIELD`). */
export function isOnCore(kernel: Kernel, task: Task): boolean {
  for (const cpu of kernel.cpus) if (cpu.running === task) return true;
  return false;
}

/** prvTaskIsTaskSuspended: suspended for its own sake, not waiting without limit for something. */
export function isSuspended(task: Task): boolean {
  if (task.on !== On.Suspended || task.waitingIn !== null) return false;
  for (const slot of task.notified) if (slot.state === Notify.Waiting) return false;
  return true;
}

/** vTaskResume: ends one suspension, however often the task was suspended. */
export function vTaskResume(kernel: Kernel, task: Task): void {
  if (meOrNull(Task) === null) return refuse('vTaskResume', undefined);
  kernel.call(() => {
    if (isRunning(kernel, task) || !isSuspended(task)) return;
    kernel.removeFromState(task);
    kernel.addToReady(task);
    kernel.yieldIfOutranked(task, kernel.config.resumeYieldsToEqual);
  });
}

/**
 * xTaskResumeFromISR: whether the own core should switch. *Not latched*: on a task that is not suspended yet it does
 * nothing, which is why the FreeRTOS manual warns against it as a way to signal an interrupt.
 */
export function xTaskResumeFromISR(kernel: Kernel, task: Task): boolean {
  assertSyscallPriority(kernel, 'xTaskResumeFromISR');
  return kernel.call(() => {
    if (!isSuspended(task)) return false;
    const canRun = kernel.scheduling.suspensionOf(kernel, task).depth === 0;
    const { resumeYieldsToEqual } = kernel.config;
    const due =
      (canRun || kernel.scheduling.smp) && kernel.scheduling.yieldRequired(kernel, task, resumeYieldsToEqual);
    if (due) kernel.here().yieldPending = true;
    kernel.makeReadyOrPend(task);
    return due;
  });
}

/** vTaskPrioritySet: the base at once; the priority in force only if that is not inherited, or is exceeded. */
export function vTaskPrioritySet(kernel: Kernel, task: Task, priority: number): void {
  if (meOrNull(Task) === null) return refuse('vTaskPrioritySet', undefined);
  kernel.call(() => {
    check(priority < kernel.config.priorities, 'configASSERT: priority below configMAX_PRIORITIES');
    if (task.base === priority) return;
    const raised = priority > task.base;
    if (!task.waitPriorityInUse) task.waitPriority = priority;
    const effective = task.base === task.priority || priority > task.priority;
    task.base = priority;
    // A raised running task needs no switch, a lowered one may.
    const due = isRunning(kernel, task)
      ? !raised && !task.preemptionDisabled
      : raised && mustSwitchTo(kernel, task, priority);
    setEffective(kernel, task, effective ? priority : task.priority);
    if (due) yieldAfterPrioritySet(kernel, task);
  });
}

/** Whether the *new* priority would outrank the caller, even of a task that is blocked. */
function mustSwitchTo(kernel: Kernel, task: Task, priority: number): boolean {
  const { smp } = kernel.scheduling;
  if (smp && task.on !== On.Ready) return false;
  const before = task.priority;
  task.priority = smp ? Math.max(before, priority) : priority;
  const due = kernel.scheduling.yieldRequired(kernel, task, kernel.config.resumeYieldsToEqual);
  task.priority = before;
  return due;
}

function yieldAfterPrioritySet(kernel: Kernel, task: Task): void {
  const here = kernel.here();
  for (const cpu of kernel.cpus)
    if (cpu !== here && cpu.running === task) {
      kernel.scheduling.yieldCore(kernel, cpu);
      return;
    }
  kernel.yieldIfPreemptive();
}

/** Changes the priority in force; a ready task goes to the end of its new list. */
export function setEffective(kernel: Kernel, task: Task, priority: number): void {
  if (task.on !== On.Ready) {
    task.priority = priority;
    return;
  }
  kernel.removeFromState(task);
  task.priority = priority;
  kernel.addToReady(task);
}

/** xTaskAbortDelay: ends the wait of a blocked task, as if it had timed out; whether it was blocked. */
export function xTaskAbortDelay(kernel: Kernel, task: Task): boolean {
  if (meOrNull(Task) === null) return refuse('xTaskAbortDelay', false);
  return kernel.call(() => {
    if (stateOf(kernel, task) !== 'B') {
      resumed(kernel);
      return false;
    }
    kernel.removeFromState(task);
    if (task.waitingIn !== null) {
      kernel.removeFromEvent(task);
      task.aborted = true;
    }
    kernel.addToReady(task);
    if (kernel.config.preemption && kernel.scheduling.yieldRequired(kernel, task, false))
      kernel.here().yieldPending = true;
    resumed(kernel);
    return true;
  });
}

/** xTaskCheckForTimeOut, after a wait: an aborted one counts once. */
export function timedOut(task: Task): boolean {
  if (task.aborted) {
    task.aborted = false;
    return true;
  }
  return task.left === 0;
}

/** The call is over, so nothing of its time-out remains. */
export function waitIsOver(task: Task): void {
  task.left = portMAX_DELAY;
}

/** eRunning, eReady, eBlocked, eSuspended, eDeleted. */
export type State = 'X' | 'R' | 'B' | 'S' | 'D';

/** The state of a task, as the kernel's lists have it. */
export function eTaskGetState(kernel: Kernel, task: Task): State {
  return kernel.read(() => stateOf(kernel, task));
}

/** What eTaskGetState returns. FreeRTOS SMP asks the lists first: a task may run on that is on another one already. */
export function stateOf(kernel: Kernel, task: Task): State {
  const running = isRunning(kernel, task);
  if (running && !kernel.scheduling.smp) return 'X';
  for (const cpu of kernel.cpus) if (task.waitingIn === cpu.suspension.pendingReady) return 'R';
  if (task.on === On.Delayed) return 'B';
  if (task.on === On.Suspended) return isSuspended(task) ? 'S' : 'B';
  if (task.on !== On.Ready) return 'D';
  return running ? 'X' : 'R';
}

/** taskSCHEDULER_RUNNING or taskSCHEDULER_SUSPENDED. */
export function xTaskGetSchedulerState(kernel: Kernel): 'running' | 'suspended' {
  return kernel.read(() => kernel.here().suspension.depth === 0) ? 'running' : 'suspended';
}

/** The task that this core runs: in an interrupt handler the interrupted one. */
export function xTaskGetCurrentTaskHandle(kernel: Kernel): Task {
  return kernel.here().running!;
}

/** uxTaskPriorityGet: the priority in force. */
export function uxTaskPriorityGet(task: Task): number {
  return task.kernel.read(() => task.priority);
}

/** uxTaskBasePriorityGet: the priority without what mutexes lend. */
export function uxTaskBasePriorityGet(task: Task): number {
  return task.kernel.read(() => task.base);
}
