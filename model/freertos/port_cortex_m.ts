import type { Core } from '../hardware/core.ts';
import { Irq } from '../hardware/irq.ts';
import { CoreMask } from '../hardware/spinlock.ts';
import { timerLine } from '../hardware/timer.ts';
import { atomic, type Lock, process, rest } from '../index.ts';
import type { Config } from './config.ts';
import { Kernel } from './kernel.ts';
import { SingleCore } from './scheduling.ts';
import { tickMatters, xTaskIncrementTick } from './tick.ts';

/** `configKERNEL_INTERRUPT_PRIORITY`: PendSV and SysTick are the least urgent of all. Small is urgent. */
export const KERNEL_INTERRUPT_PRIORITY = 15;

export interface CortexMOptions extends Partial<Config> {
  /**
   * When SysTick comes: every so many µs; `'any'`: at any moment; `'matters'`: at any moment at which it would change
   * anything (the same behaviours in fewer states, if nobody reads the tick count); 0: never.
   */
  readonly tickUs: number | 'any' | 'matters';
  /** What taskENTER_CRITICAL does. Default: interrupts off (PRIMASK). */
  readonly criticalSection?: Lock;
  /** The kernel's class, for one with more checks. */
  readonly kernel?: typeof Kernel;
  /** Kernel interrupts with entry and return as one step. Sound while no other line preempts them. */
  readonly oneStep?: boolean;
}

/**
 * The ARM_CM ports (portable/GCC/ARM_CM3/port.c): a switch is a pended PendSV, requests merge, and whatever
 * is pending at the same time goes first. One core.
 */
export function cortexM(core: Core, options: CortexMOptions): Kernel {
  const oneStep = options.oneStep ?? true;
  const kernel: Kernel = new (options.kernel ?? Kernel)(
    new SingleCore(),
    options.criticalSection ?? new CoreMask(),
    options,
  );
  const cpu = kernel.adopt(core, () => pendsv.raise());
  const pendsv = new Irq(
    core,
    'PendSV',
    KERNEL_INTERRUPT_PRIORITY,
    () => kernel.call(() => kernel.vTaskSwitchContext(cpu)),
    { oneStep },
  );
  sysTick(kernel, core, options.tickUs, oneStep);
  return kernel;
}

/** xPortSysTickHandler */
function sysTick(kernel: Kernel, core: Core, tickUs: CortexMOptions['tickUs'], oneStep: boolean): void {
  if (tickUs === 0) return;
  const handler = () => {
    kernel.call(() => {
      if (xTaskIncrementTick(kernel)) kernel.portYield();
    });
  };
  if (typeof tickUs === 'number') {
    timerLine(core, 'SysTick', KERNEL_INTERRUPT_PRIORITY, { first: tickUs, every: tickUs }, handler, {
      oneStep,
    });
    return;
  }
  const line = new Irq(core, 'SysTick', KERNEL_INTERRUPT_PRIORITY, handler, { oneStep });
  const due = tickUs === 'any' ? () => !line.pending : () => !line.pending && tickMatters(kernel);
  process(
    'tick',
    () => {
      while (true) {
        rest(due);
        atomic(() => line.raise());
      }
    },
    { outside: true, lane: { kind: 'outside' } },
  );
}
