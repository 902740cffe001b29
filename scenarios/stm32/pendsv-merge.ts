/**
 * On the stm32 one pending bit of PendSV carries two requests: "dispatch" (soft timers, lwIP, cyw43, Bluetooth) and
 * "switch threads". PendSV_Handler (ports/stm32/pendsv.c, the same in 28370c0450 and 1c3c201149) looks for a dispatch
 * first, and if there is one it returns without switching. A thread that waits for a mutex (pyb_mutex_lock) has taken itself
 * off the run list, has requested the switch, and takes it that whoever comes out of there owns the mutex. Can a dispatch
 * that is requested at the wrong moment let it go on?
 *
 * Answer: yes. The mask of pyb_mutex_lock keeps out PendSV, not the interrupts that request dispatches, and one that comes
 * between the request and the handler's look is enough; we know of no report. The thread goes on without the mutex. When it
 * unlocks it is its own first waiter: it is linked into a circle of its own, the real owner never runs again, and the next
 * wait ends in the fatal error "deadlock". A thread that ends at such a moment gives the fatal error "could not terminate".
 * Switching after a dispatch as well repairs both: a switch too many does no harm.
 * `--set size=full`: the same verdicts, 381,000 states.
 */
import { always, lostWakeup, scenario, sometimes } from 'upy-check';
import { ghost, int, pause } from 'upy-check/model';
import { IRQ_PRI_SYSTICK, type Stm32, stm32 } from 'upy-check/ports/stm32';

const [DEADLOCK, TERMINATE] = ['no fatal error "deadlock"', 'no fatal error "could not terminate"'];

export default scenario('pendsv-merge', {
  about: 'can a dispatch of a soft timer take the place of a thread switch, and what becomes of the thread?',
  timing: 'any',
  parameters: { ticks: 2 },
  full: { ticks: 6 },
  variants: {
    // The worker waits for main's lock. The tick comes before PendSV does, PendSV dispatches, and the worker goes on.
    released: {
      violates: 'one thread has the lock',
      through: ['removeFromRunable', 'schedule', 'takeActive'],
      also: [DEADLOCK],
    },
    'no-soft-timer': { holds: true },
    'switches-too': { holds: true },
    // The same as a thread ends: the switch that it should never come back from is not made.
    'thread-ends': {
      violates: TERMINATE,
      through: ['pyb_thread_terminate', 'schedule', 'takeActive'],
      // With more ticks the GIL is hit as well.
      also: [DEADLOCK, 'lost wakeup: a thread has work to do'],
    },
    'thread-ends-switches-too': { holds: true },
  },
  build({ variant, ticks }) {
    const board = stm32({
      tick: 0,
      threads: 1,
      pendSvAlwaysSwitches: variant === 'switches-too' || variant === 'thread-ends-switches-too',
    });
    if (variant !== 'no-soft-timer') {
      const softTimer = board.dispatchSlot('soft timer', () => {});
      board.irq('SysTick', { times: ticks, priority: IRQ_PRI_SYSTICK, wakes: 'systick' }, () =>
        board.pendSv.schedule(softTimer),
      );
    }
    return variant.startsWith('thread-ends') ? oneThreadEnds(board) : twoThreads(board);
  },
});

/** Main and a worker work under a lock, again and again, and main sleeps with the lock. */
function twoThreads(board: Stm32) {
  const { gil } = board;
  const lock = board.mutex('lock');
  const seen = { inside: int(0, 2), main: false, worker: false };
  const locked = (work: () => void) => {
    // lock.acquire() of modthread.c: without the GIL.
    gil.release();
    lock.acquire();
    gil.acquire();
    ghost(() => {
      seen.inside++;
    });
    work();
    ghost(() => {
      seen.inside--;
    });
    lock.release();
  };
  board.main(() => {
    while (true) {
      locked(() => board.eventPollHook());
      ghost(() => {
        seen.main = true;
      });
    }
  });
  board.thread('worker', () => {
    while (true) {
      locked(() => pause());
      ghost(() => {
        seen.worker = true;
      });
      board.eventPollHook();
    }
  });
  return [
    always('one thread has the lock', () => seen.inside <= 1),
    sometimes('both get it', () => seen.main && seen.worker),
  ];
}

/** A worker is started, works and ends, while main waits for input. */
function oneThreadEnds(board: Stm32) {
  const seen = { ended: false };
  board.main(() => board.mp_hal_stdin_rx_chr());
  const worker = board.thread('worker', () => {
    pause();
    ghost(() => {
      seen.ended = true;
    });
  });
  return [
    lostWakeup('a thread has work to do', () => !seen.ended, worker),
    sometimes('main is the only thread again', () => !board.threads.enabled),
  ];
}
