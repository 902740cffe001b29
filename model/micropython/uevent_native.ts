import { atomic, type Clock, check, clock, ghost, int, lostWakeup, me, note } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Exception } from './exception.ts';
import { ALL, flagsOf, type Pollable } from './pollable.ts';
import { PyThread } from './thread.ts';
import type { UEvent } from './uevent.ts';
import { type EntryOwner, PollEntry } from './uevent_entry.ts';

/** What mp_obj_get_int raises for an object that is no integer. */
export const NotAnInt = new Exception("TypeError: can't convert object to int");

/** Where the model can differ from the pull request: each is a repair of a defect, but `alloc`. */
export interface PollOptions {
  /**
   * MICROPY_ALLOC_UEVENT_POLL_INIT, 4 in the source: with more objects than that the array of entries grows and moves,
   * and references to its elements lead into freed memory. Default: room for all.
   */
  readonly alloc?: number;
  /** Entries of their own, referenced by the array: they stay where they are as it grows. */
  readonly entriesStay?: boolean;
  /** Two lists with a link each; what is ready becomes free only when it has been reported, and once. */
  readonly separateLists?: boolean;
  /** An entry that is used again begins without `data`, as on unix. */
  readonly reuseClearsData?: boolean;
}

/** mp_obj_poll_t of a bare-metal port (#6125 at 4ef1643d2c, extmod/moduevent_native.c). */
export class Poll implements EntryOwner {
  static readonly drawing: Drawing = { kind: 'fields', also: ['entryReady', 'notified', 'waiter'] };

  entryReady: PollEntry | null = null;
  entryFree: PollEntry | null = null;
  /** The proposed named `notify`: a flag of this poller, and who waits here. */
  notified = false;
  waiter: PyThread | null = null;
  /** For properties: an element of the array that has been freed was used. */
  usedFreed = false;
  /** Entries that have ever been used; the others follow in the array. */
  private len: number;
  /** The array has grown: {@link later} is in use. */
  private moved = false;
  private readonly entries: PollEntry[] = [];
  private readonly later: PollEntry[] = [];
  private readonly deadline: Clock = clock();

  constructor(
    private readonly module: UEvent,
    readonly name: string,
    private readonly size: number,
    private readonly options: PollOptions,
  ) {
    const { alloc = size, entriesStay = false } = options;
    const grows = alloc < size && !entriesStay;
    for (let n = 0; n < (grows ? alloc : size); n++) this.entries.push(new PollEntry(this, 0));
    if (grows) for (let n = 0; n < size; n++) this.later.push(new PollEntry(this, 1));
    this.len = int(0, size);
    lostWakeup(`what ${name} waits for is there`, () => this.isDue());
  }

  /** The array of entries as it is now. */
  private at(n: number): PollEntry | null {
    if (this.moved) return this.later[n]!;
    return n < this.entries.length ? this.entries[n]! : null;
  }

  /** Whether a scan would find something, or a notification waits to be seen. */
  private isDue(): boolean {
    if (this.notified) return true;
    for (let n = 0; n < this.size; n++) {
      const entry = this.at(n);
      if (entry === null || entry.obj === null || entry.waiting === 0) continue;
      if (entry.obj.poll(entry.waiting) !== 0) return true;
    }
    return false;
  }

  /**
   * `poll.register(obj, flags)`: also how a one-shot registration is renewed. One step, because the lists belong to
   * the thread that polls and the call runs no Python.
   */
  register(obj: Pollable, flags = ALL): PollEntry {
    return atomic(() => {
      let found: PollEntry | null = null;
      for (let n = 0; n < this.size; n++) {
        const entry = this.at(n);
        if (found === null && entry !== null && entry.obj === obj) found = entry;
      }
      if (found === null) {
        found = this.unused();
        found.obj = obj;
        found.flags = 0;
        found.waiting = 0;
        found.ready = 0;
      }
      found.waiting |= flags;
      return found;
    });
  }

  /** The head of the free list, or a new one: mp_uevent_poll_entry_new. */
  private unused(): PollEntry {
    const free = this.entryFree;
    if (free !== null) {
      this.uses(free);
      this.entryFree = free.next;
      this.moveTo(free, 'nowhere');
      if (this.options.reuseClearsData === true) free.data = null;
      return free;
    }
    check(this.len < this.size, `${this.name}: more objects than entries`);
    if (!this.moved && this.len === this.entries.length) this.grow();
    const entry = this.at(this.len)!;
    this.len++;
    entry.data = null;
    entry.next = null;
    return entry;
  }

  /** m_renew, when it cannot grow the block where it is: elements are copied, and the old ones freed. */
  private grow(): void {
    for (let n = 0; n < this.entries.length; n++) this.later[n]!.copyFrom(this.entries[n]!);
    this.moved = true;
  }

  /** For properties: takes notice of the use of freed memory. Whatever it holds now, the model goes on with the old contents. */
  private uses(entry: PollEntry): void {
    if (this.moved && entry.array === 0)
      ghost(() => {
        this.usedFreed = true;
      });
  }

  /**
   * `poll.unregister(obj)`, as `select.poll` has it. The table of methods has the function of the entries, which takes the
   * poller for an entry and its argument for flags.
   */
  unregister(arg: Pollable | number): void {
    if (typeof arg !== 'number') {
      note('poll.unregister(obj) raises TypeError');
      throw NotAnInt;
    }
    check(false, 'poll.unregister(flags) follows `alloc` and `len` as a pointer to the poller');
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
      if (timeout >= 0) this.module.options.eventPollHook(this.deadline);
      else this.module.options.eventPollHook(null);
    }
    if (this.isNamed()) this.waiter = null;
    if (timeout >= 0) this.deadline.stop();
  }

  /** `for entry in poll.poll_ms()`: the next ready entry, `null` at the end. mp_uevent_poll_iternext. */
  next(): PollEntry | null {
    return atomic(() => {
      for (let n = 0; n <= this.size; n++) {
        const entry = this.entryReady;
        if (entry === null) return null;
        this.uses(entry);
        this.entryReady = entry.next;
        this.moveTo(entry, 'nowhere');
        entry.flags = entry.ready;
        entry.ready = 0;
        this.clear(entry, 0);
        // The repair passes over what was unregistered meanwhile; the pull request reports it, with no flags.
        if (this.options.separateLists !== true || entry.flags !== 0) return entry;
      }
      return null;
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
    for (let n = 0; n < this.size; n++) {
      const [entry, obj, flags] = atomic((): [PollEntry | null, Pollable | null, number] => {
        const each = this.at(n);
        return each === null ? [null, null, 0] : [each, each.obj, each.waiting];
      });
      if (entry === null || obj === null || flags === 0) continue;
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
    this.moveTo(entry, 'ready');
    this.entryReady = entry;
  }

  /**
   * mp_uevent_entry_clear_events: an entry that waits for nothing goes to the free list, also if it hangs in the ready list,
   * or in the free list already.
   */
  clear(entry: PollEntry, flags: number): void {
    this.uses(entry);
    entry.waiting &= ~flags;
    if (entry.waiting !== 0) return;
    if (this.options.separateLists === true) {
      entry.ready &= ~flags;
      if (entry.listed !== 'nowhere') return;
    }
    entry.obj = null;
    entry.next = this.entryFree;
    this.moveTo(entry, 'free');
    this.entryFree = entry;
  }

  private moveTo(entry: PollEntry, list: 'nowhere' | 'ready' | 'free'): void {
    if (this.options.separateLists === true) entry.listed = list;
  }
}
