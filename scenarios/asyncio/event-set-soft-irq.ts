/**
 * `asyncio.Event` is set from a soft interrupt: a pin's callback runs between two bytecodes of whatever the loop executes.
 * May it? Asked in #5795 and #6056, where the answer became a rule (the comment of `Event.set`) and a second class,
 * ThreadSafeFlag (#6886, 5e96e89999). Checked at the jumps where py/vm.c looks for callbacks, and it may not, for
 * two reasons. `wait` tests the flag and enqueues its task a jump later: a callback in between finds nobody to wake, and
 * the task waits for an event that is set. `set`, interrupted by a callback that sets the same event after it has seen a
 * waiter, takes that waiter from a queue that is empty by then: IndexError. A callback may set a ThreadSafeFlag; one task
 * that waits for it can set the event for all others. In a hard interrupt `set` is worse still: it comes between any two
 * bytecodes, and then `wait` says of a task that runs that it waits. With `--set size=full` the five variants have 155,141 states
 * and the same verdicts.
 */
import { alwaysPossible, idle, scenario, sometimes } from 'upy-check';
import { bareBoard, Event, Loop, ThreadSafeFlag } from 'upy-check/asyncio';
import { ghost, int } from 'upy-check/model';

const FORGOTTEN = 'nobody waits for an event that is set';
const FOR_EVER = 'who waits for an event that is set can be woken';
const TYPE_ERROR = 'TypeError: exceptions must derive from BaseException';
const WAITERS = 2;

export default scenario('event-set-soft-irq', {
  about: 'asyncio: may a soft callback call Event.set()?',
  parameters: { edges: 2 },
  full: { edges: 3 },
  variants: {
    // Wait step 2: the callback comes after the test and before the push, so it wakes nobody.
    'set-while-wait': {
      violates: FORGOTTEN,
      through: ['wait', 'mp_sched_run_pending', 'set', 'push'],
      also: [FOR_EVER],
    },
    // Set step 4: the callback takes the waiter that the interrupted set has just seen.
    'set-while-set': {
      violates: 'uncaught throw: IndexError',
      through: ['set', 'mp_sched_run_pending', 'peek', 'pop'],
      also: [FORGOTTEN, FOR_EVER],
    },
    // Any bytecode: also between the push of wait and the next one, which says where the task waits. The task is in the run
    // queue by then, and what it finds there is thrown into it.
    'set-in-hard-interrupt': {
      violates: TYPE_ERROR,
      through: ['wait', 'push', 'set', 'throw_'],
      also: [FORGOTTEN, FOR_EVER],
    },
    'thread-safe-flag': { holds: true },
    // The flag has one waiter; it sets the event for two others.
    'flag-then-event': { holds: true },
  },
  build({ variant, edges }) {
    const board = bareBoard();
    const loop = new Loop(board, { wait: (us) => board.mp_event_wait(us) });
    const event = new Event(loop);
    const flag = new ThreadSafeFlag(loop);
    const usesFlag = variant === 'thread-safe-flag' || variant === 'flag-then-event';
    const seen = { woken: int(0, WAITERS) };
    const waiter = (name: string) =>
      loop.coroutine(name, () => {
        'use python';
        while (true) {
          event.wait();
          event.clear();
          ghost(() => {
            if (seen.woken < WAITERS) seen.woken++;
          });
        }
      });
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'pin callback',
      run() {
        'use python';
        if (usesFlag) flag.set();
        else event.set();
      },
    });
    board.irq('pin 4 interrupt', { times: edges }, () => {
      if (variant !== 'set-in-hard-interrupt') return pin.isr();
      board.scheduler.mp_sched_lock();
      event.set();
      board.scheduler.mp_sched_unlock();
      board.mp_hal_wake_main_task_from_isr();
    });

    loop.run(mainTask());
    return [
      idle(FORGOTTEN, () => !(event.state && event.waiting.peek() !== null)),
      alwaysPossible(FOR_EVER, () => !(event.state && event.waiting.peek() !== null)),
      sometimes('every edge wakes somebody', () => seen.woken === WAITERS),
    ];

    function mainTask() {
      switch (variant) {
        case 'set-while-wait':
        case 'set-in-hard-interrupt':
          return waiter('waiter');
        case 'set-while-set':
          loop.create_task(waiter('waiter'));
          return loop.coroutine('setter', () => {
            'use python';
            while (true) {
              event.set();
              loop.sleep_ms(1);
            }
          });
        case 'thread-safe-flag':
          return loop.coroutine('waiter', () => {
            'use python';
            while (true) {
              flag.wait();
              ghost(() => {
                if (seen.woken < WAITERS) seen.woken++;
              });
            }
          });
        default:
          for (let n = 1; n <= WAITERS; n++) loop.create_task(waiter(`waiter ${n}`));
          return loop.coroutine('distributor', () => {
            'use python';
            while (true) {
              flag.wait();
              event.set();
            }
          });
      }
    }
  },
});
