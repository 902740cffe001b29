/**
 * Ctrl-C while a soft callback runs. A callback is protected: what it raises is printed and dropped
 * (mp_call_function_1_protected). So where is KeyboardInterrupt raised? py/scheduler.c
 * and py/vm.c have given three answers. E1 (28370c0450): behind the state PENDING, so that the locked scheduler masks it, and main gets it
 * after the callback. Today (1c3c201149) without threads the VM looks at the state only, with the same result, unless the
 * callback calls something that waits, for mp_handle_pending looks at the exception first. Today with threads
 * (8db99f11a7) it is looked at whatever the state: the next jump of the callback raises it, and it is gone.
 */
import { always, scenario, sometimes } from 'upy-check';
import { KeyboardInterrupt } from 'upy-check/micropython';
import { ghost } from 'upy-check/model';
import { bare } from 'upy-check/ports/bare';

type Variant =
  | 'E1'
  | 'no-threads'
  | 'no-threads-callback-waits'
  | 'threads'
  | 'threads-callback-passes-it-on';

const NOT_LOST = 'Ctrl-C is not printed and dropped';

export default scenario('ctrl-c-in-callback', {
  about: 'does Ctrl-C end the program, also if it is typed while a soft callback runs?',
  variants: {
    E1: { holds: true },
    'no-threads': { holds: true },
    // time.sleep() in the callback looks at the exception, locked or not.
    'no-threads-callback-waits': { violates: NOT_LOST, through: ['protectedCall', 'mp_handle_pending'] },
    // The exception comes at a jump of the callback, is printed there, and main never hears of it.
    threads: { violates: NOT_LOST, through: ['protectedCall', 'checkpoint'] },
    'threads-callback-passes-it-on': { holds: true },
  },
  build({ variant }: { variant: Variant }) {
    const board = bare({
      era: variant === 'E1' ? 'E1' : 'E2',
      schedulerDepth: 2,
      vm: { threads: variant === 'threads' || variant === 'threads-callback-passes-it-on' },
    });
    const sensor = { value: 0 };
    const seen = { interrupted: false, cleanedUp: false, calledBack: false };
    board.main(() => {
      try {
        program();
      } catch {
        ghost(() => {
          seen.interrupted = true;
        });
      }
    });
    const program = () => {
      'use python';
      try {
        while (true) board.eventPollHook();
      } finally {
        ghost(() => {
          seen.cleanedUp = true;
        });
      }
    };
    const readSensor = () => {
      'use python';
      if (sensor.value === 0) sensor.value = 1;
      if (variant === 'no-threads-callback-waits') board.vm.mp_handle_pending(); // time.sleep_ms(0)
      ghost(() => {
        seen.calledBack = true;
      });
    };
    const callback = {
      name: 'callback',
      run() {
        if (variant !== 'threads-callback-passes-it-on') {
          readSensor();
          return;
        }
        try {
          readSensor();
        } catch {
          // except KeyboardInterrupt: micropython.schedule(micropython.kbd_intr, None)
          board.vm.mp_sched_keyboard_interrupt(board.mainThread);
        }
      },
    };
    board.irq('timer interrupt', { times: 2 }, () => {
      board.scheduler.mp_sched_schedule(callback);
    });
    board.irq('console interrupt', { times: 1 }, () => {
      board.vm.mp_sched_keyboard_interrupt(board.mainThread);
    });
    return [
      always(NOT_LOST, () => board.scheduler.printed !== KeyboardInterrupt),
      sometimes('the program cleans up', () => seen.interrupted && seen.cleanedUp),
      sometimes('a callback ran before', () => seen.interrupted && seen.calledBack),
    ];
  },
});
