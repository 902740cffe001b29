/**
 * A soft reset of the esp32 deletes the task of every Python thread that is on the port's list. A thread that ends deletes its own
 * task. Who takes it off the list? Until MicroPython e1ab04e820 (pull request #17287, v1.26) the idle task did, when it freed the
 * task's memory: between the two the list holds a task that is gone already. A busy thread can keep the idle task away for ever, so
 * the gap is as long as one likes. Since then a thread takes itself off the list, under the list's mutex, before it
 * deletes itself; the reset deletes and unlinks under the same mutex. Whoever touches the list has that mutex, in each release: the GIL
 * would not do, because neither the idle task has it nor a thread that unlinks itself. The reset gives the mutex back, for the next
 * program; it is not made anew. With `--set size=full` the last variant has 232,514 states.
 */
import { alwaysPossible, scenario, sometimes } from 'upy-check';
import { vTaskDelay } from 'upy-check/freertos';
import { choose, ghost, int } from 'upy-check/model';
import { type Esp32Options, esp32 } from 'upy-check/ports/esp32';

const NEXT = 'the next program can go on';

const BOARDS: Readonly<Record<string, Esp32Options>> = {
  'June 2020': { era: 'E1' },
  'v1.25': { threadExit: 'idle task unlinks' },
  'unlinks itself': {},
};

export default scenario('thread-double-delete', {
  about: '#17287: can a soft reset delete the task of a thread that has ended?',
  timing: 'any',
  races: true,
  parameters: { threads: 2 },
  full: { threads: 3 },
  variants: {
    // The worker has deleted itself, the idle task has not run, and mp_thread_deinit finds the node.
    'June 2020': {
      violates: 'vTaskDelete of a task that is deleted',
      through: ['freertos_entry', 'deleteOneByOne', 'vTaskDelete'],
      also: [NEXT],
    },
    'v1.25': {
      violates: 'vTaskDelete of a task that is deleted',
      through: ['freertos_entry', 'deleteOneByOne', 'vTaskDelete'],
      also: [NEXT],
    },
    'unlinks itself': { holds: true },
  },
  build({ variant, threads }) {
    const board = esp32({ cores: 1, pool: threads, ...BOARDS[variant] });
    const seen = { ended: int(0, threads + 1), reset: false, next: false };
    const work = {
      name: 'work',
      run() {
        ghost(() => {
          seen.ended++;
        });
      },
    };
    board.main(() => {
      for (let n = 1; n < threads; n++) {
        board._thread.start_new_thread(work);
        // The program sleeps, and the thread ends or does not.
        board.gil.release();
        vTaskDelay(board.kernel, 1);
        board.gil.acquire();
      }
      // It starts another one, or not; then Ctrl-D.
      if (choose(2) === 1) board._thread.start_new_thread(work);
      board.threads.mp_thread_deinit();
      ghost(() => {
        seen.reset = true;
      });
      // The next program.
      try {
        board._thread.start_new_thread(work);
      } catch {
        // no memory: see thread-pool-limit
      }
      ghost(() => {
        seen.next = true;
      });
    });
    return [
      sometimes(
        'a soft reset finds a thread that has not ended',
        () => seen.reset && !seen.next && seen.ended < threads,
      ),
      sometimes(
        'a soft reset comes after a thread has ended',
        () => seen.reset && !seen.next && seen.ended > 0,
      ),
      alwaysPossible(NEXT, () => seen.next),
    ];
  },
});
