import { check, me } from '../index.ts';
import { Core } from './core.ts';
import type { IrqOptions } from './irq.ts';
import { type DispatchSlot, PendSv, runSlots } from './pendsv.ts';
import { RecursiveMutex } from './pico_mutex.ts';

export interface SharedPendSvOptions extends IrqOptions {
  /** Whether the handler looks for dispatches that came meanwhile (4e79698a99, v1.27). Default true. */
  readonly recheck?: boolean;
  /** Default `'spin'`; `'wfe'`: the mutex of the pico-sdk, as before eced9d86a7. */
  readonly mutexWaits?: 'wfe' | 'spin';
}

/**
 * PendSV of ports/rp2/pendsv.c with threads: the handler may run on either core, and either core may suspend it. The
 * pending bit belongs to the core that sets it.
 */
export class SharedPendSv {
  /** `pendsv_mutex`: without WFE and SEV, because soft timers come here from a WFE loop. */
  readonly mutex: RecursiveMutex;
  private readonly recheck: boolean;
  private readonly lines: readonly PendSv[];

  /** @param slots `pendsv_dispatch_table` */
  constructor(
    cores: readonly Core[],
    priority: number,
    readonly slots: readonly DispatchSlot[],
    options: SharedPendSvOptions = {},
  ) {
    this.recheck = options.recheck ?? true;
    this.mutex = new RecursiveMutex('pendsv_mutex', { waits: options.mutexWaits ?? 'spin' });
    this.lines = cores.map((core) => new PendSv(core, priority, () => this.handler(), options));
  }

  /** `pendsv_suspend`: no handler runs on any core. Nests. */
  suspend(): void {
    this.mutex.enter_blocking();
  }

  /** `pendsv_resume` */
  resume(): void {
    this.mutex.exit();
    this.runDispatch();
  }

  /** `pendsv_schedule_dispatch`: while it is suspended, resuming sets the bit. */
  schedule(slot: DispatchSlot): void {
    slot.requested = true;
    if (this.mutex.enterCount === 0) this.request();
  }

  /** `PendSV_Handler`: if the other core holds the mutex, that core's resume runs it again. */
  private handler(): void {
    if (!this.mutex.try_enter()) return;
    check(this.mutex.enterCount === 1, 'PendSV runs on a core that has suspended it');
    runSlots(this.slots);
    this.mutex.exit();
    if (this.recheck) this.runDispatch();
  }

  /**
   * `pendsv_resume_run_dispatch`, with the mutex free again: what the other core dispatches between the look and the
   * store here is dispatched once more.
   */
  private runDispatch(): void {
    for (const slot of this.slots)
      if (slot.requested) {
        this.schedule(slot);
        return;
      }
  }

  private request(): void {
    const core = me(Core);
    for (const each of this.lines) if (each.core === core) each.request();
  }
}
