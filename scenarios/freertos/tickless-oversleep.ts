/**
 * Tickless idle: when nobody has anything to do for a while, the idle task stops the tick, sleeps, and makes up for the
 * ticks afterwards (vPortSuppressTicksAndSleep). Everything that can go wrong there has gone wrong in some port: sleeping
 * over an interrupt that came just before, sleeping a tick too long, and forgetting or doubling ticks.
 */
import { scenario, sometimes, within } from 'upy-check';
import {
  cortexM,
  portMAX_DELAY,
  prvTicklessIdleTask,
  TicklessSysTick,
  vTaskDelay,
  xSemaphoreCreateBinary,
  xSemaphoreGiveFromISR,
  xSemaphoreTake,
} from 'upy-check/freertos';
import { Core, edges, Irq } from 'upy-check/hardware';
import { busy, ghost } from 'upy-check/model';

const TICK_US = 1000;
const DELAY_TICKS = 3;
const ON_TIME = 'a delay of three ticks ends within three ticks';
const AT_ONCE = 'an interrupt is served at once';

export default scenario('tickless-oversleep', {
  about:
    'does a task that delays, or waits for an interrupt, sleep too long when the tick is stopped meanwhile?',
  timing: 'prompt',
  timeUnit: TICK_US / 2,
  variants: {
    'as-in-the-port': { holds: true },
    // The interrupt comes between the check and the WFI, and its task waits until the sleep is over.
    'interrupts stay on': { violates: AT_ONCE, through: ['wfi'], also: [ON_TIME] },
    'not confirmed': { violates: AT_ONCE, through: ['suppressTicksAndSleep', 'wfi'], also: [ON_TIME] },
    // An interrupt in the middle of a tick: the timer begins with a whole one.
    'begun tick ignored': { violates: ON_TIME },
    'no step': { violates: ON_TIME },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 0, tasksMax: 3, ticksMax: DELAY_TICKS });
    const sysTick = new TicklessSysTick(kernel, core, {
      tickUs: TICK_US,
      ...(variant === 'as-in-the-port' ? {} : { mistake: variant }),
    });
    const event = xSemaphoreCreateBinary(kernel, 'event');
    const seen = { delays: false, delayed: false, waits: false, served: false };

    kernel.create('periodic', 1, () => {
      while (true) {
        ghost(() => {
          seen.delays = true;
        });
        vTaskDelay(kernel, DELAY_TICKS);
        ghost(() => {
          seen.delays = false;
          seen.delayed = true;
        });
        busy(500);
      }
    });
    kernel.create('server', 2, () => {
      while (true) {
        xSemaphoreTake(kernel, event, portMAX_DELAY);
        ghost(() => {
          seen.waits = false;
          seen.served = true;
        });
      }
    });
    kernel.create(
      'IDLE',
      0,
      () => prvTicklessIdleTask(kernel, (ticks) => sysTick.suppressTicksAndSleep(ticks)),
      {
        background: true,
      },
    );
    const device = new Irq(core, 'device', 5, () => {
      ghost(() => {
        seen.waits = true;
      });
      const [, woken] = xSemaphoreGiveFromISR(kernel, event);
      if (woken) kernel.portYieldFromIsr();
    });
    edges(device, 2);
    return [
      within(ON_TIME, DELAY_TICKS * TICK_US, () => seen.delays),
      within(AT_ONCE, 1, () => seen.waits),
      sometimes('the delay ends and the interrupt is served', () => seen.delayed && seen.served),
    ];
  },
});
