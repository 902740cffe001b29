/**
 * RP2040: a soft reset switches core 1 off wherever it is, and what it holds stays held. #8494 hung because core 1 was
 * collecting garbage: since #8835 (797a83ac3e) `mp_thread_deinit()` takes the heap's mutex first. Is that enough? Core 1 can
 * hold more when it dies: the mutex of PendSV, which `soft_timer_deinit()` takes next; the atomic section, which any
 * interrupt of core 0 wants before `core1_entry` is cleared; and the hardware spinlock inside of a mutex, above all of
 * the very mutex for which it waits in a loop without WFE (eced9d86a7). What would be enough: park core 1 first, in
 * the handler of the flash lockout, which it enters with no spinlock and outside of atomic sections.
 */
import { scenario, sometimes, stuck } from 'upy-check';
import { bareMetal, Core, edges, Irq, RecursiveMutex } from 'upy-check/hardware';
import { atomic, ghost, me, pause, rest, until } from 'upy-check/model';
import { AtomicMutex } from 'upy-check/ports/rp2';

const COMPLETES = 'the soft reset completes';

const IRQ_PRIORITY = 2;

/** A mutex of which each operation is one step. */
class WholeMutex {
  owner: Core | null = null;

  enter_blocking(): void {
    until(() => {
      if (this.owner !== null) return false;
      this.owner = me(Core);
      return true;
    });
  }

  exit(): void {
    this.owner = null;
  }
}

export default scenario('core1-killed-with-gc-lock', {
  about: '#8835: what may core 1 hold when a soft reset switches it off?',
  variants: {
    // Core 1 dies in a collection: the heap's mutex stays taken.
    'no-lock': { violates: COMPLETES, through: ['mp_thread_deinit'], also: ['deadlock'] },
    // The release, if taking a mutex were one step.
    'gc-lock': { holds: true },
    // The release: core 1 dies while it has the spinlock of the mutex for which it waits, and core 0 cannot leave it.
    'gc-lock-spinlocks': { violates: COMPLETES, through: ['mp_thread_deinit'], also: ['deadlock'] },
    // The release: core 1 dies in soft_timer_insert(), and soft_timer_deinit() waits for it.
    'pendsv-mutex': { violates: COMPLETES, through: ['mp_thread_deinit'], also: ['deadlock'] },
    // The release: core 1 dies in mp_sched_schedule(); an interrupt of core 0 waits for it, and main for the interrupt.
    'atomic-section': { violates: COMPLETES, through: ['mp_sched_schedule', 'mp_thread_deinit'] },
    'parked-first': { holds: true },
  },
  build({ variant }) {
    const cores: Core[] = [];
    for (let n = 0; n < 2; n++) new Core(`core ${n}`, cores, { eventRegister: true });
    const [core0, core1] = cores as [Core, Core];
    const parks = variant === 'parked-first';
    const takesGcLock = variant !== 'no-lock';
    const spinlocks = parks || variant === 'gc-lock-spinlocks';
    const mutex = (name: string) =>
      spinlocks ? new RecursiveMutex(name, { waits: 'spin' }) : new WholeMutex();
    const [gc_mutex, pendsv_mutex] = [mutex('gc_mutex'), mutex('pendsv_mutex')];
    const atomic_mutex = new AtomicMutex();
    const port = { core1_entry: true, lockout: false, parked: false };
    const seen = { reset: false, works: false };

    const gc_collect = () => {
      gc_mutex.enter_blocking();
      ghost(() => {
        seen.works = true;
      });
      gc_mutex.exit();
    };
    const soft_timer_insert = () => {
      pendsv_mutex.enter_blocking();
      pendsv_mutex.exit();
    };
    const mp_sched_schedule = () => {
      if (!port.core1_entry) return;
      atomic_mutex.lock();
      pause();
      atomic_mutex.unlock();
      me(Core).sev();
    };
    const core1Thread = bareMetal(core1, 'core 1', () => {
      while (true) {
        if (variant === 'pendsv-mutex' || parks) soft_timer_insert();
        if (variant === 'atomic-section' || parks) mp_sched_schedule();
        gc_collect();
      }
    });
    /** The lockout of core 1 for writes to flash: core 0 asks, core 1 stays in the handler. */
    const lockout = new Irq(
      core1,
      'multicore_lockout_handler',
      IRQ_PRIORITY,
      () => {
        port.parked = true;
        me(Core).sev(); // the word in the FIFO that says so
        rest(() => !port.lockout);
      },
      { asserted: () => port.lockout },
    );
    const mp_thread_deinit = () => {
      if (takesGcLock) gc_mutex.enter_blocking();
      if (parks) {
        pendsv_mutex.enter_blocking();
        port.lockout = true;
        until(() => port.parked);
      }
      // multicore_reset_core1
      atomic(() => {
        core1Thread.kill();
        lockout.process.kill();
      });
      port.core1_entry = false;
      if (parks) pendsv_mutex.exit();
      if (takesGcLock) gc_mutex.exit();
    };
    const soft_timer_deinit = () => soft_timer_insert();
    const gc_sweep_all = () => gc_collect();
    bareMetal(core0, 'main', () => {
      mp_thread_deinit();
      soft_timer_deinit();
      gc_sweep_all();
      ghost(() => {
        seen.reset = true;
      });
    });
    if (variant === 'atomic-section' || parks)
      edges(new Irq(core0, 'USB interrupt', IRQ_PRIORITY, mp_sched_schedule), 1);
    return [
      stuck(COMPLETES, () => seen.reset),
      sometimes('core 1 works', () => seen.works),
      sometimes('the reset is over', () => seen.reset),
    ];
  },
});
