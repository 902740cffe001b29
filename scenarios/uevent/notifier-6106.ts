/**
 * On bare metal the notifier of #6106 (63f60f813b) is a flag that `poll` asks for, and the wait is #6056's (03e41dde49): with interrupts
 * off, WFI only if no soft callback is pending. It was made so that a soft callback can end the loop's poll. May a hard
 * interrupt handler call `set`, too? And does the loop have to `clear` before or after it looks at what there is to do?
 *
 * Answer: from a soft callback it is right, and with the poll hook as released it is not. From a hard handler it is not covered: the
 * test under the mask is about callbacks, so a flag that is set after poll's look is slept over, until the next tick if there is
 * one. A handler that also schedules something is right. Clear first, then look.
 */
import { lostWakeup, scenario, sometimes } from 'upy-check';
import { FlagNotifier, READ, SelectPollNative } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { type Stm32Options, stm32 } from 'upy-check/ports/stm32';

const LOST = 'lost wakeup: work waits, and main sleeps in poll';

const MASKED: Stm32Options = { era: 'E1', tick: 0, wait: 'masked' };
const BOARDS: Readonly<Record<string, Stm32Options>> = {
  'soft-callback': MASKED,
  'soft-callback-released-hook': { era: 'E1', tick: 0 },
  'hard-handler': MASKED,
  'hard-handler-tick': { era: 'E1', wait: 'masked' },
  'hard-handler-schedules': MASKED,
  'clear-after-work': MASKED,
};

export default scenario('notifier-6106', {
  about: '#6106 on bare metal: who may set the notifier that ends poll?',
  timing: 'any',
  parameters: { edges: 3 },
  full: { edges: 5 },
  variants: {
    'soft-callback': { holds: true },
    // The interrupt comes after the look at what is pending: its callback waits, and so does the notifier that it would set.
    'soft-callback-released-hook': {
      violates: LOST,
      through: ['mp_sched_schedule', 'wfi'],
      also: ['lost wakeup: a scheduled callback waits'],
    },
    // poll has asked the notifier; the handler sets it; nothing is pending, so WFI.
    'hard-handler': { violates: LOST, through: ['set', 'wfi'] },
    'hard-handler-tick': { holds: true },
    'hard-handler-schedules': { holds: true },
    // Work comes after the loop has looked, and its notification is cleared with the old one.
    'clear-after-work': { violates: LOST, through: ['set', 'clear', 'wfi'] },
  },
  build({ variant, edges }) {
    const board = stm32(BOARDS[variant]!);
    const notifier = new FlagNotifier();
    const poll = new SelectPollNative(board, [{ obj: notifier, flags: READ }]);
    const work = { items: int(0, edges) };
    const seen = { done: int(0, edges) };
    const takeAll = () => {
      ghost(() => {
        seen.done += work.items;
      });
      work.items = 0;
    };
    const add = () => {
      work.items++;
      notifier.set();
    };
    const callback = {
      name: 'callback',
      run: () => {
        if (!variant.startsWith('hard')) add();
      },
    };
    const main = board.main(() => {
      'use python';
      while (true) {
        poll.poll(-1);
        if (variant !== 'clear-after-work') notifier.clear();
        takeAll();
        if (variant === 'clear-after-work') notifier.clear();
      }
    });
    board.irq('timer interrupt', { times: edges }, () => {
      if (variant.startsWith('hard')) add();
      if (variant !== 'hard-handler' && variant !== 'hard-handler-tick')
        board.scheduler.mp_sched_schedule(callback);
    });
    return [
      lostWakeup('work waits, and main sleeps in poll', () => work.items > 0, main),
      sometimes('all work is done', () => seen.done === edges),
    ];
  },
});
