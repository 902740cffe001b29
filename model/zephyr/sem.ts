import { atomic, blocks, int, type Sequence, sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { EBUSY, K_NO_WAIT, type Kernel, type Thread } from './kernel.ts';
import { handlePollEvents, PollEvents, STATE_SEM_AVAILABLE } from './poll.ts';

/** `struct k_sem` (kernel/sem.c): a give with a waiter hands over, the count stays. */
export class Sem {
  static readonly drawing: Drawing = { kind: 'count', value: 'count', also: ['waiters'] };

  count: number;
  readonly waiters: Sequence<Thread>;
  readonly pollEvents = new PollEvents();

  constructor(
    readonly kernel: Kernel,
    readonly name: string,
    initial: number,
    readonly limit: number,
    threadsMax: number,
  ) {
    this.count = int(0, limit, initial);
    this.waiters = sequence<Thread>(threadsMax);
  }
}

/** 0, -EBUSY or -EAGAIN. @param us µs, {@link K_NO_WAIT} or K_FOREVER. */
export function k_sem_take(sem: Sem, us: number): number {
  blocks('k_sem_take', us);
  const { kernel } = sem;
  const self = kernel.self();
  const done = atomic(() => {
    if (sem.count > 0) {
      sem.count--;
      return 0;
    }
    if (us === K_NO_WAIT) return -EBUSY;
    kernel.pend(self, sem.waiters, us);
    return 1;
  });
  return done === 1 ? kernel.waited(self) : done;
}

/** May be called by an interrupt. */
export function k_sem_give(sem: Sem): void {
  atomic(() => {
    if (sem.waiters.length > 0) {
      sem.kernel.wake(sem.waiters.shift(), 0);
      return;
    }
    if (sem.count < sem.limit) sem.count++;
    handlePollEvents(sem.kernel, sem.pollEvents, STATE_SEM_AVAILABLE);
  });
}
