import { check, int, type Sequence, sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';

/** A callable that can wait in the ring. Exists from the start, as every object does. */
export interface Callback {
  readonly name: string;
  run(arg: number): void;
}

/** `sched_queue` with `sched_idx` and `sched_len`: what MICROPY_SCHEDULER_DEPTH bounds. */
export interface Ring {
  readonly depth: number;
  isFull(): boolean;
  /** mp_sched_num_pending: how many wait. */
  pending(): number;
  put(callback: Callback, arg: number): void;
  take(): [Callback, number];
}

/** The ring as a queue: equal contents are equal states. Right wherever the atomic section does its job. */
export class SequenceRing implements Ring {
  static readonly drawing: Drawing = { kind: 'queue', items: 'callbacks', capacity: 'depth', also: ['args'] };

  private readonly callbacks: Sequence<Callback>;
  private readonly args: Sequence<number>;

  constructor(readonly depth: number) {
    this.callbacks = sequence<Callback>(depth);
    this.args = sequence<number>(depth);
  }

  isFull(): boolean {
    return this.callbacks.length === this.depth;
  }

  pending(): number {
    return this.callbacks.length;
  }

  put(callback: Callback, arg: number): void {
    this.callbacks.push(callback);
    this.args.push(arg);
  }

  take(): [Callback, number] {
    return [this.callbacks.shift(), this.args.shift()];
  }
}

/** mp_sched_item_t. `null`: never written. */
class Slot {
  callback: Callback | null = null;
  arg = int(-1, 255, 0);
}

/**
 * The ring as the C code has it, access by access, for the question whether the atomic section is one: the length
 * is raised *before* the slot is written, and raised and lowered by reading and writing it.
 */
export class OpenRing implements Ring {
  static readonly drawing: Drawing = { kind: 'count', value: 'len', max: 'depth', also: ['idx'] };

  private idx: number;
  private len: number;
  private readonly slots: Slot[] = [];

  /** @param depth a power of two, as IDX_MASK demands. */
  constructor(readonly depth: number) {
    this.idx = int(0, depth - 1);
    // One more than fits: that is what a lost decrement looks like.
    this.len = int(-1, depth + 1);
    for (let n = 0; n < depth; n++) this.slots.push(new Slot());
  }

  isFull(): boolean {
    return this.len === this.depth;
  }

  pending(): number {
    return this.len;
  }

  put(callback: Callback, arg: number): void {
    const first = this.idx;
    const { len } = this;
    this.len = len + 1;
    const slot = this.slots[(first + len) & (this.depth - 1)]!;
    slot.callback = callback;
    slot.arg = arg;
  }

  take(): [Callback, number] {
    const { idx } = this;
    const slot = this.slots[idx]!;
    const { callback } = slot;
    const { arg } = slot;
    this.idx = (idx + 1) & (this.depth - 1);
    this.len--;
    check(callback !== null, 'the ring hands out what was put in');
    return [callback, arg];
  }
}
