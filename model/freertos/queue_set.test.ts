import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { Core, edges, Irq } from '../hardware/index.ts';
import { check, idle, me, sometimes } from '../index.ts';
import {
  cortexM,
  idleTasks,
  type Kernel,
  portMAX_DELAY,
  Task,
  vTaskDelay,
  vTaskSuspend,
  xQueueAddToSet,
  xQueueCreate,
  xQueueCreateSet,
  xQueueReceive,
  xQueueRemoveFromSet,
  xQueueSelectFromSet,
  xQueueSelectFromSetFromISR,
  xQueueSend,
  xQueueSendFromISR,
  xSemaphoreCreateBinary,
  xSemaphoreCreateMutex,
  xSemaphoreGive,
  xSemaphoreGiveFromISR,
  xSemaphoreTake,
  xTaskGetTickCount,
} from './index.ts';
import { outline } from './testing.ts';

const FULL = 'configASSERT: a queue set has room for the items of its members';
const rest = (kernel: Kernel) => vTaskSuspend(kernel, me(Task));

const rules = scenario('rules', {
  about: 'what the calls of a queue set return, in one task',
  variants: {
    members: { holds: true },
    overwrite: { holds: true },
    mutex: { holds: true },
    length: { violates: FULL },
  },
  build({ variant }) {
    const kernel = cortexM(new Core('cpu'), { tickUs: 0, tasksMax: 2 });
    const set = xQueueCreateSet(kernel, 'set', 2);
    const other = xQueueCreateSet(kernel, 'other set', 2);
    const queue = xQueueCreate(kernel, 'queue', 2);
    const mailbox = xQueueCreate(kernel, 'mailbox', 1);
    const semaphore = xSemaphoreCreateBinary(kernel, 'semaphore');
    const mutex = xSemaphoreCreateMutex(kernel, 'mutex');
    const seen = { done: false };
    const members = () => {
      xSemaphoreGive(kernel, semaphore);
      const full = xQueueAddToSet(kernel, semaphore, set);
      const added = xQueueAddToSet(kernel, queue, set);
      const twice = xQueueAddToSet(kernel, queue, other);
      check(!full && added && !twice);
      xQueueSend(kernel, queue, 1, 0);
      const notEmpty = xQueueRemoveFromSet(kernel, queue, set);
      const member = xQueueSelectFromSet(kernel, set, portMAX_DELAY);
      check(!notEmpty && member === queue);
      xQueueReceive(kernel, queue, 0);
      const none = xQueueSelectFromSet(kernel, set, 0);
      const notThere = xQueueRemoveFromSet(kernel, queue, other);
      const removed = xQueueRemoveFromSet(kernel, queue, set);
      xQueueSend(kernel, queue, 1, 0);
      const stranger = xQueueSelectFromSet(kernel, set, 0);
      check(none === null && !notThere && removed && stranger === null);
    };
    const overwrite = () => {
      xQueueAddToSet(kernel, mailbox, set);
      xQueueSend(kernel, mailbox, 1, 0, 'overwrite');
      xQueueSend(kernel, mailbox, 2, 0, 'overwrite');
      const first = xQueueSelectFromSet(kernel, set, 0);
      const second = xQueueSelectFromSet(kernel, set, 0);
      check(first === mailbox && second === null && mailbox.items.at(0) === 2);
    };
    const taken = () => {
      const free = xQueueAddToSet(kernel, mutex, set);
      xSemaphoreTake(kernel, mutex, 0);
      const held = xQueueAddToSet(kernel, mutex, set);
      xSemaphoreGive(kernel, mutex);
      const member = xQueueSelectFromSet(kernel, set, 0);
      check(!free && held && member === mutex);
    };
    const overfill = () => {
      xQueueAddToSet(kernel, queue, set);
      xQueueAddToSet(kernel, mailbox, set);
      xQueueSend(kernel, queue, 1, 0);
      xQueueSend(kernel, queue, 2, 0);
      xQueueSend(kernel, mailbox, 1, 0);
    };
    kernel.create('task', 1, () => {
      if (variant === 'members') members();
      else if (variant === 'overwrite') overwrite();
      else if (variant === 'mutex') taken();
      else overfill();
      seen.done = true;
      rest(kernel);
    });
    idleTasks(kernel);
    return [idle('it comes to its end', () => seen.done)];
  },
});

test('who may belong to a set, and what a set is told', { timeout: 60_000 }, async () => {
  expect(await outline(rules)).toMatchInlineSnapshot(`
    "members | holds | 15 states, 14 transitions
    overwrite | holds | 9 states, 8 transitions
    mutex | holds | 9 states, 8 transitions
    length | violated | configASSERT: a queue set has room for the items of its members in 5 | 5 states, 4 transitions"
  `);
});

