import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { Core, edges, Irq } from '../hardware/index.ts';
import { always, busy, check, clock, me, sometimes, within } from '../index.ts';
import {
  cortexM,
  eTaskConfirmSleepModeStatus,
  idleTasks,
  portMAX_DELAY,
  prvTicklessIdleTask,
  Sleep,
  Task,
  type TicklessMistake,
  TicklessSysTick,
  vTaskDelay,
  vTaskStepTick,
  vTaskSuspend,
  vTaskSuspendAll,
  xSemaphoreCreateBinary,
  xSemaphoreGiveFromISR,
  xSemaphoreTake,
  xTaskCatchUpTicks,
  xTaskDelayUntil,
  xTaskGetTickCount,
  xTaskResumeAll,
} from './index.ts';
import { outline } from './testing.ts';

const TICK_US = 10;
const ON_TIME = 'the worker goes on at its time';
const AT_ONCE = 'an interrupt is served at once';
const STEPS_BEYOND = 'configASSERT: vTaskStepTick steps beyond the time at which a task must go on';

const sleeping = scenario('tickless idle', {
  about:
    'a task works every third tick, another one serves an interrupt; in between the core sleeps without ticks',
  timing: 'prompt',
  timeUnit: 5,
  variants: {
    right: { holds: true },
    'at most two ticks': { holds: true },
    'interrupts stay on': { violates: AT_ONCE, through: ['wfi'], also: [ON_TIME] },
    'not confirmed': { violates: AT_ONCE, through: ['suppressTicksAndSleep', 'wfi'], also: [ON_TIME] },
    'pended ticks ignored': { violates: ON_TIME, through: ['confirm', 'wfi'] },
    'begun tick ignored': { violates: ON_TIME },
    'last tick stepped': { violates: ON_TIME },
    'early end ignored': { violates: ON_TIME },
    'no step': { violates: ON_TIME },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 0, tickBits: 3, tasksMax: 3, ticksMax: 3 });
    const sysTick = new TicklessSysTick(kernel, core, {
      tickUs: TICK_US,
      maximumTicks: variant === 'at most two ticks' ? 2 : 3,
      ...(variant === 'right' || variant === 'at most two ticks'
        ? {}
        : { mistake: variant as TicklessMistake }),
    });
    const reference = clock();
    reference.every(3 * TICK_US, 3 * TICK_US);
    const semaphore = xSemaphoreCreateBinary(kernel, 'event');
    const seen = { event: false, sleeps: 0 };
    kernel.create('worker', 1, () => {
      let wake = xTaskGetTickCount(kernel);
      while (true) {
        const [, next] = xTaskDelayUntil(kernel, wake, 3);
        wake = next;
        const { expired } = reference;
        reference.clear();
        check(expired && reference.remaining === 3 * TICK_US, ON_TIME);
      }
    });
    kernel.create('server', 2, () => {
      while (true) {
        xSemaphoreTake(kernel, semaphore, portMAX_DELAY);
        seen.event = false;
      }
    });
    kernel.create(
      'IDLE',
      0,
      () =>
        prvTicklessIdleTask(kernel, (ticks) => {
          // configPRE_SUPPRESS_TICKS_AND_SLEEP_PROCESSING: time for a tick to come while the scheduler is suspended.
          busy(6);
          sysTick.suppressTicksAndSleep(ticks);
        }),
      { background: true },
    );
    const line = new Irq(core, 'button', 5, () => {
      seen.event = true;
      const [, woken] = xSemaphoreGiveFromISR(kernel, semaphore);
      if (woken) kernel.portYieldFromIsr();
    });
    edges(line, 2);
    return [
      within(AT_ONCE, 6, () => seen.event),
      sometimes('ticks are suppressed', () => core.asleep && kernel.suspension.depth > 0),
    ];
  },
});

test('the core sleeps through ticks and nobody is late; the errors of ports make somebody late', {
  timeout: 60_000,
}, async () => {
  expect(await outline(sleeping)).toMatchInlineSnapshot(`
    "right | holds | 27538 states, 32755 transitions
    at most two ticks | holds | 27160 states, 32317 transitions
    interrupts stay on | violated | an interrupt is served at once in 44 | 30098 states, 35515 transitions
    not confirmed | violated | an interrupt is served at once in 37 | the worker goes on at its time in 89 | 27834 states, 32867 transitions
    pended ticks ignored | violated | the worker goes on at its time in 83 | 26386 states, 31339 transitions
    begun tick ignored | violated | the worker goes on at its time in 55 | 5796 states, 6655 transitions
    last tick stepped | violated | the worker goes on at its time in 100 | 6984 states, 8259 transitions
    early end ignored | violated | the worker goes on at its time in 63 | 24458 states, 29355 transitions
    no step | violated | the worker goes on at its time in 114 | 67757 states, 78571 transitions"
  `);
});

