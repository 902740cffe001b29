/**
 * Ctrl-C breaks the program off. What about its timers? KeyboardInterrupt ends what main does, and nothing else: timers count on
 * and soft callbacks go on running at the prompt, where nothing that the program would have done for them happens any more.
 * `finally: timer.deinit()` is not enough for a soft timer: a call that is queued still comes, so the callback needs a
 * flag that is cleared first. And what main was in the middle of stays half done: a "busy" that callbacks respect stays set,
 * and they never act again, unless a `finally` clears it. A `finally` without jumps cannot be broken off by a second
 * Ctrl-C, because a break comes at jumps only. Asked in #6125 for soft callbacks; code of 1c3c201149 (py/vm.c,
 * shared/runtime/pyexec.c, ports/stm32/timer.c).
 */
import { always, type Property, scenario, sometimes } from 'upy-check';
import { type Callback, KeyboardInterrupt } from 'upy-check/micropython';
import { ghost, int, pause } from 'upy-check/model';
import { type Bare, bare } from 'upy-check/ports/bare';

const PERIOD_US = 1000;
const SILENT = 'no callback acts when the program has ended';
const FREE = 'main is not busy when it is at the prompt';

export default scenario('repl-break-callbacks', {
  about: 'Ctrl-C in the main program: what its timers go on doing at the prompt',
  timing: 'any',
  parameters: { breaks: 2, calls: 2 },
  variants: {
    // The program is gone, and the timer goes on.
    'no-finally': { violates: SILENT, through: ['mp_sched_keyboard_interrupt', 'mp_irq_dispatch'] },
    // The call was queued before deinit(), and runs at the prompt.
    'finally-deinit': {
      violates: SILENT,
      through: ['mp_sched_keyboard_interrupt', 'deinit', 'mp_sched_run_pending'],
    },
    'finally-flag-and-deinit': { holds: true },
    'finally-deinit-hard': { holds: true },
    // The timer shall go on, but main was broken off at the `if` between its two stores, and is busy for ever.
    'busy-when-broken': { violates: FREE, through: ['mp_sched_keyboard_interrupt'] },
    'busy-cleared-in-finally': { holds: true },
  },
  build({ variant, breaks, calls }) {
    const board = bare({ schedulerDepth: 2 });
    board.irq('Ctrl-C', { times: breaks, priority: 1 }, () =>
      board.vm.mp_sched_keyboard_interrupt(board.mainThread),
    );
    if (variant.startsWith('busy')) return goesOn(board, variant === 'busy-cleared-in-finally');
    return ends(board, variant, calls);
  },
});

/** The program, and the prompt when it was broken off. */
function runAtPrompt(board: Bare, program: () => void, ended: () => void) {
  board.main(() => {
    try {
      program();
    } catch (e) {
      if (e !== KeyboardInterrupt) throw e;
    }
    ended();
    while (true)
      try {
        board.eventPollHook();
      } catch (e) {
        if (e !== KeyboardInterrupt) throw e;
      }
  });
}

/** A program whose timer shall be silent when it has ended. */
function ends(board: Bare, variant: string, calls: number): Property[] {
  const timer = board.timer(1, { hard: variant === 'finally-deinit-hard' });
  const state = { running: true };
  const seen = { calls: int(0, calls), ended: false, late: false };
  const act = () =>
    ghost(() => {
      if (seen.ended) seen.late = true;
      if (seen.calls < calls) seen.calls++;
    });
  const tests = variant === 'finally-flag-and-deinit';
  const callback: Callback = {
    name: 'timer callback',
    run: tests
      ? () => {
          if (state.running) act();
        }
      : act,
  };
  const cleanUp = () => {
    if (tests) state.running = false;
    if (variant !== 'no-finally') timer.deinit();
  };
  const program = () => {
    'use python';
    try {
      timer.periodic(PERIOD_US, callback);
      while (true) pause();
    } finally {
      cleanUp();
    }
  };
  runAtPrompt(board, program, () =>
    ghost(() => {
      seen.ended = true;
    }),
  );
  return [
    always(SILENT, () => !seen.late),
    sometimes('the program is broken off after some calls', () => seen.ended && seen.calls === calls),
  ];
}

/** A program whose timer may go on, and leaves alone what main is changing. */
function goesOn(board: Bare, clears: boolean): Property[] {
  const timer = board.timer(1, { hard: false });
  const state = { busy: false };
  const seen = { acts: false, ended: false };
  const callback: Callback = {
    name: 'timer callback',
    run() {
      if (!state.busy)
        ghost(() => {
          if (seen.ended) seen.acts = true;
        });
    },
  };
  const change = () => {
    'use python';
    state.busy = true;
    if (state.busy) pause(); // any `if` between two stores of the change
    state.busy = false;
  };
  const changeSafely = () => {
    'use python';
    try {
      change();
    } finally {
      state.busy = false;
    }
  };
  const program = () => {
    'use python';
    timer.periodic(PERIOD_US, callback);
    while (true)
      if (clears) changeSafely();
      else change();
  };
  runAtPrompt(board, program, () =>
    ghost(() => {
      seen.ended = true;
    }),
  );
  return [
    always(FREE, () => !seen.ended || !state.busy),
    sometimes('the callback acts at the prompt', () => seen.acts),
  ];
}
