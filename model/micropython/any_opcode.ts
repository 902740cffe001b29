import { type Core, Irq } from '../hardware/index.ts';
import { PENDING } from './scheduler.ts';
import type { PyThread } from './thread.ts';
import type { Vm } from './vm.ts';

/** Below all lines of hardware, and above the thread. */
const SOFT_PRIORITY = 15;

/**
 * The contract that Damien George gives in #6125, instead of what the VM does today: a soft callback may come between any
 * two opcodes of the main thread, so rely on no jump. Here it comes between any two steps of it, as an interrupt would:
 * more than any VM does, unless what is one C function is `atomic`. A C function that calls Python is not one step.
 *
 * For boards without other threads; rules of context take a callback for an interrupt.
 */
export function anyOpcode(vm: Vm, core: Core, main: PyThread): Irq {
  const { scheduler } = vm;
  const line = new Irq(core, 'soft callback', SOFT_PRIORITY, () => scheduler.mp_sched_run_pending(), {
    asserted: () => scheduler.state === PENDING,
    roles: [main],
  });
  line.process.python = vm.checkpoint;
  return line;
}
