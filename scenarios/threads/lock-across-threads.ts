/**
 * `_thread.lock` may be released by another thread than the one that acquired it: that is how one thread waits for another. On the
 * esp32 of June 2020 a lock is a FreeRTOS mutex, which has an owner: giving it from another task is an assertion of the kernel, or,
 * with assertions off, lowers the priority of the wrong task. Since MicroPython 864e4ecc47 (v1.16) it is a binary semaphore,
 * without owner and without priority inheritance, and the hand-over works.
 */
import { scenario, sometimes, stuck } from 'upy-check';
import { ghost } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';

const ASSERTION = 'configASSERT: a mutex is given by a task that does not hold it';

export default scenario('lock-across-threads', {
  about: 'may a `_thread.lock` be released by another thread than the one that acquired it?',
  timing: 'any',
  variants: {
    // The worker gives main's mutex.
    'June 2020': { violates: ASSERTION, through: ['release', 'disinherit'] },
    // The same, but each thread releases only what it has acquired: the mutex is enough.
    'June 2020, own locks only': { holds: true },
    'binary semaphore': { holds: true },
  },
  build({ variant }) {
    const board = esp32({
      cores: 1,
      pool: 1,
      idleFrees: false,
      era: variant === 'binary semaphore' ? 'E2' : 'E1',
    });
    const { _thread } = board;
    const [first, second] = [_thread.allocate_lock('first lock'), _thread.allocate_lock('second lock')];
    const ownOnly = variant === 'June 2020, own locks only';
    const used = ownOnly ? [first] : [first, second];
    const seen = { started: false, done: 0 };
    const work = {
      name: 'work',
      run() {
        for (const lock of used) {
          if (ownOnly) lock.acquire();
          lock.release();
          ghost(() => {
            if (seen.done < 4) seen.done++;
          });
        }
      },
    };
    board.main(() => {
      if (!ownOnly) {
        first.acquire();
        second.acquire();
      }
      _thread.start_new_thread(work);
      ghost(() => {
        seen.started = true;
      });
      // Without `ownOnly` it waits for the thread here, which releases both.
      for (const lock of used) {
        lock.acquire();
        lock.release();
        ghost(() => {
          if (seen.done < 4) seen.done++;
        });
      }
    });
    return [
      sometimes('a thread is started', () => seen.started),
      ...(variant === 'June 2020'
        ? []
        : [
            stuck('main and the thread have had each lock', () => seen.done === 2 * used.length),
            sometimes('all is done', () => seen.done === 2 * used.length),
          ]),
    ];
  },
});
