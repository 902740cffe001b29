/**
 * A second Ctrl-C before main has seen the first one ends the process at once (exit(1) in sighandler, ports/unix/unix_mphal.c; builds with a
 * GIL, in both eras): a way out of code that never looks. Users type it out of impatience, too, and then `finally` and `with` of a program
 * that would have ended by itself are not executed: files are not written, a device stays on. A wait ends with EINTR, but main
 * sees the exception only after the system call has returned and the GIL is there again. With the signal blocked except in ppoll() the second one
 * waits: the kernel puts the old mask back as the first handler returns, not only as ppoll() does.
 */
import { always, scenario, sometimes } from 'upy-check';
import { ghost } from 'upy-check/model';
import { type Unix, unix } from 'upy-check/ports/unix';
import { NO_SIGNALS, POLLIN, PollFd, ppoll, SIGINT, world } from 'upy-check/posix';

const CLEAN = 'the process does not end before `finally` is executed';

export default scenario('ctrl-c-twice', {
  about: 'is `finally` executed when the user types Ctrl-C twice?',
  timing: 'any',
  parameters: { keys: 2 },
  variants: {
    // The second signal comes between the return of the handler and the raising of the exception.
    'e1-poll': { violates: CLEAN, through: ['sighandler', 'exit'] },
    'e2-poll': { violates: CLEAN, through: ['sighandler', 'exit'] },
    'e2-sleep-ms': { violates: CLEAN, through: ['sighandler', 'exit'] },
    // While main has the exception to raise, the signal is blocked.
    ppoll: { holds: true },
    'one-ctrl-c': { holds: true },
  },
  build({ variant, keys }) {
    const board = unix({ era: variant === 'e1-poll' ? 'E1' : 'E2', gil: true, sigint: true });
    const wait = waitOf(board, variant);
    const seen = { cleaned: false };
    board.main(
      () => {
        try {
          while (true) wait();
        } catch {
          // KeyboardInterrupt
        }
        ghost(() => {
          seen.cleaned = true;
        });
      },
      { mask: variant === 'ppoll' ? SIGINT : NO_SIGNALS },
    );
    world('user: Ctrl-C', variant === 'one-ctrl-c' ? 1 : keys, () => board.process.kill(SIGINT));
    const left = () =>
      board.mainThread.pendingException !== null || board.scheduler.pendingException !== null;
    return [
      always(CLEAN, () => !board.process.exited || seen.cleaned),
      sometimes('`finally` is executed', () => seen.cleaned),
      ...(variant === 'ppoll'
        ? [
            sometimes(
              'the second Ctrl-C waits while the first one is to be raised',
              () => left() && (board.process.pending & SIGINT) !== 0,
            ),
          ]
        : []),
    ];
  },
});

/** One round of the program. */
function waitOf(board: Unix, variant: string): () => void {
  if (variant === 'e2-sleep-ms') return () => board.mp_hal_delay_ms(1);
  const stdin = new PollFd(board.stdin, POLLIN);
  if (variant !== 'ppoll') {
    const poller = board.poll([stdin]);
    return () => {
      poller.poll(-1);
    };
  }
  const { vm, gil } = board;
  return () => {
    vm.mp_handle_pending();
    gil.release();
    ppoll([stdin], -1, NO_SIGNALS);
    gil.acquire();
  };
}
