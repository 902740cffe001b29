import { atomic, type Clock, check } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Board } from './board.ts';
import { Poll, type PollOptions } from './uevent_native.ts';

export { type Pollable, READ, WRITE } from './pollable.ts';

/** Whether the *proposed* `notify` exists, and what it names: #6125 has none. */
export type NotifyKind = 'none' | 'anonymous' | 'named';

export interface UEventOptions {
  readonly notify: NotifyKind;
  /** MICROPY_EVENT_POLL_HOOK: runs what is pending and then, on some ports, waits until woken. */
  readonly eventPollHook: (deadline: Clock | null) => void;
  /** Wakes the main thread from an interrupt: the only wake that a port offered at the time. */
  readonly wakeMainFromIsr: () => void;
}

/** The module `uevent` of a port without file descriptors (#6125, extmod/moduevent_native.c). */
export class UEvent {
  static readonly drawing: Drawing = { kind: 'fields', also: ['notified'] };

  /** The proposed anonymous `notify`: one flag for the module. */
  notified = false;
  readonly polls: Poll[] = [];

  constructor(readonly options: UEventOptions) {}

  /** The module of a board, which brings the wait and the wake. */
  static on(
    board: Pick<Board, 'eventPollHook' | 'mp_hal_wake_main_task_from_isr'>,
    notify: NotifyKind = 'none',
  ): UEvent {
    return new UEvent({
      notify,
      eventPollHook: (deadline) => board.eventPollHook(deadline),
      wakeMainFromIsr: () => board.mp_hal_wake_main_task_from_isr(),
    });
  }

  /** `uevent.poll()`. @param entries most objects that are registered at a time. */
  poll(name = 'poll', entries = 1, options: PollOptions = {}): Poll {
    const poll = new Poll(this, name, entries, options);
    this.polls.push(poll);
    return poll;
  }

  /**
   * A *proposal*, never part of #6125: ends some poll_ms, whichever sees it first, and wakes the main thread,
   * because the module does not know who waits.
   */
  notify(): void {
    check(this.options.notify === 'anonymous', 'uevent.notify() is not part of this build');
    this.notified = true;
    this.options.wakeMainFromIsr();
  }

  /** Test and clear of the anonymous flag: one C statement under the GIL, and an interrupt only sets. */
  takeNotified(): boolean {
    if (this.options.notify !== 'anonymous') return false;
    return atomic(() => {
      const was = this.notified;
      this.notified = false;
      return was;
    });
  }
}
