/**
 * In June 2020 the idle task of the esp32, which frees the memory of a thread that has ended, also gave the thread's list node back to the
 * *Python* heap (vPortCleanUpTCB, m_del), without the GIL; in a build with a GIL the heap has no lock of its own. It runs only while every
 * Python thread is blocked, so no allocation is under way when it begins. But it can be interrupted by a tick that makes a thread
 * ready: the thread allocates, and the idle task then writes back a byte of the allocation table that it has read before. A block
 * that is in use is free again, and is handed out a second time. 31e0b8c71c (v1.16) leaves the node to the collector.
 */
import { always, scenario, sometimes } from 'upy-check';
import { vTaskDelay } from 'upy-check/freertos';
import { AllocationTable } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';

const ONCE = 'no block is handed out twice';

export default scenario('idle-frees-into-heap', {
  about: 'may the idle task free memory of the Python heap?',
  timing: 'any',
  variants: {
    // Idle has read the byte; main wakes up and takes the block beside; idle writes the byte.
    'June 2020': { violates: ONCE, through: ['vPortCleanUpTCB', 'gc_free', 'gc_alloc'] },
    'left to the collector': { holds: true },
  },
  build({ variant }) {
    const heap = new AllocationTable();
    // The list node of the thread, which mp_thread_create has allocated.
    const node = heap.reserve();
    const seen = { handedOut: int(0, 15), twice: false, freed: false };
    const board = esp32({
      era: 'E1',
      cores: 1,
      pool: 1,
      threadExit: variant === 'June 2020' ? 'idle task frees' : 'idle task unlinks',
      m_del: () => {
        heap.gc_free(node);
        ghost(() => {
          seen.freed = true;
          seen.handedOut &= ~(1 << node);
        });
      },
    });
    const work = { name: 'work', run() {} };
    board.main(() => {
      board._thread.start_new_thread(work);
      // Main waits without the GIL, and allocates. Meanwhile the thread runs and ends, and the idle task runs.
      for (let n = 0; n < 3; n++) {
        board.gil.release();
        vTaskDelay(board.kernel, 1);
        board.gil.acquire();
        const block = heap.gc_alloc();
        ghost(() => {
          if ((seen.handedOut & (1 << block)) !== 0) seen.twice = true;
          seen.handedOut |= 1 << block;
        });
      }
    });
    return [
      always(ONCE, () => !seen.twice),
      sometimes('blocks are handed out', () => seen.handedOut !== 0),
      sometimes('the thread is off the list', () => board.threads.list.length === 0),
    ];
  },
});
