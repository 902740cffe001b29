/**
 * What ends the calls of a hard timer: `deinit()`, `callback(None)`, `init()` for something else, an exception in the callback? With
 * `deinit()` and `callback(None)` stm32 switches the interrupt off (TIM_IT_UPDATE), rp2 cancels the alarm, and no call comes
 * afterwards. A hard callback that raises is not called again, and its timer interrupts no more; a soft one is, because nobody
 * looks at its result, and on esp32 all are soft. Two surprises, found by this model and not reproduced on a board. On stm32
 * `init()` of a timer that runs calls its old callback once more, at once: HAL_TIM_Base_Init generates an update event, which sets the
 * flag, and the interrupt is still on. `deinit()` before it helps. And on rp2 alarms interrupt core 0: `deinit()` by the
 * thread on core 1 does not wait for a handler that has begun there, whose callback comes when `deinit()` has returned.
 * Code of 1c3c201149 (ports/stm32/timer.c, ports/rp2/machine_timer.c, ports/esp32/machine_timer.c), of stm32lib and pico-sdk 2.
 */
import { always, scenario, sometimes } from 'upy-check';
import type { Callback, Timer, TimerPort } from 'upy-check/micropython';
import { clock, ghost, pause, until } from 'upy-check/model';
import { type Bare, bare } from 'upy-check/ports/bare';

const PERIOD_US = 1000;
const SILENT = 'no call comes after deinit() has returned';
const IN_TIME = 'no callback is called before its time';
const AGAIN = 'a callback that raised is not called again';
const REPLACED = 'a callback that was taken away is not called';
const QUIET = 'a timer that will not call does not interrupt';

export default scenario('timer-stops', {
  about:
    'a hard timer is stopped, started for something else, or its callback raises: what comes afterwards?',
  timing: 'any',
  variants: {
    'stm32-deinit': { holds: true },
    'rp2-deinit': { holds: true },
    // The handler has begun on core 0, and calls when the alarm has been cancelled on core 1.
    'rp2-deinit-on-core-1': { violates: SILENT, through: ['deinit', 'cancel', 'mp_irq_dispatch'] },
    'stm32-callback-none': { holds: true },
    'stm32-callback-other': { holds: true },
    // The flag is set and the interrupt on: the old callback is called, as it is about to be replaced.
    'stm32-init': { violates: IN_TIME, through: ['HAL_TIM_Base_Init', 'mp_irq_dispatch'] },
    'stm32-deinit-init': { holds: true },
    'rp2-init': { holds: true },
    'stm32-raises': { holds: true },
    'rp2-raises': { holds: true },
    // What a soft callback raises is printed, and the timer goes on.
    'esp32-raises': { violates: AGAIN, through: ['mp_sched_run_pending'] },
  },
  build({ variant }) {
    const board = bare({ cores: variant === 'rp2-deinit-on-core-1' ? 2 : 1 });
    const [port] = variant.split('-') as [TimerPort];
    const timer = board.timer(1, { port, hard: port !== 'esp32' });
    if (variant === 'stm32-callback-other') return replaces(board, timer);
    if (variant.endsWith('-init')) return starts(board, timer, variant === 'stm32-deinit-init');
    if (variant.endsWith('-raises')) return raises(board, timer);
    return stops(board, timer, variant);
  },
});

/** Whether it will interrupt, and is not in its handler. */
const isPending = ({ line }: Timer): boolean => line.core.active !== line && line.requested();

/** Main, or the thread on the other core, stops the timer at some moment. */
function stops(board: Bare, timer: Timer, variant: string) {
  const onOtherCore = variant === 'rp2-deinit-on-core-1';
  const program = { started: false };
  const seen = { calls: false, stopped: false, late: false };
  const callback: Callback = {
    name: 'timer callback',
    run() {
      ghost(() => {
        seen.calls = true;
        if (seen.stopped) seen.late = true;
      });
    },
  };
  const stop = () => {
    if (variant === 'stm32-callback-none') timer.setCallback(null);
    else timer.deinit();
    ghost(() => {
      seen.stopped = true;
    });
  };
  board.main(() => {
    timer.periodic(PERIOD_US, callback);
    program.started = true;
    if (!onOtherCore) stop();
    while (true) board.eventPollHook();
  });
  if (onOtherCore)
    board.thread('core 1', () => {
      until(() => program.started);
      stop();
    });
  return [
    always(SILENT, () => !seen.late),
    ...(onOtherCore ? [] : [always(QUIET, () => !(seen.stopped && isPending(timer)))]),
    sometimes('it calls before', () => seen.calls && !seen.stopped),
    sometimes('it is stopped', () => seen.stopped),
  ];
}

/** Main starts the timer, and then for something else, perhaps before it has called. */
function starts(board: Bare, timer: Timer, deinitFirst: boolean) {
  const first = new Timed('first callback');
  const second = new Timed('second callback');
  board.main(() => {
    first.due.arm(PERIOD_US);
    timer.periodic(PERIOD_US, first);
    pause();
    if (deinitFirst) timer.deinit();
    second.due.arm(2 * PERIOD_US);
    timer.oneShot(2 * PERIOD_US, second);
    while (true) board.eventPollHook();
  });
  return [
    always(IN_TIME, () => !first.early && !second.early),
    sometimes('the first is called', () => first.called),
    sometimes('the second is called', () => second.called),
  ];
}

/** Main takes the callback away, and later gives the timer, which has gone on, another one. */
function replaces(board: Bare, timer: Timer) {
  const seen = { taken: false, first: false, late: false, second: false };
  const first: Callback = {
    name: 'first callback',
    run() {
      ghost(() => {
        if (seen.taken) seen.late = true;
        seen.first = true;
      });
    },
  };
  const second: Callback = {
    name: 'second callback',
    run() {
      ghost(() => {
        seen.second = true;
      });
    },
  };
  board.main(() => {
    timer.periodic(PERIOD_US, first);
    pause();
    timer.setCallback(null);
    ghost(() => {
      seen.taken = true;
    });
    pause();
    timer.setCallback(second);
    while (true) board.eventPollHook();
  });
  return [
    always(REPLACED, () => !seen.late),
    sometimes('the first is called', () => seen.first),
    sometimes('the second is called', () => seen.second),
  ];
}

/** A callback that must not come before {@link due}, which begins a little earlier than its timer. */
class Timed implements Callback {
  readonly due = clock();
  called = false;
  early = false;

  constructor(readonly name: string) {}

  run(): void {
    ghost(() => {
      this.called = true;
      this.early = this.early || !this.due.expired;
    });
  }
}

/** The callback raises. */
function raises(board: Bare, timer: Timer) {
  const failure = Symbol('ZeroDivisionError');
  const seen = { raised: false, again: false };
  const raising: Callback = {
    name: 'callback that raises',
    run() {
      ghost(() => {
        if (seen.raised) seen.again = true;
        seen.raised = true;
      });
      throw failure;
    },
  };
  board.main(() => {
    timer.periodic(PERIOD_US, raising);
    while (true) board.eventPollHook();
  });
  return [
    always(AGAIN, () => !seen.again),
    ...(timer.options.port === 'esp32' ? [] : [always(QUIET, () => !(seen.raised && isPending(timer)))]),
    sometimes('it raises', () => seen.raised),
  ];
}
