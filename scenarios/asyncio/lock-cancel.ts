/**
 * `asyncio.Lock` hands itself to the first waiter as it is released; the waiter runs a turn later. What if it is cancelled in
 * between (wait_for, a server that closes)? Its `acquire` takes the CancelledError and hands the lock on, which the released
 * code does (extmod/asyncio/lock.py, 1c3c201149); without that the lock belongs to a task that has gone, and all others wait for
 * ever. A task that is cancelled while it only waits leaves the queue. And, as with Event: `release` in a soft callback
 * comes between the test and the enqueueing of `acquire`, and the task waits for a lock that is free.
 */
import { always, scenario, sometimes, stuck } from 'upy-check';
import { bareBoard, Lock, Loop } from 'upy-check/asyncio';
import { CancelledError } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';

const WAITS = 'nobody waits for a lock that nobody holds';
const EXCLUDES = 'one task at a time has the lock';

export default scenario('lock-cancel', {
  about: 'asyncio: who has the Lock when the task that it was handed to is cancelled?',
  variants: {
    released: { holds: true },
    // The task is cancelled a turn after the lock was handed to it, and takes the lock with it.
    'does-not-hand-on': { violates: WAITS, through: ['release', 'cancel', 'acquire'] },
    // The callback releases after acquire has seen the lock taken, and finds nobody to hand it to.
    'release-in-callback': {
      violates: WAITS,
      through: ['acquire', 'mp_sched_run_pending', 'release', 'push'],
    },
  },
  build({ variant }) {
    const board = bareBoard();
    const loop = new Loop(board, { nothingToWake: 'wait', wait: (us) => board.mp_event_wait(us) });
    const lock = new Lock(loop, { handsOn: variant !== 'does-not-hand-on' });
    const seen = { inside: int(0, 2), cancelled: false, served: false };
    if (variant === 'release-in-callback') callbackReleases();
    else tasksRelease();
    return [
      always(EXCLUDES, () => seen.inside <= 1),
      stuck(WAITS, () => lock.waiting.peek() === null || seen.inside > 0),
      sometimes('the last one gets the lock', () => seen.served),
      ...(variant === 'release-in-callback' ? [] : [sometimes('a task is cancelled', () => seen.cancelled)]),
    ];

    /** `async with lock` */
    function section(ms: number) {
      lock.acquire();
      ghost(() => {
        seen.inside++;
      });
      loop.sleep_ms(ms);
      ghost(() => {
        seen.inside--;
      });
      lock.release();
    }

    function tasksRelease() {
      const holder = loop.coroutine('holder', () => section(1));
      const cancelled = loop.coroutine('cancelled task', () => {
        try {
          section(0);
        } catch (er) {
          if (er !== CancelledError) throw er;
          ghost(() => {
            seen.cancelled = true;
          });
        }
      });
      const last = loop.coroutine('last task', () => section(0));
      for (const task of [holder, cancelled, last]) loop.create_task(task);
      const main = loop.coroutine('main task', () => {
        loop.sleep_ms(1);
        loop.cancel(cancelled);
        loop.await_(last);
        ghost(() => {
          seen.served = true;
        });
      });
      loop.run(main);
    }

    function callbackReleases() {
      const main = loop.coroutine('main task', () => {
        'use python';
        lock.acquire();
        ghost(() => {
          seen.inside++;
        });
        lock.acquire();
        ghost(() => {
          seen.inside++;
          seen.served = true;
        });
      });
      const pin = board.pin(4, { pollable: false }).irq({
        name: 'pin callback',
        run() {
          'use python';
          lock.release();
          ghost(() => {
            seen.inside--;
          });
        },
      });
      board.irq('pin 4 interrupt', { times: 2 }, () => pin.isr());
      loop.run(main);
    }
  },
});
