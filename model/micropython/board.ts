import type { Irq, WakeSource } from '../hardware/index.ts';
import type { Clock, Process } from '../index.ts';
import type { Era } from './era.ts';
import type { Mutex } from './gil.ts';
import type { Pin, PinOptions } from './pin.ts';
import type { Scheduler } from './scheduler.ts';
import type { UEvent } from './uevent.ts';
import type { Vm } from './vm.ts';

/** An interrupt of the outside world. */
export interface IrqSource {
  /** How often it may come. */
  readonly times: number;
  readonly core?: number;
  /** What it is in the table of sleep modes. Default: a pin. */
  readonly wakes?: WakeSource;
}

/** What every port offers a scenario, so that one question can be asked of all of them. */
export interface Board {
  readonly era: Era;
  readonly scheduler: Scheduler;
  readonly gil: Mutex;
  readonly vm: Vm;
  readonly uevent: UEvent;
  /** `machine.Pin(number)` */
  pin(number: number, options?: PinOptions): Pin;
  /** The program: what runs in the main thread. */
  main(body: () => void): Process;
  /** `_thread.start_new_thread` before the program begins. A port without threads refuses. */
  thread(name: string, body: () => void): Process;
  /** An interrupt that the outside world raises up to `times` times, at any moments or never. */
  irq(name: string, options: IrqSource, handler: () => void): Irq;
  /** What a handler does, after it has scheduled something, to end the wait of the main thread; nothing on most ports. */
  mp_hal_wake_main_task_from_isr(): void;
  /**
   * MICROPY_EVENT_POLL_HOOK (E1), mp_event_wait_indefinite (E2): runs what is pending, and waits as the port does. With a
   * `deadline`, mp_event_wait_ms, where a port has no tick that ends the wait anyhow (rp2 since 8c432ea2d4, zephyr): until then.
   */
  eventPollHook(deadline?: Clock | null): void;
}
