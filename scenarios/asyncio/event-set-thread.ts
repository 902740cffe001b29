/**
 * `Event.set()` from another thread (its comment forbids that; asked again and again, e.g. in #5843 and #6886). With a GIL the
 * thread comes in wherever the loop's thread gives the GIL away, at the same jumps as a soft callback: between the test
 * and the enqueueing of `wait`. And the other way round: the loop's thread goes on in the middle of the thread's `set`, whose
 * waiter runs, and finds `is_set()` false. Two threads that set one event take the same waiter: IndexError. Without a
 * GIL two pushes meet in the pairing heap of the run queue, and a task is lost. Does the scheduler lock of
 * #6056 help? With a GIL, yes, for a reason that nobody promised: while the scheduler is locked nobody gives the GIL away (as
 * long as nothing in the locked part blocks). Without a GIL, no. A ThreadSafeFlag is right in both; that the loop comes
 * round to look at it is the poller's business (1 ms on unix).
 */
import { alwaysPossible, idle, linearizable, scenario, sometimes } from 'upy-check';
import { bareBoard, Event, LockedEvent, Loop, ThreadSafeFlag } from 'upy-check/asyncio';
import { ghost, until } from 'upy-check/model';

const FORGOTTEN = 'nobody waits for an event that is set';
const LINEAR = 'the event is an event';
const SLEEPS = 'a task that sleeps can always wake up';
const TYPE_ERROR = 'TypeError: exceptions must derive from BaseException';
/** Sets of a thread, if not two. */
const SETS: Readonly<Record<string, number>> = { 'gil-two-threads': 1, 'no-gil-locked': 1 };
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

type Variant =
  | 'gil'
  | 'gil-is-set'
  | 'gil-two-threads'
  | 'gil-locked'
  | 'gil-flag'
  | 'no-gil'
  | 'no-gil-locked'
  | 'no-gil-flag';

export default scenario('event-set-thread', {
  about: 'asyncio: may another thread call Event.set(), with a GIL and without?',
  variants: {
    // The loop's thread gives the GIL away after the test of wait; the thread's set finds nobody.
    gil: { violates: FORGOTTEN, through: ['wait', 'set', 'push'] },
    // The thread has made the waiter ready and not yet stored the state; the waiter is back from wait(), and asks.
    'gil-is-set': { violates: LINEAR, through: ['set', 'is_set'], also: [FORGOTTEN] },
    // Both have seen one waiter, and both take it.
    'gil-two-threads': {
      violates: 'uncaught throw: IndexError',
      through: ['set', 'peek', 'pop'],
      also: [FORGOTTEN],
    },
    'gil-locked': { holds: true },
    'gil-flag': { holds: true },
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
  build({ variant }: { variant: Variant }) {
    const hasGil = variant.startsWith('gil');
    const locked = variant.endsWith('locked');
    const usesFlag = variant.endsWith('flag');
    const board = bareBoard({ threads: hasGil ? 'gil' : 'no-gil' });
    const loop = new Loop(board, { openQueues: !hasGil, wait: () => board.mp_event_wait(POLL_US) });
    const flag = new ThreadSafeFlag(loop);
    const plain = new Event(loop);
    const event = locked
      ? new LockedEvent(loop, { notifies: false })
      : variant === 'gil-is-set'
        ? linearizable(LINEAR, plain, new EventSpecification())
        : plain;
    const seen = { woken: false };
    const woken = () =>
      ghost(() => {
        seen.woken = true;
      });
    const waiter = loop.coroutine('waiter', () => {
      'use python';
      if (variant === 'gil-is-set') {
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
    for (let n = 1; n <= (variant === 'gil-two-threads' ? 2 : 1); n++)
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
