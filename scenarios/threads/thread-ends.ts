/**
 * A thread that sleeps gives the GIL away first, and one that ends gives it back: main, which sleeps until a thread has ended, goes on, on
 * these ports. A `_thread.lock` is another matter: nobody gives back what a thread held as it ended. Without `with`, an exception is
 * enough, and who wants that lock waits for ever.
 */
import { eventually, scenario, sometimes } from 'upy-check';
import type { Board } from 'upy-check/micropython';
import { ghost } from 'upy-check/model';
import { cc3200 } from 'upy-check/ports/cc3200';
import { esp32 } from 'upy-check/ports/esp32';
import { unix } from 'upy-check/ports/unix';
import { zephyr } from 'upy-check/ports/zephyr';

const GOES_ON = 'main goes on when the thread has ended';

interface Sleeping extends Board {
  mp_hal_delay_ms(ms: number): void;
}

const BOARDS: Readonly<Record<string, () => Sleeping>> = {
  esp32: () => esp32({ cores: 1, threads: 1 }),
  zephyr: () => zephyr({ threads: 1 }),
  cc3200: () => cc3200({ threads: 1 }),
};

export default scenario('thread-ends', {
  about: 'does main go on when a thread ends while main sleeps?',
  timing: 'prompt',
  variants: {
    esp32: { holds: true },
    zephyr: { holds: true },
    cc3200: { holds: true },
    unix: { holds: true },
    'ends-with-a-lock': { violates: GOES_ON, through: ['acquire'], also: ['deadlock'] },
  },
  build({ variant }) {
    const shared = { ended: false };
    const seen = { goesOn: false };
    const goesOn = () =>
      ghost(() => {
        seen.goesOn = true;
      });
    if (BOARDS[variant] === undefined) onUnix();
    else {
      const board = BOARDS[variant]();
      board.main(() => {
        while (!shared.ended) board.mp_hal_delay_ms(2);
        goesOn();
      });
      board.thread('thread', () => {
        board.mp_hal_delay_ms(1);
        shared.ended = true;
      });
    }
    return [
      eventually(GOES_ON, () => seen.goesOn),
      sometimes('the thread ends first', () => shared.ended && !seen.goesOn),
    ];

    function onUnix() {
      const board = unix();
      const lock = board.lock('lock');
      board.main(() => {
        while (!shared.ended) board.mp_hal_delay_ms(2);
        lock.acquire();
        goesOn();
        lock.release();
      });
      board.thread('thread', () => {
        lock.acquire();
        board.mp_hal_delay_ms(1);
        shared.ended = true;
        if (variant === 'unix') lock.release();
      });
    }
  },
});
