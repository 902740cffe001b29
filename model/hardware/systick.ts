import type { Core } from './core.ts';
import { HardwareTimer } from './hardware_timer.ts';
import type { Irq, IrqOptions } from './irq.ts';

/**
 * SysTick: each wrap makes the exception pending, one bit; entry takes it back, and software has nothing to clear.
 * A tick while the handler runs is kept, a second one is lost. It counts with the core's clock.
 */
export class SysTick extends HardwareTimer {
  readonly irq: Irq;

  /** @param periodUs 0: not started. */
  constructor(core: Core, priority: number, periodUs: number, handler: () => void, options: IrqOptions = {}) {
    super('SysTick', 'cpu');
    if (periodUs > 0) this.periodic(periodUs);
    this.irq = this.line(core, priority, handler, {
      wakes: 'systick',
      ...options,
      onEntry: () => this.clear(),
    });
  }
}
