import { me, note } from '../../index.ts';
import * as k from '../index.ts';
import { EXTENDED_TASK_OPS } from './extended_ops.ts';
import type { OpCode, Operand } from './program.ts';
import type { Actor, World } from './world.ts';

/** What an op reports: the model builds it, only the trace reads it. Truth values stand for 1 and 0. */
export type Result = Word | readonly (Word | readonly Word[])[];
type Word = number | boolean | string | k.QueueSetMember | null;

export interface Op {
  /** CPU that it consumes, when that is what it is for. */
  readonly units?: number;
  readonly perform: () => Result;
}

type Operands = readonly Operand[];
type Make = (world: World, self: Actor, a: Operands) => () => Result;

/** Operands as numbers; those that are left out are 0. */
export const numbersOf = (a: Operands): readonly number[] => [...a.map(Number), 0, 0, 0];

const actorOf = (world: World, name: Operand | undefined, self: Actor): Actor =>
  name === 'self' ? self : world.actors.get(String(name))!;

/** An op on a task; "gone" if there is none of that name at this moment. */
function onTask(act: (task: k.Task, kernel: k.Kernel, a: readonly number[]) => Result): Make {
  return (world, self, a) => {
    const actor = actorOf(world, a[0], self);
    const numbers = numbersOf(a);
    return () => (!k.isDeleted(actor.task) ? act(actor.task, world.kernel, numbers) : 'gone');
  };
}

function onQueue(act: (kernel: k.Kernel, queue: k.Queue, a: readonly number[]) => Result): Make {
  return ({ kernel, queues }, _, a) => {
    const queue = queues.get(String(a[0]))!;
    const numbers = numbersOf(a);
    return () => act(kernel, queue, numbers);
  };
}

function onGroup(act: (kernel: k.Kernel, group: k.EventGroup, a: readonly number[]) => Result): Make {
  return ({ kernel, groups }, _, a) => {
    const group = groups.get(String(a[0]))!;
    const numbers = numbersOf(a);
    return () => (group.deleted ? 'gone' : act(kernel, group, numbers));
  };
}

function onTimer(act: (service: k.TimerService, timer: k.Timer, a: readonly number[]) => Result): Make {
  return (world, _, a) => {
    const timer = world.timers.get(String(a[0]))!;
    const numbers = numbersOf(a);
    return () => (timer.deleted ? 'gone' : act(world.service!, timer, numbers));
  };
}

/** A call of the kernel with numbers only. */
function call(act: (kernel: k.Kernel, a: readonly number[]) => Result): Make {
  return ({ kernel }, _, a) => {
    const numbers = numbersOf(a);
    return () => act(kernel, numbers);
  };
}

/** The result of a call that returns nothing. */
const done = (_: void): Result => 1;

const ACTIONS: Readonly<Record<string, k.Action>> = {
  none: 'none',
  bits: 'bits',
  inc: 'inc',
  set: 'set',
  setNo: 'setNo',
};

const notify: Make = (world, self, a) => {
  const actor = actorOf(world, a[0], self);
  const [value, action, index] = [Number(a[1]), ACTIONS[String(a[2])]!, Number(a[3] ?? 0)];
  return () =>
    !k.isDeleted(actor.task) ? k.xTaskNotify(world.kernel, actor.task, value, action, index) : 'gone';
};

const delayUntil: Make = ({ kernel }, self, a) => {
  const period = Number(a[0]);
  return () => {
    const [blocked, wake] = k.xTaskDelayUntil(kernel, self.lastWake, period);
    self.lastWake = wake;
    return [blocked, wake >>> 0];
  };
};

const wakeReset: Make =
  ({ kernel }, self) =>
  () => {
    self.lastWake = kernel.tick;
    return self.lastWake >>> 0;
  };

const remove: Make = onTask((task, kernel) => {
  if (task === me(k.Task)) note('E', task.name);
  return done(k.vTaskDelete(kernel, task));
});

const create: Make = (world, self, a) => {
  const actor = actorOf(world, a[0], self);
  return () => {
    if (!k.isDeleted(actor.task)) return 'alive';
    actor.completed = 0;
    actor.created = true;
    return k.xTaskCreate(world.kernel, actor.task);
  };
};

const state: Make = (world, self, a) => {
  const actor = actorOf(world, a[0], self);
  return () => (!k.isDeleted(actor.task) ? k.eTaskGetState(world.kernel, actor.task) : 'D');
};

