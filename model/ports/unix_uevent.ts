import { atomic, type Clock, clock, int } from '../index.ts';
import { ALL, READ, WRITE } from '../micropython/index.ts';
import { EINTR, type File, POLLIN, POLLOUT, PollFd, poll } from '../posix/index.ts';
import type { Unix } from './unix.ts';

/** Where the model can differ from the pull request: repairs. */
export interface UnixUEventOptions {
  /** After EINTR wait for what is left of the timeout, not for all of it again. */
  readonly keepsTimeout?: boolean;
  /** Run what is pending before the first wait, as `select.poll` does since 2782d4598d (v1.28). */
  readonly leadingPending?: boolean;
}

/** A slot of the arrays `pollfds` and `entries`: what register() returns. */
export class UnixPollEntry extends PollFd {
  /** `user_flags`: what the last iteration reported. */
  flags = int(0, ALL);

  constructor(file: File) {
    super(file, 0);
  }
}

/** mp_obj_poll_t of the unix port (#6125 at 4ef1643d2c, extmod/moduevent_poll.c): descriptors only, and poll(2). */
export class UnixUEventPoll {
  private readonly left: Clock = clock();
  private iterIdx: number;

  /** @param entries all that is ever registered. While the scenario is built. */
  constructor(
    private readonly board: Unix,
    private readonly entries: readonly UnixPollEntry[],
    private readonly options: UnixUEventOptions = {},
  ) {
    this.iterIdx = int(0, entries.length);
  }

  /** `poll.register(obj, flags)` */
  register(entry: UnixPollEntry, flags = ALL): void {
    atomic(() => {
      if ((flags & READ) !== 0) entry.events |= POLLIN;
      if ((flags & WRITE) !== 0) entry.events |= POLLOUT;
    });
  }

  /**
   * `poll.poll_ms(timeout)`, ms; negative: no limit. Nothing is looked at before the first wait, and after a signal all of
   * the timeout begins again. What is ready is left in `revents`.
   */
  poll_ms(timeout: number): void {
    const { vm } = this.board;
    const { keepsTimeout = false, leadingPending = false } = this.options;
    if (leadingPending) vm.mp_handle_pending();
    if (keepsTimeout && timeout >= 0) this.left.arm(timeout * 1000);
    while (true) {
      vm.gil.release();
      const limit = timeout < 0 ? -1 : keepsTimeout ? this.left.remaining : timeout * 1000;
      const ready = poll(this.entries, limit);
      vm.gil.acquire();
      if (ready !== EINTR) break;
      vm.mp_handle_pending();
    }
    if (keepsTimeout && timeout >= 0) this.left.stop();
    this.iterIdx = 0;
  }

  /** The next ready entry, `null` at the end. One-shot: what is reported is no longer waited for. */
  next(): UnixPollEntry | null {
    return atomic(() => {
      for (let n = 0; n < this.entries.length; n++) {
        const entry = this.entries[n]!;
        if (n < this.iterIdx || entry.revents === 0) continue;
        this.iterIdx = n;
        entry.flags = 0;
        if ((entry.revents & ~POLLOUT) !== 0) entry.flags |= READ;
        if ((entry.revents & ~POLLIN) !== 0) entry.flags |= WRITE;
        entry.events &= ~entry.revents;
        entry.revents = 0;
        return entry;
      }
      return null;
    });
  }
}
