/** What the kernel promises, where programs of the real one do not reach, or all interleavings matter. */
import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { Core, edges, Irq } from '../hardware/index.ts';
import { always, alwaysPossible, check, ghost, idle, me, sometimes } from '../index.ts';
import * as k from './index.ts';
import { outline } from './testing.ts';

const rest = (kernel: k.Kernel) => k.vTaskSuspend(kernel, me(k.Task));

const create = scenario('create', {
  about: 'a worker deletes itself, and is created again: when is there memory for it?',
  variants: {
    'at once': { violates: 'the worker is created again', through: ['xTaskCreate'] },
    'after a tick': { violates: 'the worker is created again', through: ['vTaskDelay', 'xTaskCreate'] },
    'again and again': { holds: true },
    'room for both': { holds: true },
    'a small one fits in': { holds: true },
    'a large one does not': { violates: 'the worker is created again', through: ['xTaskCreate'] },
  },
  build({ variant }) {
    const small = variant === 'a small one fits in';
    const heapTasks =
      { 'room for both': 4, 'a small one fits in': 5, 'a large one does not': 5 }[variant as string] ?? 3;
    const kernel = k.cortexM(new Core('cpu'), {
      tickUs: variant === 'after a tick' || variant === 'again and again' ? 'matters' : 0,
      reclaim: true,
      heapTasks,
      tasksMax: 4,
    });
    const done = { worker: 0 };
    const seen = { created: false };
    const large = variant === 'a small one fits in' || variant === 'a large one does not';
    kernel.create(
      'worker',
      2,
      () => {
        done.worker++;
        k.vTaskDelete(kernel, me(k.Task));
      },
      { heapUnits: large ? 2 : 1 },
    );
    const next = kernel.declare('next', 2, () => rest(kernel), { heapUnits: large && !small ? 2 : 1 });
    kernel.create('main', 1, () => {
      // Even then the idle task may not have had its turn.
      if (variant === 'after a tick') k.vTaskDelay(kernel, 1);
      let created = k.xTaskCreate(kernel, next);
      while (!created && variant === 'again and again') {
        k.vTaskDelay(kernel, 1);
        created = k.xTaskCreate(kernel, next);
      }
      check(created, 'the worker is created again');
      seen.created = true;
      rest(kernel);
    });
    k.idleTasks(kernel);
    return [
      sometimes('the worker was there', () => done.worker === 1),
      alwaysPossible('it is created in the end', () => seen.created || variant !== 'again and again'),
    ];
  },
});

test('xTaskCreate fails until the idle task has freed what deleted itself', { timeout: 60_000 }, async () => {
  expect(await outline(create)).toMatchInlineSnapshot(`
    "at once | violated | the worker is created again in 6 | 6 states, 5 transitions
    after a tick | violated | the worker is created again in 13 | 79 states, 88 transitions
    again and again | holds | 89 states, 104 transitions
    room for both | holds | 18 states, 17 transitions
    a small one fits in | holds | 18 states, 17 transitions
    a large one does not | violated | the worker is created again in 6 | 6 states, 5 transitions"
  `);
});

const resume = scenario('resume', {
  about: 'a task resumes another one of its priority: who runs on?',
  variants: { 'V11.3.0': { holds: true }, 'until V10.5.1': { violates: 'who resumes runs on' } },
  build({ variant }) {
    const kernel = k.cortexM(new Core('cpu'), {
      tickUs: 0,
      tasksMax: 3,
      resumeYieldsToEqual: variant === 'until V10.5.1',
    });
    const seen = { resumed: false };
    const sleeper = kernel.create('sleeper', 1, () => {
      while (true) {
        rest(kernel);
        seen.resumed = true;
      }
    });
    kernel.create('resumer', 1, () => {
      k.taskYIELD(kernel);
      k.vTaskResume(kernel, sleeper);
      check(!seen.resumed, 'who resumes runs on');
      rest(kernel);
    });
    k.idleTasks(kernel);
    return [idle('it was resumed', () => seen.resumed)];
  },
});

