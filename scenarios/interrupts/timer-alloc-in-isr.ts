/**
 * May the callback of a timer allocate? A hard one runs in the interrupt, and mp_irq_dispatch locks the heap for it: an
 * allocation is a MemoryError, nobody is there to catch it, it is printed once, and the timer is silent from then on. What
 * allocates is not always visible: `self.work` makes a bound method, so `micropython.schedule(self.work, 0)` fails in an
 * interrupt, and works when the method was bound before (`self.work_ref = self.work` in __init__). It then fails where the ring
 * is full: what schedule() raises ends the timer as well, unless the callback catches it. Asked in #6125,
 * where hard, soft and thread level are told apart, and in the MicroPython issues #2658 and #7433; code of 1c3c201149
 * (shared/runtime/mpirq.c, ports/stm32/timer.c). In June 2020 the callback of pyb.Timer was hard, and there was no choice.
 */
import { always, alwaysPossible, scenario, sometimes } from 'upy-check';
import { type Callback, QueueFull } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { bare } from 'upy-check/ports/bare';

const PERIOD_US = 1000;
const GOES_ON = 'the timer goes on calling back';
const DONE = 'what the callback puts off is done';

export default scenario('timer-alloc-in-isr', {
  about: 'the callback of a timer allocates: hard, soft, and with schedule()',
  timing: 'any',
  parameters: { calls: 3 },
  variants: {
    // Two floats are multiplied: the result needs memory, the heap is locked, and the callback is gone.
    'hard-allocates': { violates: GOES_ON, through: ['mp_irq_dispatch', 'm_malloc_fail'] },
    // self.work is looked up in the interrupt: that makes a bound method, which needs memory.
    'hard-binds-method': { violates: GOES_ON, through: ['mp_irq_dispatch', 'm_malloc_fail'] },
    // Main is slow, the ring is full, and the exception of schedule() ends the timer like any other.
    'hard-queue-full': { violates: GOES_ON, through: ['mp_irq_dispatch', 'schedule'] },
    // The method was bound before, and the callback catches that the ring is full.
    'hard-bound-before': { holds: true },
    'hard-integers-only': { holds: true },
    'soft-allocates': { holds: true },
  },
  build({ variant, calls }) {
    const board = bare({ schedulerDepth: 2 });
    const { heap } = board.vm;
    const timer = board.timer(2, { hard: variant !== 'soft-allocates' });
    const seen = { calls: int(0, calls), started: false, works: int(0, calls) };

    const work: Callback = {
      name: 'self.work',
      run() {
        'use python';
        heap.gc_alloc('a float');
        ghost(() => {
          if (seen.works < calls) seen.works++;
        });
      },
    };
    const counted = (run: () => void): Callback => ({
      name: 'timer callback',
      run() {
        run();
        ghost(() => {
          if (seen.calls < calls) seen.calls++;
        });
      },
    });
    const schedule = () => board.scheduler.schedule(work);
    const callbacks: Record<string, Callback> = {
      'hard-allocates': counted(() => heap.gc_alloc('a float')),
      'soft-allocates': counted(() => heap.gc_alloc('a float')),
      'hard-binds-method': counted(() => {
        heap.gc_alloc('the bound method self.work');
        schedule();
      }),
      'hard-queue-full': counted(schedule),
      'hard-bound-before': counted(() => {
        try {
          schedule();
        } catch (e) {
          if (e !== QueueFull) throw e;
        }
      }),
      'hard-integers-only': counted(() => {}),
    };
    const callback = callbacks[variant]!;
    board.main(() => {
      timer.periodic(PERIOD_US, callback);
      ghost(() => {
        seen.started = true;
      });
      while (true) board.eventPollHook();
    });
    return [
      always(GOES_ON, () => !seen.started || timer.callback !== null),
      ...(variant === 'hard-bound-before' ? [alwaysPossible(DONE, () => seen.works === calls)] : []),
      sometimes('the timer interrupts', () => timer.line.core.active === timer.line),
      ...(variant === 'hard-allocates' || variant === 'hard-binds-method'
        ? []
        : [sometimes('the callback is called again and again', () => seen.calls === calls)]),
    ];
  },
});
