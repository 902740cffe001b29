import { atomic } from '../index.ts';
import { IndexError } from '../micropython/index.ts';
import type { Heap } from './pairheap.ts';
import type { Removable, Task } from './task.ts';

/**
 * `TaskQueue` of extmod/modasyncio.c (1c3c201149). In 2020 its `push` and `pop` were called `push_head` and `pop_head`
 * (renamed by caaff940a2). Each method is one C call: no soft callback and no thread with a GIL gets in between.
 */
export class TaskQueue implements Removable {
  constructor(
    readonly name: string,
    private readonly heap: Heap,
  ) {}

  /** @param after µs until it is due; 0: `ticks()`. `null`: its key is set, that is `due` runs. */
  push(task: Task, after: number | null = 0): void {
    if (this.heap.open) this.pushSteps(task, after);
    else atomic(() => this.pushSteps(task, after));
  }

  /** IndexError when there is none. */
  pop(): Task {
    const task = this.heap.open ? this.popSteps() : atomic(() => this.popSteps());
    if (task === null) throw IndexError;
    return task;
  }

  peek(): Task | null {
    return this.heap.open ? this.heap.peek() : atomic(() => this.heap.peek());
  }

  remove(task: Task): void {
    atomic(() => {
      task.due.stop();
      this.heap.remove(task);
    });
  }

  private pushSteps(task: Task, after: number | null): void {
    task.data = null;
    if (after !== null) task.due.arm(after);
    this.heap.push(task);
  }

  private popSteps(): Task | null {
    const task = this.heap.peek();
    if (task === null) return null;
    this.heap.pop(task);
    task.due.stop();
    return task;
  }
}
