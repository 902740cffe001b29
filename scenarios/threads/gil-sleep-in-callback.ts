/**
 * A soft callback that sleeps gives the GIL away; how soon does it get it back? The VM hands the GIL over only when nothing is scheduled
 * and no callback runs (`st == IDLE`), and here a callback is running: it has locked the scheduler. So another thread that
 * computes keeps the GIL until it blocks or ends, however long that is (10 ms took 2940 ms on a unix build with a GIL, 1c3c201149;
 * the test is the same in June 2020). All other callbacks wait as well. A callback that returns at once harms nobody, and a
 * computing thread that sleeps now and then is what bounds the delay.
 */
import { leadsTo, scenario, sometimes, within } from 'upy-check';
import { timerLine } from 'upy-check/hardware';
import { busy, ghost } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';

/** Interrupts of a timer that schedules the callback. */
const PERIOD_MS = 100;
const SLEEP_MS = 20;
/** One jump of a computing thread. */
const ROUND_MS = 1;
const ROUNDS = 40;

const SOON = 'a callback that sleeps 20 ms is over after 100 ms';
const EVER = 'a callback that sleeps is over in the end';

export default scenario('gil-sleep-in-callback', {
  about: 'how long does a callback that sleeps really take while another thread computes?',
  timing: 'prompt',
  variants: {
    // The callback has given the GIL away; no jump of the other thread hands it back, because the scheduler is locked.
    'callback sleeps': { violates: EVER, through: ['mp_sched_run_pending', 'mp_hal_delay_ms'], also: [SOON] },
    // Two threads that compute: both bounce, and the callback runs in whichever looks first.
    'callback returns': { holds: true },
    // 40 ms of computing and a sleep, again and again.
    'the other thread sleeps, too': { holds: true },
  },
  build({ variant }) {
    // No thread sleeps while the interrupt comes: a notification would only be counted.
    const board = esp32({ cores: 1, threads: 1, gilDivisor: 4, wakeMainTaskFromIsr: false });
    const seen = { runs: false, calls: 0 };
    const callback = {
      name: 'timer callback',
      run() {
        ghost(() => {
          seen.runs = true;
        });
        if (variant !== 'callback returns') board.mp_hal_delay_ms(SLEEP_MS);
        ghost(() => {
          seen.runs = false;
          if (seen.calls < 2) seen.calls++;
        });
      },
    };
    const compute = () => {
      'use python';
      while (true) {
        for (let n = 0; n < ROUNDS; n++) busy(ROUND_MS * 1000);
        if (variant === 'the other thread sleeps, too') board.mp_hal_delay_ms(SLEEP_MS);
      }
    };
    board.main(compute);
    board.thread('other', compute);
    timerLine(board.cores[0]!, 'timer', 1, { first: PERIOD_MS * 1000, every: PERIOD_MS * 1000 }, () => {
      board.scheduler.mp_sched_schedule(callback);
      board.mp_hal_wake_main_task_from_isr();
    });
    return [
      within(SOON, 100_000, () => seen.runs),
      leadsTo(
        EVER,
        () => seen.runs,
        () => !seen.runs,
      ),
      variant === 'callback sleeps'
        ? sometimes('a callback runs', () => seen.runs)
        : sometimes('two callbacks have run', () => seen.calls === 2),
    ];
  },
});
