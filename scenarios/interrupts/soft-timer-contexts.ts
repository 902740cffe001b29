/**
 * Who may stop and start a soft timer (`machine.Timer(-1)` of stm32, mimxrt, samd …) while others expire? soft_timer_insert and
 * soft_timer_remove change `soft_timer_heap` with PendSV kept out (MICROPY_PY_PENDSV_ENTER), because soft_timer_handler works
 * on the same heap there. So threads may, and soft callbacks, which run in threads. The mask does not keep out what is more
 * urgent than PendSV, which is every other interrupt: the hard handler of a pin comes in the middle of soft_timer_handler, whose
 * heap is in a variable then, and what it does is overwritten in the end. The timer that it stops calls, the one that it starts is
 * not heard of, and others get lost. The hard callback of another timer, inside soft_timer_handler, does the same (the
 * timer's own: soft-timer-hard-callback). To schedule() in the handler, and change the timer in the callback, is right. Code of
 * shared/runtime/softtimer.c and ports/stm32/irq.h at 1c3c201149; found by this model, not reproduced on a board.
 */
import { always, scenario, sometimes } from 'upy-check';
import { THREAD_LEVEL } from 'upy-check/hardware';
import { type Callback, SoftTimer } from 'upy-check/micropython';
import { choose, ghost, int } from 'upy-check/model';
import { IRQ_PRI_SYSTICK, type Stm32, stm32 } from 'upy-check/ports/stm32';

const SILENT = 'a timer that was stopped does not call';
const WAITS = 'a timer that was started waits until it calls';

export default scenario('soft-timer-contexts', {
  about: 'threads, callbacks and handlers stop and start a soft timer while another one expires',
  timing: 'any',
  parameters: { ticks: 2, changes: 1 },
  full: { ticks: 3 },
  variants: {
    thread: { holds: true },
    'soft-callback': { holds: true },
    // The handler has the heap in a variable; the pin's handler changes the one that will be overwritten.
    'pin-handler': { violates: WAITS, through: ['soft_timer_handler', 'insert'], also: [SILENT] },
    'pin-handler-schedules': { holds: true },
    'hard-callback-of-another': {
      violates: WAITS,
      through: ['soft_timer_handler', 'insert'],
      also: [SILENT],
    },
  },
  build({ variant, ticks, changes }) {
    // A few ticks, at any moments. And no window before WFI, which is another question.
    const board = stm32({ tick: 0, wait: 'masked' });
    const timers = board.softTimers();
    board.irq('SysTick', { times: ticks, priority: IRQ_PRI_SYSTICK, oneStep: true }, () => timers.sysTick());
    const beat = new SoftTimer(timers, 1, variant === 'hard-callback-of-another');
    const timeout = new SoftTimer(timers, 2, true);
    const left = { changes: int(0, changes, changes) };
    const seen = { beats: false, changing: false, started: false, stopped: false, calls: false, late: false };

    const timedOut: Callback = {
      name: 'timeout callback',
      run() {
        ghost(() => {
          seen.calls = true;
          seen.started = false;
          if (seen.stopped) seen.late = true;
        });
      },
    };
    const start = () => {
      ghost(() => {
        seen.changing = true;
        seen.started = true;
        seen.stopped = false;
      });
      timeout.init('ONE_SHOT', 2, timedOut);
      ghost(() => {
        seen.changing = false;
      });
    };
    const stop = () => {
      ghost(() => {
        seen.started = false;
      });
      timeout.deinit();
      ghost(() => {
        seen.stopped = true;
      });
    };
    const change = () => {
      if (left.changes === 0) return;
      left.changes--;
      if (choose(2) === 0) start();
      else stop();
    };
    const changesTimer: Callback = { name: 'callback that changes the timer', run: change };
    const nothing: Callback = { name: 'beat', run() {} };
    const beats =
      variant === 'soft-callback' || variant === 'hard-callback-of-another' ? changesTimer : nothing;
    const pin = board.irq('pin interrupt', { times: variant.startsWith('pin') ? changes : 0 }, () => {
      if (variant === 'pin-handler') change();
      else board.scheduler.mp_sched_schedule(changesTimer);
    });
    pin.disable();
    board.main(() => {
      beat.init('PERIODIC', 1, beats);
      ghost(() => {
        seen.beats = true;
      });
      start();
      pin.enable();
      if (variant === 'thread') for (let n = 0; n < changes; n++) change();
      while (true) board.eventPollHook();
    });
    const waits = () => (!seen.beats || timers.has(beat)) && (!seen.started || timers.has(timeout));
    return [
      always(WAITS, () => isInUse(board) || seen.changing || waits()),
      always(SILENT, () => !seen.late),
      sometimes('the timer calls', () => seen.calls),
      sometimes('the timer is stopped', () => seen.stopped),
    ];
  },
});

/** Somebody is in the heap, or kept out of it, or will come to it before the next instruction of a thread. */
function isInUse({ core, pendSv }: Stm32): boolean {
  return core.active !== null || pendSv.active || core.basepri !== THREAD_LEVEL;
}
