/**
 * Zephyr: does a soft callback that makes an object ready end the `select.poll` that waits for it? `schedule()` signals, the
 * wait returns, poll asks its objects: not ready, for the callback has not run. Then mp_event_wait_indefinite() runs it,
 * and waits again: the signal is used up. So the flag is seen with the next signal or at the timeout, each time and
 * not only in a race (1c3c201149). A hard handler that sets the flag signals nothing, and does not even end the first
 * wait. A callback that schedules another one, which need do nothing, is seen at once. What the reviewers of #6125 wanted
 * from `notify` is that it ends the wait; this is the port whose kernel could, and whose wait forgets it.
 */
import { lostWakeup, scenario, sometimes } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { zephyr } from 'upy-check/ports/zephyr';

const FLAG_WAITS = 'lost wakeup: a set flag waits';

export default scenario('callback-then-wait', {
  about: 'a pin sets a flag that main polls: which way of setting it ends the wait?',
  parameters: { edges: 2 },
  variants: {
    // The signal ends the wait before the callback has run; the callback runs, and k_poll sleeps.
    'soft-callback': { violates: FLAG_WAITS, through: ['set', 'k_poll'] },
    // The handler stores, and signals nobody.
    'hard-handler': { violates: FLAG_WAITS, through: ['set'] },
    // What a program can do: the second callback's signal comes after the flag.
    'soft-callback-that-schedules': { holds: true },
    // What the port could do: signal whenever the scheduler is unlocked.
    'signal-after-the-callback': { holds: true },
  },
  build({ variant, edges }) {
    const board = zephyr({ wakeForTheRest: true });
    const flag = {
      state: false,
      /** ThreadSafeFlag.set */
      set() {
        this.state = true;
      },
    };
    const nothing = { name: 'nothing', run() {} };
    const seen = { flags: int(0, edges) };
    const handler = {
      name: 'pin handler',
      run() {
        flag.set();
        if (variant === 'soft-callback-that-schedules') board.scheduler.mp_sched_schedule(nothing);
        if (variant === 'signal-after-the-callback') board.mp_hal_signal_event();
      },
    };
    const pin = board.pin(4, { pollable: false }).irq(handler, { hard: variant === 'hard-handler' });
    /** poll_set_poll_until_ready_or_timeout, without a timeout. */
    const ipoll = () => {
      while (!flag.state) board.eventPollHook();
    };
    const main = board.main(() => {
      while (true) {
        ipoll();
        flag.state = false;
        ghost(() => {
          if (seen.flags < edges) seen.flags++;
        });
      }
    });
    board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
    return [
      lostWakeup('a set flag waits', () => flag.state, main),
      sometimes('a flag is seen for every edge', () => seen.flags === edges),
    ];
  },
});
