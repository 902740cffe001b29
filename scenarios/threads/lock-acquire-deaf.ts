/**
 * A thread that waits in `lock.acquire()` looks neither at scheduled callbacks nor at Ctrl-C (py/modthread.c, both eras); a notification or
 * a signal does not end the wait. So who runs a callback while main waits there? With a GIL (esp32) any other thread
 * that comes to a jump or an event hook; if all others are blocked, too, nobody. Without a GIL (rp2, and unix as it is built by
 * default) soft callbacks are for the main thread only since 52a593cdb1 (v1.24), and nobody runs them, however busy the other
 * thread is. If the lock is released only after the callback has run, that is for ever. The repair is a main that asks with
 * `acquire(False)` and waits for events in between: a timeout is accepted and ignored. With
 * `--set size=full` the first variant has 20,880 states.
 */
import { alwaysPossible, scenario, sometimes } from 'upy-check';
import { type Board, PyLock } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';
import { rp2 } from 'upy-check/ports/rp2';
import { Rp2Mutex } from 'upy-check/ports/rp2_mutex';

const RUNS = 'a scheduled callback can still run';

export default scenario('lock-acquire-deaf', {
  about: 'who runs a soft callback while main waits for a lock?',
  timing: 'any',
  parameters: { edges: 1 },
  full: { edges: 2 },
  variants: {
    'GIL, the other thread waits for events': { holds: true },
    // Main and the worker wait for each other's locks: nobody looks.
    'GIL, the other thread waits for a lock': { violates: RUNS, through: ['isr', 'acquire'] },
    // Core 1 looks at what the callback sets, and may not run callbacks itself.
    'no GIL': { violates: RUNS, through: ['isr', 'mp_sched_schedule'] },
    'no GIL, main asks': { holds: true },
  },
  build({ variant, edges }) {
    const hasGil = variant.startsWith('GIL');
    const { board, lock, other } = hasGil ? onEsp32() : onRp2();
    const event = { set: 0 };
    const seen = { calls: int(0, 2), waits: false, done: false };
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'pin callback',
      run() {
        event.set = 1;
        ghost(() => {
          seen.calls++;
        });
      },
    });
    board.main(() => {
      board.vm.mp_handle_pending();
      ghost(() => {
        seen.waits = true;
      });
      if (variant === 'no GIL, main asks') while (!lock.acquire(false)) board.eventPollHook();
      else lock.acquire();
      ghost(() => {
        seen.waits = false;
        seen.done = true;
      });
    });
    // It has the lock, and releases it when the callback has run.
    board.thread('worker', () => {
      if (variant === 'GIL, the other thread waits for a lock') other.acquire();
      while (event.set === 0) if (hasGil) board.eventPollHook();
      lock.release();
    });
    board.irq('pin 4 interrupt', { times: hasGil ? edges : 2 }, () => pin.isr());
    return [
      alwaysPossible(RUNS, () => !board.scheduler.hasWork() || !seen.waits),
      sometimes('an interrupt schedules while main waits', () => seen.waits && board.scheduler.hasWork()),
      ...(variant === 'GIL, the other thread waits for events' || variant === 'no GIL, main asks'
        ? [sometimes('main has the lock', () => seen.done && seen.calls > 0)]
        : []),
    ];
  },
});

interface Place {
  readonly board: Board;
  /** The worker has it. */
  readonly lock: PyLock;
  /** Main has it. */
  readonly other: PyLock;
}

function onEsp32(): Place {
  const board = esp32({ cores: 1, threads: 1 });
  const { _thread } = board;
  return {
    board,
    lock: _thread.allocate_lock('lock', true),
    other: _thread.allocate_lock('other lock', true),
  };
}

function onRp2(): Place {
  const board = rp2({ threads: 1 });
  const [core0, core1] = board.cores;
  return {
    board,
    lock: new PyLock('lock', new Rp2Mutex('lock', core1), board.gil, true),
    other: new PyLock('other lock', new Rp2Mutex('other lock', core0), board.gil, true),
  };
}
