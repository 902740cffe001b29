import type { Drawing } from '../intrinsics/drawing.ts';
import { MP_STREAM_POLL, type Pollable } from './io_queue.ts';
import type { Loop } from './loop.ts';

/**
 * `asyncio.ThreadSafeFlag` (extmod/asyncio/event.py, since 5e96e89999): a level that the loop's poller looks at. `set` is
 * one store and wakes nobody.
 */
export class ThreadSafeFlag implements Pollable {
  static readonly drawing: Drawing = { kind: 'fields', also: ['state'] };

  state = 0;

  constructor(
    private readonly loop: Loop,
    readonly name = 'flag',
  ) {
    loop.io.add(this);
  }

  ioctl(req: number): number {
    'use python';
    if (req === MP_STREAM_POLL) return this.state;
    return -1;
  }

  /** From anywhere. */
  set(): void {
    this.state = 1;
  }

  clear(): void {
    this.state = 0;
  }

  /** `await flag.wait()`: one task at a time. Takes whatever was set until it is resumed. */
  wait(): void {
    'use python';
    if (this.state === 0) {
      this.loop.io.queue_read(this);
      this.loop.yield_();
    }
    this.state = 0;
  }
}
