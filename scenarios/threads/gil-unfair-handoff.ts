/**
 * Issue #15423, pull request #15476 (337742f6c7, v1.24): on the esp32 a thread that sleeps a moment comes back seconds later while another
 * one computes. At a bounce the busy thread gives the GIL, which makes the waiting one ready; but both have the same priority, so the
 * busy one goes on and takes the GIL again before the other one has run. At its next time slice the waiting one
 * finds no GIL and blocks again. How often can it be passed? Without a yield after the give, as often as one
 * likes, with a mutex (June 2020) as well as with a binary semaphore (v1.16 to v1.23). With the yield, not at all. The stm32 never
 * had this: its mutex is handed over to the first that waits (pybthread.c).
 */
import { overtaking, scenario, sometimes } from 'upy-check';
import { vTaskDelay } from 'upy-check/freertos';
import type { Board } from 'upy-check/micropython';
import { busy, ghost } from 'upy-check/model';
import { type Esp32Options, esp32 } from 'upy-check/ports/esp32';
import { stm32 } from 'upy-check/ports/stm32';

/** 32 jumps of a busy thread. */
const BETWEEN_BOUNCES_US = 3000;
const FAIR = 'a thread that waits for the GIL is passed twice at most';

const BOARDS: Readonly<Record<string, Esp32Options>> = {
  'June 2020': { era: 'E1' },
  'v1.16': { mutex: { kind: 'binary semaphore', yields: false } },
  'yield after give': {},
};

export default scenario('gil-unfair-handoff', {
  about: '#15423: how often does a busy thread take the GIL while another one waits for it?',
  timing: 'prompt',
  variants: {
    // Each bounce readies the other thread, and each slice of it falls into a stretch in which the GIL is taken.
    'June 2020': { violates: FAIR, through: ['checkpoint', 'xSemaphoreGive', 'xSemaphoreTake'] },
    'v1.16': { violates: FAIR, through: ['checkpoint', 'xSemaphoreGive', 'xSemaphoreTake'] },
    'yield after give': { holds: true },
    'stm32 hands over': { holds: true },
  },
  build({ variant }) {
    const { board, block } = variant === 'stm32 hands over' ? onStm32() : onEsp32(BOARDS[variant] ?? {});
    const seen = { waits: false, busyHasIt: false };
    board.main(() => {
      'use python';
      while (true) {
        ghost(() => {
          seen.busyHasIt = true;
        });
        busy(BETWEEN_BOUNCES_US);
        ghost(() => {
          seen.busyHasIt = false;
        });
      }
    });
    board.thread('other', () => {
      while (true) {
        // A call that blocks without the GIL.
        board.gil.release();
        block();
        ghost(() => {
          seen.waits = true;
        });
        board.gil.acquire();
        ghost(() => {
          seen.waits = false;
        });
      }
    });
    return [
      overtaking(
        FAIR,
        2,
        () => seen.waits,
        () => seen.busyHasIt,
      ),
      sometimes('the other thread waits', () => seen.waits),
      sometimes('the busy thread has the GIL', () => seen.busyHasIt),
    ];
  },
});

interface Place {
  readonly board: Board;
  readonly block: () => void;
}

function onEsp32(options: Esp32Options): Place {
  const board = esp32({ cores: 1, threads: 1, ...options });
  return { board, block: () => vTaskDelay(board.kernel, 1) };
}

/** It does not block: a thread that releases the GIL and wants it back at once must wait for its turn, too. */
function onStm32(): Place {
  return { board: stm32({ era: 'E1', threads: 1 }), block: () => {} };
}
