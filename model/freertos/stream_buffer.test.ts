import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { Core, edges, Irq } from '../hardware/index.ts';
import { check, ghost, idle, me, sequence, sometimes } from '../index.ts';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  Task,
  ulTaskNotifyTake,
  vStreamBufferSetStreamBufferNotificationIndex,
  vTaskDelay,
  vTaskSuspend,
  xStreamBatchingBufferCreate,
  xStreamBufferBytesAvailable,
  xStreamBufferCreate,
  xStreamBufferIsEmpty,
  xStreamBufferIsFull,
  xStreamBufferReceive,
  xStreamBufferReset,
  xStreamBufferSend,
  xStreamBufferSendFromISR,
  xStreamBufferSetTriggerLevel,
  xStreamBufferSpacesAvailable,
  xTaskGetTickCount,
  xTaskNotifyGive,
  xTaskNotifyStateClear,
  xTaskNotifyWait,
} from './index.ts';
import { outline } from './testing.ts';

const triggers = scenario('trigger level', {
  about: 'an interrupt sends three bytes: is the reader woken at every byte, or at the trigger level?',
  variants: { one: { holds: true }, two: { violates: 'all bytes are received' } },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 0, tasksMax: 2 });
    const buffer = xStreamBufferCreate(kernel, 'bytes', 4, variant === 'one' ? 1 : 2);
    const seen = { sent: 0, received: 0 };
    const into = sequence<number>(4);
    kernel.create('reader', 1, () => {
      while (true) {
        const received = xStreamBufferReceive(kernel, buffer, into, portMAX_DELAY);
        check(received > 0);
        for (const byte of into) {
          ghost(() => {
            check(byte === seen.received % 3);
            seen.received++;
          });
        }
      }
    });
    idleTasks(kernel);
    const data = [[0], [1], [2]];
    const line = new Irq(core, 'uart', 5, () => {
      const [sent, woken] = xStreamBufferSendFromISR(kernel, buffer, data[seen.sent]!);
      seen.sent++;
      check(sent === 1);
      if (woken) kernel.portYieldFromIsr();
    });
    edges(line, 3);
    return [
      idle('all bytes are received', () => seen.received === seen.sent),
      sometimes('three bytes', () => seen.received === 3),
    ];
  },
});

test('a reader waits for the trigger level, and then for one byte', { timeout: 60_000 }, async () => {
  expect(await outline(triggers)).toMatchInlineSnapshot(`
    "one | holds | 2335 states, 2936 transitions
    two | violated | all bytes are received in 13 | 1181 states, 1461 transitions"
  `);
});

const slots = scenario('notification slots', {
  about: 'the reader of a stream buffer is notified by somebody else as well: what does its receive return?',
  variants: {
    'the same slot': { violates: 'a receive without limit returns bytes', through: ['xTaskNotifyGive'] },
    'a slot of its own': { holds: true },
  },
  build({ variant }) {
    const kernel = cortexM(new Core('cpu'), { tickUs: 0, tasksMax: 3, notificationSlots: 2 });
    const buffer = xStreamBufferCreate(kernel, 'bytes', 2, 1);
    const into = sequence<number>(2);
    const seen = { received: 0 };
    const reader = kernel.create('reader', 2, () => {
      if (variant === 'a slot of its own') vStreamBufferSetStreamBufferNotificationIndex(buffer, 1);
      const received = xStreamBufferReceive(kernel, buffer, into, portMAX_DELAY);
      check(received > 0, 'a receive without limit returns bytes');
      seen.received = received;
      while (true) ulTaskNotifyTake(kernel, true, portMAX_DELAY);
    });
    kernel.create('other', 1, () => {
      xTaskNotifyGive(kernel, reader);
      xStreamBufferSend(kernel, buffer, [1], 0);
      vTaskSuspend(kernel, me(Task));
    });
    idleTasks(kernel);
    return [idle('the byte is received', () => seen.received === 1)];
  },
});

const LEFT_OVER = 'nobody notified the application';

const leftOver = scenario('left over', {
  about: 'a byte comes as the receive times out: does its notification end a later wait of the application?',
  variants: {
    'the same slot': { violates: LEFT_OVER, through: ['waitForBytes', 'xStreamBufferSendCompletedFromISR'] },
    'a slot of its own': { holds: true },
    'cleared before the wait': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 'matters', tasksMax: 2, notificationSlots: 2 });
    const buffer = xStreamBufferCreate(kernel, 'bytes', 2, 1);
    const into = sequence<number>(2);
    const seen = { done: false };
    kernel.create('reader', 1, () => {
      if (variant === 'a slot of its own') vStreamBufferSetStreamBufferNotificationIndex(buffer, 1);
      xStreamBufferReceive(kernel, buffer, into, 1);
      if (variant === 'cleared before the wait') xTaskNotifyStateClear(kernel, me(Task));
      const [notified] = xTaskNotifyWait(kernel, 0, 0, 1);
      check(!notified, LEFT_OVER);
      seen.done = true;
      vTaskSuspend(kernel, me(Task));
    });
    idleTasks(kernel);
    const line = new Irq(core, 'uart', 5, () => {
      const [, woken] = xStreamBufferSendFromISR(kernel, buffer, [1]);
      if (woken) kernel.portYieldFromIsr();
    });
    edges(line, 1);
    return [sometimes('with a byte', () => seen.done && into.length === 1)];
  },
});

