import { type Clock, check, clock } from '../index.ts';
import type { Pollable } from '../micropython/index.ts';
import { EINTR, type PollFd, poll } from '../posix/index.ts';
import type { Unix } from './unix.ts';
import type { Mphal } from './unix_mphal.ts';

/** MICROPY_PY_SELECT_IOCTL_CALL_PERIOD_MS, in µs. */
export const IOCTL_CALL_PERIOD_US = 1000;

/** An object without a descriptor in a poll set, such as asyncio's ThreadSafeFlag. */
export interface Registered {
  readonly obj: Pollable;
  readonly flags: number;
}

/**
 * `select.poll` with what is registered. E1 (ports/unix/moduselect.c): descriptors only, and EINTR starts the whole
 * timeout again. E2 (extmod/modselect.c, since ef71028f77, v1.21): objects too, asked each ms; the timeout goes on.
 */
export class SelectPoll {
  private readonly deadline: Clock = clock();

  constructor(
    private readonly board: Unix,
    private readonly hal: Mphal,
    private readonly fds: readonly PollFd[],
    private readonly objects: readonly Registered[],
  ) {
    check(board.era === 'E2' || objects.length === 0, 'poll.register() of an object without fileno(): E1');
  }

  /** `poll.poll(timeout)`, µs; negative: no limit. How many are ready. */
  poll(timeout: number): number {
    if (this.board.era === 'E1') return this.hal.retrySyscall(() => poll(this.fds, timeout));
    return this.pollUntilReadyOrTimeout(timeout);
  }

  /** poll_set_poll_until_ready_or_timeout. The look before the first wait is new (2782d4598d, v1.28). */
  private pollUntilReadyOrTimeout(timeout: number): number {
    const { vm } = this.board;
    if (timeout >= 0) this.deadline.arm(timeout);
    vm.mp_handle_pending();
    while (true) {
      vm.gil.release();
      let ready = poll(this.fds, this.timeoutOfCall(timeout));
      vm.gil.acquire();
      if (ready === EINTR) ready = 0;
      ready += this.pollOnce();
      if (ready > 0 || (timeout >= 0 && this.deadline.expired)) {
        if (timeout >= 0) this.deadline.stop();
        return ready;
      }
      vm.mp_handle_pending();
    }
  }

  private timeoutOfCall(timeout: number): number {
    if (this.objects.length > 0) return IOCTL_CALL_PERIOD_US;
    return timeout < 0 ? -1 : this.deadline.remaining;
  }

  /** poll_set_poll_once: asks what has no descriptor, one after the other. */
  private pollOnce(): number {
    let ready = 0;
    for (const { obj, flags } of this.objects) if (obj.poll(flags) !== 0) ready++;
    return ready;
  }
}
