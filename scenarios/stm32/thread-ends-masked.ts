/**
 * The threads of the stm32 that can run are a circle of pointers, and PendSV goes to the next one at the end of a time slice. A thread that
 * ends takes itself out of the circle (pyb_thread_terminate, ports/stm32/pybthread.c, the same in 28370c0450 and 1c3c201149); one that
 * is started is put in (pyb_thread_new). Both are done with interrupts off: a switch halfway would never come back to the thread that ends,
 * and its neighbour would still point to it, so that the next thread that is put in is in no circle and never runs. The request of the switch is
 * left pending, to be served as interrupts are on again. But what is on again is what was on before: a thread that
 * ends after `machine.disable_irq()` goes on after its end, into the fatal error "could not terminate".
 */
import { alwaysPossible, scenario, sometimes } from 'upy-check';
import { ghost } from 'upy-check/model';
import { IRQ_PRI_SYSTICK, stm32 } from 'upy-check/ports/stm32';

const RUNS = 'the thread that main starts can run';

export default scenario('thread-ends-masked', {
  about: 'is the circle of threads whole when a time slice ends while a thread ends or is started?',
  timing: 'any',
  parameters: { slices: 2 },
  variants: {
    released: { holds: true },
    // The first thread has called disable_irq() and returns: PendSV does not come.
    'disable_irq, then the end': {
      violates: 'no fatal error "could not terminate"',
      through: ['disableInterrupts', 'pyb_thread_terminate'],
      also: [RUNS],
    },
  },
  build({ variant, slices }) {
    const board = stm32({ tick: 0, threads: 2 });
    const { threads, core } = board;
    const seen = { ran: false };
    const second = board.newThread('second', () => {
      ghost(() => {
        seen.ran = true;
      });
    });
    board.main(() => threads.pyb_thread_new(second));
    board.thread('first', () => {
      if (variant === 'disable_irq, then the end') core.disableInterrupts();
    });
    // The ticks that end a time slice: all others only count.
    board.irq('SysTick', { times: slices, priority: IRQ_PRI_SYSTICK, wakes: 'systick' }, () =>
      threads.requestSwitch(),
    );
    return [
      alwaysPossible(RUNS, () => seen.ran),
      sometimes('the first thread ends before the second one is started', () => !threads.enabled),
      sometimes('the second thread runs', () => seen.ran),
    ];
  },
});
