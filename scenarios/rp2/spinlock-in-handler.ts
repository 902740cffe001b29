/**
 * A spinlock of the RP2040's SIO (pico-sdk, hardware/sync/spin_lock.h) keeps the other core out, but not the handlers of the
 * own one: a handler that wants what its core holds spins for ever, because what it interrupted cannot unlock. So
 * spin_lock_blocking masks interrupts first. Who may not mask for so long lets the handler try (spin_try_lock_unsafe), and leave a
 * note for whoever has the lock, who looks for notes after unlocking. Then the order decides: a handler that tries first and
 * leaves its note afterwards may find core 1 holding the lock, and core 1 unlocks and looks before the note is there. The
 * note first, then the try, is right; ports/rp2/pendsv.c does it with its table of dispatches and the mutex around it.
 */
import { always, idle, scenario, sometimes } from 'upy-check';
import { bareMetal, Core, edges, HardwareSpinLock, Irq } from 'upy-check/hardware';
import { ghost, int } from 'upy-check/model';

const ONE = 'one at a time is inside';
const DONE = 'no work is left when all is quiet';
const SERVED = 'no interrupt is pending when all is quiet';

export default scenario('spinlock-in-handler', {
  about: 'both cores and a handler share a spinlock: does anybody wait for ever, and is any work left over?',
  timing: 'any',
  parameters: { events: 2 },
  full: { events: 4 },
  variants: {
    'handler-waits-masked': { holds: true },
    // The handler wants the lock that its core holds.
    'handler-waits': {
      violates: 'deadlock',
      through: ['spin_lock_unsafe_blocking', 'enter'],
      also: [SERVED],
    },
    // Core 1 has the lock as the handler tries, unlocks and looks for a note, and then the handler leaves it.
    'try-then-note': { violates: DONE, through: ['spin_try_lock_unsafe', 'spin_unlock_unsafe'] },
    'note-then-try': { holds: true },
  },
  build({ variant, events }) {
    const cores: Core[] = [];
    for (let n = 0; n < 2; n++) new Core(`core ${n}`, cores);
    const [core0, core1] = cores as [Core, Core];
    const lock = new HardwareSpinLock('spinlock');
    const work = { noted: false };
    const seen = { inside: int(0, 2), byHandler: false, byOther: false };

    const inside = (does: () => void) => {
      ghost(() => {
        seen.inside++;
      });
      does();
      ghost(() => {
        seen.inside--;
      });
    };
    const takeNote = () => {
      work.noted = false;
    };
    const section = (does: () => void) => {
      if (variant === 'handler-waits-masked') {
        const saved = lock.spin_lock_blocking();
        inside(does);
        lock.spin_unlock(saved);
      } else {
        lock.spin_lock_unsafe_blocking();
        inside(does);
        lock.spin_unlock_unsafe();
      }
    };
    /** What both cores do; afterwards they do what the handler could not. */
    const program = () => {
      section(() => {});
      while (work.noted) {
        section(takeNote);
        ghost(() => {
          seen.byOther = true;
        });
      }
    };
    const tries = () => {
      if (!lock.spin_try_lock_unsafe()) return false;
      inside(takeNote);
      lock.spin_unlock_unsafe();
      ghost(() => {
        seen.byHandler = true;
      });
      return true;
    };
    const isr = () => {
      if (variant === 'try-then-note') {
        if (!tries()) work.noted = true;
      } else if (variant === 'note-then-try') {
        work.noted = true;
        tries();
      } else {
        section(takeNote);
        ghost(() => {
          seen.byHandler = true;
        });
      }
    };
    bareMetal(core0, 'core 0', program);
    bareMetal(core1, 'core 1', program);
    const line = new Irq(core0, 'handler', 1, isr);
    edges(line, events);
    const leaves = variant === 'try-then-note' || variant === 'note-then-try';
    return [
      always(ONE, () => seen.inside <= 1),
      idle(DONE, () => !work.noted),
      idle(SERVED, () => !line.isPending()),
      sometimes('the handler does its work', () => seen.byHandler),
      ...(leaves ? [sometimes('another one does the work of the handler', () => seen.byOther)] : []),
    ];
  },
});
