/**
 * An interrupt gives a semaphore and does not pass `xHigherPriorityTaskWoken` on to portYIELD_FROM_ISR. The task that
 * it woke is ready and outranks the running one. When does it run? The kernel remembers that a switch is due, and
 * makes it at the next tick, or when the running task blocks or yields; with no tick and a task that only
 * computes, never.
 */
import { always, scenario, sometimes, within } from 'upy-check';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  taskYIELD,
  xSemaphoreCreateBinary,
  xSemaphoreGiveFromISR,
  xSemaphoreTake,
} from 'upy-check/freertos';
import { Core, timerLine } from 'upy-check/hardware';
import { busy, ghost } from 'upy-check/model';

const TICK_US = 1000;
const AT_ONCE = 'the driver runs at once';
const WITHIN_A_TICK = 'the driver runs within a tick';

export default scenario('give-without-yield', {
  about: 'xSemaphoreGiveFromISR without portYIELD_FROM_ISR: how late is the task that it wakes?',
  timing: 'prompt',
  variants: {
    'with-yield': { holds: true },
    'tick-makes-up': { violates: AT_ONCE, through: ['xSemaphoreGiveFromISR'] },
    'worker-yields': { violates: AT_ONCE, through: ['xSemaphoreGiveFromISR'] },
    'no-tick-and-busy': { violates: WITHIN_A_TICK, through: ['xSemaphoreGiveFromISR'], also: [AT_ONCE] },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const tickUs = variant === 'no-tick-and-busy' || variant === 'worker-yields' ? 0 : TICK_US;
    const kernel = cortexM(core, { tickUs, tasksMax: 3 });
    const event = xSemaphoreCreateBinary(kernel, 'event');
    const seen = { waits: false, runs: false };

    kernel.create('driver', 2, () => {
      while (true) {
        xSemaphoreTake(kernel, event, portMAX_DELAY);
        ghost(() => {
          seen.waits = false;
          seen.runs = true;
        });
      }
    });
    kernel.create('worker', 1, () => {
      while (true) {
        busy(400);
        if (variant === 'worker-yields') taskYIELD(kernel);
      }
    });
    idleTasks(kernel);
    timerLine(core, 'event', 5, { first: 300, every: 3000 }, () => {
      ghost(() => {
        seen.waits = true;
      });
      const [, woken] = xSemaphoreGiveFromISR(kernel, event);
      if (woken && variant === 'with-yield') kernel.portYieldFromIsr();
    });
    return [
      within(AT_ONCE, 1, () => seen.waits),
      within(WITHIN_A_TICK, TICK_US, () => seen.waits),
      ...(variant === 'no-tick-and-busy'
        ? [sometimes('the event comes', () => seen.waits), always('nobody runs it', () => !seen.runs)]
        : [sometimes('the driver runs', () => seen.runs)]),
    ];
  },
});
