import { HardwareTimer, type Irq } from '../hardware/index.ts';
import type { Kernel } from './kernel.ts';

/** `struct k_timer` (kernel/timer.c): its expiry function runs in the interrupt of the system clock. */
export class KTimer {
  private readonly counter: HardwareTimer;
  readonly line: Irq;

  constructor(kernel: Kernel, name: string, expiry: () => void, roles: readonly object[] = []) {
    this.counter = new HardwareTimer(name);
    const handler = () => {
      this.counter.clear();
      expiry();
    };
    this.line = this.counter.line(kernel.core, 1, handler, { roles });
  }

  /** µs; a period of 0 is once. */
  k_timer_start(durationUs: number, periodUs: number): void {
    if (periodUs > 0) this.counter.periodic(periodUs, durationUs);
    else this.counter.oneShot(durationUs);
  }

  k_timer_stop(): void {
    this.counter.stop();
  }
}
