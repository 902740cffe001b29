/**
 * #6056 and #6106 repair `Event.set` in soft callbacks with a scheduler lock (`micropython.scheduler_lock`, a context
 * manager that nests) and a `notify` of the loop's poller. What exactly is needed? The lock around the test and the
 * enqueueing in `wait`: without it a waiter is forgotten, whatever `set` does. The lock in `set`: only if tasks set the
 * event too; a callback runs under the lock anyway, but the set of a task is interrupted by it (IndexError). And `notify`: a
 * set in a callback does not end the poll that the loop is in; without it a loop that has nothing else to wake it sleeps
 * on with a task ready to run. The released loop needs no notify: it looks every 3 ms (bdb7e036d2), and is that late.
 */
import { idle, scenario, sometimes, stuck } from 'upy-check';
import { bareBoard, LockedEvent, Loop, type NothingToWake } from 'upy-check/asyncio';
import { LOCKED } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';

const FORGOTTEN = 'nobody waits for an event that is set';
const RUNS = 'no task is ready to run while the loop polls without a limit';
const WAKES = 2;

type Variant =
  | 'locked-and-notified'
  | 'locked-not-notified'
  | 'locked-released-loop'
  | 'lock-in-set-only'
  | 'lock-in-wait-only'
  | 'lock-in-wait-only-tasks-set'
  | 'locked-tasks-set';

interface Design {
  readonly set: boolean;
  readonly wait: boolean;
  readonly notifies: boolean;
  readonly loop: NothingToWake;
  /** Whether a task sets the event, besides the callback. */
  readonly taskSets: boolean;
}

const PROPOSED: Design = { set: true, wait: true, notifies: true, loop: 'wait', taskSets: false };
const DESIGNS: Readonly<Record<Variant, Design>> = {
  'locked-and-notified': PROPOSED,
  'locked-tasks-set': { ...PROPOSED, taskSets: true },
  'locked-not-notified': { ...PROPOSED, notifies: false },
  'locked-released-loop': { ...PROPOSED, notifies: false, loop: 'poll' },
  'lock-in-set-only': { ...PROPOSED, wait: false },
  'lock-in-wait-only': { ...PROPOSED, set: false },
  'lock-in-wait-only-tasks-set': { ...PROPOSED, set: false, taskSets: true },
};

export default scenario('event-set-locked', {
  about: '#6056, #6106: which parts of the repair does Event.set() in a soft callback need?',
  parameters: { edges: 2 },
  full: { edges: 3 },
  variants: {
    'locked-and-notified': { holds: true },
    'locked-tasks-set': { holds: true },
    // The callback's set makes the waiter ready, and the poll that runs the callback goes on for ever.
    'locked-not-notified': {
      violates: RUNS,
      through: ['mp_sched_run_pending', 'set', 'push', 'mp_event_wait'],
    },
    'locked-released-loop': { holds: true },
    // The callback still comes between the test and the enqueueing.
    'lock-in-set-only': { violates: FORGOTTEN, through: ['wait', 'mp_sched_run_pending', 'set', 'push'] },
    'lock-in-wait-only': { holds: true },
    // The callback comes between peek and pop of the task's set.
    'lock-in-wait-only-tasks-set': {
      violates: 'uncaught throw: IndexError',
      through: ['set', 'mp_sched_run_pending', 'peek', 'pop'],
    },
  },
  build({ variant, edges }) {
    const { set, wait, notifies, loop: nothingToWake, taskSets } = DESIGNS[variant];
    const board = bareBoard();
    const loop = new Loop(board, { nothingToWake, wait: (us) => board.mp_event_wait(us) });
    const event = new LockedEvent(loop, { locks: { set, wait }, notifies });
    const seen = { woken: int(0, WAKES) };
    const waiter = loop.coroutine('waiter', () => {
      'use python';
      while (true) {
        event.wait();
        event.clear();
        ghost(() => {
          if (seen.woken < WAKES) seen.woken++;
        });
      }
    });
    const setter = loop.coroutine('setter', () => {
      'use python';
      while (true) {
        event.set();
        loop.sleep_ms(1);
      }
    });
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'pin callback',
      run() {
        'use python';
        event.set();
      },
    });
    board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
    if (taskSets) loop.create_task(waiter);
    loop.run(taskSets ? setter : waiter);
    return [
      idle(FORGOTTEN, () => !(event.state && event.waiting.peek() !== null)),
      stuck(RUNS, () => loop.queue.peek() === null),
      idle('who sleeps has given the scheduler back', () => board.scheduler.state > LOCKED),
      sometimes('it is woken again and again', () => seen.woken === WAKES),
    ];
  },
});
