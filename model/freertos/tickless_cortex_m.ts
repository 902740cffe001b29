import type { Core } from '../hardware/core.ts';
import { Irq } from '../hardware/irq.ts';
import { atomic, type Clock, clock, idiv, note } from '../index.ts';
import type { Kernel } from './kernel.ts';
import { KERNEL_INTERRUPT_PRIORITY } from './port_cortex_m.ts';
import { portMAX_DELAY } from './task.ts';
import { xTaskIncrementTick } from './tick.ts';
import { eTaskConfirmSleepModeStatus, Sleep, vTaskStepTick } from './tickless.ts';

/** Errors of real ports, to see what they do. */
export type TicklessMistake =
  /** Sleeps with interrupts on: what an interrupt does between the check and the WFI is slept over. */
  | 'interrupts stay on'
  /** Does not ask eTaskConfirmSleepModeStatus: what an interrupt did since the scheduler was suspended is slept over. */
  | 'not confirmed'
  /** The check of kernels before V10.4.0, which did not look at ticks that came meanwhile: sleeps a tick too long. */
  | 'pended ticks ignored'
  /** Sets the timer for whole ticks, although one of them has begun. */
  | 'begun tick ignored'
  /** After a whole sleep it steps all its ticks, although the last one's interrupt will count too. */
  | 'last tick stepped'
  /** Steps the ticks of the expected time, although an interrupt ended the sleep early. */
  | 'early end ignored'
  /** Does not step: all time-outs are longer by the ticks that were suppressed. */
  | 'no step';

export interface TicklessOptions {
  /** µs of a tick. */
  readonly tickUs: number;
  /** `xMaximumPossibleSuppressedTicks`: what the counter can hold. Default: `ticksMax` of the configuration. */
  readonly maximumTicks?: number;
  /** When nobody waits for a time, the timer stops too, and the tick count with it. Default: it goes on. */
  readonly clocksStop?: boolean;
  readonly mistake?: TicklessMistake;
}

/**
 * SysTick with vPortSuppressTicksAndSleep (portable/GCC/ARM_CM3/port.c). Give `cortexM` a `tickUs` of 0 then, and
 * prvTicklessIdleTask as the body of the idle task. The few cycles in which the counter stands still are none here.
 */
export class TicklessSysTick {
  readonly line: Irq;
  private readonly counter: Clock = clock();
  private suppressed = false;
  /** `portNVIC_SYSTICK_COUNT_FLAG_BIT`, kept while ticks are suppressed: it has counted to zero. */
  private counted = false;

  constructor(
    readonly kernel: Kernel,
    readonly core: Core,
    readonly options: TicklessOptions,
  ) {
    const { tickUs } = options;
    this.counter.every(tickUs, tickUs);
    this.line = new Irq(core, 'SysTick', KERNEL_INTERRUPT_PRIORITY, () => this.handler(), {
      oneStep: true,
      asserted: () => this.counter.expired,
      wakes: 'systick',
    });
  }

  /** xPortSysTickHandler */
  private handler(): void {
    this.kernel.call(() => {
      this.counter.clear();
      if (this.suppressed) this.counted = true;
      if (xTaskIncrementTick(this.kernel)) this.kernel.portYield();
    });
  }

  /** vPortSuppressTicksAndSleep */
  suppressTicksAndSleep(expectedTicks: number): void {
    const { core, options } = this;
    const maximum = options.maximumTicks ?? this.kernel.config.ticksMax;
    const ticks = expectedTicks === portMAX_DELAY ? maximum : Math.min(expectedTicks, maximum);
    const masked = options.mistake !== 'interrupts stay on';
    if (masked) core.disableInterrupts();
    const status = this.confirm();
    if (status === Sleep.eAbortSleep) note('tickless', 'abort');
    else {
      const stops = status === Sleep.eNoTasksWaitingTimeout && options.clocksStop === true;
      note('tickless', 'sleep', expectedTicks);
      this.reload(ticks, stops);
      core.wfi();
      // The interrupt that ended the sleep is served now.
      if (masked) core.enableInterrupts();
      if (masked) core.disableInterrupts();
      const complete = this.restore(ticks, stops);
      note('tickless', 'wake', complete);
      if (options.mistake !== 'no step') vTaskStepTick(this.kernel, complete);
    }
    if (masked) core.enableInterrupts();
  }

  private confirm(): Sleep {
    const { kernel } = this;
    if (this.options.mistake === 'not confirmed') return Sleep.eStandardSleep;
    if (this.options.mistake !== 'pended ticks ignored') return eTaskConfirmSleepModeStatus(kernel);
    return atomic(() => {
      const { suspension, yieldPending } = kernel.here();
      return suspension.pendingReady.length > 0 || yieldPending ? Sleep.eAbortSleep : Sleep.eStandardSleep;
    });
  }

  /** The counter will reach zero when `ticks` ticks are over, of which one has begun, or (if pending) two. */
  private reload(ticks: number, stops: boolean): void {
    const { tickUs, mistake } = this.options;
    atomic(() => {
      this.suppressed = true;
      const pending = this.counter.expired;
      this.counter.clear();
      const left = mistake === 'begun tick ignored' ? tickUs : this.counter.remaining;
      if (stops) this.counter.stop();
      else this.counter.every(tickUs, left + tickUs * (pending ? ticks - 2 : ticks - 1));
    });
  }

  /** Ticks again; returns the complete ticks that were suppressed, without the one that has an interrupt of its own. */
  private restore(ticks: number, stops: boolean): number {
    const { tickUs, mistake } = this.options;
    return atomic(() => {
      const counted = this.counted || this.counter.expired;
      this.suppressed = this.counted = false;
      if (stops) {
        this.counter.every(tickUs, tickUs);
        return 0;
      }
      if (counted) return mistake === 'last tick stepped' ? ticks : ticks - 1;
      const { remaining } = this.counter;
      const complete = idiv(ticks * tickUs - remaining, tickUs);
      this.counter.every(tickUs, remaining - tickUs * (ticks - complete - 1));
      return mistake === 'early end ignored' ? ticks - 1 : complete;
    });
  }
}