test('a notification that comes as a receive times out is left in the slot', {
  timeout: 60_000,
}, async () => {
  expect(await outline(leftOver)).toMatchInlineSnapshot(`
    "the same slot | violated | nobody notified the application in 25 | 351 states, 481 transitions
    a slot of its own | holds | 387 states, 522 transitions
    cleared before the wait | holds | 369 states, 505 transitions"
  `);
});

test('other notifications in the slot of a stream buffer end its waits', { timeout: 60_000 }, async () => {
  expect(await outline(slots)).toMatchInlineSnapshot(`
    "the same slot | violated | a receive without limit returns bytes in 8 | 8 states, 7 transitions
    a slot of its own | holds | 35 states, 34 transitions"
  `);
});

const timeouts = scenario('time-outs', {
  about: 'how long a send of two bytes waits while bytes are taken one by one',
  timing: 'prompt',
  variants: { 'in time': { holds: true }, 'too late': { holds: true } },
  build({ variant }) {
    const kernel = cortexM(new Core('cpu'), { tickUs: 10, tasksMax: 3, ticksMax: 4, tickBits: 4 });
    const buffer = xStreamBufferCreate(kernel, 'bytes', 3, 1);
    const into = sequence<number>(1);
    const all = sequence<number>(3);
    const seen = { done: false };
    kernel.create('writer', 2, () => {
      xStreamBufferSend(kernel, buffer, [1, 2, 3], 0);
      const written = xStreamBufferSend(kernel, buffer, [4, 5], 3);
      const now = xTaskGetTickCount(kernel);
      // The first byte that is taken wakes it, and it waits again for what is left of its three ticks.
      if (variant === 'in time') check(written === 2 && now === 2);
      // What it saw last was room for one: one is written, although there is room for two now.
      else check(written === 1 && now === 3);
      seen.done = true;
      vTaskSuspend(kernel, me(Task));
    });
    kernel.create('reader', 1, () => {
      vTaskDelay(kernel, 1);
      const first = xStreamBufferReceive(kernel, buffer, into, 0);
      check(first === 1 && into.at(0) === 1);
      if (variant === 'in time') {
        vTaskDelay(kernel, 1);
        xStreamBufferReceive(kernel, buffer, into, 0);
      } else {
        vTaskDelay(kernel, 3);
        xStreamBufferReceive(kernel, buffer, all, 0);
        check(all.length === 3 && all.at(2) === 4);
      }
      vTaskSuspend(kernel, me(Task));
    });
    idleTasks(kernel);
    return [idle('the send returns', () => seen.done || xTaskGetTickCount(kernel) < 4)];
  },
});

test('a send waits again with what is left of its time, and writes what fits in at the end', {
  timeout: 60_000,
}, async () => {
  expect(await outline(timeouts)).toMatchInlineSnapshot(`
    "in time | holds | 97 states, 97 transitions
    too late | holds | 96 states, 96 transitions"
  `);
});

const rules = scenario('rules', {
  about: 'what the calls of a stream buffer return, in one task',
  variants: {
    stream: { holds: true },
    batching: { holds: true },
    'a level too high': { violates: 'the level fits in' },
    'reset while a task waits': { violates: 'a reset empties the buffer' },
  },
  build({ variant }) {
    const kernel = cortexM(new Core('cpu'), { tickUs: 0, tasksMax: 3 });
    const create = variant === 'batching' ? xStreamBatchingBufferCreate : xStreamBufferCreate;
    const buffer = create(kernel, 'bytes', 3, 2);
    const into = sequence<number>(2);
    if (variant === 'reset while a task waits')
      kernel.create('reader', 2, () => {
        while (true) xStreamBufferReceive(kernel, buffer, into, portMAX_DELAY);
      });
    kernel.create('task', 1, () => {
      const sent = xStreamBufferSend(kernel, buffer, [1, 2, 3, 4], 0);
      if (variant === 'reset while a task waits') {
        const reset = xStreamBufferReset(kernel, buffer);
        check(reset, 'a reset empties the buffer');
      } else {
        check(sent === 3 && xStreamBufferIsFull(buffer) && xStreamBufferSpacesAvailable(buffer) === 0);
        const first = xStreamBufferReceive(kernel, buffer, into, 0);
        check(first === 2 && into.at(1) === 2 && xStreamBufferBytesAvailable(buffer) === 1);
        // A batch must exceed the trigger level, whatever the time-out.
        const second = xStreamBufferReceive(kernel, buffer, into, 0);
        check(second === (variant === 'batching' ? 0 : 1));
        const level = xStreamBufferSetTriggerLevel(buffer, variant === 'a level too high' ? 4 : 3);
        check(level, 'the level fits in');
        const reset = xStreamBufferReset(kernel, buffer);
        check(reset && xStreamBufferIsEmpty(buffer));
      }
      vTaskSuspend(kernel, me(Task));
    });
    idleTasks(kernel);
    return [sometimes('it is empty in the end', () => buffer.bytes.length === 0)];
  },
});

test('the rules of reading, trigger levels and resets', { timeout: 60_000 }, async () => {
  expect(await outline(rules)).toMatchInlineSnapshot(`
    "stream | holds | 23 states, 22 transitions
    batching | holds | 19 states, 18 transitions
    a level too high | violated | the level fits in in 18 | 18 states, 17 transitions
    reset while a task waits | violated | a reset empties the buffer in 34 | 34 states, 33 transitions"
  `);
});
