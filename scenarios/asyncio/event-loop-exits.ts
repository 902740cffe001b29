/**
 * All tasks wait for Events that callbacks set. Nothing is in the run queue and nothing is polled: what does the loop do? In
 * June 2020 (28370c0450) `run()` returned without a word, its main task unfinished (#5843, #5795): to have some task asleep was
 * the known remedy. Since v1.26 (bdb7e036d2) it goes on and looks every 3 ms. #6056, #6106 and #6125 took the exit out and
 * wait without a limit, which is right with a `notify` and hangs without one: in #6125, which has none, for ever. The events
 * here lock the scheduler (see event-set-locked), so that this is the only question.
 */
import { scenario, sometimes, stuck } from 'upy-check';
import { bareBoard, LockedEvent, Loop, type NothingToWake } from 'upy-check/asyncio';
import { check, ghost, int } from 'upy-check/model';

const ENDS = 'asyncio.run() ends when its main task has ended';
const RUNS = 'no task is ready to run while the loop polls without a limit';
const EVENTS = 2;

const LOOPS: Readonly<Record<string, NothingToWake>> = {
  E1: 'return',
  'sleeper-in-E1': 'return',
  E2: 'poll',
};

export default scenario('event-loop-exits', {
  about: '#5843: what does the loop do when all tasks wait for events that callbacks set?',
  parameters: { edges: 2 },
  full: { edges: 3 },
  variants: {
    // The loop finds its run queue empty and nothing to poll, and returns; the callback comes too late.
    E1: { violates: ENDS, through: ['wait', 'run_until_complete'] },
    // The remedy of 2020: as long as a task sleeps, the loop does not return.
    'sleeper-in-E1': { holds: true },
    E2: { holds: true },
    // #6125: the callback runs in a poll without a limit, and makes a task ready that nobody looks for.
    'no-exit-no-notify': { violates: RUNS, through: ['wait_io_event', 'mp_sched_run_pending', 'set'] },
    'no-exit-notify': { holds: true },
  },
  build({ variant, edges }) {
    const board = bareBoard({ era: variant === 'E1' || variant === 'sleeper-in-E1' ? 'E1' : 'E2' });
    const loop = new Loop(board, {
      nothingToWake: LOOPS[variant] ?? 'wait',
      wait: (us) => board.mp_event_wait(us),
    });
    const event = new LockedEvent(loop, { notifies: variant === 'no-exit-notify' });
    const seen = { woken: int(0, EVENTS), returned: false };
    const main = loop.coroutine('main task', () => {
      'use python';
      for (let n = 0; n < EVENTS; n++) {
        event.wait();
        event.clear();
        ghost(() => {
          seen.woken++;
        });
      }
    });
    if (variant === 'sleeper-in-E1')
      loop.create_task(
        loop.coroutine('sleeper', () => {
          'use python';
          while (true) loop.sleep_ms(1000);
        }),
      );
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'pin callback',
      run() {
        'use python';
        event.set();
      },
    });
    board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
    loop.program(() => {
      loop.create_task(main);
      loop.run_until_complete(main);
      ghost(() => {
        seen.returned = true;
      });
      check(main.isDone, ENDS);
    });
    return [
      stuck(RUNS, () => loop.queue.peek() === null || seen.returned),
      sometimes('the main task is woken', () => seen.woken > 0),
    ];
  },
});
