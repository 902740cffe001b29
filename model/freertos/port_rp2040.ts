import type { Core } from '../hardware/core.ts';
import { Irq } from '../hardware/irq.ts';
import { timerLine } from '../hardware/timer.ts';
import { type Config, DEFAULTS } from './config.ts';
import { Kernel } from './kernel.ts';
import { KERNEL_INTERRUPT_PRIORITY } from './port_cortex_m.ts';
import { Smp } from './scheduling_smp.ts';
import { KernelLocks, SystemSuspension } from './smp_locks.ts';
import { xTaskIncrementTick } from './tick.ts';

export interface Rp2040Options extends Partial<Config> {
  /** µs between tick interrupts; 0: a build that never ticks. */
  readonly tickUs: number;
}

/**
 * FreeRTOS SMP on the two cores of an RP2040 (portable/ThirdParty/GCC/RP2040/port.c): a switch is a pended PendSV, the
 * other core is interrupted by a word in its FIFO, whose handler pends its PendSV, and core 0 ticks.
 */
export function rp2040(cores: readonly Core[], options: Rp2040Options): Kernel {
  const fifos: Irq[] = [];
  const suspension = new SystemSuspension({ ...DEFAULTS, ...options }.tasksMax);
  const locks: KernelLocks = new KernelLocks(() => kernel.here(), suspension);
  const smp = new Smp(locks, (cpu) => fifos[cpu.core.index]!.raise());
  const kernel: Kernel = new Kernel(smp, locks, options);
  for (const core of cores) {
    const cpu = kernel.adopt(core, () => pendsv.raise(), suspension);
    // One step, except where the handler has to spin.
    const both = { oneStep: () => !locks.takenFor(true) };
    // multicore_fifo_drain is not seen: nobody else uses the FIFO.
    const fifo = new Irq(core, `FIFO ${core.name}`, KERNEL_INTERRUPT_PRIORITY, () => pendsv.raise(), {
      oneStep: true,
    });
    fifos.push(fifo);
    const pendsv: Irq = new Irq(
      core,
      `PendSV ${core.name}`,
      KERNEL_INTERRUPT_PRIORITY,
      () => smp.switchContext(kernel, cpu),
      both,
    );
  }
  if (options.tickUs > 0) sysTick(kernel, locks, options.tickUs);
  return kernel;
}

/** xPortSysTickHandler, on core 0 (`configTICK_CORE`). */
function sysTick(kernel: Kernel, locks: KernelLocks, tickUs: number): void {
  const cpu = kernel.cpus[0]!;
  timerLine(
    cpu.core,
    'SysTick',
    KERNEL_INTERRUPT_PRIORITY,
    { first: tickUs, every: tickUs },
    () => {
      if (kernel.call(() => xTaskIncrementTick(kernel))) cpu.requestYield();
    },
    { oneStep: () => !locks.taken() },
  );
}
