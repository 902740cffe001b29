/**
 * An interrupt gives a semaphore to a task of priority 0, which the idle task has, too. It is ready, but outranks nobody, so
 * xHigherPriorityTaskWoken stays pdFALSE. With configIDLE_SHOULD_YIELD 1 (the default) the idle task gives way at once. With 0 it keeps
 * its time slice, asleep in its hook, and the task waits for the tick. At priority 1 it waits for nothing. prvIdleTask of V11.3.0.
 */
import { scenario, sometimes, within } from 'upy-check';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  xSemaphoreCreateBinary,
  xSemaphoreGiveFromISR,
  xSemaphoreTake,
} from 'upy-check/freertos';
import { Core, timerLine } from 'upy-check/hardware';
import { ghost } from 'upy-check/model';

const TICK_US = 1000;
const AT_ONCE = 'the task runs at once';
const WITHIN_A_TICK = 'the task runs within a tick';

export default scenario('idle-should-yield', {
  about: 'an interrupt wakes a task of priority 0: does the idle task give way?',
  timing: 'prompt',
  variants: {
    'idle-yields': { holds: true },
    'idle-keeps-its-slice': { violates: AT_ONCE, through: ['xSemaphoreGiveFromISR'] },
    'idle-keeps-its-slice-priority-1': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, {
      tickUs: TICK_US,
      tasksMax: 2,
      // The idle task is prvIdleTask, which looks at the option; without this it only sleeps.
      reclaim: true,
      idleShouldYield: variant === 'idle-yields',
    });
    const event = xSemaphoreCreateBinary(kernel, 'event');
    const seen = { waits: false, runs: false };
    kernel.create('background', variant === 'idle-keeps-its-slice-priority-1' ? 1 : 0, () => {
      while (true) {
        xSemaphoreTake(kernel, event, portMAX_DELAY);
        ghost(() => {
          seen.waits = false;
          seen.runs = true;
        });
      }
    });
    idleTasks(kernel);
    timerLine(core, 'device', 5, { first: 300, every: 3000 }, () => {
      ghost(() => {
        seen.waits = true;
      });
      const [, woken] = xSemaphoreGiveFromISR(kernel, event);
      if (woken) kernel.portYieldFromIsr();
    });
    return [
      within(AT_ONCE, 1, () => seen.waits),
      within(WITHIN_A_TICK, TICK_US, () => seen.waits),
      sometimes('the task runs', () => seen.runs),
    ];
  },
});
