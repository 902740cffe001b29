import type { Core } from '../hardware/core.ts';
import { Irq } from '../hardware/irq.ts';
import { Spinlock } from '../hardware/spinlock.ts';
import { timerLine } from '../hardware/timer.ts';
import type { Config } from './config.ts';
import { type Cpu, Suspension } from './cpu.ts';
import { Kernel } from './kernel.ts';
import { EspIdf } from './scheduling_idf.ts';
import { xTaskIncrementTick } from './tick.ts';

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
  const scheduling = new EspIdf();
  // `xKernelLock`
  const lock = new Spinlock('kernel lock');
  const kernel = new Kernel(scheduling, lock, {
    resumeYieldsToEqual: true,
    heapSuspendsScheduler: false,
    ...options,
  });
  for (const core of cores) {
    // One step each: the handlers touch nothing but their own core's flag, and the kernel under its lock.
    const crosscore = new Irq(
      core,
      `crosscore ${core.name}`,
      INTERRUPT_LEVEL,
      () => kernel.portYieldFromIsr(),
      { oneStep: true },
    );
    // Each core suspends its own scheduler.
    const suspension = cores.length === 1 ? kernel.suspension : new Suspension(kernel.config.tasksMax);
    const cpu = kernel.adopt(core, () => crosscore.raise(), suspension);
    core.epilogue = () => onReturnToTask(kernel, cpu);
    if (options.tickUs > 0) tick(kernel, scheduling, cpu, options.tickUs);
  }
  return kernel;
}

/** `_frxt_int_exit`: the outermost handler returns; the switch belongs to the same step. */
function onReturnToTask(kernel: Kernel, cpu: Cpu): void {
  if (!cpu.switchFlag) return;
  cpu.switchFlag = false;
  kernel.call(() => kernel.vTaskSwitchContext(cpu));
}

/** SysTickIsrHandler: both cores tick, but only core 0 counts and expires timeouts. */
function tick(kernel: Kernel, scheduling: EspIdf, cpu: Cpu, periodUs: number): void {
  const { core } = cpu;
  timerLine(
    core,
    `tick ${core.name}`,
    INTERRUPT_LEVEL,
    { first: periodUs, every: periodUs },
    () => {
      kernel.call(() => {
        const due =
          core.index === 0
            ? xTaskIncrementTick(kernel)
            : scheduling.xTaskIncrementTickOtherCores(kernel, cpu);
        if (due) kernel.portYieldFromIsr();
      });
    },
    { oneStep: true },
  );
}
