import { type Sequence, sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Task } from './task.ts';

/**
 * A ready list (list.c): a circle with an end marker (`null`) and an index. Kept in the order in which
 * selections will reach it, so the index is always the last element and equal futures are equal states.
 */
export class ReadyList {
  static readonly drawing: Drawing = { kind: 'queue', items: 'circle' };

  private readonly circle: Sequence<Task | null>;

  /** @param tasks most tasks that can ever be on it. */
  constructor(tasks: number) {
    this.circle = sequence<Task | null>(tasks + 1, [null]);
  }

  get length(): number {
    return this.circle.length - 1;
  }

  includes(task: Task): boolean {
    return this.circle.includes(task);
  }

  /** vListInsertEnd: just behind the index. */
  insertEnd(task: Task): void {
    this.circle.insert(this.circle.length - 1, task);
  }

  /** Removing the element at the index moves the index back by one, by itself. */
  remove(task: Task): boolean {
    return this.circle.remove(task);
  }

  /** listGET_OWNER_OF_NEXT_ENTRY: the selection of a single core walks the circle. */
  next(): Task {
    let first = this.advance();
    if (first === null) first = this.advance();
    return first!;
  }

  /**
   * taskSelectHighestPriorityTaskSMP (ESP-IDF): each selection starts at the head, takes the first task that
   * `eligible` accepts and moves it to the end. The index is always the end marker then.
   */
  select(eligible: (task: Task) => boolean): Task | null {
    for (let place = 0; place < this.circle.length - 1; place++) {
      const task = this.circle.at(place)!;
      if (!eligible(task)) continue;
      this.circle.remove(task);
      this.insertEnd(task);
      return task;
    }
    return null;
  }

  /** prvSelectHighestPriorityTask: the first, from the head, that `eligible` accepts. It stays where it is. */
  first(eligible: (task: Task) => boolean): Task | null {
    for (let place = 0; place < this.circle.length - 1; place++) {
      const task = this.circle.at(place)!;
      if (eligible(task)) return task;
    }
    return null;
  }

  private advance(): Task | null {
    const first = this.circle.shift();
    this.circle.push(first);
    return first;
  }
}

/** Inserts behind all elements whose key is at most `task`'s. */
export function insertSorted(list: Sequence<Task>, task: Task, key: (task: Task) => number): void {
  let place = 0;
  while (place < list.length && key(list.at(place)) <= key(task)) place++;
  list.insert(place, task);
}
