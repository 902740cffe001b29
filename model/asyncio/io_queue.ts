import { atomic, type Clock, clock, me } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Loop } from './loop.ts';
import { type Removable, Task } from './task.ts';

/** What asyncio polls: a ThreadSafeFlag, a stream. */
export interface Pollable {
  readonly name: string;
  /** `ioctl(MP_STREAM_POLL, MP_STREAM_POLL_RD)`. Python code, with checkpoints of its own. */
  ioctl(req: number): number;
}

/** `req` of `ioctl` */
export const MP_STREAM_POLL = 3;

/** An object that may be polled for reading: an entry of `IOQueue.map` while somebody waits. */
class Entry {
  waiter: Task | null = null;
  /** `revents` of the C poller */
  ready = false;
  constructor(readonly object: Pollable) {}
}

/**
 * `IOQueue` of extmod/asyncio/core.py with the `ipoll` of extmod/modselect.c as it is on bare metal (1c3c201149).
 * Only readers. Not modelled: objects that are ready at the same time come in the order of a dict in the real one, in
 * that of creation here.
 */
export class IOQueue implements Removable {
  static readonly drawing: Drawing = { kind: 'fields', also: ['notified', 'deadline'] };

  private readonly entries: Entry[] = [];
  private readonly deadline: Clock = clock();
  /** The notifier that #6056 and #6106 register for good: ends the poll, and wakes nobody. */
  notified = false;
  /** Whether it is there. Fixed when the scenario is built. */
  hasNotifier = false;

  constructor(
    private readonly loop: Loop,
    private readonly wait: (us: number, deadline: Clock) => void,
    private readonly ignoresStaleNotify: boolean,
  ) {}

  /** While the scenario is built. */
  add(object: Pollable): void {
    this.entries.push(new Entry(object));
  }

  /** `bool(self.map)` */
  get map(): boolean {
    return atomic(() => this.entries.some(({ waiter }) => waiter !== null));
  }

  /**
   * One task for each object: a second one takes the place of the first. The assertion that says so is not in a frozen
   * asyncio (`opt=3` of its manifest), and all ports freeze it.
   */
  queue_read(object: Pollable): void {
    atomic(() => {
      for (const entry of this.entries) if (entry.object === object) entry.waiter = me(Task);
      me(Task).data = this;
    });
  }

  /** For properties: whether an object is polled for `task`. */
  pollsFor(task: Task): boolean {
    return this.entries.some(({ waiter }) => waiter === task);
  }

  remove(task: Task): void {
    for (const entry of this.entries) if (entry.waiter === task) entry.waiter = null;
  }

  /** Waits until an object is ready or `dt` µs have passed (negative: for ever), and wakes who waits for it. */
  wait_io_event(dt: number): void {
    this.poll(dt);
    for (const entry of this.entries) if (entry.ready) this.dispatch(entry);
  }

  /** One round of the loop over what `ipoll` returns. */
  private dispatch(entry: Entry): void {
    'use python';
    const waiter = entry.waiter;
    entry.ready = false;
    if (waiter !== null) {
      this.loop.queue.push(waiter);
      entry.waiter = null;
    }
  }

  /** `ipoll(dt)`: a callback that it runs never ends it, only an object or the time. */
  private poll(dt: number): void {
    this.loop.board.vm.mp_handle_pending();
    if (dt >= 0) this.deadline.arm(dt);
    while (!this.scan() && !(dt >= 0 && this.deadline.expired))
      this.wait(dt >= 0 ? this.deadline.remaining : -1, this.deadline);
    if (dt >= 0) this.deadline.stop();
  }

  /** poll_set_poll_once: asks every registered object, one after the other. */
  private scan(): boolean {
    let any = this.takeNotified();
    for (const entry of this.entries)
      if (entry.waiter !== null && entry.object.ioctl(MP_STREAM_POLL) !== 0) {
        entry.ready = true;
        any = true;
      }
    return any;
  }

  private takeNotified(): boolean {
    if (!this.hasNotifier) return false;
    return atomic(() => {
      const was = this.notified;
      this.notified = false;
      if (this.ignoresStaleNotify && this.loop.queue.peek() === null) return false;
      return was;
    });
  }
}
