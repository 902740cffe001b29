/**
 * #6056 and #6106 offered micropython.scheduler_lock() and scheduler_unlock() to Python, so that code and its callbacks can
 * share data; #6125 asked for a context manager that nests. What must such a lock be? The C functions exist
 * (mp_sched_lock, py/scheduler.c, 1c3c201149), count, and have no owner. The answers: it must count, for a flag opens with
 * the inner section; it must be left also by an exception, which is what a context manager is for, or no callback runs
 * ever again; since nobody owns it, an unlock too many in another thread or in a finaliser opens everybody's section; and
 * since it locks out the callbacks of all threads, a thread must not wait inside for what a callback brings.
 */
import { always, idle, scenario, sometimes } from 'upy-check';
import { IDLE, LOCKED, PENDING, type Scheduler } from 'upy-check/micropython';
import { ghost, int, until } from 'upy-check/model';
import { bare } from 'upy-check/ports/bare';

const KEPT_OUT = 'no callback runs in a locked section';
const RUNS = 'every callback that was accepted runs';
const EDGES = 2;

type Variant =
  | 'counts'
  | 'flag'
  | 'with'
  | 'no-finally'
  | 'unlock-too-many'
  | 'waits-inside'
  | 'waits-outside';

export default scenario('sched-lock-nested', {
  about: 'a lock of the scheduler for Python: nested, without an owner, left by an exception',
  variants: {
    counts: { holds: true },
    // The inner section's unlock says PENDING, and a jump in the rest of the outer one runs the callback.
    flag: { violates: KEPT_OUT, through: ['unlockFlag', 'run'] },
    with: { holds: true },
    // The section raises, nobody unlocks, and the callback waits for ever.
    'no-finally': { violates: RUNS, through: ['mp_sched_schedule', 'fail'] },
    // The other thread unlocks what it has not locked: main's section is open. (A debug build asserts, if nobody has locked.)
    'unlock-too-many': {
      violates: KEPT_OUT,
      through: ['secondThread', 'run'],
      also: ['mp_sched_unlock without lock'],
    },
    // The second thread holds the lock while it waits for the callback, which its lock keeps out.
    'waits-inside': { violates: RUNS, through: ['secondThread', 'mp_sched_schedule'], also: ['deadlock'] },
    'waits-outside': { holds: true },
  },
  build({ variant }: { variant: Variant }) {
    const twoThreads =
      variant === 'unlock-too-many' || variant === 'waits-inside' || variant === 'waits-outside';
    const board = bare({ cores: twoThreads ? 2 : 1 });
    const { scheduler } = board;
    const data = { value: int(0, 1), called: false };
    const seen = { inside: int(0, 2), intruded: false, accepted: int(0, EDGES), calls: int(0, EDGES) };
    const callback = {
      name: 'callback',
      run() {
        data.called = true;
        ghost(() => {
          seen.calls++;
          if (seen.inside > 0) seen.intruded = true;
        });
      },
    };
    const enter = () => {
      lock(scheduler, variant);
      ghost(() => {
        seen.inside++;
      });
    };
    const leave = () => {
      ghost(() => {
        seen.inside--;
      });
      unlock(scheduler, variant);
    };
    const inner = () => {
      'use python';
      enter();
      if (data.value === 0) data.value = 1;
      leave();
    };
    const fail = () => {
      data.value = 0;
      throw ValueError;
    };
    const sections = () => {
      'use python';
      enter();
      inner();
      if (data.value === 1) data.value = 0;
      leave();
    };
    const failing = () => {
      'use python';
      enter();
      if (variant === 'no-finally') fail();
      try {
        if (data.value === 0) fail();
      } finally {
        leave();
      }
    };
    board.main(() => {
      try {
        if (variant === 'with' || variant === 'no-finally') failing();
        else if (variant !== 'waits-inside' && variant !== 'waits-outside') sections();
      } catch (e) {
        if (e !== ValueError) throw e;
        ghost(() => {
          seen.inside = 0;
        });
      }
      idleLoop();
    });
    const idleLoop = () => {
      'use python';
      while (true) board.eventPollHook();
    };
    if (twoThreads) board.thread('second thread', () => secondThread());
    const secondThread = () => {
      if (variant === 'unlock-too-many') {
        scheduler.mp_sched_unlock();
        return;
      }
      if (variant === 'waits-inside') scheduler.mp_sched_lock();
      until(() => data.called);
      if (variant === 'waits-inside') scheduler.mp_sched_unlock();
    };
    board.irq('pin interrupt', { times: EDGES }, () => {
      if (scheduler.mp_sched_schedule(callback))
        ghost(() => {
          seen.accepted++;
        });
    });
    return [
      always(KEPT_OUT, () => !seen.intruded),
      idle(RUNS, () => seen.calls === seen.accepted),
      sometimes(
        'a callback waits for the end of a section',
        () => scheduler.state < 0 && scheduler.hasWork(),
      ),
    ];
  },
});

const ValueError = { name: 'ValueError' };

function lock(scheduler: Scheduler, variant: Variant): void {
  if (variant === 'flag') lockFlag(scheduler);
  else scheduler.mp_sched_lock();
}

function unlock(scheduler: Scheduler, variant: Variant): void {
  if (variant === 'flag') unlockFlag(scheduler);
  else scheduler.mp_sched_unlock();
}

/** A lock that does not count. */
function lockFlag(scheduler: Scheduler): void {
  scheduler.atomicSection(() => {
    scheduler.state = LOCKED;
  });
}

function unlockFlag(scheduler: Scheduler): void {
  scheduler.atomicSection(() => {
    scheduler.state = scheduler.hasWork() ? PENDING : IDLE;
  });
}
