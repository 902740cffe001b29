/**
 * mp_handle_pending looks at the state first, without a lock, and then enters the atomic section. Until April 2020 it did
 * not look again inside. Two threads without a GIL (unix) that both saw PENDING both lock the scheduler by an assignment and
 * each runs a callback, at the same time. Afterwards both unlock, and the state is 2, which is neither IDLE nor PENDING:
 * what is scheduled from then on waits for ever. Pull request #5859, fixed by 243805d776 before v1.13.
 */
import { always, scenario, sometimes } from 'upy-check';
import { IDLE } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { unix } from 'upy-check/ports/unix';

const ONE = 'callbacks do not overlap';
const KNOWN = 'the state is one of IDLE, PENDING and LOCKED';

export default scenario('sched-state-toctou', {
  about: 'two threads see that callbacks are pending: do both run one?',
  variants: {
    // Both read PENDING; both then lock, one after the other, and each takes a callback.
    'test-outside-only': {
      violates: ONE,
      through: ['handlePendingBehindState', 'protectedCall'],
      also: [KNOWN],
    },
    'test-again-inside': { holds: true },
    // E2 without a GIL: the worker's jumps run no callbacks at all (52a593cdb1).
    'main-thread-only': { holds: true },
  },
  build({ variant }) {
    const board = unix({
      era: variant === 'main-thread-only' ? 'E2' : 'E1',
      schedulerDepth: 2,
      scheduler: { staleTest: variant === 'test-outside-only' },
    });
    const { scheduler } = board;
    const seen = { running: int(0, 2), calls: int(0, 2) };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          seen.running++;
        });
        work();
        ghost(() => {
          seen.running--;
          seen.calls++;
        });
      },
    };
    const device = { register: 0 };
    const work = () => {
      device.register = 1;
    };
    const program = () => {
      'use python';
      while (true) device.register = 2;
    };
    board.main(() => {
      scheduler.schedule(callback);
      scheduler.schedule(callback);
      program();
    });
    board.thread('worker', program);
    return [
      always(ONE, () => seen.running <= 1),
      always(KNOWN, () => scheduler.state <= IDLE),
      sometimes('both callbacks run', () => seen.calls === 2),
    ];
  },
});
