/**
 * #7386, #7399: `wait_for` never returns if what it waits for ends just as the timeout expires. The runner task awaits the task;
 * that one ends, so the runner is in the run queue; before its turn the timeout cancels it, and CancelledError is thrown
 * into it. A throw goes to the innermost awaitable first, and until v1.16 a finished task had a `throw` of its own, which took the
 * exception and returned: to the runner another yield, and it is in no queue any more. 514bf1a1911a took that
 * `throw` away. Which of the two comes first is only a matter of order within one turn of the loop.
 */
import { scenario, sometimes, stuck } from 'upy-check';
import { bareBoard, Loop, TimeoutError, WaitFor } from 'upy-check/asyncio';
import { ghost } from 'upy-check/model';

const RETURNS = 'wait_for() returns';

export default scenario('asyncio-cancel-vs-finish', {
  about: '#7386: does wait_for() return if its task ends as the timeout expires?',
  variants: {
    released: { holds: true },
    // The task ends, the timeout cancels the runner, and the finished task takes the CancelledError.
    'until-v1.16': { violates: RETURNS, through: ['ended', 'cancel', 'caught'] },
  },
  build({ variant }) {
    const board = bareBoard();
    const loop = new Loop(board, {
      nothingToWake: 'wait',
      doneTaskCatches: variant === 'until-v1.16',
      wait: (us) => board.mp_event_wait(us),
    });
    const seen = { returned: false, timedOut: false, done: false };
    const job = loop.coroutine('job', () => {
      'use python';
      // It goes on when the loop gets to it, perhaps as the timeout is due as well.
      loop.sleep_ms(9);
      ghost(() => {
        seen.done = true;
      });
    });
    const waitFor = new WaitFor(loop, job);
    const main = loop.coroutine('main task', () => {
      'use python';
      try {
        waitFor.wait_for_ms(10);
      } catch (er) {
        if (er !== TimeoutError) throw er;
        ghost(() => {
          seen.timedOut = true;
        });
      }
      ghost(() => {
        seen.returned = true;
      });
    });
    loop.run(main);
    return [
      stuck(RETURNS, () => seen.returned),
      sometimes('it times out', () => seen.returned && seen.timedOut),
      sometimes('the job ends in time', () => seen.returned && !seen.timedOut),
      ...(variant === 'released'
        ? [sometimes('it times out although the job has ended', () => seen.timedOut && seen.done)]
        : []),
    ];
  },
});
