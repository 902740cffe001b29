import { atomic } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Core } from './core.ts';
import { Irq, type IrqOptions } from './irq.ts';

/** PendSV: an exception that software requests, least urgent as a rule. One bit: requests merge. */
export class PendSv {
  readonly line: Irq;

  constructor(
    readonly core: Core,
    priority: number,
    handler: () => void,
    options: IrqOptions = {},
  ) {
    this.line = new Irq(core, 'PendSV', priority, handler, options);
  }

  /** `SCB->ICSR = PENDSVSET`. Taken before the next instruction if nothing masks it. */
  request(): void {
    this.line.raise();
  }

  /** `SCB->ICSR = PENDSVCLR` */
  cancel(): void {
    this.line.clearPending();
  }
}

/** A kind of deferred work (lwIP, soft timer, cyw43, …): one bit and what to do. */
export class DispatchSlot {
  static readonly drawing: Drawing = { kind: 'fields', also: ['requested'] };

  requested = false;

  constructor(
    readonly name: string,
    readonly run: () => void,
  ) {}
}

/** Runs what is requested, in order of the slots; a slot is free again before its function runs. */
export function runSlots(slots: readonly DispatchSlot[]): void {
  for (const slot of slots)
    if (slot.requested) {
      slot.requested = false;
      slot.run();
    }
}

export interface DispatchOptions extends IrqOptions {
  /** Switch after dispatching as well: not what the port does. */
  readonly alwaysSwitch?: boolean;
}

/**
 * PendSV of ports/stm32/pendsv.c: one pending bit carries two requests, "dispatch" and "switch". A pass that
 * dispatches returns without switching.
 */
export class DispatchingPendSv {
  static readonly drawing: Drawing = { kind: 'fields', also: ['active'] };

  /** `pendsv_dispatch_active` */
  active = false;
  readonly pendSv: PendSv;

  /** @param slots `pendsv_dispatch_table`, most important first */
  constructor(
    core: Core,
    priority: number,
    readonly slots: readonly DispatchSlot[],
    switchContext: () => void,
    options: DispatchOptions = {},
  ) {
    const handler = (): void => {
      const dispatches = this.takeActive();
      if (dispatches) runSlots(this.slots);
      if (!dispatches || options.alwaysSwitch === true) switchContext();
    };
    this.pendSv = new PendSv(core, priority, handler, options);
  }

  /** `pendsv_schedule_dispatch`: from any interrupt of this core. */
  schedule(slot: DispatchSlot): void {
    slot.requested = true;
    this.active = true;
    this.pendSv.request();
  }

  /** `pyb_thread_yield`, and SysTick at the end of a slice. */
  requestSwitch(): void {
    this.pendSv.request();
  }

  private takeActive(): boolean {
    return atomic(() => {
      const active = this.active;
      this.active = false;
      return active;
    });
  }
}
