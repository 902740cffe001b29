import { check, int, me } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Core } from './core.ts';
import { HardwareSpinLock } from './spinlock_rp2.ts';

const NESTING_MAX = 3;

export interface MutexOptions {
  /**
   * How the loser waits: `'wfe'` between looks, and `exit` sends SEV, as the pico-sdk does; `'spin'`: neither, as
   * `recursive_mutex_nowait_t` of ports/rp2/mutex_extra.c.
   */
  readonly waits?: 'wfe' | 'spin';
}

/**
 * `mutex_t` of the pico-sdk (src/common/pico_sync/mutex.c): the owner is a core, so that an interrupt handler owns
 * what its core has locked. Cores need `eventRegister`, unless it spins.
 */
export class Mutex {
  static readonly drawing: Drawing = { kind: 'owner', owner: 'owner', depth: 'enterCount' };

  owner: Core | null = null;
  protected readonly spinLock: HardwareSpinLock;
  private readonly waits: 'wfe' | 'spin';

  constructor(
    readonly name: string,
    options: MutexOptions = {},
  ) {
    this.spinLock = new HardwareSpinLock(`${name} spinlock`);
    this.waits = options.waits ?? 'wfe';
  }

  /** `mutex_enter_blocking`. A second time on the same core: for ever. */
  enter_blocking(): void {
    while (!this.try_enter()) if (this.waits === 'wfe') me(Core).wfe();
  }

  /** `mutex_try_enter` */
  try_enter(): boolean {
    const saved = this.spinLock.spin_lock_blocking();
    const entered = this.take(me(Core));
    this.spinLock.spin_unlock(saved);
    return entered;
  }

  /** `mutex_exit`. That the caller is the owner is the rule of the API; the SDK asserts only that there is one. */
  exit(): void {
    const saved = this.spinLock.spin_lock_blocking();
    check(this.owner === me(Core), 'a mutex is left by a core that does not own it');
    const free = this.release();
    this.spinLock.spin_unlock(saved);
    if (this.waits === 'wfe' && free) me(Core).sev();
  }

  protected take(caller: Core): boolean {
    if (this.owner !== null) return false;
    this.owner = caller;
    return true;
  }

  /** Whether it is free now. */
  protected release(): boolean {
    this.owner = null;
    return true;
  }
}

/** `recursive_mutex_t`: its owner may enter again. */
export class RecursiveMutex extends Mutex {
  enterCount = int(0, NESTING_MAX);

  protected override take(caller: Core): boolean {
    if (this.owner !== null && this.owner !== caller) return false;
    this.owner = caller;
    this.enterCount++;
    return true;
  }

  protected override release(): boolean {
    this.enterCount--;
    if (this.enterCount > 0) return false;
    this.owner = null;
    return true;
  }
}
