import { critical, int } from '../index.ts';
import type { Core } from './core.ts';
import { Doorbell } from './doorbell.ts';
import type { Irq, IrqOptions } from './irq.ts';
import type { Spinlock } from './spinlock.ts';

/**
 * The cross-core interrupt of ESP-IDF (components/esp_system/crosscore_int.c): a set of reasons for each core, under
 * one lock, and a doorbell. The handler clears the doorbell before it takes the reasons; the other order loses those
 * that come in between.
 */
export class CrossCore {
  /** `reason[core]`, a bit for each handler */
  reasons: number;
  readonly bell: Doorbell;
  readonly line: Irq;

  /**
   * @param lock `reason_spinlock`, shared by all cores
   * @param handlers what each reason asks for, `REASON_YIELD` first
   */
  constructor(
    readonly core: Core,
    priority: number,
    private readonly lock: Spinlock,
    private readonly handlers: readonly (() => void)[],
    options: IrqOptions = {},
  ) {
    this.reasons = int(0, (1 << handlers.length) - 1);
    this.bell = new Doorbell(`crosscore ${core.name}`);
    this.line = this.bell.line(core, priority, () => this.isr(), options);
  }

  /** `esp_crosscore_int_send`, from either core. */
  send(reason: number): void {
    critical(this.lock, () => {
      this.reasons |= 1 << reason;
    });
    this.bell.ring();
  }

  /** `esp_crosscore_isr` */
  private isr(): void {
    this.bell.clear();
    const taken = critical(this.lock, () => {
      const reasons = this.reasons;
      this.reasons = 0;
      return reasons;
    });
    for (let i = 0; i < this.handlers.length; i++) if ((taken & (1 << i)) !== 0) this.handlers[i]!();
  }
}
