import type { Drawing } from '../intrinsics/drawing.ts';
import { Exception } from '../micropython/index.ts';
import type { Loop } from './loop.ts';
import { isCancelledError, type Task } from './task.ts';
import { TaskQueue } from './task_queue.ts';

/** What `Lock.state` is if it is no task: 0 or 1. A task is scheduled to take the lock next. */
class State {
  constructor(readonly name: string) {}
}
const UNLOCKED = new State('0');
const LOCKED = new State('1');

/** What `release()` raises on a lock that nobody has. */
export const LockNotAcquired = new Exception('RuntimeError: Lock not acquired');

export interface LockOptions {
  readonly name?: string;
  /** Whether a task that is cancelled after the lock was handed to it hands it on. Default: yes, as released. */
  readonly handsOn?: boolean;
}

/** `asyncio.Lock` (extmod/asyncio/lock.py, 1c3c201149). */
export class Lock {
  static readonly drawing: Drawing = { kind: 'fields', also: ['state'] };

  state: State | Task = UNLOCKED;
  readonly waiting: TaskQueue;
  private readonly handsOn: boolean;

  constructor(
    private readonly loop: Loop,
    options: LockOptions = {},
  ) {
    this.waiting = new TaskQueue(`waiters of ${options.name ?? 'lock'}`, loop.heap());
    this.handsOn = options.handsOn ?? true;
  }

  locked(): boolean {
    return this.state === LOCKED;
  }

  /** For properties. */
  get isFree(): boolean {
    return this.state === UNLOCKED;
  }

  release(): void {
    'use python';
    if (this.state !== LOCKED) throw LockNotAcquired;
    if (this.waiting.peek() !== null) {
      const task = this.waiting.pop();
      this.state = task;
      this.loop.queue.push(task);
    } else this.state = UNLOCKED;
  }

  /** `await lock.acquire()` */
  acquire(): boolean {
    'use python';
    if (this.state !== UNLOCKED) {
      this.waiting.push(this.loop.cur_task!);
      this.loop.cur_task!.data = this.waiting;
      try {
        this.loop.yield_();
      } catch (er) {
        if (!isCancelledError(er as Exception)) throw er;
        if (this.state === this.loop.cur_task && this.handsOn) {
          this.state = LOCKED;
          this.release();
        }
        throw er;
      }
    }
    this.state = LOCKED;
    return true;
  }
}
