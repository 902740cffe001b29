/**
 * On the esp32 of 2020 (E1, 28370c0450) MICROPY_BEGIN_ATOMIC_SECTION turned interrupts off on the calling core. Is that enough
 * for mp_sched_schedule(), which interrupts call? Only if all that call it are on one core: 995f9cfdfc pinned
 * MicroPython to the core of its interrupts, and the commit that moved it to core 0 (311b8519af) says so as a requirement. A
 * task or a handler on the other core, such as those of the radio, reads and writes the ring's index and length at the same
 * time; the state likewise: PENDING overwrites LOCKED. Since 05ac69329d (v1.24) the section takes a spinlock as well. Asked in #6125 as the question from where an event
 * may be signalled: from an interrupt, or from a task on any core.
 */
import { always, idle, scenario, sometimes } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { type Esp32Options, esp32 } from 'upy-check/ports/esp32';

type Variant = 'masks-one-core' | 'both-on-one-core' | 'one-core' | 'spinlock';

const FITS = 'the length of the ring fits';
const RUNS = 'every accepted callback runs';

/** Who schedules where: a pin on main's core, and one on the other if there is one. */
const BOARDS: Readonly<Record<Variant, Esp32Options & { readonly other: number }>> = {
  'masks-one-core': { era: 'E1', other: 0 },
  'both-on-one-core': { era: 'E1', other: 1, openSections: false },
  'one-core': { era: 'E1', cores: 1, other: 0 },
  spinlock: { era: 'E2', atomicSection: 'spinlock', openSections: true, other: 0 },
};

export default scenario('sched-multicore', {
  about: 'esp32: interrupts off on the calling core, and a callback that is scheduled from the other one',
  variants: {
    // The other core writes its slot between main's read and write of the index: one item is handed out twice, or never.
    'masks-one-core': {
      violates: 'the ring hands out what was put in',
      through: ['put', 'take'],
      also: [RUNS, 'mp_sched_unlock without lock', 'lost wakeup: a scheduled callback waits'],
    },
    'both-on-one-core': { holds: true },
    'one-core': { holds: true },
    spinlock: { holds: true },
  },
  build({ variant }: { variant: Variant }) {
    const { other, ...options } = BOARDS[variant];
    const board = esp32({ tick: 0, schedulerDepth: 2, ...options });
    const seen = { accepted: int(0, 2), calls: int(0, 4) };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          if (seen.calls < 4) seen.calls++;
        });
      },
    };
    board.main(() => board.mp_hal_stdin_rx_chr());
    const schedules = () => {
      if (board.scheduler.mp_sched_schedule(callback))
        ghost(() => {
          seen.accepted++;
        });
      board.mp_hal_wake_main_task_from_isr();
    };
    board.irq('radio interrupt', { times: 1, core: other }, schedules);
    board.irq('pin interrupt', { times: 1 }, schedules);
    const { ring } = board.scheduler;
    return [
      always(FITS, () => ring.pending() >= 0 && ring.pending() <= ring.depth),
      idle(RUNS, () => seen.calls === seen.accepted),
      sometimes('both callbacks run', () => seen.calls === 2),
    ];
  },
});
