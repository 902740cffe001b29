import { atomic, int } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { ALL, type Pollable } from './pollable.ts';

/** What an entry needs of its poller. */
export interface EntryOwner {
  /** mp_uevent_poll_unregister: one C call. */
  clear(entry: PollEntry, flags: number): void;
}

/**
 * mp_obj_poll_entry_t (#6125, extmod/moduevent_native.c): what `register` returns and iteration hands out. One `next` serves
 * the ready list and the free list, as in the source.
 */
export class PollEntry {
  static readonly drawing: Drawing = { kind: 'fields', also: ['obj', 'waiting', 'ready', 'listed'] };

  obj: Pollable | null = null;
  /** `flags_waiting`: one-shot, taken back as they become ready. */
  waiting = int(0, ALL);
  /** `flags_ready` */
  ready = int(0, ALL);
  /** `user_flags`: what the last iteration reported. */
  flags = int(0, ALL);
  /** `entry.data`, the user's. Only a new entry has it cleared, one that is used again has not. */
  data: object | null = null;
  next: PollEntry | null = null;
  /** With separate lists (a repair): where it hangs. */
  listed: 'nowhere' | 'ready' | 'free' = 'nowhere';

  /** @param array which allocation it is an element of: 0 the first, 1 the one after it has grown. */
  constructor(
    private readonly poller: EntryOwner,
    readonly array: 0 | 1,
  ) {}

  /** `entry.unregister(flags)` */
  unregister(flags = ALL): void {
    atomic(() => this.poller.clear(this, flags));
  }

  /** What m_renew does to an element: a copy, pointers included. */
  copyFrom(old: PollEntry): void {
    this.obj = old.obj;
    this.waiting = old.waiting;
    this.ready = old.ready;
    this.flags = old.flags;
    this.data = old.data;
    this.next = old.next;
    this.listed = old.listed;
  }
}
