/**
 * Pull request #6125 of MicroPython adds `uevent`: `poll_ms` waits for objects and is ended by a ready object or the
 * timeout only. On the esp32 it waits in MICROPY_EVENT_POLL_HOOK, where a thread sleeps until a tick or a task
 * notification. The question is which wake-ups an interrupt can lose on that path, and what each design needs:
 * a wake at all, a wake that latches, one that counts, an atomic section that covers both cores, room in the
 * scheduler's ring, and a `notify` that names its poller. `notify` is a proposal; the pull request has none.
 *
 * The first scenario asks whether a wake-up can be lost for ever. It has no tick: a tick turns each loss
 * into a delay, which the second scenario measures.
 */
import { always, idle, lostWakeup, scenario, sometimes, within } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { type Esp32, type Esp32Options, esp32, TICK_US } from 'upy-check/ports/esp32';

type Variant =
  | 'notify-from-isr'
  | 'isr-on-other-core'
  | 'no-wake'
  | 'check-then-suspend'
  | 'take-clears-count'
  | 'masks-one-core'
  | 'spinlock'
  | 'ring-full'
  | 'ring-with-room'
  | 'anonymous-notify'
  | 'named-notify';

/** What the board of each variant has that the released one has not. The ring is small, so that it can be full. */
const boards = (edges: number): Readonly<Record<Variant, Esp32Options>> => ({
  'notify-from-isr': {},
  'isr-on-other-core': {},
  'no-wake': { wakeMainTaskFromIsr: false },
  'check-then-suspend': { wait: 'suspend' },
  'take-clears-count': { schedulerDepth: edges, clearCountOnTake: true },
  'masks-one-core': { era: 'E1', schedulerDepth: 2 },
  spinlock: { era: 'E1', schedulerDepth: 2, atomicSection: 'spinlock', openSections: true },
  'ring-full': { schedulerDepth: edges - 1 },
  'ring-with-room': { schedulerDepth: edges },
  'anonymous-notify': { threads: 1, notify: 'anonymous' },
  'named-notify': { threads: 1, notify: 'named' },
});

const CALLBACK_WAITS = 'lost wakeup: a scheduled callback waits';
const POLL_IS_DUE = 'lost wakeup: what poll waits for is there';

export default scenario('uevent-wake', {
  about: '#6125: an interrupt must end uevent.poll_ms and run its callback, wherever in the wait it lands',
  timing: 'any',
  parameters: { edges: 3 },
  full: { edges: 4 },
  variants: {
    // The notification counts, so one that comes between the last look and the sleep ends the sleep at once.
    'notify-from-isr': { holds: true },
    // The handler readies main for the other core and interrupts that core; the give is under the kernel lock.
    'isr-on-other-core': { holds: true },
    // The handler finds main asleep. The callback is queued, the edge is there, and nobody looks again.
    'no-wake': { violates: CALLBACK_WAITS, through: ['mp_sched_schedule'], also: [POLL_IS_DUE] },
    // Resume before suspend does nothing: the handler runs in the window between the last look and vTaskSuspend.
    'check-then-suspend': {
      violates: POLL_IS_DUE,
      through: ['xTaskResumeFromISR', 'vTaskSuspend'],
      also: [CALLBACK_WAITS],
    },
    // Two gives, one take: a check runs one callback only, and the second callback's wake-up is gone.
    'take-clears-count': {
      violates: CALLBACK_WAITS,
      through: ['ulTaskNotifyTake', 'mp_sched_run_pending'],
      also: ['every edge calls back'],
    },
    // The length says 1 before the slot is written, and main, on the other core, is not kept out.
    'masks-one-core': {
      violates: 'the ring hands out what was put in',
      through: ['put', 'take'],
      also: [CALLBACK_WAITS, 'every accepted callback runs'],
    },
    spinlock: { holds: true },
    // C callers ignore that schedule() refused: the second edge has no callback, and nothing says so.
    'ring-full': { violates: 'every edge calls back', through: ['mp_sched_schedule'] },
    'ring-with-room': { holds: true },
    // One flag for all pollers, and only main is woken: main's poll_ms eats the notification for the other thread.
    'anonymous-notify': {
      violates: 'lost wakeup: work waits for the second poller',
      through: ['notify', 'takeNotified'],
    },
    'named-notify': { holds: true },
  },
  build({ variant, edges }) {
    const board = esp32({ tick: 0, ...boards(edges)[variant] });
    switch (variant) {
      case 'masks-one-core':
      case 'spinlock':
        return sharedRing(board, edges);
      case 'ring-full':
      case 'ring-with-room':
      case 'take-clears-count':
        return smallRing(board, edges, variant === 'ring-full');
      case 'anonymous-notify':
      case 'named-notify':
        return twoPollers(board, edges, variant === 'named-notify');
      default:
        return pollAndCallback(board, edges, variant === 'isr-on-other-core' ? 0 : 1);
    }
  },
});

/** Main, on core 1, waits for a pin that also has a soft callback. */
function pollAndCallback(board: Esp32, edges: number, core: 0 | 1) {
  const seen = { edges: int(0, edges), calls: int(0, edges) };
  const poll = board.uevent.poll();
  const pin = board.pin(4).irq({
    name: 'pin callback',
    run() {
      ghost(() => {
        seen.calls++;
      });
    },
  });
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
  board.irq('pin 4 interrupt', { times: edges, core }, () => pin.isr());
  return [
    sometimes('every edge is seen', () => seen.edges === edges),
    sometimes('every edge calls back', () => seen.calls === edges),
  ];
}

