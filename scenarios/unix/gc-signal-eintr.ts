/**
 * To scan the stacks of other threads the unix port sends each of them a signal and waits until its handler has run
 * (ports/unix/mpthreadport.c). So any collection interrupts what the others wait in. #3268, #1722: a call failed with
 * OSError(EINTR) in code that had done nothing wrong. 9418611c8aa8 (#5723, v1.13) retries, as PEP 475 has it; SA_RESTART
 * alone would have repaired read() and not poll(), which is never restarted (signal(7)).
 *
 * The wait for the handlers is a system call too, sem_wait(), and what it returns is not looked at: a second signal
 * without SA_RESTART in the collecting thread, such as Ctrl-C in a build with a GIL, ends it, and the collection goes on
 * without the stack of that thread. The post that comes late makes every later collection one answer ahead. Read in
 * both eras, not observed; no report of it was found.
 *
 * With `--set size=full`: at most 35,712 states a variant, the same verdicts.
 */
import { always, idle, scenario, sometimes } from 'upy-check';
import { EINTR } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { type Unix, type UnixOptions, unix } from 'upy-check/ports/unix';
import { POLLIN, PollFd, poll, SIGINT, world } from 'upy-check/posix';

const NO_ERROR = 'no OSError in a thread that did nothing wrong';
const ALL_SCANNED = 'no stack is left out of a collection';

const boards: Readonly<Record<string, UnixOptions>> = {
  'read-no-retry': { retrySyscalls: false },
  'poll-no-retry': { retrySyscalls: false },
  'read-sa-restart': { retrySyscalls: false, gcSignalRestarts: true },
  'poll-sa-restart': { retrySyscalls: false, gcSignalRestarts: true },
  'ctrl-c-during-collect': { gil: true, sigint: true },
  'ctrl-c-collect-waits-again': { gil: true, sigint: true, gcWaitsAgain: true },
};

export default scenario('gc-signal-eintr', {
  about: '#5723: a thread collects while another one waits for data: what does the signal do to it?',
  timing: 'any',
  parameters: { collections: 2 },
  full: { collections: 4 },
  variants: {
    // The signal ends read(); without a retry that is an exception.
    'read-no-retry': { violates: NO_ERROR, through: ['gc_collect', 'retrySyscall'] },
    'poll-no-retry': { violates: NO_ERROR, through: ['gc_collect', 'retrySyscall'] },
    'read-sa-restart': { holds: true },
    // poll() is not restarted, whatever the handler was installed with.
    'poll-sa-restart': { violates: NO_ERROR, through: ['gc_collect', 'retrySyscall'] },
    'read-retry': { holds: true },
    'poll-retry': { holds: true },
    // The worker has Ctrl-C in sem_wait(): EINTR, and it goes on as if main had answered.
    'ctrl-c-during-collect': { violates: ALL_SCANNED, through: ['gc_collect', 'sighandler'] },
    'ctrl-c-collect-waits-again': { holds: true },
  },
  build({ variant, collections }) {
    const board = unix({ gc: true, ...boards[variant] });
    const seen = { data: int(0, 2), errors: false, collections: int(0, collections), leftOut: false };
    const wait = waitOf(board, variant.startsWith('poll'));
    board.main(() => {
      while (true)
        try {
          wait();
          ghost(() => {
            seen.data++;
          });
        } catch (exception) {
          if (exception === EINTR)
            ghost(() => {
              seen.errors = true;
            });
        }
    });
    board.thread('worker', () => {
      for (let n = 0; n < collections; n++) {
        board.gc_collect();
        ghost(() => {
          seen.collections++;
          seen.leftOut = !board.mainThread.scanned;
        });
      }
    });
    world('the other end: data', 2, () => board.stdin.receive());
    if (variant.startsWith('ctrl-c')) world('user: Ctrl-C', 1, () => board.process.kill(SIGINT));
    return [
      always(NO_ERROR, () => !seen.errors),
      always(ALL_SCANNED, () => !seen.leftOut),
      idle('data that has come is read', () => board.stdin.available === 0),
      sometimes('all data is read', () => seen.data === 2),
      sometimes('all collections are over', () => seen.collections === collections),
    ];
  },
});

/** The next byte, as `sys.stdin.read` or as a poll for it and then the read. */
function waitOf(board: Unix, polls: boolean): () => void {
  const { hal, stdin } = board;
  if (!polls) return () => board.mp_hal_stdin_rx_chr();
  const fds = [new PollFd(stdin, POLLIN)];
  return () => {
    hal.retrySyscall(() => poll(fds, -1));
    stdin.readNonBlocking();
  };
}
