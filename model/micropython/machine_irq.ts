import { Core } from '../hardware/index.ts';
import { me } from '../index.ts';

/**
 * `machine.disable_irq()` of a single core: PRIMASK (ports/stm32/irq.h, pyb_disable_irq). Returns the state before, which
 * {@link enable_irq} takes. It stops interrupts, not soft callbacks that are queued, and nobody on another core.
 */
export function disable_irq(): boolean {
  return me(Core).saveAndDisableInterrupts();
}

/** `machine.enable_irq(state)`: true, as 1 on the real one, leaves interrupts masked. */
export function enable_irq(state: boolean): void {
  me(Core).restoreInterrupts(state);
}
