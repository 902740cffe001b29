import { ElaborationError } from './elaboration.ts';
import { INTRINSIC, intrinsic } from './tag.ts';

/**
 * A ring, queue or list of at most `capacity` elements, front first, with value semantics: equal
 * contents are equal states. Each method is one access.
 */
export interface Sequence<T> extends Iterable<T> {
  readonly length: number;
  /** The most elements that it may hold; a constant. */
  readonly capacity: number;
  /** The element at `index`; a model error outside of 0 … length-1. */
  at(index: number): T;
  /** Appends; a model error when full. */
  push(element: T): void;
  /** Prepends; a model error when full. */
  unshift(element: T): void;
  /** Inserts before `index`; a model error when full or outside of 0 … length. */
  insert(index: number, element: T): void;
  /** Removes and returns the first element; a model error when empty. */
  shift(): T;
  /** Removes the first element equal to `element`; whether it was there. */
  remove(element: T): boolean;
  includes(element: T): boolean;
  clear(): void;
}

export class SequenceHandle<T> implements Sequence<T> {
  readonly [INTRINSIC] = 'sequence';
  readonly items: T[];

  constructor(
    readonly capacity: number,
    initial: readonly T[] = [],
  ) {
    if (!Number.isInteger(capacity) || capacity < 1 || initial.length > capacity) {
      throw new ElaborationError(
        'UPY208',
        `sequence(${capacity}) with ${initial.length} initial elements`,
        'the capacity is not a positive integer, or smaller than what it starts with',
        'give the largest number of elements that it may ever hold',
      );
    }
    this.items = [...initial];
  }

  get length(): number {
    return this.items.length;
  }

  at(index: number): T {
    if (index < 0 || index >= this.items.length) throw this.misuse(`at(${index})`);
    return this.items[index] as T;
  }

  push(element: T): void {
    this.insert(this.items.length, element);
  }

  unshift(element: T): void {
    this.insert(0, element);
  }

  insert(index: number, element: T): void {
    if (this.items.length >= this.capacity || index < 0 || index > this.items.length) {
      throw this.misuse(`insert(${index})`);
    }
    this.items.splice(index, 0, element);
  }

  shift(): T {
    if (this.items.length === 0) throw this.misuse('shift()');
    return this.items.shift() as T;
  }

  remove(element: T): boolean {
    const index = this.items.indexOf(element);
    if (index >= 0) this.items.splice(index, 1);
    return index >= 0;
  }

  includes(element: T): boolean {
    return this.items.includes(element);
  }

  clear(): void {
    this.items.length = 0;
  }

  [Symbol.iterator](): Iterator<T> {
    return [...this.items][Symbol.iterator]();
  }

  private misuse(call: string): ElaborationError {
    return new ElaborationError(
      'UPY209',
      `${call} on a sequence of ${this.items.length} elements with capacity ${this.capacity}`,
      'the sequence is empty, full, or the index is outside',
      'check its length first, or give it a larger capacity',
    );
  }
}

/** A sequence of at most `capacity` elements. Elaboration only. */
export const sequence = intrinsic(
  'sequence',
  <T>(capacity: number, initial?: readonly T[]): Sequence<T> => new SequenceHandle<T>(capacity, initial),
);
