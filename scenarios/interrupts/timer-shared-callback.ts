/**
 * Several timers call back one bare function. Does it know which one fired, and is its state safe? The timer comes as the
 * argument, so a function that uses it knows. What gets lost is what goes around the argument: a variable "who fired" that
 * the interrupt sets for a scheduled function is overwritten by the next timer, and that one is served twice; a global counter
 * that two hard callbacks change loses a count, because a more urgent timer interrupts the other's callback. Soft
 * callbacks do not interrupt one another. A bound method with state of its own for each timer needs no thought. Asked in
 * #6125 for callbacks and their arguments; priorities are those of ports/stm32/irq.h (TIM5: 6, others: 13) at 1c3c201149.
 */
import { always, scenario, sometimes } from 'upy-check';
import type { Callback, Timer } from 'upy-check/micropython';
import { atomic, ghost, int } from 'upy-check/model';
import { type Bare, bare } from 'upy-check/ports/bare';

const PERIOD_US = 1000;
const SERVED = 'no timer is served that did not fire';
const COUNTED = 'every call that has ended is counted';

export default scenario('timer-shared-callback', {
  about: 'one function is the callback of two timers: which one fired, and what happens to its variables',
  timing: 'any',
  parameters: { rounds: 2 },
  full: { rounds: 3 },
  variants: {
    // The second timer fires before the scheduled function has run, and overwrites who it was.
    'which-in-variable': { violates: SERVED, through: ['mp_irq_dispatch', 'mp_sched_run_pending'] },
    'which-as-argument': { holds: true },
    // Timer 5 interrupts the callback of timer 4 between the load of the counter and the store.
    'hard-shared-counter': { violates: COUNTED, through: ['mp_irq_dispatch'] },
    // Of equal priorities one comes after the other.
    'hard-equal-priorities': { holds: true },
    'soft-shared-counter': { holds: true },
    'hard-bound-methods': { holds: true },
  },
  build({ variant, rounds }) {
    const board = bare();
    const urgent = variant === 'hard-equal-priorities' ? 13 : 6;
    const hard = variant !== 'soft-shared-counter';
    // Started again outside of its handler, a timer of stm32 calls at once: see timer-stops.
    const port = hard ? 'stm32' : 'rp2';
    const sources = [4, 5].map(
      (id) => new Source(board.timer(id, { port, hard, priority: id === 5 ? urgent : 13 }), rounds),
    );
    const property = variant.startsWith('which')
      ? deferred(board, sources, variant === 'which-in-variable')
      : counted(sources, variant === 'hard-bound-methods');
    board.main(() => {
      for (const source of sources) source.start();
      while (true) board.eventPollHook();
    });
    return [property, sometimes('all have fired', () => sources.every(({ left }) => left === 0))];
  },
});

/** A timer that fires a few times. */
class Source {
  left: number;
  /** What its bound method counts. */
  calls: number;
  fired: number;
  served: number;
  callback: Callback | null = null;

  constructor(
    readonly timer: Timer,
    readonly rounds: number,
  ) {
    this.left = int(0, rounds, rounds);
    this.calls = int(0, rounds, 0);
    this.fired = int(0, rounds, 0);
    this.served = int(0, 2 * rounds, 0);
  }

  start() {
    this.timer.oneShot(PERIOD_US, this.callback!);
  }

  /** Begins every callback. */
  fires() {
    atomic(() => {
      this.left--;
      ghost(() => {
        this.fired++;
      });
    });
  }

  restart() {
    if (this.left > 0) this.start();
  }
}

/** The global variable that says who fired. */
class Which {
  constructor(public source: Source) {}
}

/** The hard callback puts the work off, to a function that must find out whose work it is. */
function deferred(board: Bare, sources: Source[], inVariable: boolean) {
  const which = new Which(sources[0]!);
  const serve = (source: Source) =>
    ghost(() => {
      source.served++;
    });
  const work: Callback = {
    name: 'work',
    run: inVariable ? () => serve(which.source) : (n) => serve(sources[n - 4]!),
  };
  const callback: Callback = {
    name: 'shared callback',
    run(n) {
      const source = sources[n - 4]!;
      source.fires();
      if (inVariable) which.source = source;
      board.scheduler.schedule(work, n);
      source.restart();
    },
  };
  for (const source of sources) source.callback = callback;
  return always(SERVED, () => sources.every(({ fired, served }) => served <= fired));
}

/** The callback counts: in one global variable, or each bound method in its own object. */
function counted(sources: Source[], bound: boolean) {
  const shared = { calls: int(0, 2 * sources[0]!.rounds) };
  for (const source of sources)
    source.callback = {
      name: bound ? 'bound method' : 'shared callback',
      run() {
        source.fires();
        if (bound) source.calls++;
        else shared.calls++;
        ghost(() => {
          source.served++;
        });
        source.restart();
      },
    };
  const ended = () => sources[0]!.served + sources[1]!.served;
  const calls = bound ? () => sources[0]!.calls + sources[1]!.calls : () => shared.calls;
  return always(COUNTED, () => calls() >= ended());
}
