/**
 * On unix a wait is ended by a signal only if the thread is in the system call when the handler runs. MicroPython looks
 * at what is pending, then calls poll(): in a build with a GIL, where the handler of SIGINT leaves an exception for
 * main, a Ctrl-C between the two interrupts nothing, and a second one ends the process (ports/unix/unix_mphal.c,
 * extmod/modselect.c at 1c3c201149). #6125 has the same loop around poll() in its unix `uevent`, and looks only after
 * EINTR, so that its window begins even earlier. What closes it: a self-pipe in the set that is polled, a signal that
 * is blocked except in ppoll(), or a handler that does not return (MICROPY_ASYNC_KBD_INTR; see sigint-longjmp).
 */
import { scenario, sometimes, stuck } from 'upy-check';
import { ghost } from 'upy-check/model';
import { type Unix, unix } from 'upy-check/ports/unix';
import {
  NO_SIGNALS,
  POLLIN,
  PollFd,
  poll,
  ppoll,
  pthread_sigmask,
  SIGINT,
  type Stream,
  socketpair,
  world,
} from 'upy-check/posix';

const NOTICED = 'Ctrl-C ends the wait';

export default scenario('signal-window', {
  about: 'can Ctrl-C come between the last look and poll(), and then end nothing?',
  timing: 'any',
  parameters: { keys: 2 },
  full: { keys: 4 },
  variants: {
    // The handler runs after mp_handle_pending() and before poll(): no EINTR, and nobody looks again.
    poll: { violates: NOTICED, through: ['sighandler', 'poll'] },
    // E1 does not look before poll() at all, so a Ctrl-C from before the call is not seen either.
    'poll-e1': { violates: NOTICED, through: ['sighandler', 'poll'] },
    'self-pipe': { holds: true },
    ppoll: { holds: true },
    // The signal is let in a moment before the wait: the window is back.
    'unblock-then-poll': { violates: NOTICED, through: ['mp_sched_keyboard_interrupt', 'poll'] },
  },
  build({ variant, keys }) {
    const released = variant.startsWith('poll');
    const board = unix({ era: variant === 'poll-e1' ? 'E1' : 'E2', gil: true, sigint: released });
    const seen = { interrupts: 0, bytes: 0 };
    const [told, tell] = socketpair('self-pipe', 1);
    if (!released)
      board.process.sigaction(SIGINT, () => {
        board.vm.mp_sched_keyboard_interrupt(board.mainThread);
        if (variant === 'self-pipe') tell.writeNonBlocking();
      });
    const masked = variant === 'ppoll' || variant === 'unblock-then-poll';
    const wait = waitOf(variant, board, told);
    const main = board.main(
      () => {
        while (true)
          try {
            wait();
            if (board.stdin.readNonBlocking() > 0)
              ghost(() => {
                if (seen.bytes < keys) seen.bytes++;
              });
          } catch {
            // KeyboardInterrupt
            ghost(() => {
              if (seen.interrupts < keys) seen.interrupts++;
            });
          }
      },
      { mask: masked ? SIGINT : NO_SIGNALS },
    );
    world('user: Ctrl-C', keys, () => board.process.kill(SIGINT));
    world('user: key', keys, () => board.stdin.receive());
    const waiting = () =>
      board.mainThread.pendingException !== null || board.scheduler.pendingException !== null;
    return [
      stuck(NOTICED, () => !waiting() || !main.alive),
      sometimes('every key is read', () => seen.bytes === keys),
      sometimes('every Ctrl-C is noticed', () => seen.interrupts === keys),
    ];
  },
});

/** `select.poll().poll()` without a timeout, or what could be in its place. */
function waitOf(variant: string, board: Unix, told: Stream): () => void {
  const { vm, gil } = board;
  const stdin = new PollFd(board.stdin, POLLIN);
  const released = board.poll([stdin]);
  if (variant.startsWith('poll')) return () => released.poll(-1);
  const fds = [stdin, new PollFd(told, POLLIN)];
  return () => {
    vm.mp_handle_pending();
    gil.release();
    if (variant === 'ppoll') ppoll(fds, -1, NO_SIGNALS);
    else if (variant === 'self-pipe') {
      if (poll(fds, -1) > 0) told.readNonBlocking();
    } else {
      pthread_sigmask(NO_SIGNALS);
      poll(fds, -1);
      pthread_sigmask(SIGINT);
    }
    gil.acquire();
  };
}
