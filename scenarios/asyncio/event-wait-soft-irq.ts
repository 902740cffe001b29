/**
 * The waiting side of `asyncio.Event`, once its `set` is safe in a callback (the locked event of #6056, #6106): may the
 * waiter rely on one wake-up for each set? It may not. Sets that come before the waiter runs are one, and a set between
 * its resumption and its `clear` is taken back by that `clear`. So what a set announces has to be looked for after the
 * `clear`: clear first, then take. A ThreadSafeFlag clears itself as `wait` returns (asked in #7739), before the caller
 * can look, and is right by construction; but it counts no more than the event does.
 */
import { idle, scenario, sometimes } from 'upy-check';
import { bareBoard, LockedEvent, Loop, ThreadSafeFlag } from 'upy-check/asyncio';
import { ghost, int } from 'upy-check/model';

const LEFT = 'no work is left while its task waits';

export default scenario('event-wait-soft-irq', {
  about: 'asyncio: what may a task conclude when Event.wait() returns?',
  parameters: { edges: 2 },
  full: { edges: 4 },
  variants: {
    'clear-then-take': { holds: true },
    // The second edge comes after the last look for work; the clear takes its set back. (Without a jump between the two,
    // no callback could.)
    'take-then-clear': { violates: LEFT, through: ['set', 'clear'] },
    'thread-safe-flag': { holds: true },
    // Two edges, one wake-up, and the task takes one item for it.
    'one-item-a-wake-up': { violates: LEFT, through: ['set', 'ioctl'] },
  },
  build({ variant, edges }) {
    const board = bareBoard();
    const loop = new Loop(board, { wait: (us) => board.mp_event_wait(us) });
    const event = new LockedEvent(loop);
    const flag = new ThreadSafeFlag(loop);
    const usesFlag = variant === 'thread-safe-flag' || variant === 'one-item-a-wake-up';
    const work = { items: int(0, edges) };
    const seen = { taken: int(0, edges), twoAtOnce: false };
    const takeAll = () => {
      'use python';
      let items = 0;
      while (work.items > 0) {
        work.items--;
        items++;
      }
      ghost(() => {
        seen.taken += items;
        if (items > 1) seen.twoAtOnce = true;
      });
    };
    const takeOne = () => {
      'use python';
      if (work.items > 0) work.items--;
      ghost(() => {
        seen.taken++;
      });
    };
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'pin callback',
      run() {
        'use python';
        work.items++;
        if (usesFlag) flag.set();
        else event.set();
      },
    });
    board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
    const main = loop.coroutine('worker', () => {
      'use python';
      while (true) {
        switch (variant) {
          case 'clear-then-take':
            event.wait();
            event.clear();
            takeAll();
            break;
          case 'take-then-clear':
            event.wait();
            takeAll();
            event.clear();
            break;
          case 'thread-safe-flag':
            flag.wait();
            takeAll();
            break;
          default:
            flag.wait();
            takeOne();
        }
      }
    });
    loop.run(main);
    return [
      idle(LEFT, () => work.items === 0),
      sometimes('the work of all edges is done', () => seen.taken === edges),
      ...(variant === 'clear-then-take' || variant === 'thread-safe-flag'
        ? [sometimes('one wake-up for two sets', () => seen.twoAtOnce)]
        : []),
    ];
  },
});
