import { atomic, me } from '../index.ts';
import type { Exception } from '../micropython/index.ts';
import type { Loop } from './loop.ts';
import { CancelledWithStatus, isCancelledError, Task, TimeoutError } from './task.ts';

/**
 * `asyncio.wait_for_ms(aw, timeout)` (extmod/asyncio/funcs.py, 1c3c201149), with the task that it makes. One call of it:
 * its tasks are made with the object.
 */
export class WaitFor {
  private waiter: Task | null = null;
  /** `_run(waiter, aw)` */
  readonly runner: Task;

  /** @param aw a coroutine, for which a task is created. */
  constructor(
    private readonly loop: Loop,
    private readonly aw: Task,
  ) {
    this.runner = loop.coroutine(`runner of ${aw.name}`, () => this.runAw());
  }

  /** Raises TimeoutError, or what the awaited coroutine raises. */
  wait_for_ms(timeout: number): void {
    'use python';
    this.promote();
    if (timeout < 0) return;
    this.waiter = me(Task);
    this.loop.create_task(this.runner);
    try {
      this.loop.sleep_ms(timeout);
    } catch (exception) {
      const er = exception as Exception;
      if (!isCancelledError(er)) throw er;
      if (er !== CancelledWithStatus) {
        this.loop.cancel(this.runner);
        throw er;
      }
      const { status } = me(Task);
      if (status === null) return;
      throw status;
    }
    this.loop.cancel(this.runner);
    this.loop.await_(this.runner);
    throw TimeoutError;
  }

  /** `_promote_to_task(aw)` */
  private promote(): void {
    'use python';
    if (this.aw instanceof Task) this.loop.create_task(this.aw);
  }

  /** Ends the waiter's sleep when `aw` has ended; `null`: it returned. */
  private runAw(): void {
    'use python';
    let status: Exception | null = null;
    try {
      this.loop.await_(this.aw);
    } catch (er) {
      status = er as Exception;
    }
    const waiter = this.waiter!;
    if (waiter.data === null) {
      if (this.loop.cancel(waiter))
        atomic(() => {
          waiter.data = CancelledWithStatus;
          waiter.status = status;
        });
    }
  }
}
