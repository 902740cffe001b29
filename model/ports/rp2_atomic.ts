import { type Core, Core as CoreKind } from '../hardware/index.ts';
import { atomic, check, int, type Lock, me } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';

/** Model bound: how deep atomic sections may nest on one core. */
const NESTING_MAX = 3;

/**
 * `atomic_mutex` with `recursive_mutex_enter_blocking_and_disable_interrupts` and `…_exit_and_restore_interrupts`
 * (ports/rp2/mutex_extra.c, since dc2a4e3cbd): owner and mask change under one spinlock, which interrupts of the
 * own core cannot come between. Who does not get it waits with WFE, its interrupts as they were before.
 */
export class AtomicMutex implements Lock {
  static readonly drawing: Drawing = { kind: 'owner', owner: 'owner', depth: 'enterCount' };

  owner: Core | null = null;
  enterCount = int(0, NESTING_MAX);

  /** @param recursive since cfa55b4ca1 (#15264) */
  constructor(private readonly recursive = true) {}

  lock(): void {
    const core = me(CoreKind);
    while (!this.tryLock(core)) core.wfe();
  }

  private tryLock(core: Core): boolean {
    return atomic(() => {
      if (this.owner !== null && (this.owner !== core || !this.recursive)) return false;
      core.disableInterrupts();
      this.owner = core;
      this.enterCount++;
      return true;
    });
  }

  /** The SEV comes after it, with interrupts as they were: `lock_internal_spin_unlock_with_notify`. */
  unlock(): void {
    atomic(() => {
      const core = me(CoreKind);
      check(this.owner === core, 'an atomic section is left by a core that is not in it');
      this.enterCount--;
      if (this.enterCount === 0) this.owner = null;
      core.enableInterrupts();
    });
  }
}
