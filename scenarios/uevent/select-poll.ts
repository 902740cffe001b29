/**
 * `uevent` was not merged; asyncio waits in `select.poll` to this day. Does a soft callback that has made something ready end that wait?
 * (The contract that #6125 was about: poll returns if and only if the time is over or a registered object is ready.) And does poll
 * run what is pending before its first look (since 2782d4598d, v1.28)?
 *
 * Answer, for an stm32 with its tick of 1 ms: the callback runs inside poll, and poll goes on until its timeout, in both eras. What a
 * callback or an interrupt handler sets is seen in time only if it is an object in the poll set: asyncio's ThreadSafeFlag, which
 * poll asks again after each wait, so within a tick. A loop in native code around `poll(0)` ran no callback at all
 * before v1.28, for want of a look; there is no jump of bytecode in it either.
 */
import { leadsTo, scenario, sometimes, within } from 'upy-check';
import { FlagNotifier, READ, SelectPollNative } from 'upy-check/micropython';
import { ghost, int, pause } from 'upy-check/model';
import { stm32, TICK_US } from 'upy-check/ports/stm32';

const TIMEOUT_MS = 5;
const [SOON, IN_THE_END] = [
  'the work is seen within a tick',
  'the work is seen within the timeout and a tick',
];

export default scenario('select-poll', {
  about: 'select.poll as shipped: what ends it?',
  timing: 'prompt',
  timeUnit: TICK_US / 2,
  parameters: { edges: 2 },
  variants: {
    // The callback stores in a plain variable. poll knows nothing of it.
    'plain-variable-e1': { violates: SOON, through: ['pollOnce', 'wfi'] },
    'plain-variable-e2': { violates: SOON, through: ['pollOnce', 'wfi'] },
    'thread-safe-flag-e1': { holds: true },
    'thread-safe-flag-e2': { holds: true },
    'thread-safe-flag-hard': { holds: true },
  },
  build({ variant, edges }) {
    const board = stm32({ era: variant.endsWith('e1') ? 'E1' : 'E2' });
    const flag = new FlagNotifier('flag');
    const registered = variant.startsWith('thread-safe-flag');
    const other = new FlagNotifier('socket');
    const poll = new SelectPollNative(board, [{ obj: registered ? flag : other, flags: READ }]);
    const seen = { works: false, done: int(0, edges) };
    const set = () => {
      flag.set();
      ghost(() => {
        seen.works = true;
      });
    };
    const callback = { name: 'callback', run: set };
    board.main(() => {
      'use python';
      while (true) {
        poll.poll(TIMEOUT_MS);
        if (flag.avail) {
          flag.clear();
          ghost(() => {
            seen.works = false;
            if (seen.done < edges) seen.done++;
          });
        }
      }
    });
    board.irq('timer interrupt', { times: edges }, () => {
      if (variant === 'thread-safe-flag-hard') set();
      else board.scheduler.mp_sched_schedule(callback);
    });
    return [
      within(SOON, TICK_US, () => seen.works),
      within(IN_THE_END, TIMEOUT_MS * 1000 + TICK_US, () => seen.works),
      sometimes('work is done', () => seen.done > 0),
    ];
  },
});

const RUNS = 'a scheduled callback runs';

/** A loop without bytecode that polls and does not wait. */
export const pollZero = scenario('select-poll-zero', {
  about: 'does poll(0) run what is pending?',
  timing: 'any',
  parameters: { edges: 2 },
  variants: {
    // Neither a jump nor a look: the callback waits for ever while the loop turns.
    'before-1.28': { violates: RUNS, through: ['mp_sched_schedule'] },
    'looks-first': { holds: true },
  },
  build({ variant, edges }) {
    const board = stm32({ tick: 0 });
    const poll = new SelectPollNative(board, [{ obj: new FlagNotifier('socket'), flags: READ }], {
      leadingPending: variant === 'looks-first',
    });
    const seen = { calls: int(0, edges), turns: 0 };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    };
    board.main(() => {
      // @micropython.native: no checks between two calls
      while (true) {
        poll.poll(0);
        pause();
        ghost(() => {
          seen.turns = 1;
        });
      }
    });
    board.irq('timer interrupt', { times: edges }, () => {
      board.scheduler.mp_sched_schedule(callback);
    });
    const properties = [
      leadsTo(
        RUNS,
        () => board.scheduler.hasWork(),
        () => !board.scheduler.hasWork(),
      ),
      sometimes('poll(0) returns', () => seen.turns === 1),
    ];
    if (variant === 'looks-first')
      properties.push(sometimes('every callback runs', () => seen.calls === edges));
    return properties;
  },
});
