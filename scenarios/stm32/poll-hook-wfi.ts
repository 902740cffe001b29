/**
 * On the stm32 all waits run what is pending and then execute WFI, with interrupts on (MICROPY_EVENT_POLL_HOOK of
 * 28370c0450; mp_event_wait_indefinite of 1c3c201149 does the same). An interrupt that is served between the two
 * leaves its callback in the queue, and WFI, which remembers nothing, sleeps over it. #6056 (03e41dde49) turned the
 * two round under PRIMASK: if nothing is pending then WFI, interrupts on, run what is pending. A pending interrupt
 * ends WFI also while it is masked. It was never merged, because SysTick makes the loss a delay.
 *
 * Answer: without a tick the released hook loses callbacks for ever. The repair holds for callbacks, but neither for a
 * flag that a handler sets without scheduling anything (the notifier of #6106), nor on boards with threads, where the
 * mask ends before the GIL is given away. With the tick a callback is at most 1 ms late for each one in the ring: every
 * look runs one of them, and the wait after it does not ask whether there are more.
 */
import { scenario, sometimes, within } from 'upy-check';
import { type Mutex, noMutex } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { type Stm32, type Stm32Options, stm32, TICK_US } from 'upy-check/ports/stm32';

type Variant = 'released' | 'released-june-2020' | 'masked' | 'masked-flag' | 'masked-threads' | 'two-run';

const BOARDS: Readonly<Record<Variant, Stm32Options>> = {
  released: {},
  'released-june-2020': { era: 'E1' },
  masked: { era: 'E1', wait: 'masked' },
  'masked-flag': { era: 'E1', wait: 'masked' },
  'masked-threads': { era: 'E1', wait: 'masked', threads: 1 },
  'two-run': { threads: 1 },
};

const CALLBACK_WAITS = 'lost wakeup: a scheduled callback waits';

export default scenario('poll-hook-wfi', {
  about:
    '#6056: an interrupt between the last look and WFI must not be slept over, in a build without a tick',
  timing: 'any',
  parameters: { edges: 2 },
  full: { edges: 4 },
  variants: {
    // The handler runs after the look at the scheduler's state and before WFI: the callback is queued, and nobody comes.
    released: { violates: CALLBACK_WAITS, through: ['mp_handle_pending', 'mp_sched_schedule', 'wfi'] },
    'released-june-2020': {
      violates: CALLBACK_WAITS,
      through: ['handlePendingBehindState', 'mp_sched_schedule', 'wfi'],
    },
    masked: { holds: true },
    // The test under the mask is of the scheduler's state; this handler sets a flag and schedules nothing.
    'masked-flag': { violates: 'lost wakeup: what poll waits for is there', through: ['poll_ms', 'wfi'] },
    // The other thread is blocked. Interrupts are on again as the GIL is given away, and then comes the WFI.
    'masked-threads': {
      violates: CALLBACK_WAITS,
      through: ['mp_sched_schedule', 'pyb_thread_yield', 'wfi'],
    },
    // While two threads can run there is no WFI: they wait by handing the core to each other, and lose nothing.
    'two-run': { holds: true },
  },
  build({ variant, edges }) {
    const board = stm32({ tick: 0, ...BOARDS[variant] });
    if (variant === 'masked-flag') return flag(board, edges);
    if (variant === 'masked-threads') return callbacks(board, edges, waitForLock(board));
    if (variant === 'two-run') board.thread('other', () => board.mp_hal_stdin_rx_chr());
    return callbacks(board, edges);
  },
});

/** A second thread waits in `lock.acquire()` for main, which has the lock. */
function waitForLock(board: Stm32): Mutex {
  const lock = board.mutex('lock');
  board.thread('worker', () => {
    board.gil.release();
    lock.acquire();
  });
  return lock;
}

/** The REPL waits; a pin calls back. */
function callbacks(board: Stm32, edges: number, lock: Mutex = noMutex) {
  const seen = { edges: int(0, edges), calls: int(0, edges) };
  const pin = board.pin(4, { pollable: false }).irq({
    name: 'pin callback',
    run() {
      ghost(() => {
        seen.calls++;
      });
    },
  });
  board.main(() => {
    lock.acquire();
    board.mp_hal_stdin_rx_chr();
  });
  board.irq('pin 4 interrupt', { times: edges }, () => {
    pin.isr();
    ghost(() => {
      seen.edges++;
    });
  });
  return [sometimes('every edge calls back', () => seen.calls === edges)];
}

/** `poll_ms` waits for an object whose handler sets a flag. */
function flag(board: Stm32, edges: number) {
  const seen = { edges: int(0, edges) };
  const poll = board.uevent.poll();
  const pin = board.pin(4);
  board.main(() => {
    'use python';
    while (true) {
      poll.register(pin);
      poll.poll_ms(-1);
      while (poll.next() !== null) {
        pin.read();
        ghost(() => {
          seen.edges++;
        });
      }
    }
  });
  board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
  return [sometimes('every edge is seen', () => seen.edges === edges)];
}

const [AT_ONCE, ONE_TICK, TWO_TICKS] = [
  'a callback runs at once',
  'a callback runs within one tick',
  'a callback runs within two ticks',
];

/** With the tick the same window costs time only, but a tick for each callback, because a look runs one of them. */
export const latency = scenario('poll-hook-wfi-latency', {
  about:
    'how late a callback runs when its interrupt comes between the last look and WFI, with the tick of 1 ms',
  timing: 'prompt',
  timeUnit: TICK_US / 2,
  variants: {
    // The edge comes after a look: nothing happens until the next tick.
    'one-edge': { violates: AT_ONCE, through: ['mp_sched_schedule', 'wfi'] },
    // Two callbacks in the ring, one look a tick.
    'two-edges': { violates: ONE_TICK, through: ['mp_sched_run_pending', 'wfi'], also: [AT_ONCE] },
    'masked-two-edges': { holds: true },
  },
  build({ variant }) {
    const board = stm32(variant === 'masked-two-edges' ? { era: 'E1', wait: 'masked' } : {});
    const waiting = () => board.scheduler.hasWork();
    return [
      ...callbacks(board, variant === 'one-edge' ? 1 : 2),
      within(AT_ONCE, 1, waiting),
      within(ONE_TICK, TICK_US, waiting),
      within(TWO_TICKS, 2 * TICK_US, waiting),
    ];
  },
});
