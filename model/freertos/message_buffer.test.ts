import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { Core } from '../hardware/index.ts';
import { check, ghost, idle, me, sequence } from '../index.ts';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  Task,
  vTaskSuspend,
  vTaskSuspendAll,
  xMessageBufferCreate,
  xMessageBufferIsFull,
  xMessageBufferNextLengthBytes,
  xMessageBufferReceive,
  xMessageBufferSend,
  xMessageBufferSpacesAvailable,
  xTaskResumeAll,
} from './index.ts';
import { outline } from './testing.ts';

const rules = scenario('rules', {
  about: 'the rules of message buffers, in one task',
  variants: { 'length of 1 byte': { holds: true }, 'length of 4 bytes': { holds: true } },
  build({ variant }) {
    const lengthBytes = variant === 'length of 1 byte' ? 1 : 4;
    const kernel = cortexM(new Core('cpu'), { tickUs: 0, tasksMax: 2, messageLengthBytes: lengthBytes });
    const buffer = xMessageBufferCreate(kernel, 'messages', 2 * lengthBytes + 3);
    const small = sequence<number>(1);
    const large = sequence<number>(4);
    const [one, two] = [[10], [20, 21]];
    const tooLong = new Array<number>(lengthBytes + 4).fill(0);
    const seen = { done: false };
    kernel.create('task', 1, () => {
      // What can never fit in does not wait, not even for ever.
      const impossible = xMessageBufferSend(kernel, buffer, tooLong, portMAX_DELAY);
      const sent = xMessageBufferSend(kernel, buffer, two, 0);
      check(impossible === 0 && sent === 2);
      check(xMessageBufferSpacesAvailable(buffer) === lengthBytes + 1 && !xMessageBufferIsFull(buffer));
      const noRoom = xMessageBufferSend(kernel, buffer, two, 0);
      const fits = xMessageBufferSend(kernel, buffer, one, 0);
      check(noRoom === 0 && fits === 1 && xMessageBufferIsFull(buffer));
      // Too small for the first message, which stays.
      const refused = xMessageBufferReceive(kernel, buffer, small, 0);
      check(refused === 0 && xMessageBufferNextLengthBytes(kernel, buffer) === 2);
      const first = xMessageBufferReceive(kernel, buffer, large, portMAX_DELAY);
      check(first === 2 && large.length === 2 && large.at(0) === 20 && large.at(1) === 21);
      const second = xMessageBufferReceive(kernel, buffer, small, 0);
      check(second === 1 && small.at(0) === 10);
      const none = xMessageBufferReceive(kernel, buffer, small, 0);
      check(none === 0 && small.length === 0 && xMessageBufferNextLengthBytes(kernel, buffer) === 0);
      seen.done = true;
      vTaskSuspend(kernel, me(Task));
    });
    idleTasks(kernel);
    return [idle('it comes to its end', () => seen.done)];
  },
});

test('messages are whole, or not there at all', { timeout: 60_000 }, async () => {
  expect(await outline(rules)).toMatchInlineSnapshot(`
    "length of 1 byte | holds | 24 states, 23 transitions
    length of 4 bytes | holds | 24 states, 23 transitions"
  `);
});

const TWO_WRITE = 'two callers write a stream buffer at the same time: one at a time may';
const FILLED = 'a stream buffer is filled by somebody else while it is written';

const pipe = scenario('pipe', {
  about: 'messages through a buffer that holds one of them at a time, with preemption anywhere',
  variants: {
    'writer first': { holds: true },
    'reader first': { holds: true },
    'two writers that wait': {
      violates: 'configASSERT: a second task waits to send to a stream buffer',
      also: [TWO_WRITE, FILLED],
    },
    'two writers that do not wait': {
      violates: TWO_WRITE,
      through: ['xMessageBufferSend', 'begin'],
      also: [FILLED],
    },
    'two writers in turn': { holds: true },
  },
  build({ variant }) {
    const kernel = cortexM(new Core('cpu'), { tickUs: 'matters', tasksMax: 4, messageLengthBytes: 1 });
    const buffer = xMessageBufferCreate(kernel, 'messages', 4);
    const into = sequence<number>(3);
    const messages = [[10], [20, 21, 22], [30, 31]];
    const seen = { received: 0 };
    const reader = () => {
      for (const message of messages) {
        const received = xMessageBufferReceive(kernel, buffer, into, portMAX_DELAY);
        check(received === message.length && into.at(0) === message[0]);
        check(into.at(into.length - 1) === message[message.length - 1]);
        ghost(() => {
          seen.received++;
        });
      }
      vTaskSuspend(kernel, me(Task));
    };
    const writer = () => {
      for (const message of messages) {
        const sent = xMessageBufferSend(kernel, buffer, message, portMAX_DELAY);
        check(sent === message.length);
      }
      vTaskSuspend(kernel, me(Task));
    };
    const write = (ticks: number) => () => {
      if (variant === 'two writers in turn') vTaskSuspendAll(kernel);
      xMessageBufferSend(kernel, buffer, [1, 2], ticks);
      if (variant === 'two writers in turn') xTaskResumeAll(kernel);
      vTaskSuspend(kernel, me(Task));
    };
    if (variant === 'writer first' || variant === 'reader first') {
      kernel.create('reader', variant === 'reader first' ? 2 : 1, reader);
      kernel.create('writer', variant === 'writer first' ? 2 : 1, writer);
    } else {
      const ticks = variant === 'two writers that wait' ? portMAX_DELAY : 0;
      for (const name of ['writer 1', 'writer 2', 'writer 3']) kernel.create(name, 1, write(ticks));
    }
    idleTasks(kernel);
    return [idle('what was sent is received', () => seen.received === 3 || variant.startsWith('two'))];
  },
});

test('one writer and one reader keep all messages; a second writer needs a lock', {
  timeout: 60_000,
}, async () => {
  expect(await outline(pipe)).toMatchInlineSnapshot(`
    "writer first | holds | 215 states, 298 transitions
    reader first | holds | 237 states, 330 transitions
    two writers that wait | violated | two callers write a stream buffer at the same time: one at a time may in 10 | configASSERT: a second task waits to send to a stream buffer in 14 | a stream buffer is filled by somebody else while it is written in 20 | 7732 states, 12332 transitions
    two writers that do not wait | violated | two callers write a stream buffer at the same time: one at a time may in 8 | a stream buffer is filled by somebody else while it is written in 17 | 4702 states, 7488 transitions
    two writers in turn | holds | 784 states, 1232 transitions"
  `);
});
