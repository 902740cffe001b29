/**
 * `while not done: time.sleep_ms(0)` is meant to let other threads get on. Issue #5344: on the esp32 of June 2020 a sleep shorter than a
 * tick gives the GIL away not even once (mp_hal_delay_ms, ports/esp32/mphalport.c at 28370c0450), nor does `sleep_ms(0)` on the stm32. To
 * give it and take it back at once, as #5344 proposed, is not enough: who gave it goes on and has it again before the other thread has run.
 * 6214fa3f9e (v1.17) gives it, calls taskYIELD and then takes it back. With that the other thread has its turn, even
 * though the mutex itself did not yield until v1.24. On the stm32 the wait comes before the look at the time since #5347. On unix with a
 * GIL `sleep_ms(0)` only runs what is pending, in both eras (ports/unix/unix_mphal.c): nobody else gets on.
 */
import { overtaking, scenario, sometimes } from 'upy-check';
import type { Board } from 'upy-check/micropython';
import { busy, ghost } from 'upy-check/model';
import { cc3200 } from 'upy-check/ports/cc3200';
import { esp32 } from 'upy-check/ports/esp32';
import { stm32 } from 'upy-check/ports/stm32';
import { unix } from 'upy-check/ports/unix';
import { zephyr } from 'upy-check/ports/zephyr';

const TURN = 'a thread that wants to begin is passed once at most';
/** What main computes between two sleeps: no part of a tick. */
const BETWEEN_US = 3000;

interface Sleeping extends Board {
  mp_hal_delay_ms(ms: number): void;
}

/** The mutex of v1.16 to v1.23: no yield after the give. */
const MUTEX = { kind: 'binary semaphore', yields: false } as const;

const BOARDS: Readonly<Record<string, () => Sleeping>> = {
  'esp32 of June 2020': () => esp32({ cores: 1, threads: 1, era: 'E1' }),
  'esp32, hook first': () => esp32({ cores: 1, threads: 1, era: 'E1' }),
  'esp32 of v1.17': () => esp32({ cores: 1, threads: 1, mutex: MUTEX }),
  esp32: () => esp32({ cores: 1, threads: 1 }),
  'stm32 of June 2020': () => stm32({ era: 'E1', threads: 1 }),
  stm32: () => stm32({ threads: 1 }),
  cc3200: () => cc3200({ threads: 1 }),
  zephyr: () => zephyr({ threads: 1 }),
  unix: () => unix({ gil: true }),
};

/** The variants in which it gets on. */
const YIELDING: readonly string[] = ['esp32 of v1.17', 'esp32', 'stm32', 'cc3200', 'zephyr'];

export default scenario('sleep-zero-yields', {
  about: '#5344: does `time.sleep_ms(0)` let another Python thread run?',
  timing: 'prompt',
  variants: {
    'esp32 of June 2020': { violates: TURN, through: ['mp_hal_delay_ms'] },
    // The other thread is ready, but has the same priority: it does not run until the GIL is taken again.
    'esp32, hook first': { violates: TURN, through: ['eventPollHook'] },
    'esp32 of v1.17': { holds: true },
    esp32: { holds: true },
    'stm32 of June 2020': { violates: TURN, through: ['mp_hal_delay_ms'] },
    stm32: { holds: true },
    cc3200: { holds: true },
    zephyr: { holds: true },
    // Main never gives the GIL away: that the other thread waits for ever is seen at once.
    unix: { violates: 'deadlock', through: ['acquire'] },
  },
  build({ variant }) {
    const board = BOARDS[variant]!();
    const seen = { begun: false, computes: false };
    // FreeRTOS begins with the task that was made last.
    board.thread('other', () => {
      ghost(() => {
        seen.begun = true;
      });
    });
    // Without the hand-over at each 32nd jump: see gil-bounce.
    board.main(() => {
      while (true) {
        ghost(() => {
          seen.computes = true;
        });
        busy(BETWEEN_US);
        ghost(() => {
          seen.computes = false;
        });
        if (variant === 'esp32, hook first') board.eventPollHook();
        board.mp_hal_delay_ms(0);
      }
    });
    return [
      overtaking(
        TURN,
        1,
        () => !seen.begun,
        () => seen.computes,
      ),
      sometimes('main computes', () => seen.computes),
      ...(YIELDING.includes(variant) ? [sometimes('the other thread begins', () => seen.begun)] : []),
    ];
  },
});
