/**
 * #6056 and #6106 end the unix poll() of the event loop with a byte in a socketpair that is registered with the other
 * descriptors, and #18810 (open) does so for schedule(). A byte waits until it is read, so it does not matter whether
 * main is before, in or after poll(); a signal's EINTR does matter (signal-window). Of the rules that come with it each
 * has a variant here: the byte goes after the work that it announces, main drains before it looks, and it goes on
 * looking until the ring is empty, because bytes merge when the pipe is full and a check runs one callback only
 * (py/scheduler.c). What a flag in front of the socketpair breaks is another scenario: notify-coalesce.
 *
 * With `--set size=full`: at most 24,754 states a variant, the same verdicts.
 */
import { idle, scenario, sometimes } from 'upy-check';
import { PENDING } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { type Unix, unix } from 'upy-check/ports/unix';
import { POLLIN, PollFd, poll, pthread_kill, SIGUSR1, type Stream, socketpair } from 'upy-check/posix';

const ALL_RUN = 'no callback is left while main waits';
const LOST = 'lost wakeup: a scheduled callback waits';

export default scenario('socketpair-notify', {
  about: 'threads schedule callbacks: what does it take that main leaves poll() for each?',
  timing: 'any',
  parameters: { events: 2 },
  full: { events: 4 },
  variants: {
    // The handler runs before main is in poll(): there is no call that EINTR could end.
    eintr: { violates: LOST, through: ['pthread_kill', 'poll'], also: [ALL_RUN] },
    socketpair: { holds: true },
    // Main takes the byte, finds nothing, and waits again; then the callback comes.
    'byte-before-callback': {
      violates: LOST,
      through: ['writeNonBlocking', 'mp_sched_schedule'],
      also: [ALL_RUN],
    },
    // A callback comes after the look, and its byte is drained with the first one's.
    'look-then-drain': { violates: LOST, through: ['mp_sched_schedule', 'readNonBlocking'], also: [ALL_RUN] },
    // Two callbacks, one byte (there is no room for a second), one check: the second callback stays.
    'one-check-per-wake': {
      violates: LOST,
      through: ['writeNonBlocking', 'mp_sched_run_pending'],
      also: [ALL_RUN],
    },
    // Room for all bytes: then one check for each is enough.
    'byte-by-byte': { holds: true },
  },
  build({ variant, events }) {
    const board = unix({ schedulerDepth: 2 * events });
    const room = variant === 'byte-by-byte' ? 2 * events : 1;
    const [told, tell] = socketpair('notifier', room);
    const fds = [new PollFd(told, POLLIN)];
    const seen = { calls: int(0, 2 * events) };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    };
    board.process.sigaction(SIGUSR1, () => {});
    board.main(() => mainLoop(board, variant, told, fds));
    const notify = () => {
      if (variant === 'eintr') pthread_kill(board.mainThread.thread!, SIGUSR1);
      else tell.writeNonBlocking();
    };
    for (const name of ['worker 1', 'worker 2'])
      board.thread(name, () => {
        for (let n = 0; n < events; n++) {
          if (variant === 'byte-before-callback') notify();
          board.scheduler.mp_sched_schedule(callback);
          if (variant !== 'byte-before-callback') notify();
        }
      });
    return [
      idle(ALL_RUN, () => !board.scheduler.hasWork()),
      sometimes('all callbacks run', () => seen.calls === 2 * events),
    ];
  },
});

/** What waits for the notifier: C code, so that no bytecode in between runs callbacks. */
function mainLoop({ vm, scheduler }: Unix, variant: string, told: Stream, fds: readonly PollFd[]): void {
  const all = variant === 'byte-by-byte' ? 1 : told.capacity;
  while (true) {
    poll(fds, -1);
    if (variant !== 'look-then-drain') told.readNonBlocking(all);
    vm.mp_handle_pending();
    if (variant !== 'one-check-per-wake' && variant !== 'byte-by-byte')
      while (scheduler.state === PENDING) vm.mp_handle_pending();
    if (variant === 'look-then-drain') told.readNonBlocking(all);
  }
}
