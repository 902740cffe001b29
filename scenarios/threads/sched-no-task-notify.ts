/**
 * Issue #3894, pull request #3911 (14ab81e87a, 2018): the main task of the esp32 sleeps tick by tick, and an interrupt that schedules a
 * callback did not end that sleep, so that callbacks were up to a tick (10 ms) late. Since then it sleeps in ulTaskNotifyTake, and pin and
 * timer interrupts notify it. A notification that comes before the sleep counts. But it is addressed to *main*: while main is blocked
 * somewhere else, in `lock.acquire`, the callback waits for another thread, which nobody notifies, and is late again. Tasks
 * that schedule have the same duty (mp_hal_wake_main_task, d8a263435f, #12845).
 */
import { scenario, sometimes, within } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { esp32, TICK_US } from 'upy-check/ports/esp32';

const AT_ONCE = 'a callback runs within a tenth of a tick';
/** Each look runs one callback: a second one waits for one tick more. */
const TWO_TICKS = 'two callbacks have run within two ticks';
/** The timer's: so that main has just looked when it comes. */
const PERIOD_US = 1.2 * TICK_US;

export default scenario('sched-no-task-notify', {
  about: '#3894: how late does a callback run that an interrupt or another task schedules while main sleeps?',
  timing: 'prompt',
  timeUnit: TICK_US / 10,
  variants: {
    // The interrupt comes just after a tick: main looks again at the next one.
    'delay of a tick': { violates: AT_ONCE, through: ['isr', 'mp_hal_delay_ms'] },
    notification: { holds: true },
    'timer, delay of a tick': { violates: AT_ONCE, through: ['periodic', 'mp_hal_delay_ms', 'isr'] },
    timer: { holds: true },
    // Main is notified in vain, and the worker looks at its next tick.
    'main waits for a lock': { violates: AT_ONCE, through: ['isr', 'acquire', 'eventPollHook'] },
  },
  build({ variant }) {
    const byTimer = variant.startsWith('timer');
    const waits = variant === 'main waits for a lock';
    const board = esp32({
      cores: 1,
      pool: waits ? 1 : 0,
      wakeMainTaskFromIsr: !variant.endsWith('delay of a tick'),
    });
    const seen = { calls: int(0, 2) };
    const callback = {
      name: byTimer ? 'timer callback' : 'pin callback',
      run() {
        ghost(() => {
          if (seen.calls < 2) seen.calls++;
        });
      },
    };
    const pin = board.pin(4, { pollable: false }).irq(callback);
    const timer = byTimer ? board.timer(0) : null;
    const worker = {
      name: 'worker',
      run() {
        while (true) board.eventPollHook();
      },
    };
    const lock = board._thread.allocate_lock('lock');
    board.main(() => {
      if (waits) {
        board._thread.start_new_thread(worker);
        lock.acquire();
        lock.acquire();
      }
      if (timer !== null) timer.periodic(PERIOD_US, callback);
      while (true) board.mp_hal_delay_ms(100);
    });
    if (timer === null) board.irq('pin 4 interrupt', { times: 2 }, () => pin.isr());
    const waiting = () => board.scheduler.hasWork();
    return [
      within(AT_ONCE, TICK_US / 10, waiting),
      within(TWO_TICKS, 2 * TICK_US, waiting),
      sometimes('both callbacks have run', () => seen.calls === 2),
    ];
  },
});
