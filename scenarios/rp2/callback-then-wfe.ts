/**
 * RP2040: `mp_event_wait_indefinite()` runs what is pending and then executes WFE, whatever the callbacks have done. So the
 * callback that makes ready what `select.poll` waits for may be followed by the sleep: `Pin.irq(lambda p: flag.set())` with a
 * ThreadSafeFlag, the use that asyncio recommends (#6886). An event that came after the last look ends one WFE, and that
 * is used up when the callback has not run yet. #6056 asked the same of the stm32, where the tick bounds it by 1 ms; this port
 * has no tick. Also here: one event for two interrupts, one callback a look (273c7a86a8 of #18810 mends that on Zephyr).
 *
 * Both are possible in the release (1c3c201149) while core 1 runs no thread. While it runs one, every atomic section
 * ends in SEV, also that of mp_sched_unlock() after a callback, and main looks once more.
 */
import { lostWakeup, scenario, sometimes } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { rp2 } from 'upy-check/ports/rp2';

const FLAG_WAITS = 'lost wakeup: a set flag waits';
const CALLBACK_WAITS = 'lost wakeup: a scheduled callback waits';

export default scenario('callback-then-wfe', {
  about: 'a pin sets a flag that main polls: by a soft callback or in the handler, how often does main look?',
  parameters: { edges: 2 },
  full: { edges: 3 },
  variants: {
    // The interrupt comes after the last look; its event ends this WFE, the callback runs, and the next WFE sleeps.
    'soft-callback': { violates: FLAG_WAITS, through: ['handler', 'wfe'], also: [CALLBACK_WAITS] },
    // The signal for what is left in the ring mends the callbacks, not the flag.
    'signal-for-the-rest': { violates: FLAG_WAITS, through: ['handler', 'wfe'] },
    'hard-callback': { holds: true },
    'look-again-after-a-callback': { holds: true },
    'core-1-runs': { holds: true },
  },
  build({ variant, edges }) {
    const rest = variant === 'signal-for-the-rest';
    const board = rp2({ threads: variant === 'core-1-runs' ? 1 : 0, wakeForTheRest: rest });
    const flag = { state: false };
    const seen = { flags: int(0, edges) };
    const handler = () => {
      flag.state = true;
      if (variant === 'look-again-after-a-callback') board.cores[0]!.sev();
    };
    const pin = board
      .pin(4, { pollable: false })
      .irq({ name: 'pin handler', run: handler }, { hard: variant === 'hard-callback' });
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
    if (variant === 'core-1-runs')
      board.thread('core 1', () => {
        while (true) board.eventPollHook();
      });
    board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
    return [
      lostWakeup('a set flag waits', () => flag.state, main),
      sometimes('a flag is seen for every edge', () => seen.flags === edges),
    ];
  },
});
