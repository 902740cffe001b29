/**
 * A program that starts over wants to get rid of its threads: would a `_thread.cleanup()` that ends every thread but the caller do? It was
 * asked for in the discussion that led to #6125; a soft reset does the same (mp_thread_deinit), and replaces heap, scheduler and GIL
 * afterwards. `cleanup()` would leave them as they are. What a thread holds when it is ended stays as it is: a `_thread.lock` is taken for
 * ever, an update is half done, and a callback that had run in the thread has locked the scheduler, so that no callback runs any more. (That
 * the collector's mutex can be held as well, on ports without a GIL, is why rp2 takes it first: 797a83ac3ef8.) A cleanup with the lock
 * in hand breaks nothing that the lock guards; threads that are asked to end break nothing at all.
 */
import { always, alwaysPossible, scenario, sometimes } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { type Esp32, esp32 } from 'upy-check/ports/esp32';

const LOCK = 'the caller can get the lock';
const WHOLE = 'after the cleanup both halves of an update are there';
const CALLBACKS = 'a scheduled callback can still run';

type Variant = 'in a section' | 'in an update' | 'in a callback' | 'with the lock' | 'asked to end';

export default scenario('thread-cleanup', {
  about: 'may a program end all of its threads but one, wherever they are?',
  timing: 'any',
  parameters: { updates: 1 },
  full: { updates: 2 },
  variants: {
    // The worker has the lock, and bounces at a jump: main ends it there, and waits for the lock.
    'in a section': { violates: LOCK, through: ['deleteAll', 'acquire'], also: [WHOLE] },
    // The same without a lock: one half is written.
    'in an update': { violates: WHOLE, through: ['deleteAll', 'checkpoint'] },
    // The worker runs a callback, which gives the GIL away: the scheduler is locked, and stays so.
    'in a callback': { violates: CALLBACKS, through: ['mp_sched_run_pending', 'deleteAll'] },
    'with the lock': { holds: true },
    'asked to end': { holds: true },
  },
  build({ variant, updates }) {
    const board = esp32({ cores: 1, pool: 1, idleFrees: false });
    return variant === 'in a callback' ? callbacks(board) : updating(board, variant, updates);
  },
});

/** The worker updates two variables, `updates` times. */
function updating(board: Esp32, variant: Variant, updates: number) {
  const { _thread } = board;
  const lock = _thread.allocate_lock('lock');
  const ended = _thread.allocate_lock('ended', true);
  const shared = { first: int(0, updates), second: int(0, updates), stop: false };
  const seen = { cleaned: false, waits: false, done: false };
  const guarded = variant !== 'in an update';
  const update = () => {
    'use python';
    if (guarded) lock.acquire();
    shared.first++;
    // Any jump: between the halves.
    if (shared.first > 0) shared.second++;
    if (guarded) lock.release();
  };
  const work = {
    name: 'work',
    run() {
      for (let n = 0; n < updates && !shared.stop; n++) update();
      ended.release();
    },
  };
  board.main(() => {
    _thread.start_new_thread(work);
    board.gil.release();
    board.gil.acquire();
    if (variant === 'asked to end') {
      shared.stop = true;
      ended.acquire();
    } else {
      if (variant === 'with the lock') lock.acquire();
      _thread.cleanup();
      if (variant === 'with the lock') lock.release();
    }
    ghost(() => {
      seen.cleaned = seen.waits = true;
    });
    lock.acquire();
    ghost(() => {
      seen.waits = false;
      seen.done = true;
    });
  });
  return [
    always(WHOLE, () => !seen.cleaned || shared.first === shared.second),
    alwaysPossible(LOCK, () => !seen.waits),
    sometimes('main goes on', () => seen.done),
  ];
}

/** An interrupt schedules a callback, which waits for events. */
function callbacks(board: Esp32) {
  const { _thread } = board;
  const seen = { cleaned: false, calls: int(0, 2) };
  const pin = board.pin(4, { pollable: false }).irq({
    name: 'pin callback',
    run() {
      // It gives the GIL away for a while.
      board.gil.release();
      board.gil.acquire();
      ghost(() => {
        seen.calls++;
      });
    },
  });
  const work = {
    name: 'work',
    run() {
      'use python';
      while (true);
    },
  };
  board.main(() => {
    _thread.start_new_thread(work);
    board.gil.release();
    board.gil.acquire();
    _thread.cleanup();
    ghost(() => {
      seen.cleaned = true;
    });
    while (true) board.eventPollHook();
  });
  board.irq('pin 4 interrupt', { times: 2 }, () => pin.isr());
  return [
    alwaysPossible(CALLBACKS, () => !seen.cleaned || !board.scheduler.hasWork()),
    sometimes('a callback has run', () => seen.calls > 0),
  ];
}
