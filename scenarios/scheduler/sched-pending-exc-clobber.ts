/**
 * Ctrl-C is for the main thread. From v1.17 to v1.19 the exception was kept with that thread, but that there is one was said
 * by the scheduler's state, which all threads share: a second thread that saw PENDING, found no exception of its own and no
 * callback, and said IDLE. Main never looked. Issues #8838 and #7026, pull requests #8845 and #8869, on rp2 and unix; fixed
 * by 8db99f11a7 (v1.20): with threads, exception and state are two things, and each thread looks at both. E1 has
 * one exception for all threads instead, so that the wrong thread may get it.
 */
import { always, alwaysPossible, scenario, sometimes } from 'upy-check';
import type { PendingException } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { bare } from 'upy-check/ports/bare';

const ENDS = 'Ctrl-C ends the main thread';
const MAIN = 'Ctrl-C is for main';

type Variant = 'E1' | 'announced-by-state' | 'looked-at-by-its-thread';

const KEPT: Readonly<Record<Variant, PendingException>> = {
  E1: 'global',
  'announced-by-state': 'announced',
  'looked-at-by-its-thread': 'own',
};

export default scenario('sched-pending-exc-clobber', {
  about: 'Ctrl-C while a second thread runs Python: does main get it?',
  variants: {
    // The other thread sees PENDING, finds nothing of its own and locks; its unlock will say IDLE, and main never looks.
    'announced-by-state': {
      violates: ENDS,
      through: ['mp_sched_keyboard_interrupt', 'handlePendingBehindState'],
    },
    // There is one exception for all, and the other thread is the first to look.
    E1: { violates: MAIN, through: ['handlePendingBehindState'], also: [ENDS] },
    'looked-at-by-its-thread': { holds: true },
  },
  build({ variant }: { variant: Variant }) {
    const board = bare({
      cores: 2,
      era: variant === 'E1' ? 'E1' : 'E2',
      vm: { pendingException: KEPT[variant], callbacksOn: 'any thread' },
    });
    const data = { samples: int(0, 1) };
    const seen = { typed: false, main: false, other: false };
    const program = () => {
      'use python';
      while (true) data.samples = 0;
    };
    board.main(() => {
      try {
        program();
      } catch {
        ghost(() => {
          seen.main = true;
        });
      }
    });
    board.thread('second thread', () => {
      try {
        program();
      } catch {
        ghost(() => {
          seen.other = true;
        });
      }
    });
    board.irq('console interrupt', { times: 1 }, () => {
      ghost(() => {
        seen.typed = true;
      });
      board.vm.mp_sched_keyboard_interrupt(board.mainThread);
    });
    return [
      always(MAIN, () => !seen.other),
      alwaysPossible(ENDS, () => !seen.typed || seen.main),
      sometimes('main is interrupted', () => seen.main),
    ];
  },
});
