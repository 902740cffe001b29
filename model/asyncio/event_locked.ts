import type { Drawing } from '../intrinsics/drawing.ts';
import type { Loop } from './loop.ts';
import { TaskQueue } from './task_queue.ts';

export interface LockedEventOptions {
  readonly name?: string;
  /** Where the scheduler is locked. Default: in both, as proposed. */
  readonly locks?: { readonly set: boolean; readonly wait: boolean };
  /** Whether `set` ends the loop's poll. Default: yes. */
  readonly notifies?: boolean;
}

/**
 * The proposal of #6056 and #6106 (66f197b147, 63f60f813b; never merged): `Event` with the scheduler locked around what
 * must not be torn. The lock is `micropython.scheduler_lock`, a context manager that nests.
 */
export class LockedEvent {
  static readonly drawing: Drawing = { kind: 'fields', also: ['state'] };

  state = false;
  readonly waiting: TaskQueue;
  private readonly locks: { readonly set: boolean; readonly wait: boolean };
  private readonly notifies: boolean;

  constructor(
    private readonly loop: Loop,
    options: LockedEventOptions = {},
  ) {
    this.waiting = new TaskQueue(`waiters of ${options.name ?? 'event'}`, loop.heap());
    this.locks = options.locks ?? { set: true, wait: true };
    this.notifies = options.notifies ?? true;
    if (this.notifies) loop.io.hasNotifier = true;
  }

  is_set(): boolean {
    return this.state;
  }

  set(): void {
    'use python';
    if (this.state) return;
    this.lock(this.locks.set);
    let woken = false;
    while (this.waiting.peek() !== null) {
      this.loop.queue.push(this.waiting.pop());
      woken = true;
    }
    if (woken) this.notify();
    this.state = true;
    this.unlock(this.locks.set);
  }

  clear(): void {
    this.state = false;
  }

  /** The lock is released before the task yields. */
  wait(): boolean {
    'use python';
    this.lock(this.locks.wait);
    if (!this.state) {
      this.waiting.push(this.loop.cur_task!);
      this.loop.cur_task!.data = this.waiting;
      this.unlock(this.locks.wait);
      this.loop.yield_();
    } else this.unlock(this.locks.wait);
    return true;
  }

  private notify(): void {
    if (this.notifies) this.loop.notify();
  }

  private lock(does: boolean): void {
    if (does) this.loop.board.scheduler.mp_sched_lock();
  }

  private unlock(does: boolean): void {
    if (does) this.loop.board.scheduler.mp_sched_unlock();
  }
}