test('resuming a task of the same priority switches in old kernels only', { timeout: 60_000 }, async () => {
  expect(await outline(resume)).toMatchInlineSnapshot(`
    "V11.3.0 | holds | 13 states, 12 transitions
    until V10.5.1 | violated | who resumes runs on in 11 | 11 states, 10 transitions"
  `);
});

const slots = scenario('slots', {
  about: 'a task waits in slot 1 while slot 0 is notified',
  variants: { wait: { holds: true }, take: { holds: true }, 'the wrong slot': { violates: 'it is woken' } },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = k.cortexM(core, { tickUs: 0, tasksMax: 2, notificationSlots: 2 });
    const seen = { woken: false, given: 0 };
    const task = kernel.create('task', 1, () => {
      if (variant === 'wait') {
        const [notified, value] = k.xTaskNotifyWait(kernel, 0, -1, k.portMAX_DELAY, 1);
        check(notified && value === 5);
      } else {
        const count = k.ulTaskNotifyTake(kernel, false, k.portMAX_DELAY, 1);
        check(count === 1);
      }
      seen.woken = true;
      const other = task.notified[0]!;
      check(other.state === (seen.given === 2 ? k.Notify.Received : k.Notify.None), 'slot 0 keeps its own');
      rest(kernel);
    });
    k.idleTasks(kernel);
    const give = (index: number): boolean => {
      if (variant !== 'wait') return k.vTaskNotifyGiveFromISR(kernel, task, index);
      const [, , woken] = k.xTaskNotifyFromISR(kernel, task, 5, 'set', index);
      return woken;
    };
    const line = new Irq(core, 'interrupt', 5, () => {
      const first = give(0);
      seen.given = 1;
      const second = variant === 'the wrong slot' ? give(0) : give(1);
      seen.given = 2;
      if (first || second) kernel.portYieldFromIsr();
    });
    edges(line, 1);
    return [
      idle('it is woken', () => seen.woken || seen.given < 2),
      sometimes('woken', () => seen.woken || variant === 'the wrong slot'),
    ];
  },
});

test('a wait in one notification slot learns nothing of another', { timeout: 60_000 }, async () => {
  expect(await outline(slots)).toMatchInlineSnapshot(`
    "wait | holds | 40 states, 41 transitions
    take | holds | 40 states, 41 transitions
    the wrong slot | violated | it is woken in 9 | 24 states, 25 transitions"
  `);
});

const events = scenario('events', {
  about: 'two tasks wait for the same event bit',
  variants: {
    'both clear': { holds: true },
    'one after the other': { violates: 'both are released' },
    'lower one does not clear': { holds: true },
  },
  build({ variant }) {
    const kernel = k.cortexM(new Core('cpu'), { tickUs: 0, tasksMax: 4 });
    const group = k.xEventGroupCreate(kernel, 'group');
    const seen = { released: 0 };
    for (const [name, priority] of [
      ['first', 3],
      ['second', variant === 'one after the other' ? 1 : 2],
    ] as const)
      kernel.create(name, Math.min(priority, 2), () => {
        if (name === 'second' && variant === 'one after the other') k.taskYIELD(kernel);
        const clear = name === 'first' || variant !== 'lower one does not clear';
        const bits = k.xEventGroupWaitBits(kernel, group, 1, clear, false, k.portMAX_DELAY);
        // The bits as they were when they released it, although they are cleared now.
        check(bits === 1);
        seen.released++;
        rest(kernel);
      });
    kernel.create('setter', 1, () => {
      const after = k.xEventGroupSetBits(kernel, group, 1);
      check(after === 0 || variant === 'one after the other');
      rest(kernel);
    });
    k.idleTasks(kernel);
    return [idle('both are released', () => seen.released === 2)];
  },
});

