import { atomic, type Clock, check, clock, int, lostWakeup, me } from '../index.ts';
import { PyThread } from './thread.ts';

/** `UEVENT_READ`, `UEVENT_WRITE` (extmod/moduevent.h of #6125). */
export const READ = 1;
export const WRITE = 2;
const ALL = READ | WRITE;

/** An object with `ioctl(MP_STREAM_POLL, flags)`: which of `flags` hold now; anything else: error or hang-up. */
export interface Pollable {
  readonly name: string;
  poll(flags: number): number;
}

/** mp_obj_poll_entry_t. One `next` serves the ready list and the free list, as in the source. */
export class PollEntry {
  obj: Pollable | null = null;
  /** `flags_waiting`: one-shot, taken back as they become ready. */
  waiting = int(0, ALL);
  /** `flags_ready` */
  ready = int(0, ALL);
  /** `user_flags`: what the last `next()` reported. */
  flags = int(0, ALL);
  next: PollEntry | null = null;
}

/** Whether the *proposed* `notify` exists, and what it names: #6125 has none. */
export type NotifyKind = 'none' | 'anonymous' | 'named';

export interface UEventOptions {
  readonly notify: NotifyKind;
  /** MICROPY_EVENT_POLL_HOOK: runs what is pending and then, on some ports, waits until woken. */
  readonly eventPollHook: () => void;
  /** Wakes the main thread from an interrupt: the only wake that a port offered at the time. */
  readonly wakeMainFromIsr: () => void;
}

/** The module `uevent` of a port without file descriptors (#6125, extmod/moduevent_native.c). */
export class UEvent {
  /** The proposed anonymous `notify`: one flag for the module. */
  notified = false;
  readonly polls: Poll[] = [];

  constructor(readonly options: UEventOptions) {}

  /** `uevent.poll()`. @param entries most objects that are registered at a time. */
  poll(name = 'poll', entries = 1): Poll {
    const poll = new Poll(this, name, entries);
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

/**
 * mp_obj_poll_t of a bare-metal port. Not modelled: growing the array of entries, which moves them under the
 * handles that Python holds.
 */
export class Poll {
  /** Entries that exist; those that are not in use hang in the free list. */
  readonly entries: PollEntry[] = [];
  entryReady: PollEntry | null = null;
  entryFree: PollEntry | null = null;
  /** The proposed named `notify`: a flag of this poller, and who waits here. */
  notified = false;
  waiter: PyThread | null = null;
  private readonly deadline: Clock = clock();

  constructor(
    private readonly module: UEvent,
    readonly name: string,
    entries: number,
  ) {
    for (let n = 0; n < entries; n++) {
      const entry = new PollEntry();
      entry.next = this.entryFree;
      this.entryFree = entry;
      this.entries.push(entry);
    }
    lostWakeup(`what ${name} waits for is there`, () => this.isDue());
  }

  /** Whether a scan would find something, or a notification waits to be seen. */
  private isDue(): boolean {
    if (this.notified) return true;
    for (const entry of this.entries)
      if (entry.obj !== null && entry.waiting !== 0 && entry.obj.poll(entry.waiting) !== 0) return true;
    return false;
  }

  /**
   * `poll.register(obj, flags)`: also how a one-shot registration is renewed. One step, because the lists belong to
   * the thread that polls and the call runs no Python.
   */
  register(obj: Pollable, flags = ALL): PollEntry {
    return atomic(() => {
      let found: PollEntry | null = null;
      for (const entry of this.entries) if (entry.obj === obj) found = entry;
      if (found === null) {
        found = this.entryFree;
        check(found !== null, `${this.name}: more objects than entries`);
        this.entryFree = found.next;
        found.next = null;
        found.obj = obj;
        found.waiting = 0;
        found.ready = 0;
      }
      found.waiting |= flags;
      return found;
    });
  }

  /** `entry.unregister(flags)` */
  unregister(entry: PollEntry, flags = ALL): void {
    atomic(() => this.clearEvents(entry, flags));
  }

  /**
   * `poll.poll_ms(timeout)`: scan; done if anything is ready or the time is over; otherwise the hook, and again.
   * A callback that runs in the hook never ends it: only an object, the timeout, or (proposed) a notify.
   */
  poll_ms(timeout: number): void {
    if (timeout >= 0) this.deadline.arm(timeout * 1000);
    if (this.isNamed()) this.waiter = me(PyThread);
    while (true) {
      this.checkWaiting();
      if (this.entryReady !== null || (timeout >= 0 && this.deadline.expired)) break;
      if (this.takeNotified() || this.module.takeNotified()) break;
      this.module.options.eventPollHook();
    }
    if (this.isNamed()) this.waiter = null;
    if (timeout >= 0) this.deadline.stop();
  }

  /** `for entry in poll.poll_ms()`: the next ready entry, `null` at the end. */
  next(): PollEntry | null {
    return atomic(() => {
      const entry = this.entryReady;
      if (entry === null) return null;
      this.entryReady = entry.next;
      entry.next = null;
      entry.flags = entry.ready;
      entry.ready = 0;
      this.clearEvents(entry, 0);
      return entry;
    });
  }

  /** A *proposal*: ends this poller's poll_ms and wakes the thread that is in it. May be called by an interrupt. */
  notify(): void {
    check(this.isNamed(), 'poll.notify() is not part of this build');
    this.notified = true;
    const thread = this.waiter;
    if (thread !== null) thread.wakeFromIsr();
  }

  private isNamed(): boolean {
    return this.module.options.notify === 'named';
  }

  private takeNotified(): boolean {
    if (!this.isNamed()) return false;
    return atomic(() => {
      const was = this.notified;
      this.notified = false;
      return was;
    });
  }

  /** mp_uevent_poll_check_waiting: asks every object, one after the other. */
  private checkWaiting(): void {
    for (const entry of this.entries) {
      const [obj, flags] = atomic((): [Pollable | null, number] => [entry.obj, entry.waiting]);
      if (obj === null || flags === 0) continue;
      const answer = obj.poll(flags);
      if (answer !== 0) atomic(() => this.processEvent(entry, flagsOf(answer)));
    }
  }

  /** mp_uevent_poll_entry_process_event: one-shot, last in first out. */
  private processEvent(entry: PollEntry, flags: number): void {
    if ((entry.waiting & flags) === 0) return;
    const before = entry.ready;
    entry.ready |= entry.waiting & flags;
    entry.waiting &= ~flags;
    if (before !== 0 || entry.ready === 0) return;
    entry.next = this.entryReady;
    this.entryReady = entry;
  }

  /** mp_uevent_entry_clear_events: an entry that waits for nothing goes to the free list. */
  private clearEvents(entry: PollEntry, flags: number): void {
    entry.waiting &= ~flags;
    if (entry.waiting !== 0) return;
    entry.obj = null;
    entry.next = this.entryFree;
    this.entryFree = entry;
  }
}

/** Errors and hang-ups count as both. */
function flagsOf(answer: number): number {
  let flags = 0;
  if ((answer & ~WRITE) !== 0) flags |= READ;
  if ((answer & ~READ) !== 0) flags |= WRITE;
  return flags;
}
