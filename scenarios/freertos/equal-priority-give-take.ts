/**
 * Two tasks of equal priority share a lock (a GIL): each gives it and takes it again at once. xSemaphoreGive wakes the
 * waiter, but switches only to a task of *higher* priority, and hands nothing over: the giver takes the lock back before
 * the waiter has run. At its next time slice the waiter finds it taken, and blocks again. A yield after the give
 * repairs that (MicroPython 337742f6c7); so does a lock that is handed over, or a give that is followed by a wait.
 */
import { alwaysPossible, leadsTo, scenario, sometimes, within } from 'upy-check';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  taskYIELD,
  vTaskDelay,
  xSemaphoreCreateBinary,
  xSemaphoreGive,
  xSemaphoreTake,
} from 'upy-check/freertos';
import { Core } from 'upy-check/hardware';
import { busy, ghost } from 'upy-check/model';

const TICK_US = 1000;
const FAIR = 'whoever wants the lock has it within three ticks';
const EVER = 'whoever wants the lock has it some time';

export default scenario('equal-priority-give-take', {
  about:
    'does a task that waits for a lock get it from one of equal priority that gives and takes it in a loop?',
  timing: 'prompt',
  variants: {
    // Every slice of the waiter falls into a section of the other one.
    'give-then-take': { violates: FAIR, through: ['xSemaphoreGive', 'xSemaphoreTake'], also: [EVER] },
    'give-yield-take': { holds: true },
    'give-delay-take': { holds: true },
    'waiter-of-higher-priority': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: TICK_US, tasksMax: 3 });
    const lock = xSemaphoreCreateBinary(kernel, 'lock', 1);
    const seen = { wants: false, had: false };

    const waiterPriority = variant === 'waiter-of-higher-priority' ? 2 : 1;
    kernel.create('waiter', waiterPriority, () => {
      while (true) {
        vTaskDelay(kernel, 1);
        ghost(() => {
          seen.wants = true;
        });
        xSemaphoreTake(kernel, lock, portMAX_DELAY);
        ghost(() => {
          seen.wants = false;
          seen.had = true;
        });
        xSemaphoreGive(kernel, lock);
      }
    });
    kernel.create('looper', 1, () => {
      while (true) {
        xSemaphoreTake(kernel, lock, portMAX_DELAY);
        busy(400);
        xSemaphoreGive(kernel, lock);
        if (variant === 'give-yield-take') taskYIELD(kernel);
        if (variant === 'give-delay-take') vTaskDelay(kernel, 1);
      }
    });
    idleTasks(kernel);
    return [
      within(FAIR, 3 * TICK_US, () => seen.wants),
      // The counterexample is a round of two ticks that repeats for ever.
      leadsTo(
        EVER,
        () => seen.wants,
        () => !seen.wants,
      ),
      sometimes('the waiter wants the lock', () => seen.wants),
      alwaysPossible('time goes on', () => true),
    ];
  },
});