/** The REPL waits on core 1 while a handler on core 0 schedules: who else is in the atomic section? */
function sharedRing(board: Esp32, edges: number) {
  const limit = 2 * edges;
  const seen = { accepted: int(0, edges), calls: int(0, limit) };
  const callback = {
    name: 'callback',
    run() {
      ghost(() => {
        if (seen.calls < limit) seen.calls++;
      });
    },
  };
  board.main(() => board.mp_hal_stdin_rx_chr());
  board.irq('core 0 interrupt', { times: edges, core: 0 }, () => {
    if (board.scheduler.mp_sched_schedule(callback))
      ghost(() => {
        seen.accepted++;
      });
    board.mp_hal_wake_main_task_from_isr();
  });
  const { ring } = board.scheduler;
  return [
    always('the length of the ring fits', () => ring.pending() >= 0 && ring.pending() <= ring.depth),
    idle('every accepted callback runs', () => seen.calls === seen.accepted),
    sometimes('every edge calls back', () => seen.calls === edges),
  ];
}

/** The REPL waits; a pin only calls back. */
function smallRing(board: Esp32, edges: number, overflows: boolean) {
  const seen = { edges: int(0, edges), calls: int(0, edges) };
  const pin = board.pin(4, { pollable: false }).irq({
    name: 'pin callback',
    run() {
      ghost(() => {
        seen.calls++;
      });
    },
  });
  board.main(() => board.mp_hal_stdin_rx_chr());
  board.irq('pin 4 interrupt', { times: edges }, () => {
    pin.isr();
    ghost(() => {
      seen.edges++;
    });
  });
  const properties = [
    idle('every edge calls back', () => seen.calls === seen.edges),
    sometimes('as many callbacks run as edges came', () => seen.calls === edges),
  ];
  if (overflows) properties.push(sometimes('an event is dropped', () => board.scheduler.dropped));
  return properties;
}

/** Main and a second thread wait in pollers of their own; an interrupt has work for the second one. */
function twoPollers(board: Esp32, edges: number, named: boolean) {
  const work = { pending: false };
  const seen = { done: int(0, edges), spurious: false };
  const [first, second] = [board.uevent.poll('first poll'), board.uevent.poll('second poll')];
  board.main(() => {
    'use python';
    while (true) {
      first.poll_ms(-1);
      ghost(() => {
        seen.spurious = true;
      });
    }
  });
  const worker = board.thread('worker', () => {
    'use python';
    while (true) {
      second.poll_ms(-1);
      if (work.pending) {
        work.pending = false;
        ghost(() => {
          seen.done++;
        });
      }
    }
  });
  board.irq('timer interrupt', { times: edges }, () => {
    work.pending = true;
    if (named) second.notify();
    else board.uevent.notify();
  });
  const properties = [
    lostWakeup('work waits for the second poller', () => work.pending, worker),
    sometimes('work is done for every interrupt', () => seen.done === edges),
  ];
  if (named) properties.push(always('nobody is woken for another', () => !seen.spurious));
  return properties;
}

const [HALF, ONE, TWO] = [
  'a callback runs within half a tick',
  'a callback runs within one tick',
  'a callback runs within two ticks',
];

type Late = 'notify' | 'notify-other-core' | 'no-wake-core-0' | 'no-wake-core-1' | 'no-wake-two-callbacks';

/** Where main and the interrupt run, and how many edges come. */
const LATE: Readonly<Record<Late, { wakes: boolean; main: 0 | 1; interrupt: 0 | 1; edges: number }>> = {
  notify: { wakes: true, main: 1, interrupt: 1, edges: 2 },
  'notify-other-core': { wakes: true, main: 1, interrupt: 0, edges: 2 },
  'no-wake-core-0': { wakes: false, main: 0, interrupt: 0, edges: 1 },
  'no-wake-core-1': { wakes: false, main: 1, interrupt: 1, edges: 1 },
  'no-wake-two-callbacks': { wakes: false, main: 0, interrupt: 0, edges: 2 },
};

/**
 * With the tick, a handler that wakes nobody costs time only. How much is not the same on both cores: core 0's tick
 * expires all timeouts, but tells the other core nothing, which notices at its own tick. And each look runs one
 * callback, so that without a wake a second one waits for another tick.
 */
export const latency = scenario('uevent-wake-latency', {
  about: 'how late a soft callback runs when its interrupt does not wake the main task',
  timing: 'prompt',
  timeUnit: TICK_US / 2,
  variants: {
    notify: { holds: true },
    'notify-other-core': { holds: true },
    // The edge comes right after a tick's look: nothing happens until the next tick.
    'no-wake-core-0': { violates: HALF, through: ['mp_sched_schedule'] },
    // Core 1's tick comes first, core 0's then readies main, and core 1 notices one tick later.
    'no-wake-core-1': { violates: ONE, through: ['xTaskIncrementTickOtherCores'], also: [HALF] },
    // Two callbacks in the ring, one look a tick.
    'no-wake-two-callbacks': { violates: ONE, through: ['mp_sched_run_pending'], also: [HALF] },
  },
  build({ variant }) {
    const { wakes, main, interrupt, edges } = LATE[variant];
    const board = esp32({ mainCore: main, wakeMainTaskFromIsr: wakes });
    const seen = { calls: int(0, 2) };
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'pin callback',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    });
    board.main(() => board.mp_hal_stdin_rx_chr());
    board.irq('pin 4 interrupt', { times: edges, core: interrupt }, () => pin.isr());
    const waiting = () => board.scheduler.hasWork();
    return [
      within(HALF, TICK_US / 2, waiting),
      within(ONE, TICK_US, waiting),
      within(TWO, 2 * TICK_US, waiting),
      sometimes('every edge calls back', () => seen.calls === edges),
    ];
  },
});
