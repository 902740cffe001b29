/**
 * May the hard callback of a soft timer stop or start that timer? Since ad11df7f7a (v1.27) `machine.Timer(-1)` of stm32, mimxrt, samd,
 * renesas-ra and alif has `hard=True`, and the callback runs inside soft_timer_handler, which keeps the heap of timers in a variable of its own
 * meanwhile. What the callback does to the global heap is overwritten in the end: `deinit()` in the callback of a periodic timer does
 * not stop it, and a one-shot timer that starts itself again is never heard of again. A soft callback comes later
 * and does no harm. So does a hard one, if the handler keeps the heap where it belongs and puts a periodic timer back before it calls.
 * Found by this model, in shared/runtime/softtimer.c and extmod/machine_timer.c of 1c3c201149; not reproduced on a board.
 * The question, timers that are changed by their own callbacks, is #6125's.
 */
import { always, scenario, sometimes, within } from 'upy-check';
import { type Callback, SoftTimer } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { type Stm32, stm32, TICK_US } from 'upy-check/ports/stm32';

const SILENT = 'a timer that was stopped does not call';
const FIRES = 'a timer of 2 ms calls within 3 ms';

export default scenario('soft-timer-hard-callback', {
  about: 'machine.Timer(-1) with hard=True: its callback stops it, or starts it again',
  timing: 'prompt',
  parameters: { calls: 1 },
  variants: {
    // The callback takes the timer out of the heap; the handler, which popped it before, puts it back.
    'hard-deinit': { violates: SILENT, through: ['soft_timer_handler', 'deinit'] },
    'hard-deinit-heap-kept': { holds: true },
    'soft-deinit': { holds: true },
    // The callback puts the timer into the heap; the handler overwrites the heap with what it had before.
    'hard-restart': { violates: FIRES, through: ['soft_timer_handler', 'insert'] },
    'hard-restart-heap-kept': { holds: true },
    'soft-restart': { holds: true },
  },
  build({ variant, calls }) {
    const board = stm32();
    const timers = board.softTimers({ handlerHeap: variant.endsWith('kept') ? 'kept' : 'released' });
    const timer = new SoftTimer(timers, 1, variant.startsWith('hard'));
    const other = new SoftTimer(timers, 2, false);
    return variant.includes('deinit') ? stops(board, timer, calls) : restarts(board, timer, other, calls);
  },
});

const nothing: Callback = { name: 'other callback', run() {} };

/** A periodic timer that its callback stops after a few calls. */
function stops(board: Stm32, timer: SoftTimer, calls: number) {
  const state = { calls: int(0, calls) };
  const seen = { stopped: false, late: false };
  const callback: Callback = {
    name: 'timer callback',
    run() {
      ghost(() => {
        if (seen.stopped) seen.late = true;
      });
      if (state.calls < calls) state.calls++;
      if (state.calls === calls) {
        timer.deinit();
        ghost(() => {
          seen.stopped = true;
        });
      }
    },
  };
  board.main(() => {
    timer.init('PERIODIC', 1, callback);
    while (true) board.eventPollHook();
  });
  return [always(SILENT, () => !seen.late), sometimes('it is stopped', () => seen.stopped)];
}

/** A one-shot timer that its callback starts again and again. */
function restarts(board: Stm32, timer: SoftTimer, other: SoftTimer, calls: number) {
  const seen = { waits: false, calls: int(0, calls) };
  const start = () => {
    timer.init('ONE_SHOT', 2, callback);
    ghost(() => {
      seen.waits = true;
    });
  };
  const callback: Callback = {
    name: 'timer callback',
    run() {
      ghost(() => {
        seen.waits = false;
        if (seen.calls < calls) seen.calls++;
      });
      start();
    },
  };
  board.main(() => {
    other.init('PERIODIC', 3, nothing);
    start();
    while (true) board.eventPollHook();
  });
  return [within(FIRES, 3 * TICK_US, () => seen.waits), sometimes('it calls', () => seen.calls > 0)];
}