const server = scenario('server', {
  about: 'a task serves a queue and a semaphore, filled by two interrupts of different urgency',
  variants: {
    'by its set': { holds: true },
    'takes what it was not told of': { violates: 'a selected member has an item' },
    'waits for a member': { violates: 'everything is served' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 0, tasksMax: 2 });
    const set = xQueueCreateSet(kernel, 'set', 2);
    const queue = xQueueCreate(kernel, 'queue', 1);
    const semaphore = xSemaphoreCreateBinary(kernel, 'semaphore');
    xQueueAddToSet(kernel, queue, set);
    xQueueAddToSet(kernel, semaphore, set);
    const seen = { served: 0 };
    kernel.create('server', 1, () => {
      while (true) {
        if (variant === 'waits for a member') {
          xQueueReceive(kernel, queue, portMAX_DELAY);
          seen.served++;
          continue;
        }
        const member = xQueueSelectFromSet(kernel, set, portMAX_DELAY);
        if (member === queue) {
          const [received] = xQueueReceive(kernel, queue, 0);
          check(received, 'a selected member has an item');
        } else {
          const received = xSemaphoreTake(kernel, semaphore, 0);
          check(received, 'a selected member has an item');
          if (variant === 'takes what it was not told of') xQueueReceive(kernel, queue, 0);
        }
        seen.served++;
      }
    });
    idleTasks(kernel);
    const uart = new Irq(core, 'uart', 4, () => {
      const [, woken] = xQueueSendFromISR(kernel, queue, 1);
      if (woken) kernel.portYieldFromIsr();
    });
    const button = new Irq(core, 'button', 5, () => {
      const [, woken] = xSemaphoreGiveFromISR(kernel, semaphore);
      if (woken) kernel.portYieldFromIsr();
    });
    edges(uart, 1);
    if (variant !== 'waits for a member') edges(button, 1);
    return [
      idle('everything is served', () => queue.items.length === 0 && semaphore.items.length === 0),
      sometimes('both', () => seen.served === (variant === 'waits for a member' ? 0 : 2)),
    ];
  },
});

test('a set wakes who waits for the set, and nobody else', { timeout: 60_000 }, async () => {
  expect(await outline(server)).toMatchInlineSnapshot(`
    "by its set | holds | 283 states, 345 transitions
    takes what it was not told of | violated | a selected member has an item in 15 | 313 states, 375 transitions
    waits for a member | violated | everything is served in 6 | 20 states, 20 transitions"
  `);
});

const inversion = scenario('inversion', {
  about: 'an urgent task waits for a mutex, directly or through a set, while a middle one computes',
  timing: 'prompt',
  variants: { directly: { holds: true }, 'through a set': { violates: 'the holder inherits the priority' } },
  build({ variant }) {
    const kernel = cortexM(new Core('cpu'), {
      tickUs: 10,
      tasksMax: 3,
      ticksMax: 2,
      tickBits: 3,
      priorities: 4,
    });
    const set = xQueueCreateSet(kernel, 'set', 1);
    const mutex = xSemaphoreCreateMutex(kernel, 'mutex');
    kernel.create('urgent', 2, () => {
      vTaskDelay(kernel, 1);
      if (variant === 'through a set') xQueueSelectFromSet(kernel, set, portMAX_DELAY);
      const taken = xSemaphoreTake(kernel, mutex, portMAX_DELAY);
      check(taken);
      rest(kernel);
    });
    const holder = kernel.create('holder', 1, () => {
      xSemaphoreTake(kernel, mutex, 0);
      if (variant === 'through a set') xQueueAddToSet(kernel, mutex, set);
      vTaskDelay(kernel, 2);
      check(holder.priority === 2, 'the holder inherits the priority');
      xSemaphoreGive(kernel, mutex);
      rest(kernel);
    });
    idleTasks(kernel);
    return [sometimes('it goes on for two ticks', () => xTaskGetTickCount(kernel) === 2)];
  },
});

test('a mutex in a set inherits no priority', { timeout: 60_000 }, async () => {
  expect(await outline(inversion)).toMatchInlineSnapshot(`
    "directly | holds | 39 states, 39 transitions
    through a set | violated | the holder inherits the priority in 17 | 17 states, 16 transitions"
  `);
});

const fromIsr = scenario('select in an interrupt', {
  about: 'an interrupt selects from a set',
  variants: { only: { holds: true } },
  build() {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 0, tasksMax: 2 });
    const set = xQueueCreateSet(kernel, 'set', 1);
    const semaphore = xSemaphoreCreateBinary(kernel, 'semaphore');
    xQueueAddToSet(kernel, semaphore, set);
    const seen = { given: 0, selected: 0 };
    const line = new Irq(core, 'interrupt', 5, () => {
      const member = xQueueSelectFromSetFromISR(kernel, set);
      check(member === null ? seen.given === 0 : member === semaphore);
      if (member === semaphore) seen.selected++;
    });
    kernel.create('task', 1, () => {
      xSemaphoreGive(kernel, semaphore);
      seen.given++;
      line.raise();
      rest(kernel);
    });
    idleTasks(kernel);
    return [idle('it was selected', () => seen.selected === 1)];
  },
});

test('an interrupt selects without waiting', { timeout: 60_000 }, async () => {
  expect(await outline(fromIsr)).toMatchInlineSnapshot(`"only | holds | 13 states, 12 transitions"`);
});
