import { atomic, type Clock, check, type Sequence, sequence } from '../index.ts';
import type { Task } from './task.ts';

/** What a task queue keeps its tasks in: the task with the smallest key first, and equal keys in order of arrival. */
export interface Heap {
  /** Whether each access is a step of its own, as it is for threads without a GIL. */
  readonly open: boolean;
  peek(): Task | null;
  push(task: Task): void;
  /** Takes the first, which exists. */
  pop(first: Task): void;
  remove(task: Task): void;
}

/** The links of mp_pairheap_t. */
export abstract class HeapNode {
  abstract readonly due: Clock;
  child: HeapNode | null = null;
  childLast: HeapNode | null = null;
  /** The next sibling; of the last one the parent, which `rightmost`, the low bit of the pointer in C, tells. */
  next: HeapNode | null = null;
  rightmost = false;
}

/** The heap as a sorted queue: equal contents are equal states. Right wherever its calls are one step. */
export class SortedHeap implements Heap {
  readonly open = false;
  private readonly tasks: Sequence<Task>;

  constructor(capacity: number) {
    this.tasks = sequence<Task>(capacity);
  }

  peek(): Task | null {
    return this.tasks.length === 0 ? null : this.tasks.at(0);
  }

  /** Whoever is due waits at least as long as one that becomes so now. */
  push(task: Task): void {
    let place = 0;
    while (place < this.tasks.length && this.tasks.at(place).due.remaining <= task.due.remaining) place++;
    this.tasks.insert(place, task);
  }

  pop(): void {
    this.tasks.shift();
  }

  remove(task: Task): void {
    this.tasks.remove(task);
  }
}

/**
 * py/pairheap.c access by access: push and pop. For threads without a GIL, where nothing keeps two calls apart.
 * A link and its low bit are one word, hence one step.
 */
export class PairingHeap implements Heap {
  readonly open = true;
  heap: Task | null = null;

  /** @param capacity Model bound: children of one node. */
  constructor(private readonly capacity: number) {}

  peek(): Task | null {
    return this.heap;
  }

  /** mp_pairheap_push: the new node first, so that equal keys keep their order. */
  push(task: Task): void {
    this.heap = this.meld(task, this.heap) as Task;
  }

  pop(first: Task): void {
    const child = first.child;
    first.child = null;
    this.heap = this.pairing(child) as Task | null;
  }

  remove(_task: Task): void {
    check(false, 'mp_pairheap_delete is not modelled access by access');
  }

  /** mp_pairheap_meld */
  private meld(heap1: HeapNode | null, heap2: HeapNode | null): HeapNode | null {
    if (heap1 === null) return heap2;
    if (heap2 === null) return heap1;
    if (lessThan(heap1, heap2)) {
      const first = heap1.child;
      if (first === null) heap1.child = heap2;
      else link(heap1.childLast!, heap2, false);
      heap1.childLast = heap2;
      link(heap2, heap1, true);
      return heap1;
    }
    const { child } = heap2;
    link(heap1, child, false);
    heap2.child = heap1;
    if (child === null) {
      heap2.childLast = heap1;
      link(heap1, heap2, true);
    }
    return heap2;
  }

  /** mp_pairheap_pairing */
  private pairing(children: HeapNode | null): HeapNode | null {
    if (children === null) return null;
    let child: HeapNode | null = children;
    let heap: HeapNode | null = null;
    let pairs = 0;
    let last = false;
    while (!last) {
      check(pairs < this.capacity, 'the links of a pairing heap end somewhere');
      pairs++;
      let n1: HeapNode | null = child;
      [child, last] = unlink(n1!);
      if (!last) {
        const n2 = child;
        [child, last] = unlink(n2!);
        n1 = this.meld(n1, n2);
      }
      heap = this.meld(heap, n1);
    }
    return heap;
  }
}

/** Sets `node->next`. */
function link(node: HeapNode, next: HeapNode | null, rightmost: boolean): void {
  atomic(() => {
    node.next = next;
    node.rightmost = rightmost;
  });
}

/** Takes `node` out of the list of children: what follows it, and whether it was the last. */
function unlink(node: HeapNode): [HeapNode | null, boolean] {
  const next = atomic((): [HeapNode | null, boolean] => [node.next, node.rightmost]);
  link(node, null, false);
  return next;
}

/** task_lt. Keys of the past are alike: nobody has been pushed with one of them out of order. */
function lessThan(a: HeapNode, b: HeapNode): boolean {
  return atomic(() => a.due.remaining < b.due.remaining);
}
