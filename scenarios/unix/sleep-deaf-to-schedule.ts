/**
 * A thread calls micropython.schedule() while main is blocked in a system call. schedule() wakes nobody on unix (#18810,
 * open, adds that), so when does the callback run? In E1, and in builds with a GIL, any thread runs it: the worker does
 * at its next jump, whatever main is in; if the worker blocks first, nobody does. In E2 without a GIL only main may (52a593cdb1), and it depends
 * on the call: `sleep_ms` looks every 500 µs; `time.sleep`, `poll` and `read` return to the interpreter only when they end,
 * or with EINTR, which a collection in any thread happens to cause; `lock.acquire` does not even then. An object
 * without a descriptor in the poll set makes it look every ms. A wake-up pipe that belongs to every wait is the repair.
 */
import { scenario, sometimes, within } from 'upy-check';
import { ghost, int, process, until } from 'upy-check/model';
import { type Unix, unix } from 'upy-check/ports/unix';
import { POLLIN, PollFd, poll, type Stream, socketpair } from 'upy-check/posix';

const MS = 1000;
/** How long main waits at a time. The worker schedules after 2 ms and after 4. */
const WAIT_MS = 10;
const WAIT = WAIT_MS * MS;
const SOON = 'a callback runs within 1 ms';
const sooner = { holds: true } as const;
const deaf = { violates: SOON, through: ['mp_sched_schedule'] } as const;

export default scenario('sleep-deaf-to-schedule', {
  about: '#18810: main is blocked in a system call, another thread schedules a callback: when does it run?',
  timing: 'prompt',
  variants: {
    // E1: the worker runs it, at its next jump.
    'e1-time-sleep': sooner,
    'e1-sleep-ms': sooner,
    'e1-poll': sooner,
    'e1-stdin': sooner,
    'e1-lock': sooner,
    // The worker has no jump between schedule() and its own sleep.
    'e1-time-sleep-worker-blocks': deaf,
    // E2 without a GIL: main looks before each select(), and then not for 10 ms.
    'e2-time-sleep': deaf,
    'e2-sleep-ms': sooner,
    // Nothing but a ready descriptor, the timeout or a signal ends poll().
    'e2-poll': deaf,
    // As long as nobody types.
    'e2-stdin': deaf,
    // As long as the other thread has the lock.
    'e2-lock': deaf,
    'e2-gil-poll': sooner,
    'e2-poll-with-object': sooner,
    // The worker collects after schedule(): its signal is an accidental wake-up.
    'e2-time-sleep-gc': sooner,
    'e2-poll-gc': sooner,
    'e2-stdin-gc': sooner,
    // pthread_mutex_lock() goes on waiting after the handler.
    'e2-lock-gc': { violates: SOON, through: ['mp_sched_schedule', 'gc_collect'] },
    'e2-wake-pipe': sooner,
  },
  build({ variant }) {
    const collects = variant.endsWith('gc');
    const board = unix({
      era: variant.startsWith('e1') ? 'E1' : 'E2',
      gil: variant.startsWith('e2-gil'),
      gc: collects,
    });
    const seen = { calls: int(0, 2) };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    };
    const [told, tell] = socketpair('wake-up pipe', 1);
    const wait = waitOf(board, variant, told);
    board.main(() => {
      'use python';
      while (true) wait();
    });
    const event = () => {
      board.time_sleep(2 * MS);
      board.scheduler.mp_sched_schedule(callback);
      if (variant === 'e2-wake-pipe') tell.writeNonBlocking();
      if (collects) board.gc_collect();
    };
    board.thread('worker', () => {
      'use python';
      if (variant.endsWith('worker-blocks')) {
        event();
        event();
        board.time_sleep(WAIT);
      } else for (let n = 0; n < 2; n++) event();
    });
    return [
      within(SOON, MS, () => board.scheduler.hasWork()),
      sometimes('both callbacks run', () => seen.calls === 2),
    ];
  },
});

/** What main is blocked in, for up to 10 ms at a time. */
function waitOf(board: Unix, variant: string, told: Stream): () => void {
  const { vm, stdin } = board;
  if (variant.includes('time-sleep')) return () => board.time_sleep(WAIT);
  if (variant.includes('sleep-ms')) return () => board.mp_hal_delay_ms(WAIT_MS);
  if (variant.includes('stdin')) {
    every10ms('user: key', () => stdin.receive());
    return () => board.mp_hal_stdin_rx_chr();
  }
  if (variant.includes('lock')) return lockOf(board);
  const fds = [new PollFd(stdin, POLLIN)];
  if (variant === 'e2-wake-pipe') {
    fds.push(new PollFd(told, POLLIN));
    return () => {
      vm.mp_handle_pending();
      if (poll(fds, WAIT) > 0) told.readNonBlocking();
    };
  }
  const flag = { name: 'ThreadSafeFlag', poll: () => 0 };
  const poller = board.poll(fds, variant === 'e2-poll-with-object' ? [{ obj: flag, flags: 1 }] : []);
  return () => {
    poller.poll(WAIT);
  };
}

/** A second worker has the lock most of the time. */
function lockOf(board: Unix): () => void {
  const lock = board.lock('lock');
  board.thread('holder', () => {
    while (true) {
      lock.acquire();
      board.time_sleep(WAIT);
      lock.release();
      board.time_sleep(WAIT);
    }
  });
  return () => {
    board.time_sleep(MS);
    lock.acquire();
    lock.release();
  };
}

function every10ms(name: string, act: () => void): void {
  process(name, () => {
    while (true) {
      until(() => false, WAIT);
      act();
    }
  });
}
