/**
 * A server takes a permit for a connection, makes a task for it with `create_task`, and the task gives the permit back in a `finally`. What
 * if the task is cancelled before the loop has come to it (`wait_for` with a timeout of 0, a server that closes)? The loop
 * throws the CancelledError into a coroutine that has not begun, and that raises it at once (gen_resume_and_raise of
 * py/objgenerator.c, `coro.throw` in extmod/asyncio/core.py, 1c3c201149): nothing of the body runs, its `try` was never entered, and the
 * permit is gone. So: who gives back must have taken. Or the creator lets the task begin before anybody can cancel it, or gives back itself
 * when the task has ended. CPython does the same.
 */
import { always, scenario, sometimes, stuck } from 'upy-check';
import { bareBoard, Loop } from 'upy-check/asyncio';
import { choose, ghost, int } from 'upy-check/model';

const PERMITS = 1;
const BACK = 'every permit has been given back in the end';
const NEVER = 'a task that is cancelled before it begins never begins';

export default scenario('cancel-before-start', {
  about: 'asyncio: a task is cancelled before it has begun: does its finally run?',
  variants: {
    // Cancelled right after create_task(): the body, and with it the finally, never runs.
    'creator-takes': { violates: BACK, through: ['create_task', 'cancel', 'throw_'] },
    'creator-takes-task-begins': { holds: true },
    'creator-takes-creator-gives': { holds: true },
    'task-takes': { holds: true },
  },
  build({ variant }) {
    const board = bareBoard();
    const loop = new Loop(board, { nothingToWake: 'wait', wait: (us) => board.mp_event_wait(us) });
    const permits = { left: int(0, PERMITS, PERMITS) };
    const seen = { began: false, cancelledBefore: false, cancelledInBody: false, served: false, over: false };
    const taskTakes = variant === 'task-takes';
    const creatorGives = variant === 'creator-takes-creator-gives';
    const connection = loop.coroutine('connection', () => {
      'use python';
      ghost(() => {
        seen.began = true;
      });
      if (taskTakes) permits.left--;
      try {
        loop.sleep_ms(1);
        ghost(() => {
          seen.served = true;
        });
      } catch (er) {
        ghost(() => {
          seen.cancelledInBody = true;
        });
        throw er;
      } finally {
        if (!creatorGives) permits.left++;
      }
    });
    const server = loop.coroutine('server', () => {
      'use python';
      if (!taskTakes) permits.left--;
      loop.create_task(connection);
      // Something else happens before it closes, or not.
      if (variant === 'creator-takes-task-begins' || choose(2) === 1) loop.sleep_ms(choose(3));
      loop.cancel(connection);
      ghost(() => {
        seen.cancelledBefore = !seen.began;
      });
      try {
        loop.await_(connection);
      } catch {
        // except CancelledError: pass
      }
      if (creatorGives) permits.left++;
      ghost(() => {
        seen.over = true;
      });
    });
    loop.run(server);
    return [
      stuck(BACK, () => seen.over && permits.left === PERMITS),
      always(NEVER, () => !(seen.cancelledBefore && seen.began)),
      sometimes('it ends with all permits', () => seen.over && permits.left === PERMITS),
      sometimes('the task is cancelled while it serves', () => seen.cancelledInBody),
      sometimes('the task ends before', () => seen.served),
      ...(variant === 'creator-takes-task-begins'
        ? []
        : [sometimes('the task is cancelled before it begins', () => seen.over && seen.cancelledBefore)]),
    ];
  },
});
