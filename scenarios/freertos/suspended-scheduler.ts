/**
 * vTaskSuspendAll keeps other tasks out for a while. Interrupts go on, and so do ticks: the kernel counts them
 * and makes up for them in xTaskResumeAll, so that a delay is not longer than it was asked for. A critical section of
 * the same length (interrupts off) is another matter: the tick is one pending bit, and all ticks but one are lost.
 */
import { scenario, sometimes, within } from 'upy-check';
import {
  cortexM,
  idleTasks,
  taskENTER_CRITICAL,
  taskEXIT_CRITICAL,
  vTaskDelay,
  vTaskSuspend,
  vTaskSuspendAll,
  xTaskResumeAll,
} from 'upy-check/freertos';
import { Core, timerLine } from 'upy-check/hardware';
import { busy, ghost } from 'upy-check/model';

const TICK_US = 1000;
const DELAY = 'a delay of four ticks lasts four ticks';
const SERVED = 'an interrupt is served within the section';

export default scenario('suspended-scheduler', {
  about: 'are ticks and interrupts lost while a task keeps the others out for three ticks?',
  timing: 'prompt',
  variants: {
    'suspend-all': { holds: true },
    'critical-section': { violates: DELAY, through: ['taskENTER_CRITICAL'], also: [SERVED] },
    'short-critical-section': { holds: true },
    'blocks-while-suspended': {
      violates: 'configASSERT: a task blocks while the scheduler is suspended',
      through: ['vTaskSuspendAll', 'vTaskDelay'],
    },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: TICK_US, tasksMax: 3, ticksMax: 4 });
    const seen = { delays: true, requests: false, served: false };
    const sleeper = kernel.create('sleeper', 2, () => {
      vTaskDelay(kernel, 4);
      ghost(() => {
        seen.delays = false;
      });
      vTaskSuspend(kernel, sleeper);
    });
    const worker = kernel.create('worker', 1, () => {
      busy(900);
      switch (variant) {
        case 'critical-section':
        case 'short-critical-section':
          taskENTER_CRITICAL(kernel);
          ghost(() => {
            seen.requests = true;
          });
          busy(variant === 'critical-section' ? 2200 : 200);
          taskEXIT_CRITICAL(kernel);
          break;
        case 'suspend-all':
          vTaskSuspendAll(kernel);
          ghost(() => {
            seen.requests = true;
          });
          busy(2200);
          xTaskResumeAll(kernel);
          break;
        default:
          vTaskSuspendAll(kernel);
          vTaskDelay(kernel, 1);
      }
      vTaskSuspend(kernel, worker);
    });
    idleTasks(kernel);
    timerLine(core, 'device', 5, { first: 1000, every: 0 }, () => {
      ghost(() => {
        seen.requests = false;
        seen.served = true;
      });
    });
    return [
      within(DELAY, 4 * TICK_US, () => seen.delays),
      within(SERVED, TICK_US, () => seen.requests),
      ...(variant === 'blocks-while-suspended'
        ? [sometimes('the scheduler is suspended', () => kernel.suspension.depth > 0)]
        : [sometimes('the delay ends and the device is served', () => !seen.delays && seen.served)]),
    ];
  },
});
