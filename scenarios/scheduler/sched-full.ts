/**
 * The ring of soft callbacks holds 4 or 8 (MICROPY_SCHEDULER_DEPTH). What happens to the event that finds it full? Asked
 * in #6125, where an interrupt must not be lost on its way to a poller. The answer: micropython.schedule() raises
 * RuntimeError (py/modmicropython.c), but Pin, Timer and UART ignore that mp_sched_schedule() refused
 * (shared/runtime/mpirq.c, 1c3c201149), and nothing says so. So count in a hard handler, or schedule something that
 * merges: a C node (mp_sched_schedule_node), which waits at most once and then looks at what there is to do.
 *
 * Python that takes the count in two statements loses what comes between them: also that needs disable_irq().
 */
import { idle, scenario, sometimes } from 'upy-check';
import { CoreMask } from 'upy-check/hardware';
import { Node, QueueFull } from 'upy-check/micropython';
import { atomic, ghost, int } from 'upy-check/model';
import { type Bare, bare } from 'upy-check/ports/bare';

const HANDLED = 'every edge is handled';

export default scenario('sched-full', {
  about: 'what becomes of an event that finds the queue of soft callbacks full?',
  parameters: { edges: 3 },
  full: { edges: 5 },
  variants: {
    // Three edges come before main is at a jump, and there is room for two.
    'soft-pin-irq': { violates: HANDLED, through: ['isr', 'mp_sched_schedule'] },
    'soft-pin-irq-room-for-all': { holds: true },
    'python-tries-again': { holds: true },
    'node-looks-at-count': { holds: true },
    'hard-count-irq-disabled': { holds: true },
    // The edge comes between the read of the count and the write of 0.
    'hard-count': { violates: HANDLED, through: ['countEdge', 'takeCount'] },
  },
  build({ variant, edges }) {
    const room = variant === 'soft-pin-irq-room-for-all' ? edges : edges - 1;
    const board = bare({ schedulerDepth: room });
    const seen = { edges: int(0, edges), handled: int(0, edges) };
    const came = () =>
      ghost(() => {
        seen.edges++;
      });
    const handled = (count: number) =>
      ghost(() => {
        seen.handled += count;
      });
    switch (variant) {
      case 'soft-pin-irq':
      case 'soft-pin-irq-room-for-all':
        softPin(board, edges, came, handled);
        break;
      case 'python-tries-again':
        pythonSchedules(board, edges, came, handled);
        break;
      default:
        counting(board, edges, came, handled, variant);
    }
    return [
      idle(HANDLED, () => seen.handled === seen.edges),
      sometimes('all edges come and are handled', () => seen.handled === edges),
    ];
  },
});

type Told = (count: number) => void;

/** Python at work: a loop, whose jumps let callbacks in, and which rests where nothing waits. */
function work(board: Bare): void {
  board.main(() => {
    'use python';
    while (true) board.eventPollHook();
  });
}

function softPin(board: Bare, edges: number, came: () => void, handled: Told): void {
  const pin = board.pin(4, { pollable: false }).irq({ name: 'pin callback', run: () => handled(1) });
  board.irq('pin 4 interrupt', { times: edges }, () => {
    pin.isr();
    came();
  });
  work(board);
}

function pythonSchedules(board: Bare, edges: number, came: () => void, handled: Told): void {
  const callback = { name: 'callback', run: () => handled(1) };
  const left = { events: int(0, edges, edges) };
  const post = () => {
    board.scheduler.schedule(callback);
    came();
    left.events--;
  };
  // @micropython.native: no jump of it runs a callback, so the queue fills up.
  const postAll = () => {
    while (left.events > 0) post();
  };
  board.main(() => {
    'use python';
    while (true) {
      while (left.events > 0) {
        try {
          postAll();
        } catch (e) {
          if (e !== QueueFull) throw e;
        }
      }
      board.eventPollHook();
    }
  });
}

/** The handler counts, and what it schedules takes the count. */
function counting(board: Bare, edges: number, came: () => void, handled: Told, variant: string): void {
  const irq = { count: int(0, edges) };
  const mask = new CoreMask();
  const countEdge = () => {
    irq.count++;
    came();
  };
  const takeCount = () => {
    const count = irq.count;
    irq.count = 0;
    handled(count);
  };
  const takeMasked = () => {
    mask.lock(); // machine.disable_irq()
    takeCount();
    mask.unlock();
  };
  const callback = { name: 'callback', run: variant === 'hard-count' ? takeCount : takeMasked };
  const node = new Node('node', () =>
    atomic(() => {
      takeCount();
    }),
  );
  board.irq('pin 4 interrupt', { times: edges }, () => {
    countEdge();
    if (variant === 'node-looks-at-count') board.scheduler.mp_sched_schedule_node(node);
    else board.scheduler.mp_sched_schedule(callback);
  });
  work(board);
}
