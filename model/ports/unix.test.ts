/** The unix port where no scenario looks: what each era checks before a wait, whom a collection asks, who may exit. */
import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, ghost, int, me, sometimes, stuck, within } from '../index.ts';
import { ALL_SIGNALS, POLLIN, PollFd, pthread_sigmask, SIGINT, world } from '../posix/index.ts';
import { UnixThread, unix } from './unix.ts';

const MS = 1000;

/** A callback that counts, and says whether it ever ran in another thread than main. */
function counter() {
  const seen = { calls: int(0, 3), elsewhere: false };
  const callback = {
    name: 'callback',
    run() {
      const { isMain } = me(UnixThread);
      ghost(() => {
        if (seen.calls < 3) seen.calls++;
        if (!isMain) seen.elsewhere = true;
      });
    },
  };
  return { seen, callback };
}

const looksFirst = scenario('a look before the wait', {
  about: 'what was scheduled before a wait of 10 ms: does it run at once?',
  timing: 'prompt',
  variants: {
    'time.sleep, E2': { holds: true },
    // E1 looks after EINTR only.
    'time.sleep, E1': { violates: 'at once' },
    'poll, E2': { holds: true },
    'poll, E1': { violates: 'at once' },
    'sleep_ms, E2': { holds: true },
    'sleep_ms, E1': { violates: 'at once' },
    'sleep_ms(0), E2': { holds: true },
    // MP_HAL_RETRY_SYSCALL has no look before its first call, in E2 either.
    'stdin, E2': { violates: 'at once' },
    'poll hook, E2': { holds: true },
    // A delay of 500 µs, and nothing else.
    'poll hook, E1': { violates: 'at once' },
  },
  build({ variant }) {
    const board = unix({ era: variant.endsWith('E1') ? 'E1' : 'E2' });
    const { seen, callback } = counter();
    const poller = board.poll([new PollFd(board.stdin, POLLIN)]);
    const wait = () => {
      if (variant.startsWith('time')) board.time_sleep(10 * MS);
      else if (variant.startsWith('poll,')) poller.poll(10 * MS);
      else if (variant.startsWith('sleep_ms(0)')) board.mp_hal_delay_ms(0);
      else if (variant.startsWith('sleep_ms')) board.mp_hal_delay_ms(10);
      else if (variant.startsWith('stdin')) board.mp_hal_stdin_rx_chr();
      else board.eventPollHook();
    };
    board.main(() => {
      board.scheduler.mp_sched_schedule(callback);
      wait();
      board.time_sleep(10 * MS);
      board.vm.mp_handle_pending();
    });
    // Someone types, so that read() ends.
    board.thread('typist', () => {
      board.time_sleep(5 * MS);
      board.stdin.receive();
    });
    return [
      within('at once', 0, () => board.scheduler.hasWork()),
      sometimes('it runs', () => seen.calls === 1),
    ];
  },
});

const who = scenario('who runs callbacks', {
  about: 'main sleeps for 10 ms, a worker schedules and goes on: who runs the callback?',
  timing: 'prompt',
  variants: {
    E1: { violates: 'main runs it' },
    'E2 with a GIL': { violates: 'main runs it' },
    E2: { holds: true },
  },
  build({ variant }) {
    const board = unix({ era: variant === 'E1' ? 'E1' : 'E2', gil: variant.endsWith('GIL') });
    const { seen, callback } = counter();
    board.main(() => {
      'use python';
      while (true) board.time_sleep(10 * MS);
    });
    board.thread('worker', () => {
      'use python';
      for (let n = 0; n < 2; n++) board.scheduler.mp_sched_schedule(callback);
    });
    return [always('main runs it', () => !seen.elsewhere), sometimes('both run', () => seen.calls === 2)];
  },
});

