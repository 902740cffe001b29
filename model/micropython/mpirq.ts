import { note } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Callback } from './ring.ts';
import type { Vm } from './vm.ts';

/**
 * mp_irq_dispatch (shared/runtime/mpirq.c; the body of mp_irq_handler before ad11df7f7a). Soft: the handler is scheduled, and
 * nobody looks whether there was room. Hard: it runs here, on the stack and with the state of the thread that was
 * interrupted, with scheduler and heap locked and without the GIL. False if it raised: that was printed.
 */
export function mp_irq_dispatch(vm: Vm, handler: Callback | null, parent: number, ishard: boolean): boolean {
  if (handler === null) return true;
  if (!ishard) {
    vm.scheduler.mp_sched_schedule(handler, parent);
    return true;
  }
  vm.scheduler.mp_sched_lock();
  vm.heap.gc_lock();
  const ended = protectedCall(handler, parent);
  vm.heap.gc_unlock();
  vm.scheduler.mp_sched_unlock();
  return ended;
}

function protectedCall(handler: Callback, parent: number): boolean {
  try {
    handler.run(parent);
    return true;
  } catch {
    note('printed: Uncaught exception in IRQ callback handler');
    return false;
  }
}

/** mp_irq_obj_t: a handler and how it is called, of anything that interrupts. */
export class MpIrq {
  static readonly drawing: Drawing = { kind: 'fields', also: ['handler', 'enabled'] };

  /** `None` after the handler raised. */
  handler: Callback | null;
  /** The trigger of the peripheral: off after a hard handler raised. */
  enabled = true;

  /** @param parent what the handler gets as its argument: the number of the pin or UART. */
  constructor(
    readonly vm: Vm,
    readonly parent: number,
    handler: Callback,
    readonly ishard: boolean,
  ) {
    this.handler = handler;
  }

  /** mp_irq_handler: what the interrupt handler of the peripheral calls. */
  mp_irq_handler(): void {
    if (!this.enabled) return;
    if (mp_irq_dispatch(this.vm, this.handler, this.parent, this.ishard)) return;
    this.enabled = false;
    this.handler = null;
  }
}
