/**
 * Which Python statements may share data with a soft callback? #6125 compares a dict insertion, which is one C function,
 * with `x = a + b`, which is several opcodes. The VM of today (py/vm.c, 1c3c201149) runs callbacks at jump opcodes only, so that
 * both are safe as they stand, and a conditional expression on the right-hand side is not: it has a jump between
 * the load of x and its store. The rule that Damien George gives there is to expect a callback between any two opcodes;
 * under that rule the insertion still is safe, and the addition is not. `if key not in d: d[key] = …` is safe in neither.
 * micropython.disable_irq() does not help, for it keeps out interrupts and not callbacks that are queued already.
 */
import { idle, scenario, sometimes } from 'upy-check';
import { anyOpcode } from 'upy-check/micropython';
import { atomic, ghost, int } from 'upy-check/model';
import { bare } from 'upy-check/ports/bare';

const COUNTED = 'no increment is lost';
const ONCE = 'a key is inserted once';
const EDGES = 2;

type Variant =
  | 'add'
  | 'add-any-opcode'
  | 'add-conditional'
  | 'add-locked-any-opcode'
  | 'insert-any-opcode'
  | 'test-then-insert'
  | 'test-then-insert-locked';

export default scenario('atomic-statements', {
  about: 'x = x + 1, d[key] = v and the like, in main and in a soft callback: who loses an update?',
  variants: {
    add: { holds: true },
    // The callback comes after main has loaded x, and main stores what it had.
    'add-any-opcode': { violates: COUNTED, through: ['addInMain', 'run'] },
    // The same at a jump: that of the conditional expression.
    'add-conditional': { violates: COUNTED, through: ['addConditional', 'checkpoint'] },
    'add-locked-any-opcode': { holds: true },
    'insert-any-opcode': { holds: true },
    // The callback inserts between main's test and main's insertion, which overwrites it.
    'test-then-insert': { violates: ONCE, through: ['insertIfAbsent', 'checkpoint'] },
    'test-then-insert-locked': { holds: true },
  },
  build({ variant }: { variant: Variant }) {
    const board = bare();
    const { scheduler } = board;
    const any: readonly Variant[] = ['add-any-opcode', 'add-locked-any-opcode', 'insert-any-opcode'];
    if (any.includes(variant)) anyOpcode(board.vm, board.core, board.mainThread);
    const x = { value: int(0, EDGES + 2), step: 1 };
    const dict = { inserted: int(0, EDGES + 1), present: false };
    const seen = { adds: int(0, EDGES + 2), inserts: int(0, EDGES + 2) };
    const inserts =
      variant === 'insert-any-opcode' ||
      variant === 'test-then-insert' ||
      variant === 'test-then-insert-locked';

    const added = () =>
      ghost(() => {
        seen.adds++;
      });
    const addInMain = () => {
      'use python';
      x.value = x.value + 1;
      added();
    };
    const addConditional = () => {
      'use python';
      x.value = x.value + (x.step !== 0 ? 1 : 2);
      added();
    };
    const addLocked = () => {
      'use python';
      scheduler.mp_sched_lock();
      x.value = x.value + 1;
      added();
      scheduler.mp_sched_unlock();
    };
    /** dict_store: mp_map_lookup and the store, without Python in between as long as keys are strings or numbers. */
    const store = () =>
      atomic(() => {
        dict.present = true;
        dict.inserted++;
      });
    const insertIfAbsent = () => {
      'use python';
      if (!dict.present) store();
    };
    const insertLocked = () => {
      'use python';
      scheduler.mp_sched_lock();
      insertIfAbsent();
      scheduler.mp_sched_unlock();
    };
    const callback = {
      name: 'callback',
      run() {
        if (!inserts) {
          x.value++;
          added();
        } else if (variant === 'insert-any-opcode') store();
        else insertIfAbsent();
      },
    };
    board.main(() => {
      for (let n = 0; n < 2; n++)
        switch (variant) {
          case 'add-conditional':
            addConditional();
            break;
          case 'add-locked-any-opcode':
            addLocked();
            break;
          case 'insert-any-opcode':
            if (n === 0) store();
            break;
          case 'test-then-insert':
            insertIfAbsent();
            break;
          case 'test-then-insert-locked':
            insertLocked();
            break;
          default:
            addInMain();
        }
      idleLoop();
    });
    const idleLoop = () => {
      'use python';
      while (true) board.eventPollHook();
    };
    board.irq('pin interrupt', { times: EDGES }, () => {
      if (scheduler.mp_sched_schedule(callback))
        ghost(() => {
          seen.inserts++;
        });
    });
    return [
      idle(COUNTED, () => inserts || x.value === seen.adds),
      idle(ONCE, () => {
        if (variant === 'insert-any-opcode') return dict.inserted === seen.inserts + 1;
        return !inserts || dict.inserted === 1;
      }),
      sometimes('main and all callbacks have run', () =>
        inserts ? dict.present && seen.inserts === EDGES : x.value === EDGES + 2,
      ),
    ];
  },
});
