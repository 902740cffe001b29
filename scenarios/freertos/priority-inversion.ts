/**
 * Three tasks, one lock: the low one holds it, the high one wants it, and the middle one, which has nothing to do with
 * it, computes. With a binary semaphore as the lock the high task waits for the middle one as well. A mutex lends the
 * holder the waiter's priority, but one level only, and until the holder has given back *all* of its mutexes.
 */
import { scenario, sometimes, within } from 'upy-check';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  type Task,
  vTaskDelay,
  vTaskSuspend,
  xSemaphoreCreateBinary,
  xSemaphoreCreateMutex,
  xSemaphoreGive,
  xSemaphoreTake,
} from 'upy-check/freertos';
import { Core } from 'upy-check/hardware';
import { busy, ghost } from 'upy-check/model';

const TICK_US = 1000;
/** The low task's time in the section; the high task comes two ticks after its beginning. */
const SECTION_US = 2500;
const LEFT_US = SECTION_US - 2 * TICK_US;
const LIMIT = 'the high task waits no longer than the section still lasts';

export default scenario('priority-inversion', {
  about: 'how long does the high task wait for a lock that the low task holds, while a middle one computes?',
  timing: 'prompt',
  variants: {
    mutex: { holds: true },
    'binary-semaphore': { violates: LIMIT, through: ['xSemaphoreTake'] },
    // The low task gives the mutex back but keeps the priority until it has given back the other one as well.
    'nested-mutexes': { violates: LIMIT, through: ['disinherit'] },
    'nested-released-in-order': { holds: true },
    // The holder itself waits for a mutex of the low task, which learns nothing of the high one: the middle one goes first.
    chain: { violates: LIMIT, through: ['inherit'] },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: TICK_US, priorities: 5, tasksMax: 5, ticksMax: 4 });
    const lock =
      variant === 'binary-semaphore'
        ? xSemaphoreCreateBinary(kernel, 'lock', 1)
        : xSemaphoreCreateMutex(kernel, 'lock');
    const inner = xSemaphoreCreateMutex(kernel, 'inner');
    const seen = { waits: false, done: false, middle: false };

    const high: Task = kernel.create('high', 4, () => {
      vTaskDelay(kernel, 2);
      ghost(() => {
        seen.waits = true;
      });
      xSemaphoreTake(kernel, lock, portMAX_DELAY);
      ghost(() => {
        seen.waits = false;
        seen.done = true;
      });
      xSemaphoreGive(kernel, lock);
      vTaskSuspend(kernel, high);
    });
    const middle: Task = kernel.create('middle', 3, () => {
      vTaskDelay(kernel, 2);
      busy(4000);
      ghost(() => {
        seen.middle = true;
      });
      vTaskSuspend(kernel, middle);
    });
    if (variant === 'chain') {
      const holder: Task = kernel.create('holder', 2, () => {
        vTaskDelay(kernel, 1);
        xSemaphoreTake(kernel, lock, portMAX_DELAY);
        xSemaphoreTake(kernel, inner, portMAX_DELAY);
        xSemaphoreGive(kernel, inner);
        xSemaphoreGive(kernel, lock);
        vTaskSuspend(kernel, holder);
      });
    }
    const low: Task = kernel.create('low', 1, () => {
      const mine = variant === 'chain' ? inner : lock;
      xSemaphoreTake(kernel, mine, portMAX_DELAY);
      const nested = variant === 'nested-mutexes' || variant === 'nested-released-in-order';
      if (nested) xSemaphoreTake(kernel, inner, portMAX_DELAY);
      busy(SECTION_US);
      if (variant === 'nested-released-in-order') xSemaphoreGive(kernel, inner);
      xSemaphoreGive(kernel, mine);
      if (variant === 'nested-mutexes') {
        busy(500);
        xSemaphoreGive(kernel, inner);
      }
      vTaskSuspend(kernel, low);
    });
    idleTasks(kernel);
    return [
      within(LIMIT, LEFT_US, () => seen.waits),
      sometimes('the high task gets the lock', () => seen.done),
      sometimes('the middle task comes to its end', () => seen.middle),
    ];
  },
});
