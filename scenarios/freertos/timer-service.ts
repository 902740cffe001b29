/**
 * Callbacks of software timers, and the bits that xEventGroupSetBitsFromISR sets, are the work of a task: the timer service. If a
 * task that computes is more urgent (configTIMER_TASK_PRIORITY), a callback with a period of 2 ms comes late, and missed ones
 * follow at once (prvReloadTimer); and whoever waits for the bits waits for the computing task too, however urgent he is himself.
 * A notification from the handler goes to him directly. timers.c and event_groups.c of V11.3.0.
 */
import { always, scenario, sometimes, within } from 'upy-check';
import {
  cortexM,
  EventGroup,
  idleTasks,
  portMAX_DELAY,
  Timer,
  TimerService,
  ulTaskNotifyTake,
  vTaskDelay,
  vTaskNotifyGiveFromISR,
  xEventGroupSetBitsFromISR,
  xEventGroupWaitBits,
  xTimerStart,
} from 'upy-check/freertos';
import { Core, timerLine } from 'upy-check/hardware';
import { busy, clock, ghost } from 'upy-check/model';

const TICK_US = 1000;
const PERIOD_TICKS = 2;
const IN_TIME = 'the callback comes every 2 ms';
const EARLY = 'the callback never comes earlier than that';
const AT_ONCE = 'the task that waits for the event runs at once';

export default scenario('timer-service', {
  about: 'the timer service and a task that computes: who is late if that is more urgent?',
  timing: 'prompt',
  variants: {
    'service-most-urgent': { holds: true },
    'service-below-worker': {
      violates: AT_ONCE,
      through: ['xEventGroupSetBitsFromISR'],
      also: [IN_TIME, EARLY],
    },
    'service-below-worker-notifies': { violates: IN_TIME, also: [EARLY] },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const notifies = variant === 'service-below-worker-notifies';
    const kernel = cortexM(core, { tickUs: TICK_US, tasksMax: 5, priorities: 4, tickBits: 3 });
    const group = new EventGroup(kernel, 'group');
    const due = clock();
    const seen = { calls: 0, begins: false, early: false, event: false };

    const timer = new Timer('every 2 ms', PERIOD_TICKS, true, () => {
      ghost(() => {
        if (seen.calls > 0 && !due.expired) seen.early = true;
        if (seen.calls < 2) seen.calls++;
        seen.begins = true;
      });
      due.arm(PERIOD_TICKS * TICK_US);
      seen.begins = false;
    });
    const driver = kernel.create('driver', 3, () => {
      xTimerStart(service, timer, 0);
      while (true) {
        if (notifies) ulTaskNotifyTake(kernel, true, portMAX_DELAY);
        else xEventGroupWaitBits(kernel, group, 1, true, true, portMAX_DELAY);
        ghost(() => {
          seen.event = false;
        });
      }
    });
    kernel.create('worker', 2, () => {
      while (true) {
        busy(2500);
        vTaskDelay(kernel, 1);
      }
    });
    idleTasks(kernel);
    const service: TimerService = new TimerService(kernel, {
      priority: variant === 'service-most-urgent' ? 3 : 1,
      queueLength: 2,
    });
    timerLine(core, 'device', 5, { first: 500, every: 4000 }, () => {
      ghost(() => {
        seen.event = true;
      });
      if (notifies) {
        if (vTaskNotifyGiveFromISR(kernel, driver)) kernel.portYieldFromIsr();
        return;
      }
      const [, woken] = xEventGroupSetBitsFromISR(service, group, 1);
      if (woken) kernel.portYieldFromIsr();
    });

    return [
      within(IN_TIME, PERIOD_TICKS * TICK_US, () => !seen.begins),
      always(EARLY, () => !seen.early),
      within(AT_ONCE, 1, () => seen.event),
      sometimes('it is called twice', () => seen.calls === 2),
    ];
  },
});
