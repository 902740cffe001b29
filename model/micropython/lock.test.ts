import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { check, ghost, sometimes } from '../index.ts';
import { esp32 } from '../ports/esp32.ts';
import { CantCreateThread, RuntimeError, SystemExit } from './index.ts';

const NO_MEMORY = 'there is memory for two threads';

const module = scenario('_thread', {
  about: 'what the functions of _thread raise, return and leave behind',
  timing: 'prompt',
  variants: {
    'release of a lock that is free': { holds: true },
    'acquire without waiting': { holds: true },
    'released by another thread': { holds: true },
    'a thread exits': { holds: true },
    'no memory for a second thread': { violates: NO_MEMORY, through: ['start_new_thread'] },
  },
  build({ variant }) {
    const board = esp32({ cores: 1, pool: 1 });
    const { _thread } = board;
    const lock = _thread.allocate_lock('lock');
    const seen = { done: false };
    const thread = {
      name: 'thread',
      run() {
        if (variant === 'a thread exits') _thread.exit();
        lock.release();
      },
    };
    const start = (what: string): void => {
      try {
        _thread.start_new_thread(thread);
      } catch (error) {
        check(error === CantCreateThread && error !== SystemExit, 'OSError');
        check(false, what);
      }
    };
    board.main(() => {
      if (variant === 'release of a lock that is free') {
        let raised = false;
        try {
          lock.release();
        } catch (error) {
          raised = error === RuntimeError;
        }
        check(raised, 'RuntimeError');
      } else {
        const taken = lock.acquire();
        check(taken, 'a free lock is taken');
        check(lock.locked, 'and is locked');
      }
      if (variant === 'acquire without waiting') {
        const again = lock.acquire(false);
        check(!again, 'a taken lock is not');
      }
      if (variant === 'released by another thread') {
        start('a thread starts');
        const released = lock.acquire();
        check(released, 'the thread has released it');
      }
      if (variant === 'a thread exits') {
        start('a thread starts');
        // The idle task frees it meanwhile.
        board.mp_hal_delay_ms(30);
        check(lock.locked, 'the thread did not come to its release');
        start('its memory is there again');
      }
      if (variant === 'no memory for a second thread') for (let n = 0; n < 2; n++) start(NO_MEMORY);
      ghost(() => {
        seen.done = true;
      });
    });
    return variant === 'no memory for a second thread'
      ? []
      : [sometimes('main comes to its end', () => seen.done)];
  },
});

test('_thread: locks, the end of a thread, and what is raised', { timeout: 60_000 }, async () => {
  expect(await outline(module)).toMatchInlineSnapshot(`
    "release of a lock that is free | holds | 14 states, 14 transitions
    acquire without waiting | holds | 24 states, 24 transitions
    released by another thread | holds | 62 states, 62 transitions
    a thread exits | holds | 109 states, 109 transitions
    no memory for a second thread | violated | there is memory for two threads in 23 | 23 states, 22 transitions"
  `);
});
