import type { Drawing } from '../intrinsics/drawing.ts';
import type { Board } from './board.ts';
import { MpIrq } from './mpirq.ts';
import type { Callback } from './ring.ts';
import { type Pollable, READ } from './uevent.ts';

export interface PinOptions {
  /** The edge stays visible to `ioctl(POLL)` until it is read. Off for a pin that only calls back. */
  readonly pollable?: boolean;
}

export interface PinIrqOptions {
  /** `pin.irq(…, hard=True)`: the handler runs in the interrupt. Not on esp32 and esp8266, where all are soft. */
  readonly hard?: boolean;
}

/**
 * `machine.Pin` with an interrupt (ports/esp32/machine_pin.c; shared/runtime/mpirq.c elsewhere). A pin has no ioctl
 * in any release; that an edge can be polled is what #6125 needs of the objects that it waits for.
 */
export class Pin implements Pollable {
  static readonly drawing: Drawing = { kind: 'fields', also: ['edge'] };

  readonly name: string;
  /** An edge since the last {@link read}: one bit, edges merge. */
  edge = false;
  private readonly pollable: boolean;
  private mpIrq: MpIrq | null = null;

  constructor(
    private readonly board: Board,
    readonly number: number,
    options: PinOptions = {},
  ) {
    this.name = `pin ${number}`;
    this.pollable = options.pollable ?? true;
  }

  /** `pin.irq(handler)`: soft unless `hard`. While the scenario is built. */
  irq(handler: Callback, options: PinIrqOptions = {}): this {
    this.mpIrq = new MpIrq(this.board.vm, this.number, handler, options.hard ?? false);
    return this;
  }

  /** machine_pin_isr_handler: schedule, whatever comes of it, and wake the main task if the port does that. */
  isr(): void {
    if (this.pollable) this.edge = true;
    if (this.mpIrq !== null) this.mpIrq.mp_irq_handler();
    this.board.mp_hal_wake_main_task_from_isr();
  }

  /** `ioctl(MP_STREAM_POLL)` */
  poll(flags: number): number {
    return this.edge ? flags & READ : 0;
  }

  /** Takes the edge. */
  read(): void {
    this.edge = false;
  }
}