const collection = scenario('whom a collection asks', {
  about: 'main collects while another thread starts, and ends',
  timing: 'any',
  variants: {
    'a thread in its list': { holds: true },
    // Its handler never runs, and the collector holds the mutex that it needs to end.
    'a thread that blocks all signals': { violates: 'the collection ends', also: ['deadlock'] },
  },
  build({ variant }) {
    const board = unix({ gc: true });
    const blocks = variant !== 'a thread in its list';
    const seen = { scannedStarting: false, scannedReady: false, done: false, ends: false };
    const worker = board.newThread(
      'worker',
      () => {
        if (blocks) pthread_sigmask(ALL_SIGNALS);
        ghost(() => {
          seen.ends = true;
        });
      },
      { dormant: true },
    );
    board.main(() => {
      board.start_new_thread(worker);
      board.gc_collect();
      ghost(() => {
        seen.done = true;
        if (worker.scanned) seen.scannedReady = true;
        else seen.scannedStarting = true;
      });
    });
    return [
      stuck('the collection ends', () => seen.done && seen.ends),
      sometimes('it comes before mp_thread_start', () => seen.scannedStarting),
      sometimes('it comes after', () => seen.scannedReady),
    ];
  },
});

const twice = scenario('Ctrl-C twice', {
  about: 'a second Ctrl-C before main has seen the first ends the process',
  timing: 'any',
  variants: {
    'E2 with a GIL': { violates: 'the process goes on' },
    'E1 with a GIL': { violates: 'the process goes on' },
    'one only': { holds: true },
    // longjmp: each is raised at once.
    'without a GIL': { holds: true },
  },
  build({ variant }) {
    const board = unix({
      era: variant.startsWith('E1') ? 'E1' : 'E2',
      gil: variant !== 'without a GIL',
      sigint: true,
    });
    const seen = { interrupted: false };
    const interrupted = () =>
      ghost(() => {
        seen.interrupted = true;
      });
    board.main(
      () => {
        try {
          board.mp_hal_stdin_rx_chr();
        } catch {
          interrupted();
        }
      },
      { onInterrupt: interrupted },
    );
    world('user: Ctrl-C', variant === 'one only' ? 1 : 2, () => board.process.kill(SIGINT));
    return [
      always('the process goes on', () => !board.process.exited),
      sometimes('Ctrl-C ends the wait', () => seen.interrupted),
    ];
  },
});

describe('the unix port', () => {
  test('what each era looks at before a wait', async () => {
    expect(await outline(looksFirst)).toMatchInlineSnapshot(`
      "time.sleep, E2 | holds | 43 states, 60 transitions
      time.sleep, E1 | violated | at once in 6 | 28 states, 33 transitions
      poll, E2 | holds | 51 states, 76 transitions
      poll, E1 | violated | at once in 5 | 26 states, 32 transitions
      sleep_ms, E2 | holds | 158 states, 194 transitions
      sleep_ms, E1 | violated | at once in 5 | 24 states, 27 transitions
      sleep_ms(0), E2 | holds | 41 states, 61 transitions
      stdin, E2 | violated | at once in 6 | 33 states, 44 transitions
      poll hook, E2 | holds | 38 states, 52 transitions
      poll hook, E1 | violated | at once in 5 | 24 states, 27 transitions"
    `);
  });
  test('who runs callbacks', async () => {
    expect(await outline(who)).toMatchInlineSnapshot(`
      "E1 | violated | main runs it in 5 | 43 states, 65 transitions
      E2 with a GIL | violated | main runs it in 12 | 109 states, 139 transitions
      E2 | holds | 73 states, 106 transitions"
    `);
  });
  test('a collection waits for threads that are ready, and for no other', async () => {
    expect(await outline(collection)).toMatchInlineSnapshot(`
      "a thread in its list | holds | 53 states, 76 transitions
      a thread that blocks all signals | violated | the collection ends in 9 | deadlock in 9 | 69 states, 105 transitions"
    `);
  });
  test('the second Ctrl-C', async () => {
    expect(await outline(twice)).toMatchInlineSnapshot(`
      "E2 with a GIL | violated | the process goes on in 9 | 110 states, 146 transitions
      E1 with a GIL | violated | the process goes on in 11 | 138 states, 182 transitions
      one only | holds | 31 states, 35 transitions
      without a GIL | holds | 19 states, 26 transitions"
    `);
  });
});
