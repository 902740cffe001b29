/**
 * Is a timer silent after `deinit()`? A hard one is. A soft one is not, on any port: what its interrupt put into the scheduler's
 * ring stays there, and the callback runs at the next jump, when the program has closed what the callback uses. A
 * flag that the callback tests repairs that, if it is cleared before anything is closed. The flag does not help where the timer is
 * started again for something else: the stale call passes the test and counts as the first of the new run. A new
 * function object for each run can tell. Asked in #6125 for soft callbacks, and by everybody who stops a timer; code of
 * 1c3c201149 (ports/stm32/timer.c, ports/rp2/machine_timer.c, shared/runtime/mpirq.c).
 */
import { always, scenario, sometimes } from 'upy-check';
import type { Callback, Timer } from 'upy-check/micropython';
import { ghost, int, pause } from 'upy-check/model';
import { type Bare, bare } from 'upy-check/ports/bare';

const PERIOD_US = 1000;
const OPEN = 'the callback finds its device open';
const OWN = 'a call belongs to the run that counts it';

export default scenario('timer-deinit-race', {
  about: 'a timer is stopped, and its callback comes afterwards',
  timing: 'any',
  parameters: { calls: 2 },
  variants: {
    'hard-timer': { holds: true },
    // The interrupt came just before deinit(): the callback is in the ring, and runs after the device was closed.
    'soft-timer': { violates: OPEN, through: ['deinit', 'mp_sched_run_pending'] },
    'soft-checks-flag': { holds: true },
    // The flag says stopped after the device was closed: the callback comes in between.
    'flag-cleared-late': { violates: OPEN, through: ['deinit', 'mp_sched_run_pending'] },
    // Stopped and started again: the stale call is counted for the new run.
    'started-again': { violates: OWN, through: ['deinit', 'mp_sched_run_pending'] },
    'started-with-new-function': { holds: true },
  },
  build({ variant, calls }) {
    const board = bare({ schedulerDepth: 2 });
    const timer = board.timer(1, { port: 'rp2', hard: variant === 'hard-timer' });
    return variant.startsWith('started')
      ? restart(board, timer, calls, variant === 'started-with-new-function')
      : close(board, timer, calls, variant);
  },
});

/** Main stops the timer and closes what its callback uses. */
function close(board: Bare, timer: Timer, calls: number, variant: string) {
  const device = { open: true, running: true };
  const seen = { calls: int(0, calls), bad: false, ended: false };
  const use = () => {
    const { open } = device;
    ghost(() => {
      if (!open) seen.bad = true;
      if (seen.calls < calls) seen.calls++;
    });
  };
  const plain = variant === 'hard-timer' || variant === 'soft-timer';
  const callback: Callback = {
    name: 'timer callback',
    run: plain
      ? use
      : () => {
          if (device.running) use();
        },
  };
  const late = variant === 'flag-cleared-late';
  board.main(() => {
    'use python';
    timer.periodic(PERIOD_US, callback);
    for (let n = 0; n < calls; n++) pause();
    if (!plain && !late) device.running = false;
    timer.deinit();
    device.open = false;
    if (late) device.running = false;
    ghost(() => {
      seen.ended = true;
    });
    while (true) board.eventPollHook();
  });
  return [
    always(OPEN, () => !seen.bad),
    sometimes('the callback runs before the end', () => seen.calls === calls && !seen.ended),
    sometimes('the program ends', () => seen.ended),
  ];
}

/** Main stops the timer, and starts it again for something else. */
function restart(board: Bare, timer: Timer, calls: number, newFunction: boolean) {
  const task = { run: int(1, 2), running: true };
  const seen = { stale: false, calls: int(0, calls) };
  // In Python one function, unless each run has its own. Two objects here, so that properties can tell.
  const callbackOf = (run: number): Callback => ({
    name: `callback of run ${run}`,
    run() {
      const counts = newFunction ? task.run === run : task.running;
      if (counts)
        ghost(() => {
          if (task.run !== run) seen.stale = true;
          if (run === 2 && seen.calls < calls) seen.calls++;
        });
    },
  });
  const [first, second] = [callbackOf(1), callbackOf(2)];
  board.main(() => {
    'use python';
    timer.periodic(PERIOD_US, first);
    for (let n = 0; n < calls; n++) pause();
    task.running = false;
    timer.deinit();
    task.run = 2;
    task.running = true;
    timer.periodic(PERIOD_US, second);
    while (true) board.eventPollHook();
  });
  return [always(OWN, () => !seen.stale), sometimes('the second run counts', () => seen.calls === calls)];
}