const clocksStop = scenario('clocks stop', {
  about: 'nobody waits for a time: the tick may stop altogether',
  timing: 'prompt',
  variants: { 'nobody waits': { holds: true }, 'somebody waits': { holds: true } },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 0, tickBits: 3, tasksMax: 2, ticksMax: 3 });
    const sysTick = new TicklessSysTick(kernel, core, { tickUs: TICK_US, clocksStop: true });
    const seen = { status: Sleep.eAbortSleep as number };
    kernel.create('task', 1, () => {
      if (variant === 'nobody waits') vTaskSuspend(kernel, me(Task));
      while (true) vTaskDelay(kernel, 3);
    });
    kernel.create(
      'IDLE',
      0,
      () =>
        prvTicklessIdleTask(kernel, (ticks) => {
          seen.status = eTaskConfirmSleepModeStatus(kernel);
          sysTick.suppressTicksAndSleep(ticks);
        }),
      { background: true },
    );
    const expected = variant === 'nobody waits' ? Sleep.eNoTasksWaitingTimeout : Sleep.eStandardSleep;
    return [
      sometimes('it sleeps', () => core.asleep),
      always('it sleeps as deep as it may', () => [Sleep.eAbortSleep, expected].includes(seen.status)),
      sometimes('time goes on', () =>
        variant === 'nobody waits' ? core.asleep : xTaskGetTickCount(kernel) > 3,
      ),
    ];
  },
});

test('eNoTasksWaitingTimeout: no task waits for a time', { timeout: 60_000 }, async () => {
  expect(await outline(clocksStop)).toMatchInlineSnapshot(`
    "nobody waits | holds | 32 states, 31 transitions
    somebody waits | holds | 377 states, 377 transitions"
  `);
});

const stepping = scenario('stepping', {
  about: 'the tick count is corrected by hand',
  variants: {
    'step, not as far as the next task': { holds: true },
    'step to the next task': { holds: true },
    'step beyond it': { violates: STEPS_BEYOND },
    'step to it without suspension': { violates: 'configASSERT: vTaskStepTick without vTaskSuspendAll' },
    'catch up': { holds: true },
    'catch up while suspended': {
      violates: 'configASSERT: xTaskCatchUpTicks while the scheduler is suspended',
    },
  },
  build({ variant }) {
    const kernel = cortexM(new Core('cpu'), { tickUs: 0, tickBits: 4, tasksMax: 3, ticksMax: 3 });
    const seen = { woken: 0 };
    kernel.create('sleeper', 2, () => {
      vTaskDelay(kernel, 3);
      seen.woken = xTaskGetTickCount(kernel);
      vTaskSuspend(kernel, me(Task));
    });
    kernel.create('task', 1, () => {
      if (variant === 'catch up') {
        const switched = xTaskCatchUpTicks(kernel, 5);
        // It wakes at its own tick, but runs when all are caught up.
        check(switched && seen.woken === 5);
      } else if (variant === 'step to it without suspension') vTaskStepTick(kernel, 3);
      else {
        vTaskSuspendAll(kernel);
        if (variant === 'catch up while suspended') xTaskCatchUpTicks(kernel, 1);
        else
          vTaskStepTick(
            kernel,
            variant === 'step beyond it' ? 4 : variant === 'step to the next task' ? 3 : 2,
          );
        const now = xTaskGetTickCount(kernel);
        check(now === 2);
        xTaskResumeAll(kernel);
        check(variant === 'step to the next task' ? seen.woken === 3 : seen.woken === 0);
      }
      vTaskSuspend(kernel, me(Task));
    });
    idleTasks(kernel);
    const fails = ['step beyond it', 'step to it without suspension', 'catch up while suspended'].includes(
      variant,
    );
    return [sometimes('the count goes on', () => fails || xTaskGetTickCount(kernel) > 1)];
  },
});

test('vTaskStepTick stops short of the tick that wakes a task; xTaskCatchUpTicks goes through all', {
  timeout: 60_000,
}, async () => {
  expect(await outline(stepping)).toMatchInlineSnapshot(`
    "step, not as far as the next task | holds | 10 states, 9 transitions
    step to the next task | holds | 16 states, 15 transitions
    step beyond it | violated | configASSERT: vTaskStepTick steps beyond the time at which a task must go on in 4 | 4 states, 3 transitions
    step to it without suspension | violated | configASSERT: vTaskStepTick without vTaskSuspendAll in 3 | 3 states, 2 transitions
    catch up | holds | 16 states, 15 transitions
    catch up while suspended | violated | configASSERT: xTaskCatchUpTicks while the scheduler is suspended in 4 | 4 states, 3 transitions"
  `);
});
