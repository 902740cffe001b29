import { atomic, check, me, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Core } from './core.ts';

/**
 * A hardware spinlock of the SIO (pico-sdk, hardware/sync/spin_lock.h): one bit, without owner or nesting. Taking it
 * again on the core that holds it spins for ever. The model knows the holder, and refuses an unlock by another one.
 */
export class HardwareSpinLock {
  static readonly drawing: Drawing = { kind: 'owner', owner: 'holder' };

  holder: Core | null = null;

  constructor(readonly name: string) {}

  /** Masks the own core's interrupts first. What the mask was is returned, for {@link spin_unlock}. */
  spin_lock_blocking(): boolean {
    const saved = me(Core).saveAndDisableInterrupts();
    this.spin_lock_unsafe_blocking();
    return saved;
  }

  spin_unlock(saved: boolean): void {
    this.spin_unlock_unsafe();
    me(Core).restoreInterrupts(saved);
  }

  /** Without masking: an interrupt of this core that wants it too spins for ever. */
  spin_lock_unsafe_blocking(): void {
    until(() => this.take());
  }

  spin_try_lock_unsafe(): boolean {
    return atomic(() => this.take());
  }

  spin_unlock_unsafe(): void {
    atomic(() => {
      check(this.holder === me(Core), 'a spinlock is unlocked by a core that does not hold it');
      this.holder = null;
    });
  }

  is_spin_locked(): boolean {
    return this.holder !== null;
  }

  private take(): boolean {
    if (this.holder !== null) return false;
    this.holder = me(Core);
    return true;
  }
}
