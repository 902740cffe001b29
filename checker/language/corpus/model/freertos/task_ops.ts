import { me, note } from 'upy-check/model';
import type { Runner, World } from './conformance.ts';
import { ulTaskNotifyTake, xTaskNotify, xTaskNotifyGive, xTaskNotifyWait, type Action } from './notify.ts';
import * as e from './events.ts';
import type { EventGroup } from './events.ts';
import * as q from './queue.ts';
import { Command } from './timers.ts';
import { Notify, Task } from './task.ts';
import * as t from './tasks.ts';
import type { Operand } from './program.ts';

/** What an op hands to its C record. A tuple is built in the model and read by the trace only. */
export type Result = number | string | null | readonly (number | null)[];
export interface Op { readonly units?: number; readonly perform: () => Result }

const bit = (value: boolean): number => (value ? 1 : 0);

type Make = (world: World, runner: Runner, a: readonly Operand[]) => () => Result;

const target = (world: World, name: Operand, self: Runner): Runner =>
  name === 'self' ? self : world.tasks.get(String(name))!;

/** The op on another task, or "gone" when that does not exist at this moment. */
function onTask(act: (task: Task, world: World, a: readonly Operand[]) => Result): Make {
  return (world, runner, a) => {
    const other = target(world, a[0]!, runner);
    return () => (other.task.process.alive ? act(other.task, world, a) : 'gone');
  };
}

const onQueue = (
  act: (world: World, queue: q.Queue, a: readonly number[]) => Result,
): Make => (world, _, a) => {
  const queue = world.objects.get(String(a[0]))!;
  const numbers = a.map(Number);
  return () => act(world, queue, numbers);
};

const onGroup = (act: (world: World, group: EventGroup, a: readonly number[]) => Result): Make =>
  (world, _, a) => {
    const group = world.groups.get(String(a[0]))!;
    const numbers = a.map(Number);
    return () => act(world, group, numbers);
  };

/** A timer command: its message goes to the daemon's queue. */
const onTimer = (command: Command, hasPeriod = false): Make => (world, _, a) => {
  const timer = world.timers.get(String(a[0]))!;
  const daemon = world.daemon!;
  const ticks = Number(a[hasPeriod ? 2 : 1]);
  const period = Number(a[1]);
  return () => {
    if (!timer.alive) return 'gone';
    if (command === Command.Delete) timer.alive = false;
    return bit(daemon.send([command, timer, hasPeriod ? period : world.kernel.tick], ticks));
  };
};

const received = ([ok, item]: readonly [boolean, number | null]): Result => [bit(ok), ok ? item : null];

