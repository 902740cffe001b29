import { type Sequence, sequence } from '../../index.ts';
import * as k from '../index.ts';
import type { Served } from './isr_ops.ts';
import type { Operand } from './program.ts';
import type { Result } from './task_ops.ts';
import type { World } from './world.ts';

/** An op of the extended language, which adds stream buffers, queue sets, tickless idle and more. */
type Make<R> = (world: World, a: readonly Operand[]) => () => R;

/** Bytes that one receive of a program may get. */
const BYTES_MAX = 20;

/** What was received, as a tuple that {@link Result} can be: the trace shows the first `length` elements. */
function bytes(into: Sequence<number>): readonly (string | number)[] {
  const at = (place: number) => (place < into.length ? into.at(place) : 0);
  return [
    'sequence',
    into.length,
    at(0),
    at(1),
    at(2),
    at(3),
    at(4),
    at(5),
    at(6),
    at(7),
    at(8),
    at(9),
    at(10),
    at(11),
    at(12),
    at(13),
    at(14),
    at(15),
    at(16),
    at(17),
    at(18),
    at(19),
  ];
}

function onBuffer<R>(
  act: (kernel: k.Kernel, buffer: k.StreamBuffer, numbers: readonly number[]) => R,
): Make<R> {
  return ({ kernel, extended }, a) => {
    const buffer = extended.buffers.get(String(a[0]))!;
    const numbers = a.map(Number);
    return () => act(kernel, buffer, numbers);
  };
}

function onTimer(act: (timer: k.Timer, number: number) => Result): Make<Result> {
  return ({ timers }, a) => {
    const timer = timers.get(String(a[0]))!;
    const number = Number(a[1] ?? 0);
    return () => (timer.deleted ? 'gone' : act(timer, number));
  };
}

/** The bytes of a send, as an array. */
const dataOf = (operand: Operand | undefined): readonly number[] => operand as unknown as readonly number[];

const sbSend: Make<Result> = ({ kernel, extended }, a) => {
  const [buffer, data, ticks] = [extended.buffers.get(String(a[0]))!, dataOf(a[1]), Number(a[2])];
  return () => k.xStreamBufferSend(kernel, buffer, data, ticks);
};

const sbReceive: Make<Result> = ({ kernel, extended }, a) => {
  const [buffer, into, ticks] = [extended.buffers.get(String(a[0]))!, destination(a[1]), Number(a[2])];
  return () => {
    const received = k.xStreamBufferReceive(kernel, buffer, into, ticks);
    return [received, bytes(into)];
  };
};

function destination(operand: Operand | undefined): Sequence<number> {
  const most = Number(operand);
  if (most > BYTES_MAX) throw new Error(`a receive of more than ${BYTES_MAX} bytes`);
  return sequence<number>(most);
}

const setSelect: Make<Result> = ({ kernel, extended }, a) => {
  const [set, ticks] = [extended.sets.get(String(a[0]))!, Number(a[1])];
  return () => k.xQueueSelectFromSet(kernel, set, ticks);
};

/** Selects, and receives from what it selected: [member, [received, item]] of a queue, [member, taken] of a semaphore. */
const setReceive: Make<Result> = ({ kernel, extended, queues }, a) => {
  const [set, ticks] = [extended.sets.get(String(a[0]))!, Number(a[1])];
  const members = [...queues.values()];
  return () => {
    const selected = k.xQueueSelectFromSet(kernel, set, ticks);
    for (const member of members)
      if (member === selected) {
        const [received, item] = k.xQueueReceive(kernel, member, 0);
        return ['member', member, member.kind === 'queue', received, item];
      }
    return ['member', null, false, false, null];
  };
};

function onMember(act: (kernel: k.Kernel, member: k.Queue, set: k.QueueSet) => boolean): Make<Result> {
  return ({ kernel, extended, queues }, a) => {
    const [member, set] = [queues.get(String(a[0]))!, extended.sets.get(String(a[1]))!];
    return () => act(kernel, member, set);
  };
}

const evtDelete: Make<Result> = ({ kernel, groups }, a) => {
  const group = groups.get(String(a[0]))!;
  return () => {
    if (group.deleted) return 'gone';
    k.vEventGroupDelete(kernel, group);
    return 1;
  };
};

