import { type Clock, int, me } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { EINTR } from './errno.ts';
import type { File } from './file.ts';
import { Thread } from './thread.ts';

/** What `poll()` waits for, and reports: there is something to read; there is room to write. */
export const POLLIN = 1;
export const POLLOUT = 4;

/** `struct pollfd`: a file, and what is waited for. */
export class PollFd {
  static readonly drawing: Drawing = { kind: 'fields', also: ['events', 'revents'] };

  events: number;
  revents = int(0, POLLIN | POLLOUT);

  constructor(
    readonly file: File,
    events: number,
  ) {
    this.events = int(0, POLLIN | POLLOUT, events);
  }
}

/** poll(2): the number of ready entries; 0 after `timeout` µs (negative: never); EINTR. */
export function poll(fds: readonly PollFd[], timeout: number): number {
  return me(Thread).systemCall(() => scan(fds), timeout, -1);
}

/** ppoll(2): the mask changes in one step with the wait, which leaves no moment between look and sleep. */
export function ppoll(fds: readonly PollFd[], timeout: number, mask: number): number {
  return me(Thread).systemCall(() => scan(fds), timeout, mask);
}

/** select(2) without descriptors, and nanosleep(2): 0 after `timeout` µs, or EINTR. */
export function sleep(timeout: number): number {
  return me(Thread).systemCall(nothingReady, timeout, -1);
}

/**
 * select(2) of Linux, which writes back what is left of the timeout: the clock is what the caller passes by
 * reference. 0 after the time, or EINTR with the rest of it in the clock.
 */
export function select(left: Clock): number {
  return me(Thread).systemCall(() => (left.expired ? 1 : 0), -1, -1) === EINTR ? EINTR : 0;
}

function scan(fds: readonly PollFd[]): number {
  let ready = 0;
  for (const fd of fds) {
    fd.revents = 0;
    if ((fd.events & POLLIN) !== 0 && fd.file.readable()) fd.revents |= POLLIN;
    if ((fd.events & POLLOUT) !== 0 && fd.file.writable()) fd.revents |= POLLOUT;
    if (fd.revents !== 0) ready++;
  }
  return ready;
}

function nothingReady(): number {
  return 0;
}
