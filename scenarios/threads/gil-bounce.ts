/**
 * When does a Python thread that computes let another one run? The VM gives the GIL away and takes it back at each 32nd jump
 * (MICROPY_PY_THREAD_GIL_VM_DIVISOR, py/vm.c), and only when nothing is scheduled and no callback runs. The counter
 * belongs to the invocation of the function, not to the thread: each call begins with a fresh 32. So a loop hands over every 32 rounds,
 * whatever its body calls costs; and what runs as many short calls from C (the `key` of a sort, the callback of a parser) never hands
 * over, however long it takes. Native code has no such place at all. (py/vm.c at 28370c0450 and 1c3c201149, alike.)
 */
import { leadsTo, scenario, sometimes, within } from 'upy-check';
import { busy, ghost } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';

const DIVISOR = 32;
/** What one round of a loop takes, with its one jump; µs. */
const ROUND_US = 100;
const SHORT = 'the other thread has the GIL within 32 jumps';
const LONG = 'the other thread has the GIL within 32 calls of a short function';
const EVER = 'the other thread has the GIL some time';
/** Jumps of the short function. */
const CALLEE_JUMPS = 4;

export default scenario('gil-bounce', {
  about: 'how long does a Python thread that waits for the GIL wait for one that computes?',
  timing: 'prompt',
  variants: {
    loop: { holds: true },
    // The callee's jumps are counted from 32 again at each call: only the caller's bring the hand-over.
    'calls a short function': { violates: SHORT, through: ['shortFunction'] },
    // C calls the short function again and again, as list.sort does: no invocation comes to 32 jumps.
    'short functions called by C': { violates: EVER, through: ['sortKeys'], also: [SHORT, LONG] },
    // @native: no jump is looked at.
    native: { violates: EVER, through: ['nativeLoop'], also: [SHORT, LONG] },
  },
  build({ variant }) {
    const board = esp32({ cores: 1, threads: 1, gilDivisor: DIVISOR });
    const seen = { wants: false, had: false };

    const pythonLoop = () => {
      'use python';
      while (true) busy(ROUND_US);
    };
    const shortFunction = () => {
      'use python';
      for (let n = 0; n < CALLEE_JUMPS - 1; n++) busy(ROUND_US);
    };
    const callingLoop = () => {
      'use python';
      while (true) shortFunction();
    };
    const sortKeys = () => {
      while (true) shortFunction();
    };
    const nativeLoop = () => {
      while (true) busy(ROUND_US);
    };
    board.main(() => {
      if (variant === 'loop') pythonLoop();
      else if (variant === 'calls a short function') callingLoop();
      else if (variant === 'short functions called by C') sortKeys();
      else nativeLoop();
    });
    board.thread('other', () => {
      ghost(() => {
        seen.had = true;
      });
      while (true) {
        // Does something that releases the GIL, and wants it back.
        board.gil.release();
        ghost(() => {
          seen.wants = true;
        });
        board.gil.acquire();
        ghost(() => {
          seen.wants = false;
        });
      }
    });
    return [
      within(SHORT, DIVISOR * ROUND_US, () => seen.wants),
      within(LONG, DIVISOR * CALLEE_JUMPS * ROUND_US, () => seen.wants),
      leadsTo(
        EVER,
        () => seen.wants,
        () => !seen.wants,
      ),
      sometimes('the other thread wants the GIL', () => seen.wants),
    ];
  },
});
