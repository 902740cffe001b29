/**
 * `time.sleep_ms` of the esp32 in June 2020 waits for ticks with the GIL *held*: it gives it away and takes it back once a tick, in
 * MICROPY_EVENT_POLL_HOOK, without a yield in between, so that a thread of equal priority that waits is made ready and finds the GIL taken
 * (ports/esp32/mphalport.c and mpthreadport.c at 28370c0450). A thread that sleeps keeps all others from running. Later releases
 * give the GIL away before they wait (6214fa3f9e), and then one thread sleeps while the other one computes.
 */
import { leadsTo, scenario, sometimes, within } from 'upy-check';
import { vTaskDelay } from 'upy-check/freertos';
import { busy, ghost } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';

const SOON = 'the computing thread has the GIL within a tick';
const EVER = 'the computing thread has the GIL in the end';

export default scenario('gil-held-in-sleep', {
  about: 'can one Python thread compute while another one sleeps?',
  timing: 'prompt',
  variants: {
    // The sleeper gives the GIL and has it again before the other one runs, and takes it along into its sleep.
    'June 2020': { violates: EVER, through: ['mp_hal_delay_ms', 'eventPollHook'], also: [SOON] },
    today: { holds: true },
  },
  build({ variant }) {
    const board = esp32({ cores: 1, threads: 1, era: variant === 'June 2020' ? 'E1' : 'E2' });
    const seen = { wants: false, computes: false };
    board.main(() => {
      while (true) board.mp_hal_delay_ms(50);
    });
    board.thread('computes', () => {
      while (true) {
        busy(2000);
        // A call that blocks without the GIL, for a tick.
        board.gil.release();
        vTaskDelay(board.kernel, 1);
        ghost(() => {
          seen.wants = true;
        });
        board.gil.acquire();
        ghost(() => {
          seen.wants = false;
          seen.computes = true;
        });
      }
    });
    return [
      within(SOON, 10_000, () => seen.wants),
      leadsTo(
        EVER,
        () => seen.wants,
        () => !seen.wants,
      ),
      sometimes('the thread waits for the GIL', () => seen.wants),
      ...(variant === 'today' ? [sometimes('it gets it', () => seen.computes)] : []),
    ];
  },
});
