/**
 * Zephyr: `schedule()` raises a poll signal (d120859857), which is one bit: raises merge. Each look runs one Python callback, so
 * several interrupts before one look leave callbacks in the ring, and nobody raises the signal for them: main sleeps with work
 * queued, until the timeout or the next interrupt. #18810 (273c7a86a8, open) raises it again as the scheduler is
 * unlocked with work left. How many interrupts does it take? Two in `time.sleep_ms()`, which looks once for each signal;
 * three in a wait for events (`select.poll`, the REPL), which looks twice: before mp_hal_wait_event() and in it.
 */
import { scenario, sometimes, within } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { zephyr } from 'upy-check/ports/zephyr';

const CALLBACK_WAITS = 'lost wakeup: a scheduled callback waits';
const PROMPT = 'a callback runs at once';
const SLEEP_MS = 10;

export default scenario('one-callback-per-wake', {
  about: 'interrupts schedule callbacks while main waits: do all of them run?',
  parameters: { edges: 3 },
  timing: 'prompt',
  variants: {
    // Three signals merge, two looks, and the third callback waits for the next interrupt.
    wait: { violates: CALLBACK_WAITS, through: ['mp_hal_wait_event', 'k_poll'], also: [PROMPT] },
    'wait-signals-the-rest': { holds: true },
    // The sleep looks once a signal: the second callback waits until it is over.
    sleep: { violates: PROMPT, through: ['mp_hal_delay_ms', 'k_poll'] },
    'sleep-signals-the-rest': { holds: true },
  },
  build({ variant, edges }) {
    const sleeps = variant.startsWith('sleep');
    const board = zephyr({ wakeForTheRest: variant.endsWith('rest') });
    const times = sleeps ? edges - 1 : edges;
    const seen = { calls: int(0, edges) };
    const callback = {
      name: 'pin callback',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    };
    const pin = board.pin(4, { pollable: false }).irq(callback);
    board.main(() => {
      while (true)
        if (sleeps) board.mp_hal_delay_ms(SLEEP_MS);
        else board.eventPollHook();
    });
    board.irq('pin 4 interrupt', { times }, () => pin.isr());
    return [
      within(PROMPT, 0, () => board.scheduler.hasWork()),
      within('a callback runs within a sleep', SLEEP_MS * 1000, () => sleeps && board.scheduler.hasWork()),
      sometimes('all callbacks run', () => seen.calls === times),
    ];
  },
});
