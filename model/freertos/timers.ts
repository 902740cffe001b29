import { meOrNull } from '../index.ts';
import { assertSyscallPriority, refuse } from './context.ts';
import type { EventGroup } from './event_groups.ts';
import { xQueueSend, xQueueSendFromISR } from './queue.ts';
import { Task } from './task.ts';
import { xTaskGetSchedulerState } from './tasks.ts';
import {
  Command,
  type Message,
  type PendedFunction,
  type Timer,
  type TimerService,
} from './timer_service.ts';

/** xTimerGenericCommandFromTask: waits up to `ticks` for room in the command queue. */
function send(service: TimerService, message: Message, ticks: number): boolean {
  if (meOrNull(Task) === null) return refuse('xTimerGenericCommandFromTask', false);
  const { kernel, queue } = service;
  // It never waits while the scheduler is suspended. On several cores the question is a critical section.
  const asks = kernel.scheduling.smp || ticks !== 0;
  const waits = asks && xTaskGetSchedulerState(kernel) === 'running';
  return xQueueSend(kernel, queue, message, waits ? ticks : 0);
}

/** xTimerGenericCommandFromISR: [pdPASS, *pxHigherPriorityTaskWoken]. */
function sendFromISR(service: TimerService, message: Message): [boolean, boolean] {
  assertSyscallPriority(service.kernel, 'xTimerGenericCommandFromISR');
  return xQueueSendFromISR(service.kernel, service.queue, message);
}

/** Starts the timer, or starts it again: it expires one period after this call, not after its execution. */
export function xTimerStart(service: TimerService, timer: Timer, ticks: number): boolean {
  return send(service, [Command.Start, timer, service.kernel.tick], ticks);
}

/** The same command as xTimerStart. */
export function xTimerReset(service: TimerService, timer: Timer, ticks: number): boolean {
  return xTimerStart(service, timer, ticks);
}

/** Stops the timer as soon as the service task executes the command. */
export function xTimerStop(service: TimerService, timer: Timer, ticks: number): boolean {
  return send(service, [Command.Stop, timer, 0], ticks);
}

/** Also starts a dormant timer; the new period counts from when the service executes this. */
export function xTimerChangePeriod(
  service: TimerService,
  timer: Timer,
  period: number,
  ticks: number,
): boolean {
  return send(service, [Command.Period, timer, period], ticks);
}

/** The timer must not be used any more. */
export function xTimerDelete(service: TimerService, timer: Timer, ticks: number): boolean {
  timer.deleted = true;
  return send(service, [Command.Delete, timer, 0], ticks);
}

/** Whether it runs, as far as the service task has got with its commands. */
export function xTimerIsTimerActive(timer: Timer): boolean {
  return timer.active;
}

/** The period in ticks. */
export function xTimerGetPeriod(timer: Timer): number {
  return timer.period;
}

/** Whether it starts again by itself. */
export function xTimerGetReloadMode(timer: Timer): boolean {
  return timer.autoReload;
}

/** Takes effect when it expires next. */
export function vTimerSetReloadMode(timer: Timer, autoReload: boolean): void {
  timer.autoReload = autoReload;
}

/** The tick of the next expiry; meaningless for a dormant timer. */
export function xTimerGetExpiryTime(timer: Timer): number {
  return timer.expiry >>> 0;
}

/** [pdPASS, *pxHigherPriorityTaskWoken], as the following ones. */
export function xTimerStartFromISR(service: TimerService, timer: Timer): [boolean, boolean] {
  return sendFromISR(service, [Command.Start, timer, service.kernel.tick]);
}

/** The same command as xTimerStartFromISR. */
export function xTimerResetFromISR(service: TimerService, timer: Timer): [boolean, boolean] {
  return xTimerStartFromISR(service, timer);
}

/** xTimerStop in an interrupt handler. */
export function xTimerStopFromISR(service: TimerService, timer: Timer): [boolean, boolean] {
  return sendFromISR(service, [Command.Stop, timer, 0]);
}

/** xTimerChangePeriod in an interrupt handler. */
export function xTimerChangePeriodFromISR(
  service: TimerService,
  timer: Timer,
  period: number,
): [boolean, boolean] {
  return sendFromISR(service, [Command.Period, timer, period]);
}

/** Runs `pended` in the service task. */
export function xTimerPendFunctionCall(
  service: TimerService,
  pended: PendedFunction,
  parameter: number,
  ticks: number,
): boolean {
  return send(service, [Command.Call, pended, parameter], ticks);
}

/** xTimerPendFunctionCall in an interrupt handler. */
export function xTimerPendFunctionCallFromISR(
  service: TimerService,
  pended: PendedFunction,
  parameter: number,
): [boolean, boolean] {
  return sendFromISR(service, [Command.Call, pended, parameter]);
}

/** Deferred to the service task, because a group may have any number of waiters. */
export function xEventGroupSetBitsFromISR(
  service: TimerService,
  group: EventGroup,
  bits: number,
): [boolean, boolean] {
  return sendFromISR(service, [Command.SetBits, group, bits]);
}

/** Deferred too; it has no woken flag. */
export function xEventGroupClearBitsFromISR(service: TimerService, group: EventGroup, bits: number): boolean {
  const [sent] = sendFromISR(service, [Command.ClearBits, group, bits]);
  return sent;
}
