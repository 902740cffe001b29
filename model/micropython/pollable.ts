/** `UEVENT_READ`, `UEVENT_WRITE` (extmod/moduevent.h of #6125). MP_STREAM_POLL_WR is 4 in the source; here both are these. */
export const READ = 1;
export const WRITE = 2;
export const ALL = READ | WRITE;

/** An object with `ioctl(MP_STREAM_POLL, flags)`: which of `flags` hold now; anything else: error or hang-up. */
export interface Pollable {
  readonly name: string;
  poll(flags: number): number;
}

/** What an answer of ioctl reports: errors and hang-ups count as both (mp_uevent_poll_check_waiting). */
export function flagsOf(answer: number): number {
  let flags = 0;
  if ((answer & ~WRITE) !== 0) flags |= READ;
  if ((answer & ~READ) !== 0) flags |= WRITE;
  return flags;
}
