/**
 * `Event.set()` from another thread: its comment forbids that, and it is asked again and again (#5843, #6886). With a GIL
 * as it is built, nothing happens: the GIL changes hands at the 32nd jump of one call (py/vm.c), `wait` has one jump, and `set`
 * two and one more for each waiter. Nobody promised that. If it may change hands at any jump (as #6125 wants code to be
 * written), the thread comes between the test and the enqueueing of `wait`, as a soft callback does. The waiter may also
 * go on in the middle of the thread's `set`, and find `is_set()` false. And two threads that set one event take the same
 * waiter: IndexError. Without a GIL two pushes meet in the pairing heap of the run queue: a task is lost, a link is null
 * (a crash in C), or a queue is thrown into a task. Does the scheduler lock of #6056 help? With a GIL it does, because nobody
 * gives the GIL away while the scheduler is locked (as long as nothing blocks under the lock). Without a GIL it does not. A
 * ThreadSafeFlag is right in all of these; that the loop comes round to look at it is the poller's business (1 ms on unix).
 */
import { alwaysPossible, idle, linearizable, scenario, sometimes } from 'upy-check';
import { bareBoard, Event, LockedEvent, Loop, ThreadSafeFlag } from 'upy-check/asyncio';
import { ghost, until } from 'upy-check/model';

const FORGOTTEN = 'nobody waits for an event that is set';
const LINEAR = 'the event is an event';
const SLEEPS = 'a task that sleeps can always wake up';
const TYPE_ERROR = 'TypeError: exceptions must derive from BaseException';
/** Sets of a thread, if not two. */
const SETS: Readonly<Record<string, number>> = { 'any-jump-two-threads': 1, 'no-gil-locked': 1 };
/** MICROPY_PY_SELECT_IOCTL_CALL_PERIOD_MS of the unix port */
const POLL_US = 1000;

/** What an event should be. */
class EventSpecification {
  state = false;

  set(): void {
    this.state = true;
  }

  is_set(): boolean {
    return this.state;
  }

  wait(): boolean {
    until(() => this.state);
    return true;
  }
}

export default scenario('event-set-thread', {
  about: 'asyncio: may another thread call Event.set(), with a GIL and without?',
  // MICROPY_PY_THREAD_GIL_VM_DIVISOR
  parameters: { divisor: 32 },
  variants: {
    gil: { holds: true },
    'gil-is-set': { holds: true },
    'gil-flag': { holds: true },
    // The loop's thread gives the GIL away after the test of wait; the thread's set finds nobody.
    'any-jump': { violates: FORGOTTEN, through: ['wait', 'set', 'push'] },
    // The thread has made the waiter ready and not yet stored the state; the waiter is back from wait(), and asks.
    'any-jump-is-set': { violates: LINEAR, through: ['set', 'is_set'], also: [FORGOTTEN] },
    // Both have seen one waiter, and both take it.
    'any-jump-two-threads': {
      violates: 'uncaught throw: IndexError',
      through: ['set', 'peek', 'pop'],
      also: [FORGOTTEN],
    },
    'any-jump-locked': { holds: true },
    // The loop's push and the thread's push have read the same root: the later store wins, one task is in no queue.
    'no-gil': {
      violates: SLEEPS,
      through: ['set', 'push', 'meld'],
      also: [FORGOTTEN, TYPE_ERROR, 'null dereference'],
    },
    'no-gil-locked': {
      violates: SLEEPS,
      through: ['set', 'push', 'meld'],
      also: [FORGOTTEN, TYPE_ERROR, 'null dereference'],
    },
    'no-gil-flag': { holds: true },
  },
  build({ variant, divisor }) {
    const hasGil = !variant.startsWith('no-gil');
    const locked = variant.endsWith('locked');
    const usesFlag = variant.endsWith('flag');
    const asksIsSet = variant.endsWith('is-set');
    const board = bareBoard({
      threads: hasGil ? 'gil' : 'no-gil',
      gilDivisor: variant.startsWith('gil') ? divisor : 1,
    });
    const loop = new Loop(board, { openQueues: !hasGil, wait: () => board.mp_event_wait(POLL_US) });
    const flag = new ThreadSafeFlag(loop);
    const plain = new Event(loop);
    const event = locked
      ? new LockedEvent(loop, { notifies: false })
      : asksIsSet
        ? linearizable(LINEAR, plain, new EventSpecification())
        : plain;
    const seen = { woken: false };
    const woken = () =>
      ghost(() => {
        seen.woken = true;
      });
    const waiter = loop.coroutine('waiter', () => {
      'use python';
      if (asksIsSet) {
        event.wait();
        event.is_set();
        woken();
      } else
        while (true) {
          if (usesFlag) flag.wait();
          else {
            event.wait();
            event.clear();
          }
          woken();
        }
    });
    const sleeper = loop.coroutine('sleeper', () => {
      'use python';
      while (true) loop.sleep_ms(1);
    });
    if (!hasGil) loop.create_task(waiter);
    loop.run(hasGil ? waiter : sleeper);
    for (let n = 1; n <= (variant === 'any-jump-two-threads' ? 2 : 1); n++)
      board.thread(`thread ${n}`, () => {
        'use python';
        for (let times = 0; times < (SETS[variant] ?? 2); times++)
          if (usesFlag) flag.set();
          else event.set();
      });
    return [
      idle(FORGOTTEN, () => !(event.state && event.waiting.peek() !== null)),
      sometimes('the waiter is woken', () => seen.woken),
      ...(hasGil ? [] : [alwaysPossible(SLEEPS, () => loop.cur_task === sleeper)]),
    ];
  },
});
