/**
 * Builds of the unix port without a GIL, the default, raise KeyboardInterrupt straight from the handler of SIGINT, by
 * longjmp (MICROPY_ASYNC_KBD_INTR, ports/unix/unix_mphal.c in both eras; #1733, and doubts in #5568). So Ctrl-C needs no check of the interpreter and
 * ends any wait, but it leaves the code wherever it stands. In an atomic section the mutex stays locked: in E2 it
 * is recursive, the thread that left it so does not notice, and every other thread waits for ever; in E1 the thread itself
 * does, at its next section. Blocking the signal in sections does not repair that: between taking a callback from the ring and
 * mp_sched_unlock() the scheduler is locked, and stays so. And the exception is raised in the thread that has the signal,
 * which need not be main. Leaving it for main, as builds with a GIL do, has none of these faults; its price is
 * in signal-window.
 *
 * With `--set size=full`: at most 86,541 states a variant (reduced), the same verdicts.
 */
import { always, scenario, sometimes, stuck } from 'upy-check';
import { PENDING } from 'upy-check/micropython';
import { ghost, rest } from 'upy-check/model';
import { type UnixOptions, unix } from 'upy-check/ports/unix';
import { NO_SIGNALS, SIGINT, world } from 'upy-check/posix';

const GOES_ON = 'everybody comes to the end';
const LOST = 'lost wakeup: a scheduled callback waits';
const MAIN = 'Ctrl-C does not end another thread than main';

const boards: Readonly<Record<string, UnixOptions>> = {
  'e2-longjmp': {},
  'e1-longjmp': { era: 'E1' },
  'e2-any-thread': { sectionsBlockSignals: true },
  'e2-blocked-in-sections': { sectionsBlockSignals: true },
  'e2-pending-exception': { asyncKbdIntr: false },
  'e2-gil-pending-exception': { gil: true },
};

export default scenario('sigint-longjmp', {
  about: 'what is left behind when KeyboardInterrupt is raised out of the signal handler?',
  timing: 'any',
  parameters: { keys: 2 },
  full: { keys: 3 },
  variants: {
    // Main is in schedule() and has the mutex; after the jump the worker waits for it for ever, and main can enter.
    'e2-longjmp': {
      violates: 'deadlock',
      through: ['mp_sched_schedule', 'siglongjmp'],
      also: [GOES_ON, LOST, 'the ring hands out what was put in'],
    },
    // Main, too, waits for what it left locked.
    'e1-longjmp': {
      violates: 'deadlock',
      through: ['mp_sched_schedule', 'siglongjmp'],
      also: [GOES_ON, LOST],
    },
    // The worker does not block the signal, and is the one that is interrupted.
    'e2-any-thread': { violates: MAIN, through: ['siglongjmp'], also: [LOST] },
    // The jump comes between two sections of mp_sched_run_pending(): the scheduler stays locked.
    'e2-blocked-in-sections': { violates: LOST, through: ['mp_handle_pending', 'siglongjmp'] },
    'e2-pending-exception': { holds: true },
    'e2-gil-pending-exception': { holds: true },
  },
  build({ variant, keys }) {
    const board = unix({ openSections: true, sigint: true, ...boards[variant] });
    const seen = { main: false, worker: false, workerInterrupted: false, interrupted: false };
    const callback = { name: 'callback', run() {} };
    const schedule = () => {
      board.scheduler.mp_sched_schedule(callback);
    };
    const idleLoop = () => {
      ghost(() => {
        seen.main = true;
      });
      while (true) {
        board.gil.release();
        rest(() => board.scheduler.state === PENDING || board.mainThread.pendingException !== null);
        board.gil.acquire();
        board.vm.mp_handle_pending();
      }
    };
    const repl = () => {
      ghost(() => {
        seen.interrupted = true;
      });
      schedule();
      idleLoop();
    };
    board.main(
      () => {
        try {
          for (let n = 0; n < 2; n++) schedule();
          idleLoop();
        } catch {
          // KeyboardInterrupt, if it is left for main
        }
        while (true)
          try {
            repl();
          } catch {
            // once more
          }
      },
      { onInterrupt: repl },
    );
    board.thread(
      'worker',
      () => {
        for (let n = 0; n < 2; n++) schedule();
        ghost(() => {
          seen.worker = true;
        });
      },
      {
        mask: variant === 'e2-any-thread' ? NO_SIGNALS : SIGINT,
        onInterrupt: () => {
          ghost(() => {
            seen.workerInterrupted = true;
            seen.worker = true;
          });
        },
      },
    );
    world('user: Ctrl-C', keys, () => board.process.kill(SIGINT));
    return [
      stuck(GOES_ON, () => (seen.main && seen.worker) || board.process.exited),
      always(MAIN, () => !seen.workerInterrupted),
      sometimes('Ctrl-C interrupts main', () => seen.interrupted),
      sometimes('both come to the end', () => seen.main && seen.worker),
    ];
  },
});