const OPS: Record<string, Make> = {
  nop: () => () => 1,
  delay: (w, _, [k]) => () => { t.vTaskDelay(w.kernel, Number(k)); return 1; },
  delayUntil: (w, runner, [k]) => () => {
    const [blocked, wake] = t.xTaskDelayUntil(w.kernel, runner.lastWake, Number(k));
    runner.lastWake = wake;
    return [bit(blocked), wake >>> 0];
  },
  wakeReset: (w, runner) => () => { runner.lastWake = w.kernel.tick; return runner.lastWake >>> 0; },
  yield: (w) => () => { t.taskYIELD(w.kernel); return 1; },

  notifyGive: onTask((task, w, a) => { xTaskNotifyGive(w.kernel, task, Number(a[1] ?? 0)); return 1; }),
  notify: onTask((task, w, a) => {
    const [ok, before] = xTaskNotify(w.kernel, task, Number(a[1]), a[2] as Action, Number(a[3] ?? 0));
    return [bit(ok), before];
  }),
  notifyTake: (w, _, [clear, ticks, index]) => () =>
    ulTaskNotifyTake(w.kernel, Number(clear) !== 0, Number(ticks), Number(index ?? 0)),
  notifyWait: (w, _, [entry, exit, ticks, index]) => () => {
    const [ok, value] =
      xTaskNotifyWait(w.kernel, Number(entry), Number(exit), Number(ticks), Number(index ?? 0));
    return [bit(ok), value];
  },
  notifyStateClear: onTask((task, w, a) => w.kernel.call(() => {
    const slot = task.notified[Number(a[1] ?? 0)]!;
    if (slot.state !== Notify.Received) return 0;
    slot.state = Notify.None;
    return 1;
  })),
  notifyValueClear: onTask((task, w, a) => w.kernel.call(() => {
    const slot = task.notified[Number(a[2] ?? 0)]!;
    const before = slot.value;
    slot.value = before & ~Number(a[1]);
    return before;
  })),

  semTake: onQueue((w, s, a) => bit(q.xSemaphoreTake(w.kernel, s, a[1]!))),
  semGive: onQueue((w, s) => bit(q.xSemaphoreGive(w.kernel, s))),
  semCount: onQueue((_, s) => s.items.length),
  mutexTake: onQueue((w, m, a) => bit(q.xSemaphoreTake(w.kernel, m, a[1]!))),
  mutexGive: onQueue((w, m) => (m.holder === me(Task) ? bit(q.xSemaphoreGive(w.kernel, m)) : 'nh')),
  mutexGiveRaw: onQueue((w, m) => bit(q.xSemaphoreGive(w.kernel, m))),
  recTake: onQueue((w, m, a) => bit(q.xSemaphoreTakeRecursive(w.kernel, m, a[1]!))),
  recGive: onQueue((w, m) => bit(q.xSemaphoreGiveRecursive(w.kernel, m))),
  mutexHolder: onQueue((_, m) => (m.holder === null ? null : m.holder.name)),

  queueSend: onQueue((w, s, a) => bit(q.xQueueSend(w.kernel, s, a[1]!, a[2]!))),
  queueSendFront: onQueue((w, s, a) => bit(q.xQueueSend(w.kernel, s, a[1]!, a[2]!, 'front'))),
  queueOverwrite: onQueue((w, s, a) => bit(q.xQueueSend(w.kernel, s, a[1]!, 0, 'overwrite'))),
  queueReceive: onQueue((w, s, a) => received(q.xQueueReceive(w.kernel, s, a[1]!))),
  queuePeek: onQueue((w, s, a) => received(q.xQueueReceive(w.kernel, s, a[1]!, true))),
  queueReset: onQueue((w, s) => { q.xQueueReset(w.kernel, s); return 1; }),
  queueCount: onQueue((_, s) => s.items.length),
  queueSpaces: onQueue((_, s) => s.length - s.items.length),

  evtSet: onGroup((w, g, a) => e.xEventGroupSetBits(w.kernel, g, a[1]!)),
  evtClear: onGroup((w, g, a) => e.xEventGroupClearBits(w.kernel, g, a[1]!)),
  evtGet: onGroup((_, g) => g.bits),
  evtWait: onGroup((w, g, a) =>
    e.xEventGroupWaitBits(w.kernel, g, a[1]!, a[2]! !== 0, a[3]! !== 0, a[4]!)),
  evtSync: onGroup((w, g, a) => e.xEventGroupSync(w.kernel, g, a[1]!, a[2]!, a[3]!)),

  tmrStart: onTimer(Command.Start),
  tmrReset: onTimer(Command.Start),
  tmrStop: onTimer(Command.Stop),
  tmrDelete: onTimer(Command.Delete),
  tmrPeriod: onTimer(Command.Period, true),
  tmrActive: (w, _, [name]) => {
    const timer = w.timers.get(String(name))!;
    return () => (timer.alive ? bit(timer.active) : 'gone');
  },

  suspend: onTask((task, w) => { t.vTaskSuspend(w.kernel, task); return 1; }),
  resume: onTask((task, w) => { t.vTaskResume(w.kernel, task); return 1; }),
  prioSet: onTask((task, w, a) => { t.vTaskPrioritySet(w.kernel, task, Number(a[1])); return 1; }),
  prioGet: onTask((task) => task.priority),
  basePrioGet: onTask((task) => task.base),
  state: (w, runner, [name]) => {
    const other = target(w, name!, runner);
    return () => (other.task.process.alive ? t.eTaskGetState(w.kernel, other.task) : 'D');
  },
  suspendAll: (w) => () => { t.vTaskSuspendAll(w.kernel); return 1; },
  resumeAll: (w) => () => bit(t.xTaskResumeAll(w.kernel)),
  enterCrit: (w) => () => { t.taskENTER_CRITICAL(w.kernel); return 1; },
  exitCrit: (w) => () => { t.taskEXIT_CRITICAL(w.kernel); return 1; },
  abortDelay: onTask((task, w) => bit(t.xTaskAbortDelay(w.kernel, task))),
  delete: onTask((task, w) => {
    if (task === me(Task)) note('E', task.name);
    t.vTaskDelete(w.kernel, task);
    return 1;
  }),
  create: (w, runner, [name]) => {
    const other = target(w, name!, runner);
    return () => {
      if (other.task.process.alive) return 'alive';
      other.completed = 0;
      t.xTaskCreate(w.kernel, other.task);
      return 1;
    };
  },
  taskCount: (w) => () => w.kernel.taskCount,
  tickCount: (w) => () => w.kernel.tick >>> 0,
};

export function taskOp(world: World, runner: Runner, op: readonly [string, ...Operand[]]): Op {
  const [name, ...operands] = op;
  if (name === 'busy') return { units: Number(operands[0]), perform: () => 1 };
  const make = OPS[name];
  if (make === undefined) throw new Error(`unsupported op ${name}`);
  return { perform: make(world, runner, operands) };
}