const OPS: Readonly<Record<string, Make>> = {
  nop: () => () => 1,
  yield: call((kernel) => done(k.taskYIELD(kernel))),
  delay: call((kernel, [ticks]) => done(k.vTaskDelay(kernel, ticks!))),
  delayUntil,
  wakeReset,

  notify,
  notifyGive: onTask((task, kernel, [, index]) => done(k.xTaskNotifyGive(kernel, task, index!))),
  notifyTake: call((kernel, [clear, ticks, index]) =>
    k.ulTaskNotifyTake(kernel, clear !== 0, ticks!, index!),
  ),
  notifyWait: call((kernel, [entry, exit, ticks, index]) =>
    k.xTaskNotifyWait(kernel, entry!, exit!, ticks!, index!),
  ),
  notifyStateClear: onTask((task, kernel, [, index]) => k.xTaskNotifyStateClear(kernel, task, index!)),
  notifyValueClear: onTask((task, kernel, [, bits, index]) =>
    k.ulTaskNotifyValueClear(kernel, task, bits!, index!),
  ),

  semTake: onQueue((kernel, semaphore, [, ticks]) => k.xSemaphoreTake(kernel, semaphore, ticks!)),
  semGive: onQueue((kernel, semaphore) => k.xSemaphoreGive(kernel, semaphore)),
  semCount: onQueue((_, semaphore) => k.uxQueueMessagesWaiting(semaphore)),
  mutexTake: onQueue((kernel, mutex, [, ticks]) => k.xSemaphoreTake(kernel, mutex, ticks!)),
  mutexGive: onQueue((kernel, mutex) =>
    k.xSemaphoreGetMutexHolder(mutex) === me(k.Task) ? k.xSemaphoreGive(kernel, mutex) : 'nh',
  ),
  mutexGiveRaw: onQueue((kernel, mutex) => k.xSemaphoreGive(kernel, mutex)),
  recTake: onQueue((kernel, mutex, [, ticks]) => k.xSemaphoreTakeRecursive(kernel, mutex, ticks!)),
  recGive: onQueue((kernel, mutex) => k.xSemaphoreGiveRecursive(kernel, mutex)),
  mutexHolder: onQueue((_, mutex) => {
    const holder = k.xSemaphoreGetMutexHolder(mutex);
    return holder === null ? null : holder.name;
  }),

  queueSend: onQueue((kernel, queue, [, value, ticks]) => k.xQueueSend(kernel, queue, value!, ticks!)),
  queueSendFront: onQueue((kernel, queue, [, value, ticks]) =>
    k.xQueueSend(kernel, queue, value!, ticks!, 'front'),
  ),
  queueOverwrite: onQueue((kernel, queue, [, value]) => k.xQueueSend(kernel, queue, value!, 0, 'overwrite')),
  queueReceive: onQueue((kernel, queue, [, ticks]) => k.xQueueReceive(kernel, queue, ticks!)),
  queuePeek: onQueue((kernel, queue, [, ticks]) => k.xQueueReceive(kernel, queue, ticks!, true)),
  queueReset: onQueue((kernel, queue) => done(k.xQueueReset(kernel, queue))),
  queueCount: onQueue((_, queue) => k.uxQueueMessagesWaiting(queue)),
  queueSpaces: onQueue((_, queue) => k.uxQueueSpacesAvailable(queue)),

  evtSet: onGroup((kernel, group, [, bits]) => k.xEventGroupSetBits(kernel, group, bits!)),
  evtClear: onGroup((kernel, group, [, bits]) => k.xEventGroupClearBits(kernel, group, bits!)),
  evtGet: onGroup((_, group) => k.xEventGroupGetBits(group)),
  evtWait: onGroup((kernel, group, [, bits, clear, all, ticks]) =>
    k.xEventGroupWaitBits(kernel, group, bits!, clear !== 0, all !== 0, ticks!),
  ),
  evtSync: onGroup((kernel, group, [, bits, waitFor, ticks]) =>
    k.xEventGroupSync(kernel, group, bits!, waitFor!, ticks!),
  ),

  tmrStart: onTimer((service, timer, [, ticks]) => k.xTimerStart(service, timer, ticks!)),
  tmrReset: onTimer((service, timer, [, ticks]) => k.xTimerReset(service, timer, ticks!)),
  tmrStop: onTimer((service, timer, [, ticks]) => k.xTimerStop(service, timer, ticks!)),
  tmrDelete: onTimer((service, timer, [, ticks]) => k.xTimerDelete(service, timer, ticks!)),
  tmrPeriod: onTimer((service, timer, [, period, ticks]) =>
    k.xTimerChangePeriod(service, timer, period!, ticks!),
  ),
  tmrActive: onTimer(({ kernel }, timer) => kernel.read(() => k.xTimerIsTimerActive(timer))),

  suspend: onTask((task, kernel) => done(k.vTaskSuspend(kernel, task))),
  resume: onTask((task, kernel) => done(k.vTaskResume(kernel, task))),
  prioSet: onTask((task, kernel, [, priority]) => done(k.vTaskPrioritySet(kernel, task, priority!))),
  prioGet: onTask((task) => k.uxTaskPriorityGet(task)),
  basePrioGet: onTask((task) => k.uxTaskBasePriorityGet(task)),
  state,
  suspendAll: call((kernel) => done(k.vTaskSuspendAll(kernel))),
  resumeAll: call((kernel) => k.xTaskResumeAll(kernel)),
  enterCrit: call((kernel) => done(k.taskENTER_CRITICAL(kernel))),
  exitCrit: call((kernel) => done(k.taskEXIT_CRITICAL(kernel))),
  abortDelay: onTask((task, kernel) => k.xTaskAbortDelay(kernel, task)),
  delete: remove,
  create,
  taskCount: call((kernel) => k.uxTaskGetNumberOfTasks(kernel)),
  tickCount: call((kernel) => k.xTaskGetTickCount(kernel)),
};

/** The names of the calls that a task and a timer's callback may make. */
export const TASK_OPS: readonly string[] = ['busy', ...Object.keys(OPS), ...Object.keys(EXTENDED_TASK_OPS)];

export function taskOp(world: World, self: Actor, [name, ...operands]: OpCode): Op {
  if (name === 'busy') return { units: Number(operands[0]), perform: () => 1 };
  const extended = EXTENDED_TASK_OPS[name];
  if (extended !== undefined) return { perform: extended(world, operands) };
  const make = OPS[name];
  if (make === undefined) throw new Error(`no such op: ${name}`);
  return { perform: make(world, self, operands) };
}
