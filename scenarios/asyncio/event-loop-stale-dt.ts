/**
 * #6415: a callback sets an Event at 100 ms, and the task that waits for it runs at 1001 ms, because another task sleeps for
 * a second. The loop computes how long it may poll (dt) before it polls, and a callback that runs in the poll does not end
 * it. Measured on the unix port, and the model agrees: the waiter is as late as the sleep of anybody else is long. With
 * nobody asleep the released loop looks every 3 ms (bdb7e036d2), and the waiter is at most that late. A `notify` of the
 * poller (#6056, #6106), or a ThreadSafeFlag, which the poller looks at itself, runs the waiter at once.
 */
import { scenario, sometimes, within } from 'upy-check';
import { bareBoard, Event, LockedEvent, Loop, ThreadSafeFlag } from 'upy-check/asyncio';
import { timerLine } from 'upy-check/hardware';
import { ghost, int } from 'upy-check/model';

const MS = 1000;
const [AT_ONCE, SOON, AT_LAST] = [
  'what a callback wakes runs within 1 ms',
  'what a callback wakes runs within 3 ms',
  'what a callback wakes runs within 900 ms',
];
const WAKES = 2;
/** Of the timer. 10 ms meets polls of 3 ms at every distance. */
const PERIOD: Readonly<Record<string, number>> = { 'event-nobody-sleeps': 10 * MS };

export default scenario('event-loop-stale-dt', {
  about: '#6415: how late does a task run that a callback has woken while another one sleeps?',
  timing: 'prompt',
  variants: {
    // dt is the second that the sleeper has left; the callback's set comes in that poll.
    'event-while-another-sleeps': {
      violates: SOON,
      through: ['wait_io_event', 'mp_sched_run_pending', 'set'],
      also: [AT_ONCE],
    },
    // dt is 3 ms.
    'event-nobody-sleeps': { violates: AT_ONCE, through: ['wait_io_event', 'mp_sched_run_pending', 'set'] },
    'event-with-notify': { holds: true },
    'thread-safe-flag': { holds: true },
  },
  build({ variant }) {
    const board = bareBoard();
    const loop = new Loop(board, { wait: (us) => board.mp_event_wait(us) });
    const flag = new ThreadSafeFlag(loop);
    const event = variant === 'event-with-notify' ? new LockedEvent(loop) : new Event(loop);
    const usesFlag = variant === 'thread-safe-flag';
    const seen = { called: false, woken: int(0, WAKES) };
    const callback = {
      name: 'timer callback',
      run() {
        'use python';
        if (usesFlag) flag.set();
        else event.set();
        ghost(() => {
          seen.called = true;
        });
      },
    };
    timerLine(
      board.core,
      'timer',
      1,
      { first: PERIOD[variant] ?? 100 * MS, every: PERIOD[variant] ?? 500 * MS },
      () => {
        board.scheduler.mp_sched_schedule(callback);
        board.mp_hal_wake_main_task_from_isr();
      },
    );
    if (variant !== 'event-nobody-sleeps')
      loop.create_task(
        loop.coroutine('sleeper', () => {
          'use python';
          while (true) loop.sleep_ms(1000);
        }),
      );
    const waiter = loop.coroutine('waiter', () => {
      'use python';
      while (true) {
        if (usesFlag) flag.wait();
        else {
          event.wait();
          event.clear();
        }
        ghost(() => {
          seen.called = false;
          if (seen.woken < WAKES) seen.woken++;
        });
      }
    });
    loop.run(waiter);
    return [
      within(AT_ONCE, MS, () => seen.called),
      within(SOON, 3 * MS, () => seen.called),
      within(AT_LAST, 900 * MS, () => seen.called),
      sometimes('it is woken again and again', () => seen.woken === WAKES),
    ];
  },
});
