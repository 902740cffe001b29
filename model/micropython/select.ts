import { type Clock, clock } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Board } from './board.ts';
import type { Pollable } from './pollable.ts';

export interface SelectOptions {
  /** Run what is pending before the first look: 2782d4598d (v1.28). Default: in E2. */
  readonly leadingPending?: boolean;
}

/**
 * `select.poll()` of a port without descriptors, with what is registered (extmod/moduselect.c at 28370c0450, extmod/modselect.c
 * at 1c3c201149): asks each object, and waits as the port does. What runs in the wait never ends it.
 */
export class SelectPollNative {
  private readonly deadline: Clock = clock();
  private readonly leadingPending: boolean;

  constructor(
    private readonly board: Board,
    private readonly objects: readonly { readonly obj: Pollable; readonly flags: number }[],
    options: SelectOptions = {},
  ) {
    this.leadingPending = options.leadingPending ?? board.era === 'E2';
  }

  /** `poll.poll(timeout)`, ms; negative: no limit. How many are ready. */
  poll(timeout: number): number {
    if (timeout > 0) this.deadline.arm(timeout * 1000);
    if (this.leadingPending) this.board.vm.mp_handle_pending();
    while (true) {
      const ready = this.pollOnce();
      if (ready > 0 || timeout === 0 || (timeout > 0 && this.deadline.expired)) {
        if (timeout > 0) this.deadline.stop();
        return ready;
      }
      if (timeout > 0) this.board.eventPollHook(this.deadline);
      else this.board.eventPollHook();
    }
  }

  /** poll_set_poll_once (poll_map_poll): one ioctl after the other. */
  private pollOnce(): number {
    let ready = 0;
    for (const { obj, flags } of this.objects) if (obj.poll(flags) !== 0) ready++;
    return ready;
  }
}

/**
 * What `poll.register(None)` returns on bare metal in #6106 (146519e141, extmod/moduselect.c), and as far as a poller can tell
 * asyncio's ThreadSafeFlag: a level that is asked for. To set it wakes nobody.
 */
export class FlagNotifier implements Pollable {
  static readonly drawing: Drawing = { kind: 'fields', also: ['avail'] };

  avail = false;

  constructor(readonly name = 'notifier') {}

  poll(flags: number): number {
    return this.avail ? flags : 0;
  }

  set(): void {
    this.avail = true;
  }

  clear(): void {
    this.avail = false;
  }
}