/** A call of the kernel with a number. */
function call(act: (kernel: k.Kernel, number: number) => Result): Make<Result> {
  return ({ kernel }, a) => {
    const number = Number(a[0]);
    return () => act(kernel, number);
  };
}

const pendCall: Make<Result> = (world, a) => {
  const [pended, value, ticks] = [world.extended.functions.get(String(a[0]))!, Number(a[1]), Number(a[2])];
  return () => k.xTimerPendFunctionCall(world.service!, pended, value, ticks);
};

const stepTick = (kernel: k.Kernel, ticks: number): Result => {
  k.vTaskStepTick(kernel, ticks);
  return 1;
};

const setReload = (timer: k.Timer, reload: number): Result => {
  k.vTimerSetReloadMode(timer, reload !== 0);
  return 1;
};

export const EXTENDED_TASK_OPS: Readonly<Record<string, Make<Result>>> = {
  sbSend,
  sbReceive,
  sbReset: onBuffer((kernel, buffer) => k.xStreamBufferReset(kernel, buffer)),
  sbAvail: onBuffer((_, buffer) => k.xStreamBufferBytesAvailable(buffer)),
  sbSpaces: onBuffer((_, buffer) => k.xStreamBufferSpacesAvailable(buffer)),
  sbEmpty: onBuffer((_, buffer) => k.xStreamBufferIsEmpty(buffer)),
  sbFull: onBuffer((_, buffer) => k.xStreamBufferIsFull(buffer)),
  sbTrigger: onBuffer((_, buffer, [, level]) => k.xStreamBufferSetTriggerLevel(buffer, level!)),
  sbNext: onBuffer((kernel, buffer) => k.xMessageBufferNextLengthBytes(kernel, buffer)),
  setSelect,
  setReceive,
  setAdd: onMember(k.xQueueAddToSet),
  setRemove: onMember(k.xQueueRemoveFromSet),
  catchUp: call((kernel, ticks) => k.xTaskCatchUpTicks(kernel, ticks)),
  stepTick: call(stepTick),
  sleepStatus: call((kernel) => k.eTaskConfirmSleepModeStatus(kernel)),
  pendCall,
  schedState: call((kernel) => (k.xTaskGetSchedulerState(kernel) === 'running' ? 2 : 0)),
  tmrGetPeriod: onTimer((timer) => k.xTimerGetPeriod(timer)),
  tmrExpiry: onTimer((timer) => k.xTimerGetExpiryTime(timer)),
  tmrGetReload: onTimer((timer) => k.xTimerGetReloadMode(timer)),
  tmrSetReload: onTimer(setReload),
  evtDelete,
};

const sbSendFromISR: Make<Served> = ({ kernel, extended }, a) => {
  const [buffer, data] = [extended.buffers.get(String(a[0]))!, dataOf(a[1])];
  return () => k.xStreamBufferSendFromISR(kernel, buffer, data);
};

const sbReceiveFromISR: Make<Served> = ({ kernel, extended }, a) => {
  const [buffer, into] = [extended.buffers.get(String(a[0]))!, destination(a[1])];
  return () => {
    const [received, woken] = k.xStreamBufferReceiveFromISR(kernel, buffer, into);
    return [[received, bytes(into)], woken];
  };
};

const setSelectFromISR: Make<Served> = ({ kernel, extended }, a) => {
  const set = extended.sets.get(String(a[0]))!;
  return () => [k.xQueueSelectFromSetFromISR(kernel, set), false];
};

const pendCallFromISR: Make<Served> = (world, a) => {
  const [pended, value] = [world.extended.functions.get(String(a[0]))!, Number(a[1])];
  return () => k.xTimerPendFunctionCallFromISR(world.service!, pended, value);
};

export const EXTENDED_ISR_OPS: Readonly<Record<string, Make<Served>>> = {
  sbSend: sbSendFromISR,
  sbReceive: sbReceiveFromISR,
  sbReset: onBuffer((kernel, buffer) => [k.xStreamBufferResetFromISR(kernel, buffer), false]),
  sbAvail: onBuffer((_, buffer) => [k.xStreamBufferBytesAvailable(buffer), false]),
  sbSpaces: onBuffer((_, buffer) => [k.xStreamBufferSpacesAvailable(buffer), false]),
  setSelect: setSelectFromISR,
  pendCall: pendCallFromISR,
};
