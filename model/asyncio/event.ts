import type { Drawing } from '../intrinsics/drawing.ts';
import type { Loop } from './loop.ts';
import { TaskQueue } from './task_queue.ts';

/** `asyncio.Event` (extmod/asyncio/event.py, 1c3c201149): accesses and jumps in the order of its bytecode. */
export class Event {
  static readonly drawing: Drawing = { kind: 'fields', also: ['state'] };

  state = false;
  readonly waiting: TaskQueue;

  constructor(
    private readonly loop: Loop,
    readonly name = 'event',
  ) {
    this.waiting = new TaskQueue(`waiters of ${name}`, loop.heap());
  }

  is_set(): boolean {
    return this.state;
  }

  /** Its comment says: only from the thread of the loop, and from no interrupt. */
  set(): void {
    'use python';
    while (this.waiting.peek() !== null) this.loop.queue.push(this.waiting.pop());
    this.state = true;
  }

  clear(): void {
    this.state = false;
  }

  /** `await event.wait()` */
  wait(): boolean {
    'use python';
    if (!this.state) {
      this.waiting.push(this.loop.cur_task!);
      this.loop.cur_task!.data = this.waiting;
      this.loop.yield_();
    }
    return true;
  }
}
