import { atomic, type Clock, clock, type Process } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { CancelledError, Exception } from '../micropython/index.ts';
import { type Heap, HeapNode } from './pairheap.ts';
import { TaskQueue } from './task_queue.ts';

/** `self->state` of mp_obj_task_t, as numbers: true, a queue of waiters, a callback of `gather`, None, False. */
export const RUNNING_NOT_WAITED_ON = 0;
export const RUNNING_WAITED_ON = 1;
export const DONE_NOT_WAITED_ON = 2;
export const DONE_WAS_WAITED_ON = 3;

/** What a coroutine that returns raises into the loop. */
export const StopIteration = new Exception('StopIteration');
/** asyncio.TimeoutError, of `wait_for`. */
export const TimeoutError = new Exception('TimeoutError');
/** `CancelledError(status, result)`: how the runner of `wait_for` ends its sleep. The status is kept in the task. */
export const CancelledWithStatus = new Exception('CancelledError(status, result)');

/** `isinstance(er, CancelledError)` */
export function isCancelledError(er: Exception): boolean {
  return er === CancelledError || er === CancelledWithStatus;
}

/** What a task can be removed from: an event's or a lock's queue, or the poller (IOQueue). */
export interface Removable {
  remove(task: Task): void;
}

/**
 * mp_obj_task_t (extmod/modasyncio.c). Its coroutine is a process of its own, which its loop resumes. `ph_key` is no
 * number but a clock: the state holds the time that is left, so that states repeat.
 */
export class Task extends HeapNode {
  static readonly drawing: Drawing = { kind: 'fields', also: ['state', 'data', 'due', 'status'] };

  /** `ticks_diff(ph_key, ticks())`: expired means due. */
  readonly due: Clock = clock();
  /** Where it waits, what it waits for, what is thrown into it next, or how it ended. */
  data: Removable | Task | Exception | null = null;
  state: number = RUNNING_NOT_WAITED_ON;
  /** Who awaits it: `state` while it is {@link RUNNING_WAITED_ON}. */
  readonly waiting: TaskQueue;
  /** The `value` of {@link CancelledWithStatus}; `null`: True, the awaited object returned. */
  status: Exception | null = null;
  /** Made with the task, and fixed from then on. */
  process: Process | null = null;

  constructor(
    readonly name: string,
    heap: () => Heap,
  ) {
    super();
    this.waiting = new TaskQueue(`waiters of ${name}`, heap());
  }

  /** TASK_IS_DONE */
  get isDone(): boolean {
    return this.state >= DONE_NOT_WAITED_ON;
  }

  /** `task.done()`: one C call. */
  done(): boolean {
    return atomic(() => this.isDone);
  }
}
