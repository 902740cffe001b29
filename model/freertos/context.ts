import { inIsr } from '../hardware/context.ts';
import { Irq } from '../hardware/irq.ts';
import { demand, meOrNull } from '../index.ts';
import type { Kernel } from './kernel.ts';

/**
 * The rules for who may call what. The kernel has no test for most of them: its lists are corrupted, or the wrong
 * task blocks. Here each is a violation, with the trace to the call.
 */

/**
 * A task's function was called by something that is no task: a violation. What would be the result is never used. The
 * caller asks `meOrNull(Task) === null`, which folds: nothing of its body is compiled for an interrupt handler.
 */
export function refuse<T>(api: string, result: T): T {
  demand(
    false,
    !inIsr()
      ? `${api} is called by what is neither a task nor an interrupt handler`
      : `${api} is called by an interrupt handler: only functions whose names end in FromISR may be`,
  );
  return result;
}

/**
 * portASSERT_IF_INTERRUPT_PRIORITY_INVALID: critical sections of the kernel do not keep out an interrupt above
 * configMAX_SYSCALL_INTERRUPT_PRIORITY, so it must not call the kernel. Nothing in a task.
 */
export function assertSyscallPriority(kernel: Kernel, api: string): void {
  const line = meOrNull(Irq);
  if (line === null) return;
  demand(
    line.priority >= kernel.config.maxSyscallPriority,
    `configASSERT: ${api} is called by an interrupt above configMAX_SYSCALL_INTERRUPT_PRIORITY`,
  );
}
