/**
 * A hard interrupt must not allocate, so its dispatcher locks the heap. For whom? With one `gc_lock_depth` for all, what a
 * handler on core 0 forbids itself is forbidden to the thread on core 1, too: its allocations fail with MemoryError,
 * with all memory free. And as the depth is changed under the heap's mutex, a handler that interrupts its own core's
 * allocation waits for a thread that cannot go on. `micropython.heap_lock()` of one thread does the first of the two as well.
 * MicroPython issue #6957, repaired by b6b39bff47 (v1.16, pull request #7238): a depth for each thread, without a mutex, and
 * looked at before the mutex is taken. Fatal only without a GIL, so on rp2 and unix; with one, 2020's other ports had only the
 * failing allocation of another thread that heap_lock() causes.
 */
import { always, scenario, sometimes } from 'upy-check';
import { type Callback, GcMutex, MemoryError } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { bare } from 'upy-check/ports/bare';

const OWN_FAULT = 'no thread pays for what another one forbids itself';

export default scenario('gc-lock-isr', {
  about: 'a hard interrupt on core 0 locks the heap while both cores allocate',
  timing: 'any',
  parameters: { edges: 2, allocations: 2 },
  full: { edges: 4, allocations: 3 },
  variants: {
    // The handler on core 0 has raised the depth: core 1 allocates and gets a MemoryError. Or it wants the mutex of its own thread.
    'global-depth': { violates: OWN_FAULT, through: ['gc_lock', 'm_malloc_fail'], also: ['deadlock'] },
    'depth-per-thread': { holds: true },
    // No interrupt at all: main calls micropython.heap_lock(), and the other thread's allocation fails.
    'heap-lock-global': { violates: OWN_FAULT, through: ['heap_lock', 'm_malloc_fail'] },
    'heap-lock-per-thread': { holds: true },
  },
  build({ variant, edges, allocations }) {
    const lockDepth =
      variant === 'depth-per-thread' || variant === 'heap-lock-per-thread' ? 'thread' : 'global';
    const board = bare({ cores: 2, lockDepth, gcMutex: new GcMutex() });
    const { heap } = board.vm;
    const locks = variant === 'heap-lock-global' || variant === 'heap-lock-per-thread';
    const seen = { memoryError: false, ended: int(0, 2), calls: int(0, edges) };

    const allocate = () => {
      for (let n = 0; n < allocations; n++)
        try {
          heap.gc_alloc('a list');
        } catch (e) {
          if (e !== MemoryError) throw e;
          ghost(() => {
            seen.memoryError = true;
          });
        }
    };
    const end = () =>
      ghost(() => {
        seen.ended++;
      });
    const handler: Callback = {
      name: 'pin handler',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    };
    board.main(() => {
      if (locks) {
        heap.heap_lock();
        // … what must not allocate …
        heap.heap_unlock();
      }
      allocate();
      end();
    });
    board.thread('thread on core 1', () => {
      allocate();
      end();
    });
    const pin = board.pin(4, { pollable: false }).irq(handler, { hard: true });
    if (!locks) board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
    return [
      always(OWN_FAULT, () => !seen.memoryError),
      sometimes('all has happened', () => seen.ended === 2 && (locks || seen.calls === edges)),
    ];
  },
});
