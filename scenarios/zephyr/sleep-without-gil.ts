/**
 * Zephyr with `_thread`: `time.sleep_ms()` gives the GIL away, waits, and after a signal that does not end the sleep goes round:
 * it runs what is pending and gives the GIL away again, without having taken it back (mp_hal_wait_event at 1c3c201149, with
 * `exit_on_event` false; 37399d5bcf). So a soft callback runs beside the thread that has the GIL, and the second give
 * makes a second token: from then on two threads run Python at a time, in a build whose heap and dictionaries have no
 * locks because there is a GIL. Found while this model was written; taking the GIL back mends it.
 */
import { always, scenario, sometimes } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { zephyr } from 'upy-check/ports/zephyr';

const CALLBACK = 'no callback runs beside a thread';
const THREADS = 'one thread runs Python';

export default scenario('sleep-without-gil', {
  about: 'main sleeps, a thread computes, an interrupt schedules: who holds the GIL?',
  variants: {
    // The signal wakes main, which runs the callback while the worker is in its Python code.
    released: { violates: THREADS, through: ['mp_hal_delay_ms', 'k_sem_give'], also: [CALLBACK] },
    'gil-taken-back': { holds: true },
  },
  build({ variant }) {
    // Each thread waits with an event of its own here: `shared-poll-signal` is about the other defect.
    const board = zephyr({
      threads: 1,
      waitEvents: 'own signals',
      wakeForTheRest: true,
      retakeGil: variant === 'gil-taken-back',
    });
    const seen = { inside: int(0, 2), callbackBeside: false, calls: int(0, 1) };
    /** Python code that must not be interleaved: an insertion into a dict, an allocation. Three time slices end in it. */
    const python = () => {
      ghost(() => {
        seen.inside++;
      });
      for (let n = 0; n < 3; n++) board.kernel.k_yield();
      ghost(() => {
        seen.inside--;
      });
    };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          if (seen.inside > 0) seen.callbackBeside = true;
          seen.calls = 1;
        });
      },
    };
    const pin = board.pin(4, { pollable: false }).irq(callback);
    board.main(() => {
      while (true) {
        board.mp_hal_delay_ms(1);
        python();
      }
    });
    board.thread('worker', () => {
      while (true) {
        python();
        board.mp_hal_delay_ms(1);
      }
    });
    board.irq('pin 4 interrupt', { times: 1 }, () => pin.isr());
    return [
      always(CALLBACK, () => !seen.callbackBeside),
      always(THREADS, () => seen.inside <= 1),
      sometimes('a callback runs', () => seen.calls === 1),
      sometimes('a thread computes', () => seen.inside === 1),
    ];
  },
});
