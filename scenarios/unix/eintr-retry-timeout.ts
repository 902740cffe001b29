/**
 * A signal ends a system call before its timeout, and the call is made again: with the whole timeout, with what is left
 * of it, or not at all? E1's `select.poll` (MP_HAL_RETRY_SYSCALL, ports/unix/moduselect.c at 28370c0450) and the unix
 * `uevent` of #6125 pass the whole timeout again. The collector sends a signal to every other thread, so a poll(500) in
 * main took 1701 ms while a thread collected every 300 ms. E1's `sleep_ms` is one usleep that is not repeated: it
 * is over early. `time.sleep` (select(), which writes back what is left) and E2 keep to the time; E2's poll computes
 * the rest (extmod/modselect.c at 1c3c201149).
 */
import { always, scenario, sometimes, within } from 'upy-check';
import { clock, ghost } from 'upy-check/model';
import { type Unix, unix } from 'upy-check/ports/unix';
import { POLLIN, PollFd, SIGUSR1, world } from 'upy-check/posix';

const MS = 1000;
const TIMEOUT_MS = 500;
const TIMEOUT = TIMEOUT_MS * MS;
const TIMELY = 'the wait of 500 ms is over after 500 ms';
const NOT_EARLY = 'the wait of 500 ms is not over before';

export default scenario('eintr-retry-timeout', {
  about: 'how long does a wait with a timeout take when signals interrupt it?',
  timing: 'prompt',
  timeUnit: 100 * MS,
  parameters: { signals: 4 },
  variants: {
    // Each EINTR begins a new 500 ms: collections at 300, 600, 900 and 1200 ms, the end at 1700 ms.
    'poll-e1': { violates: TIMELY, through: ['gc_collect', 'retrySyscall'] },
    'poll-e2': { holds: true },
    'time-sleep-e1': { holds: true },
    'time-sleep-e2': { holds: true },
    // The first collection ends it.
    'sleep-ms-e1': { violates: NOT_EARLY, through: ['gc_collect', 'delay_us'] },
    'sleep-ms-e2': { holds: true },
    // The same with two signals from outside, at any moment (of each 100 ms).
    'signals-e1': { violates: TIMELY, through: ['retrySyscall'] },
    'signals-e2': { holds: true },
  },
  build({ variant, signals }) {
    const board = unix({ era: variant.endsWith('e1') ? 'E1' : 'E2', gc: true });
    const wait = waitOf(board, variant);
    const begun = clock();
    const seen = { waits: false, early: false, done: false };
    board.process.sigaction(SIGUSR1, () => {});
    board.main(() => {
      begun.arm(TIMEOUT);
      ghost(() => {
        seen.waits = true;
      });
      wait();
      const early = !begun.expired;
      ghost(() => {
        seen.waits = false;
        seen.early = early;
        seen.done = true;
      });
    });
    if (variant.startsWith('signals'))
      world('another process: SIGUSR1', 2, () => board.process.kill(SIGUSR1));
    else
      board.thread('worker', () => {
        for (let n = 0; n < signals; n++) {
          board.time_sleep(300 * MS);
          board.gc_collect();
        }
      });
    return [
      within(TIMELY, TIMEOUT, () => seen.waits),
      within(
        'it is over 500 ms after the last signal at the latest',
        (signals * 300 + 500) * MS,
        () => seen.waits,
      ),
      always(NOT_EARLY, () => !seen.early),
      sometimes('the wait is over', () => seen.done),
    ];
  },
});

function waitOf(board: Unix, variant: string): () => void {
  if (variant.startsWith('time-sleep')) return () => board.time_sleep(TIMEOUT);
  if (variant.startsWith('sleep-ms')) return () => board.mp_hal_delay_ms(TIMEOUT_MS);
  const poll = board.poll([new PollFd(board.stdin, POLLIN)]);
  return () => {
    poll.poll(TIMEOUT);
  };
}
