import { type Core, HardwareTimer, type Irq } from '../hardware/index.ts';
import { atomic } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { mp_irq_dispatch } from './mpirq.ts';
import type { Callback } from './ring.ts';
import type { Vm } from './vm.ts';

/**
 * Whose `Timer` it is. `stm32`: pyb.Timer, a TIMx (ports/stm32/timer.c). `rp2`: an alarm of the default pool
 * (ports/rp2/machine_timer.c). `esp32`: a hardware timer, always soft (ports/esp32/machine_timer.c).
 */
export type TimerPort = 'stm32' | 'rp2' | 'esp32';

export interface TimerOptions {
  readonly port: TimerPort;
  /** `hard=True`. pyb.Timer knows only that before ad11df7f7a (v1.27), the others only `false`. */
  readonly hard: boolean;
  /** Small numbers are urgent: 6 for TIM5, 13 for other timers of stm32. */
  readonly priority: number;
  /** Roles of the interrupt handler: the thread that it interrupts. */
  readonly roles?: readonly object[];
  /** mp_hal_wake_main_task_from_isr of esp32. */
  readonly wakeMain?: () => void;
}

/** `machine.Timer` and `pyb.Timer` where the hardware counts. Names and order of the steps are those of the port. */
export class Timer {
  static readonly drawing: Drawing = { kind: 'fields', also: ['callback'] };

  /** What is called, with {@link id} for the timer itself. `null`: nobody. */
  callback: Callback | null = null;
  readonly line: Irq;
  private readonly hardware: HardwareTimer;

  constructor(
    private readonly vm: Vm,
    core: Core,
    readonly id: number,
    readonly options: TimerOptions,
  ) {
    this.hardware = new HardwareTimer(`timer ${id}`);
    const { priority, roles } = options;
    const enabled = options.port !== 'stm32';
    this.line = this.hardware.line(core, priority, () => this.isr(), { roles, enabled });
  }

  /** `init(mode=PERIODIC)`: every `us`. Also while it runs. */
  periodic(us: number, callback: Callback): void {
    this.prepare(callback);
    atomic(() => {
      this.hardware.periodic(us);
      this.line.enable();
    });
  }

  /** `init(mode=ONE_SHOT)`; the pyb.Timer of stm32 has no such mode. */
  oneShot(us: number, callback: Callback): void {
    this.prepare(callback);
    atomic(() => {
      this.hardware.oneShot(us);
      this.line.enable();
    });
  }

  private prepare(callback: Callback): void {
    if (this.options.port === 'stm32') {
      this.HAL_TIM_Base_Init();
      this.replaceCallback(callback);
    } else {
      this.stop();
      this.callback = callback;
    }
  }

  /**
   * TIM_Base_SetConfig generates an update event, so that the new period counts, and that sets the flag. If the timer runs, its
   * interrupt is on, and the old callback is called once more.
   */
  private HAL_TIM_Base_Init(): void {
    atomic(() => {
      this.hardware.stop();
      this.hardware.generate();
    });
  }

  /** pyb_timer_callback up to where it starts the timer: the interrupt is off meanwhile, and what was pending is forgotten. */
  private replaceCallback(callback: Callback | null): void {
    this.line.disable();
    this.callback = callback;
    if (callback !== null) this.hardware.clear();
  }

  /** `callback(f)` of pyb.Timer. `null`: the timer goes on without interrupts. */
  setCallback(callback: Callback | null): void {
    this.replaceCallback(callback);
    if (callback !== null) this.line.enable();
  }

  /**
   * `deinit()`: no interrupt comes after it. What the interrupt has already put into the scheduler's ring stays there,
   * on every port. On rp2 the thread of core 1 stops what may be in its handler on core 0.
   */
  deinit(): void {
    if (this.options.port === 'stm32') this.replaceCallback(null);
    this.stop();
    if (this.options.port === 'esp32') this.callback = null;
  }

  /**
   * stm32: CR1 = 0, and the flag stays. esp32: gptimer_stop; what is pending is served as its critical section ends. rp2:
   * alarm_pool_cancel_alarm, under the lock of the pool.
   */
  private stop(): void {
    if (this.options.port === 'rp2') this.cancel();
    else this.hardware.stop();
  }

  private cancel(): void {
    atomic(() => {
      this.hardware.stop();
      this.hardware.clear();
    });
  }

  private isr(): void {
    this.hardware.clear();
    if (this.options.port === 'esp32') {
      // No look at the handler, and none at the result.
      this.vm.scheduler.mp_sched_schedule(this.callback!, this.id);
      if (this.options.wakeMain !== undefined) this.options.wakeMain();
      return;
    }
    if (mp_irq_dispatch(this.vm, this.callback, this.id, this.options.hard)) return;
    this.raised();
  }

  /** stm32 forgets the callback and stops the interrupt, rp2 does not add the alarm again. */
  private raised(): void {
    if (this.options.port === 'rp2') this.cancel();
    else {
      this.callback = null;
      this.line.disable();
    }
  }
}
