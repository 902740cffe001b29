import { clock } from '../index.ts';
import type { Core } from './core.ts';
import { Irq, type IrqOptions } from './irq.ts';

/**
 * SysTick: each wrap makes the exception pending, one bit; entry takes it back, and software has nothing to clear.
 * A tick while the handler runs is kept, a second one is lost.
 */
export class SysTick {
  private readonly counter = clock();
  readonly line: Irq;

  /** @param periodUs 0: not started. */
  constructor(core: Core, priority: number, periodUs: number, handler: () => void, options: IrqOptions = {}) {
    if (periodUs > 0) this.counter.every(periodUs);
    this.line = new Irq(core, 'SysTick', priority, handler, {
      wakes: 'systick',
      ...options,
      asserted: () => this.counter.expired,
      onEntry: () => this.counter.clear(),
    });
  }

  /** Starts a new period. */
  start(periodUs: number): void {
    this.counter.every(periodUs);
  }

  /** `TICKINT` and `ENABLE` off. What is pending is forgotten. */
  stop(): void {
    this.counter.stop();
  }
}