test('bits are cleared when all whom they satisfy are released', { timeout: 60_000 }, async () => {
  expect(await outline(events)).toMatchInlineSnapshot(`
    "both clear | holds | 19 states, 18 transitions
    one after the other | violated | both are released in 15 | 16 states, 15 transitions
    lower one does not clear | holds | 19 states, 18 transitions"
  `);
});

const pended = scenario('pended', {
  about: 'an interrupt leaves work to the timer service, whose queue holds one command',
  variants: { 'one interrupt': { holds: true }, 'two interrupts': { violates: 'the call is taken' } },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = k.cortexM(core, { tickUs: 0, tasksMax: 3 });
    const service = new k.TimerService(kernel, { priority: 2, queueLength: 1 });
    const seen = { called: 0, sum: 0 };
    const work = new k.PendedFunction('work', (parameter) => {
      seen.called++;
      seen.sum += parameter;
    });
    k.idleTasks(kernel);
    const line = new Irq(core, 'interrupt', 5, () => {
      const [sent, woken] = k.xTimerPendFunctionCallFromISR(service, work, 3);
      check(sent, 'the call is taken');
      if (woken) kernel.portYieldFromIsr();
    });
    edges(line, variant === 'one interrupt' ? 1 : 2);
    return [
      sometimes('it is called', () => seen.called === 1 && seen.sum === 3),
      always('once for each interrupt', () => seen.called <= 2),
    ];
  },
});

test('pended functions run in the timer service, as many as its queue holds', {
  timeout: 60_000,
}, async () => {
  expect(await outline(pended)).toMatchInlineSnapshot(`
    "one interrupt | holds | 45 states, 48 transitions
    two interrupts | violated | the call is taken in 7 | 198 states, 232 transitions"
  `);
});

const barging = scenario('barging', {
  about: 'a mutex is given while another task of the same priority waits for it, and taken again at once',
  variants: {
    'gives and takes': { violates: 'the waiter comes next' },
    'yields in between': { holds: true },
    'more urgent waiter': { holds: true },
  },
  build({ variant }) {
    const kernel = k.cortexM(new Core('cpu'), { tickUs: 0, tasksMax: 3 });
    const mutex = k.xSemaphoreCreateMutex(kernel, 'mutex');
    const seen = { waits: false, served: false };
    const waiter = kernel.create('waiter', variant === 'more urgent waiter' ? 2 : 1, () => {
      if (variant === 'more urgent waiter') rest(kernel);
      else k.taskYIELD(kernel);
      seen.waits = true;
      k.xSemaphoreTake(kernel, mutex, k.portMAX_DELAY);
      ghost(() => {
        seen.served = true;
      });
      k.xSemaphoreGive(kernel, mutex);
      rest(kernel);
    });
    kernel.create('greedy', 1, () => {
      k.xSemaphoreTake(kernel, mutex, 0);
      if (variant === 'more urgent waiter') k.vTaskResume(kernel, waiter);
      else {
        k.taskYIELD(kernel);
        k.taskYIELD(kernel);
      }
      k.xSemaphoreGive(kernel, mutex);
      if (variant === 'yields in between') k.taskYIELD(kernel);
      k.xSemaphoreTake(kernel, mutex, k.portMAX_DELAY);
      ghost(() => {
        check(!seen.waits || seen.served, 'the waiter comes next');
      });
      k.xSemaphoreGive(kernel, mutex);
      rest(kernel);
    });
    k.idleTasks(kernel);
    return [idle('the waiter gets it in the end', () => seen.waits)];
  },
});

test('a mutex is not handed over: who runs takes it', { timeout: 60_000 }, async () => {
  expect(await outline(barging)).toMatchInlineSnapshot(`
    "gives and takes | violated | the waiter comes next in 12 | 12 states, 11 transitions
    yields in between | holds | 22 states, 21 transitions
    more urgent waiter | holds | 20 states, 19 transitions"
  `);
});
