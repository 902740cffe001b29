import type { Core } from '../hardware/core.ts';
import { Irq } from '../hardware/irq.ts';
import { timerLine } from '../hardware/timer.ts';
import { type Config, type Cpu, DEFAULTS, Kernel } from './kernel.ts';

/** Interrupt levels of the Xtensa cores, as priorities: small is urgent. All of them may call the kernel. */
export const INTERRUPT_LEVEL = 1;

export interface XtensaOptions extends Partial<Config> {
  /** µs between tick interrupts; 0: a build that never ticks. */
  readonly tickUs: number;
}

/**
 * The ESP-IDF port for one or two Xtensa cores (portable/xtensa, crosscore_int.c, port_systick.c). A core is asked
 * to switch by its cross-core interrupt, by itself (portYIELD_WITHIN_API) as well as by the other core; the switch
 * is made when the handler returns.
 */
export function xtensa(cores: readonly Core[], options: XtensaOptions): Kernel {
  const kernel = new Kernel({ ...DEFAULTS, ...options });
  for (const core of cores) {
    // One step each: the handlers touch nothing but their own core's flag, and the kernel under its lock.
    const crosscore = new Irq(
      core,
      `crosscore ${core.name}`,
      INTERRUPT_LEVEL,
      () => kernel.portYieldFromIsr(),
      { oneStep: true },
    );
    const cpu = kernel.adopt(core, () => crosscore.raise());
    if (options.tickUs > 0) tick(kernel, cpu, options.tickUs);
  }
  return kernel;
}

/** SysTickIsrHandler: both cores tick, but only core 0 counts and expires timeouts. */
function tick(kernel: Kernel, cpu: Cpu, periodUs: number): void {
  const { core } = cpu;
  timerLine(
    core,
    `tick ${core.name}`,
    INTERRUPT_LEVEL,
    { first: periodUs, every: periodUs },
    () => {
      kernel.call(() => {
        const due = core.index === 0 ? kernel.xTaskIncrementTick() : kernel.xTaskIncrementTickOtherCores(cpu);
        if (due) kernel.portYieldFromIsr();
      });
    },
    { oneStep: true },
  );
}

/** prvIdleTask, one per core: `waiti` until an interrupt. What deleted tasks leave behind is not modelled yet. */
export function idleTasks(kernel: Kernel): void {
  for (const cpu of kernel.cpus)
    kernel.create(`IDLE${cpu.core.index}`, 0, () => cpu.core.idleLoop(), { cpu, background: true });
}
