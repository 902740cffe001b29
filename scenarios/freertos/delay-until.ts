/**
 * A control loop is to run every 2 ms, and takes 1.2 ms. vTaskDelay(2) counts from where the loop is done, so it comes every 3 ms;
 * xTaskDelayUntil counts from the last time, and comes every 2 ms. But it also remembers what was missed: after a loop that took
 * 5 ms the next ones follow without a pause until the beat is caught up, each too early after the one before. Whoever must not
 * come early looks at what the call returns (pdFALSE: it did not wait), and begins a new beat at the next tick.
 */
import { always, scenario, sometimes, within } from 'upy-check';
import { cortexM, idleTasks, vTaskDelay, xTaskDelayUntil, xTaskGetTickCount } from 'upy-check/freertos';
import { Core } from 'upy-check/hardware';
import { busy, clock, ghost } from 'upy-check/model';

const TICK_US = 1000;
const PERIOD_TICKS = 2;
const WORK_US = 1200;
const LONG_US = 5000;

const IN_TIME = 'the loop comes in time';
const EARLY = 'the loop never comes earlier than a period after the last time';

export default scenario('delay-until', {
  about: 'a loop that is to run every 2 ms: vTaskDelay, xTaskDelayUntil, and a loop that once takes 5 ms',
  timing: 'prompt',
  variants: {
    'delay-until': { holds: true },
    delay: { violates: IN_TIME, through: ['vTaskDelay'] },
    'one-long-loop': { violates: EARLY, through: ['xTaskDelayUntil'] },
    'one-long-loop-new-beat': { holds: true },
  },
  build({ variant }) {
    const kernel = cortexM(new Core('cpu'), { tickUs: TICK_US, tasksMax: 2, tickBits: 3 });
    const oneIsLong = variant.startsWith('one-long-loop');
    const due = clock();
    const seen = { begins: false, loops: 0, early: false, long: oneIsLong };

    kernel.create('control', 1, () => {
      let last = xTaskGetTickCount(kernel);
      while (true) {
        ghost(() => {
          if (seen.loops > 0 && !due.expired) seen.early = true;
          if (seen.loops < 2) seen.loops++;
          seen.begins = true;
        });
        due.arm(PERIOD_TICKS * TICK_US);
        seen.begins = false;
        busy(seen.long ? LONG_US : WORK_US);
        seen.long = false;
        if (variant === 'delay') vTaskDelay(kernel, PERIOD_TICKS);
        else {
          const [waited, wake] = xTaskDelayUntil(kernel, last, PERIOD_TICKS);
          last = waited || variant !== 'one-long-loop-new-beat' ? wake : xTaskGetTickCount(kernel);
        }
      }
    });
    idleTasks(kernel);

    const mostUs = oneIsLong ? LONG_US : PERIOD_TICKS * TICK_US;
    return [
      within(IN_TIME, mostUs, () => !seen.begins),
      always(EARLY, () => !seen.early),
      sometimes('it comes twice', () => seen.loops === 2),
    ];
  },
});
