/**
 * A soft reset of the esp32 deletes the task of every Python thread that is on the port's list. A thread that ends deletes its own
 * task. Who takes it off the list? Until MicroPython e1ab04e820 (pull request #17287, v1.26) the idle task did, when it freed the
 * task's memory: between the two the list holds a task that is gone already. A busy thread can keep the idle task away for ever, so
 * the gap is as long as one likes. Since then a thread takes itself off the list, under the list's mutex, before it
 * deletes itself; the reset deletes and unlinks under the same mutex. With `--set size=full` the last variant has 20,560 states.
 */
import { lostWakeup, scenario, sometimes } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { type Esp32Options, esp32 } from 'upy-check/ports/esp32';

const BOARDS: Readonly<Record<string, Esp32Options>> = {
  'June 2020': { era: 'E1' },
  'v1.25': { threadExit: 'idle task unlinks' },
  'unlinks itself': {},
};

export default scenario('thread-double-delete', {
  about: '#17287: can a soft reset delete the task of a thread that has ended?',
  timing: 'any',
  parameters: { threads: 1 },
  full: { threads: 2 },
  variants: {
    // The worker has deleted itself, the idle task has not run, and mp_thread_deinit finds the node.
    'June 2020': {
      violates: 'vTaskDelete of a task that is deleted',
      through: ['freertos_entry', 'deleteOneByOne', 'vTaskDelete'],
    },
    'v1.25': {
      violates: 'vTaskDelete of a task that is deleted',
      through: ['freertos_entry', 'deleteOneByOne', 'vTaskDelete'],
    },
    'unlinks itself': { holds: true },
  },
  build({ variant, threads }) {
    const board = esp32({ cores: 1, pool: threads, ...BOARDS[variant] });
    const seen = { ended: int(0, threads), reset: false };
    const work = {
      name: 'work',
      run() {
        ghost(() => {
          seen.ended++;
        });
      },
    };
    board.main(() => {
      for (let n = 0; n < threads; n++) board._thread.start_new_thread(work);
      // The program goes on, and threads end or do not; then Ctrl-D.
      board.gil.release();
      board.gil.acquire();
      board.threads.mp_thread_deinit();
      ghost(() => {
        seen.reset = true;
      });
    });
    return [
      sometimes('a soft reset finds a thread that has not ended', () => seen.reset && seen.ended < threads),
      sometimes(
        'a soft reset comes after all threads have ended',
        () => seen.reset && seen.ended === threads,
      ),
      lostWakeup('the soft reset completes', () => !seen.reset),
    ];
  },
});
