/**
 * On the esp32 a Python thread is a FreeRTOS task. When it ends, its stack and control block are freed by the idle task, which runs
 * only when every Python thread is blocked (ports/esp32/mpthreadport.c at 1c3c201149, and before). With memory for two
 * threads: is there room for another one as soon as one has said that it is done? No, `start_new_thread` raises OSError although a
 * thread has ended. Trying again helps if the caller sleeps in between, long enough: `sleep_ms` up to the length of a tick (10 ms) is
 * spun, not slept, and lets nobody below run. And it helps only if no other Python thread computes: one that never blocks keeps the
 * idle task away for ever.
 */
import { always, leadsTo, scenario, sometimes, within } from 'upy-check';
import { busy, ghost } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';

const WORKERS = 2;

const CREATED = 'the next thread can be created';
const SOON = 'a thread that was refused is created after one sleep';
const IN_THE_END = 'a thread that was refused is created in the end';

/** How long main sleeps before it tries again, in ms; 0: it does not try again. */
const RETRY_MS = {
  'create when done': 0,
  'retry after 10 ms': 10,
  'retry after 20 ms': 20,
  'retry beside a busy thread': 20,
} as const;

export default scenario('thread-pool-limit', {
  about: 'can a thread be started as soon as another one has ended, with memory for two?',
  // Nothing takes time but sleeping and computing: the best case for whoever waits for memory.
  timing: 'prompt',
  variants: {
    // The workers have released their locks, but have not been deleted, or not been freed.
    'create when done': { violates: CREATED, through: ['mp_thread_create', 'create'] },
    // The sleep of one tick is a spin with the GIL: the idle task never runs.
    'retry after 10 ms': {
      violates: IN_THE_END,
      through: ['freertos_entry', 'mp_thread_create', 'mp_hal_delay_ms'],
      also: [SOON],
    },
    'retry after 20 ms': { holds: true },
    // While main sleeps the other thread computes: the idle task never runs.
    'retry beside a busy thread': {
      violates: IN_THE_END,
      through: ['freertos_entry', 'mp_thread_create', 'mp_hal_delay_ms'],
      also: [SOON],
    },
  },
  build({ variant }) {
    const busyThread = variant === 'retry beside a busy thread';
    const retryMs = RETRY_MS[variant];
    const board = esp32({ cores: 1, pool: WORKERS, threads: busyThread ? 1 : 0 });
    const { _thread } = board;
    const done = [_thread.allocate_lock('first is done'), _thread.allocate_lock('second is done')];
    const seen = { refused: false, wasRefused: false, created: false };
    const work = {
      name: 'work',
      run(n: number) {
        done[n]!.release();
      },
    };
    const tryToStart = (n: number): boolean => {
      try {
        _thread.start_new_thread(work, n);
      } catch {
        ghost(() => {
          seen.refused = seen.wasRefused = true;
        });
        return false;
      }
      ghost(() => {
        seen.refused = false;
      });
      return true;
    };
    board.main(() => {
      for (const lock of done) lock.acquire();
      for (let n = 0; n < WORKERS; n++) _thread.start_new_thread(work, n);
      for (let n = 0; n < WORKERS; n++) done[n]!.acquire();
      for (let n = 0; n < WORKERS; n++)
        while (!tryToStart(n)) {
          if (retryMs === 0) return;
          board.mp_hal_delay_ms(retryMs);
        }
      ghost(() => {
        seen.created = true;
      });
    });
    if (busyThread)
      board.thread('busy', () => {
        'use python';
        while (true) busy(1000);
      });
    return [
      sometimes('a thread is refused although others have ended', () => seen.wasRefused),
      ...(retryMs === 0
        ? [always(CREATED, () => !seen.refused)]
        : [
            leadsTo(
              IN_THE_END,
              () => seen.refused,
              () => !seen.refused,
            ),
            within(SOON, 20_000, () => seen.refused),
          ]),
      ...(variant === 'retry after 20 ms' ? [sometimes('both are created', () => seen.created)] : []),
    ];
  },
});
