/**
 * In the discussion of #6125 EINTR is what ends the unix poll_ms after a signal. With threads that is not enough: a
 * signal that is sent to the process, such as Ctrl-C, is handled in any thread that does not block it (signal(7)), and
 * only that thread's system call ends with EINTR. The handler leaves KeyboardInterrupt for main (259d9b69fe), main stays
 * in its wait. Here main blocks SIGINT except in ppoll(), so that only the choice of the thread is left to go wrong
 * (for the moment before the wait see signal-window). What repairs it: threads that inherit a mask in which the signal
 * is blocked, a handler that passes the signal on with pthread_kill(), or a thread of its own that takes signals with
 * sigwait() and writes to a socketpair. That Linux prefers the main thread is no repair: it does so only if main does not
 * block the signal.
 *
 * With `--set size=full`: at most 10,258 states a variant, the same verdicts.
 */
import { scenario, sometimes, stuck } from 'upy-check';
import { ghost, me } from 'upy-check/model';
import { type Unix, type UnixThread, unix } from 'upy-check/ports/unix';
import {
  NO_SIGNALS,
  POLLIN,
  PollFd,
  ppoll,
  pthread_kill,
  pthread_sigmask,
  SIGINT,
  type Stream,
  sigwait,
  sleep,
  socketpair,
  Thread,
  world,
} from 'upy-check/posix';

const NOTICED = 'Ctrl-C ends the wait of main';

export default scenario('eintr-pthreads', {
  about: 'which thread takes a signal, and does main then leave poll()?',
  timing: 'any',
  parameters: { keys: 2 },
  full: { keys: 4 },
  variants: {
    // The worker was made before main blocked the signal. It takes it, its own call ends with EINTR, and main waits on.
    'any-thread': { violates: NOTICED, through: ['start_new_thread', 'mp_sched_keyboard_interrupt'] },
    // The kernel asks main first; main blocks the signal at that moment, as it must outside of ppoll().
    'linux-prefers-main': { violates: NOTICED, through: ['mp_sched_keyboard_interrupt'] },
    // Between its start and its pthread_sigmask() the worker can have the signal.
    'worker-blocks-it-itself': { violates: NOTICED, through: ['mp_sched_keyboard_interrupt'] },
    'worker-inherits-the-mask': { holds: true },
    'handler-passes-it-on': { holds: true },
    'signal-thread': { holds: true },
  },
  build({ variant, keys }) {
    const board = unix({ gil: true, delivery: variant === 'linux-prefers-main' ? 'main' : 'any' });
    const seen = { interrupts: 0 };
    board.process.sigaction(SIGINT, () => {
      const { mainThread } = board;
      if (variant === 'handler-passes-it-on' && me(Thread) !== mainThread.thread)
        pthread_kill(mainThread.thread!, SIGINT);
      else board.vm.mp_sched_keyboard_interrupt(mainThread);
    });
    const [told, tell] = socketpair('self-pipe', 1);
    const fds = [new PollFd(told, POLLIN)];
    const masksFirst = variant === 'worker-inherits-the-mask' || variant === 'signal-thread';
    const workers: UnixThread[] = [];
    const main = board.main(() => {
      if (masksFirst) pthread_sigmask(SIGINT);
      for (const worker of workers) board.start_new_thread(worker);
      if (!masksFirst) pthread_sigmask(SIGINT);
      while (true)
        try {
          waitForInput(board, fds, told);
        } catch {
          // KeyboardInterrupt
          ghost(() => {
            if (seen.interrupts < keys) seen.interrupts++;
          });
        }
    });
    workers.push(
      board.newThread(
        'worker',
        () => {
          if (variant === 'worker-blocks-it-itself') pthread_sigmask(SIGINT);
          board.hal.retrySyscall(() => sleep(-1));
        },
        { dormant: true },
      ),
    );
    if (variant === 'signal-thread') workers.push(signalThread(board, tell));
    world('user: Ctrl-C', keys, () => board.process.kill(SIGINT));
    return [
      stuck(NOTICED, () => board.mainThread.pendingException === null),
      sometimes('every Ctrl-C is noticed', () => seen.interrupts === keys && main.alive),
    ];
  },
});

/** poll_ms() of main with the window closed: the signal can come in ppoll() only. */
function waitForInput({ vm, gil }: Unix, fds: readonly PollFd[], told: Stream): void {
  vm.mp_handle_pending();
  gil.release();
  if (ppoll(fds, -1, NO_SIGNALS) > 0) told.readNonBlocking();
  gil.acquire();
}

function signalThread(board: Unix, tell: Stream): UnixThread {
  return board.newThread(
    'signal thread',
    () => {
      while (true) {
        board.gil.release();
        sigwait(SIGINT);
        board.gil.acquire();
        board.vm.mp_sched_keyboard_interrupt(board.mainThread);
        tell.writeNonBlocking();
      }
    },
    { dormant: true },
  );
}
