import * as k from '../index.ts';
import { EXTENDED_ISR_OPS } from './extended_ops.ts';
import type { OpCode, Operand } from './program.ts';
import { numbersOf, type Result } from './task_ops.ts';
import type { World } from './world.ts';

/** [result, higherPriorityTaskWoken] */
export type Served = readonly [Result, boolean];
export type IsrOp = () => Served;
type Make = (world: World, a: readonly Operand[]) => IsrOp;

function onTask(act: (task: k.Task, kernel: k.Kernel, a: readonly number[]) => Served): Make {
  return (world, a) => {
    const actor = world.actors.get(String(a[0]))!;
    const numbers = numbersOf(a);
    return () => (!k.isDeleted(actor.task) ? act(actor.task, world.kernel, numbers) : ['gone', false]);
  };
}

function onQueue(act: (kernel: k.Kernel, queue: k.Queue, a: readonly number[]) => Served): Make {
  return ({ kernel, queues }, a) => {
    const queue = queues.get(String(a[0]))!;
    const numbers = numbersOf(a);
    return () => act(kernel, queue, numbers);
  };
}

/** Deferred to the timer service. */
function onGroup(act: (service: k.TimerService, group: k.EventGroup, bits: number) => Served): Make {
  return (world, a) => {
    const group = world.groups.get(String(a[0]))!;
    const bits = Number(a[1]);
    return () => (group.deleted ? ['gone', false] : act(world.service!, group, bits));
  };
}

function onTimer(act: (service: k.TimerService, timer: k.Timer, period: number) => Served): Make {
  return (world, a) => {
    const timer = world.timers.get(String(a[0]))!;
    const period = Number(a[1]);
    return () => (timer.deleted ? ['gone', false] : act(world.service!, timer, period));
  };
}

function send(position: k.Position): Make {
  return onQueue((kernel, queue, [, value]) => k.xQueueSendFromISR(kernel, queue, value!, position));
}

const notify: Make = (world, a) => {
  const actor = world.actors.get(String(a[0]))!;
  const [value, action, index] = [Number(a[1]), a[2] as k.Action, Number(a[3] ?? 0)];
  return () => {
    if (k.isDeleted(actor.task)) return ['gone', false];
    const [delivered, before, woken] = k.xTaskNotifyFromISR(world.kernel, actor.task, value, action, index);
    return [[delivered, before], woken];
  };
};

const evtGet: Make = ({ groups }, a) => {
  const group = groups.get(String(a[0]))!;
  return () => [group.deleted ? 'gone' : k.xEventGroupGetBits(group), false];
};

const OPS: Readonly<Record<string, Make>> = {
  notify,
  notifyGive: onTask((task, kernel, [, index]) => [1, k.vTaskNotifyGiveFromISR(kernel, task, index!)]),
  semGive: onQueue((kernel, semaphore) => k.xSemaphoreGiveFromISR(kernel, semaphore)),
  semTake: onQueue((kernel, semaphore) => k.xSemaphoreTakeFromISR(kernel, semaphore)),
  semCount: onQueue((_, semaphore) => [k.uxQueueMessagesWaiting(semaphore), false]),
  queueSend: send('back'),
  queueSendFront: send('front'),
  queueOverwrite: send('overwrite'),
  queueReceive: onQueue((kernel, queue) => {
    const [received, item, woken] = k.xQueueReceiveFromISR(kernel, queue);
    return [[received, item], woken];
  }),
  queuePeek: onQueue((kernel, queue) => [k.xQueuePeekFromISR(kernel, queue), false]),
  queueCount: onQueue((_, queue) => [k.uxQueueMessagesWaiting(queue), false]),
  resume: onTask((task, kernel) => [1, k.xTaskResumeFromISR(kernel, task)]),
  tmrStart: onTimer((service, timer) => k.xTimerStartFromISR(service, timer)),
  tmrReset: onTimer((service, timer) => k.xTimerStartFromISR(service, timer)),
  tmrStop: onTimer((service, timer) => k.xTimerStopFromISR(service, timer)),
  tmrPeriod: onTimer((service, timer, period) => k.xTimerChangePeriodFromISR(service, timer, period)),
  evtSet: onGroup((service, group, bits) => k.xEventGroupSetBitsFromISR(service, group, bits)),
  evtClear: onGroup((service, group, bits) => [k.xEventGroupClearBitsFromISR(service, group, bits), false]),
  evtGet,
  tickCount:
    ({ kernel }) =>
    () => [k.xTaskGetTickCount(kernel), false],
};

/** The names of the calls that an interrupt may make. */
export const ISR_OPS: readonly string[] = [...Object.keys(OPS), ...Object.keys(EXTENDED_ISR_OPS)];

export function isrOp(world: World, [name, ...operands]: OpCode): IsrOp {
  const make = EXTENDED_ISR_OPS[name] ?? OPS[name];
  if (make === undefined) throw new Error(`no such op in an interrupt: ${name}`);
  return make(world, operands);
}
