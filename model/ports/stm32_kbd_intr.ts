import type { Process } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';

/**
 * The second Ctrl-C of ports/stm32/pendsv.c up to v1.23 (28370c0450; removed by ece950d9be): if the first one has not been
 * looked at yet, PendSV forges its return address, and what the thread was doing, C code or Python, is never gone on
 * with. Modelled as the end of the thread and its start in the handler of the REPL: no program that catches exceptions, and
 * callbacks of one step, whose own handler is not asked.
 */
export class ForcedInterrupt {
  static readonly drawing: Drawing = { kind: 'fields', also: ['requested', 'jumped'] };

  /** `pendsv_object` is set: the next PendSV that does not dispatch jumps. */
  requested = false;
  /** nlr_jump has been to the handler of the REPL. */
  jumped = false;

  /** The part of PendSV_Handler that comes before the switch; false: there is nothing to raise. */
  nlr_jump(main: Process): boolean {
    if (!this.requested) return false;
    this.requested = false;
    this.jumped = true;
    main.kill();
    main.start();
    return true;
  }
}
