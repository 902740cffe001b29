import { atomic, check, int, me } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { EAGAIN } from './errno.ts';
import { Thread } from './thread.ts';

/** What a descriptor leads to, as far as waiting for it goes. */
export interface File {
  readonly name: string;
  readable(): boolean;
  writable(): boolean;
}

/**
 * A stream of bytes into this end: of a pipe, a socket, a terminal. Which bytes does not matter here; how many does.
 */
export class Stream implements File {
  static readonly drawing: Drawing = { kind: 'count', value: 'available' };

  available: number;
  /** The other end of a {@link socketpair}. */
  peer: Stream | null = null;

  /** @param capacity bytes that fit: a model bound, but that it is finite is true. */
  constructor(
    readonly name: string,
    readonly capacity: number,
  ) {
    this.available = int(0, capacity);
  }

  readable(): boolean {
    return this.available > 0;
  }

  writable(): boolean {
    return this.peer !== null && this.peer.available < this.peer.capacity;
  }

  /** A byte from outside (a key, the network). False if there is no room. */
  receive(): boolean {
    return atomic(() => {
      if (this.available === this.capacity) return false;
      this.available++;
      return true;
    });
  }

  /** Takes up to `max` bytes: how many. */
  take(max: number): number {
    const before = this.available;
    if (before <= max) this.available = 0;
    else this.available -= max;
    return before - this.available;
  }

  private put(): number {
    check(this.peer !== null, 'a write to a stream that has no other end');
    return this.peer.receive() ? 1 : 0;
  }

  /** read(2): how many bytes, or EINTR. */
  read(max = 1): number {
    return me(Thread).restartableCall(() => this.take(max), -1);
  }

  /** read(2) with O_NONBLOCK; safe in signal handlers. */
  readNonBlocking(max = 1): number {
    return atomic(() => {
      const n = this.take(max);
      return n === 0 ? EAGAIN : n;
    });
  }

  /** write(2) of one byte to the other end. */
  write(): number {
    return me(Thread).restartableCall(() => this.put(), -1);
  }

  /** The same with O_NONBLOCK; safe in signal handlers. */
  writeNonBlocking(): number {
    return atomic(() => (this.put() === 0 ? EAGAIN : 1));
  }
}

/** socketpair(2): what is written to one end is read from the other. While the scenario is built. */
export function socketpair(name: string, capacity = 2): [Stream, Stream] {
  const ends: [Stream, Stream] = [new Stream(`${name}[0]`, capacity), new Stream(`${name}[1]`, capacity)];
  ends[0].peer = ends[1];
  ends[1].peer = ends[0];
  return ends;
}

/** pipe(2): the end to read from, and the end to write to. While the scenario is built. */
export function pipe(name: string, capacity = 2): [Stream, Stream] {
  const reader = new Stream(`${name} read end`, capacity);
  const writer = new Stream(`${name} write end`, capacity);
  writer.peer = reader;
  return [reader, writer];
}
