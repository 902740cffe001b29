/**
 * RP2040 with a thread on core 1: an atomic section must keep out the other core (a mutex) and the own interrupts (a mask).
 * Until #13312 (issues #12980 and #13288, dc2a4e3cbd) it took the mutex first and masked then, and an interrupt in
 * between that calls mp_sched_schedule_node() waits for the thread that it has interrupted. The repair does both under
 * one spinlock; that it did not nest was the next issue (#15264, cfa55b4ca1). What of the other order, first the mask?
 */
import { scenario, sometimes, stuck } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { type AtomicKind, rp2 } from 'upy-check/ports/rp2';

const CALLBACK_WAITS = 'lost wakeup: a scheduled callback waits';
const RETURNS = 'every atomic section ends';

type Variant =
  | 'mutex-then-mask'
  | 'mask-then-mutex'
  | 'at-once'
  | 'at-once-nested'
  | 'plain-mutex'
  | 'nested-plain-mutex';

const KINDS: Readonly<Record<Variant, AtomicKind>> = {
  'mutex-then-mask': 'mutex, then mask',
  'mask-then-mutex': 'mask, then mutex',
  'at-once': 'recursive',
  'at-once-nested': 'recursive',
  'plain-mutex': 'plain',
  'nested-plain-mutex': 'plain',
};

export default scenario('atomic-mutex-vs-irq', {
  about:
    'main, a USB interrupt and the thread on core 1 schedule: does anybody wait for whom he interrupted?',
  variants: {
    // USB interrupts main between mutex and mask, and waits for main.
    'mutex-then-mask': { violates: RETURNS, through: ['enter_blocking', 'wfe'], also: [CALLBACK_WAITS] },
    // It holds; but the core is deaf for as long as the other one keeps the mutex.
    'mask-then-mutex': { holds: true },
    'at-once': { holds: true },
    'at-once-nested': { holds: true },
    'plain-mutex': { holds: true },
    // A section in a section waits for itself.
    'nested-plain-mutex': { violates: RETURNS, through: ['atomicSection', 'wfe'] },
  },
  build({ variant }) {
    const board = rp2({ threads: 1, atomicSection: KINDS[variant] });
    const nested = variant.includes('nested');
    const seen = { inside: int(0, 3), usb: 0, main: 0, core1: 0 };
    const callback = { name: 'callback', run() {} };
    const schedule = () => {
      ghost(() => {
        seen.inside++;
      });
      if (nested) board.atomicSection(() => board.scheduler.mp_sched_schedule(callback));
      else board.scheduler.mp_sched_schedule(callback);
      ghost(() => {
        seen.inside--;
      });
    };
    board.main(() => {
      schedule();
      ghost(() => {
        seen.main = 1;
      });
    });
    board.thread('core 1', () => {
      schedule();
      ghost(() => {
        seen.core1 = 1;
      });
      while (true) board.eventPollHook();
    });
    board.irq('USB interrupt', { times: 1 }, () => {
      schedule();
      ghost(() => {
        seen.usb = 1;
      });
    });
    return [
      stuck(RETURNS, () => seen.inside === 0),
      sometimes(
        'all three have scheduled',
        () => seen.main + seen.core1 + seen.usb === 3 || variant === 'nested-plain-mutex',
      ),
    ];
  },
});
