import { atomic, int, lostWakeup, type Process } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { READ } from './pollable.ts';
import type { AtomicSection } from './scheduler.ts';

/** How #6110 can be different: repairs, but `sampleFirst`, which is the tempting mistake. */
export interface UEvent6110Options {
  /** MICROPY_BEGIN/END_ATOMIC_SECTION: keeps interrupts out. */
  readonly atomicSection: AtomicSection;
  /** MICROPY_EVENT_POLL_HOOK; on Zephyr, k_sem_take. */
  readonly wait: () => void;
  /** On Zephyr: k_sem_give of the poller's semaphore. */
  readonly give?: () => void;
  /** On Zephyr: look again after the semaphore was taken, as the other ports' loop does. */
  readonly loops?: boolean;
  /** Ask for the level, and only then begin to wait for events. */
  readonly sampleFirst?: boolean;
  /** What a free entry is used for: nothing (as in the source, which forgets to assign it), the new object, or that and the old one is told. */
  readonly reuse?: 'forgotten' | 'assigned' | 'detached';
}

/** An object that calls back on events, from its interrupt: `ioctl(MP_STREAM_SET_EVENT)` of #6110. Here: a pin that counts its edges. */
export class EventPin {
  static readonly drawing: Drawing = { kind: 'fields', also: ['events', 'callback'] };

  /** Edges since the last `get_event()`, as far as one is more than none. */
  events = int(0, 1);
  /** `stream_event`: two words, that are written one after the other. */
  callback: Poll6110 | null = null;
  arg: Entry6110 | null = null;

  constructor(readonly name: string) {}

  /** Handle_EXTI_Irq (ports/stm32/extint.c), gpio_callback_handler (ports/zephyr/machine_pin.c). */
  isr(): void {
    this.events = 1;
    const poll = this.callback;
    if (poll !== null) poll.poll_event_callback(this.arg, READ);
  }

  /** `pin.get_event()`: takes the edges. */
  get_event(): void {
    this.events = 0;
  }

  /** MP_STREAM_SET_EVENT. Returns which events are there already. */
  setEvent(poll: Poll6110 | null, entry: Entry6110 | null): number {
    this.callback = poll;
    this.arg = entry;
    return this.level();
  }

  level(): number {
    return this.events > 0 ? READ : 0;
  }
}

/** mp_obj_poll_entry_t: allocated one by one, and all of them in one list. */
export class Entry6110 {
  static readonly drawing: Drawing = { kind: 'fields', also: ['obj', 'waiting', 'ready'] };

  obj: EventPin | null = null;
  waiting = int(0, READ);
  ready = int(0, READ);
  /** `flags_user` */
  flags = int(0, READ);
  nextReady: Entry6110 | null = null;
}

/** `uevent.poll()` of #6110 (473540173b, extmod/moduevent.c): nothing is asked, objects call back. */
export class Poll6110 {
  static readonly drawing: Drawing = { kind: 'fields', also: ['entryReady'] };

  entryReady: Entry6110 | null = null;
  /** Made so far: `entry_all`. */
  private used: number;
  private readonly entries: Entry6110[] = [];
  private readonly give: () => void;

  constructor(
    private readonly options: UEvent6110Options,
    size: number,
  ) {
    this.give = options.give ?? nothing;
    for (let n = 0; n < size; n++) this.entries.push(new Entry6110());
    this.used = int(0, size);
  }

  /** What can be lost: something is listed, or has happened to a registered object, and `waiter` sleeps. */
  watch(waiter: Process): void {
    lostWakeup('an event is ready', () => this.entryReady !== null || this.entries.some(unseen), waiter);
  }

  /** poll_event_callback: by interrupts, and by register(). The look before the section is the source's. */
  poll_event_callback(entry: Entry6110 | null, flags: number): void {
    if ((entry!.waiting & flags) === 0) return;
    this.options.atomicSection(() => {
      const before = entry!.ready;
      entry!.ready |= entry!.waiting & flags;
      entry!.waiting &= ~flags;
      if (before !== 0 || entry!.ready === 0) return;
      entry!.nextReady = this.entryReady;
      this.entryReady = entry;
      this.give();
    });
  }

  /** `poll.register(obj)`: begin to wait, tell the object, and if it has something already, be called back at once. */
  register(obj: EventPin): Entry6110 {
    const entry = this.entryFor(obj);
    const { sampleFirst = false } = this.options;
    const early = sampleFirst ? obj.level() : 0;
    this.options.atomicSection(() => {
      entry.waiting |= READ;
    });
    let level = this.tell(obj, this, entry);
    if (sampleFirst) level = early;
    if ((entry.waiting & level) !== 0) this.poll_event_callback(entry, level);
    return entry;
  }

  /** The repair of `reuse` has both words written under the mask. */
  private tell(obj: EventPin, poll: Poll6110 | null, entry: Entry6110 | null): number {
    if (this.options.reuse !== 'detached') return obj.setEvent(poll, entry);
    return this.options.atomicSection(() => obj.setEvent(poll, entry));
  }

  /** The object's entry, a free one or a new one. */
  private entryFor(obj: EventPin): Entry6110 {
    return atomic(() => {
      let found: Entry6110 | null = null;
      let free: Entry6110 | null = null;
      for (let n = 0; n < this.entries.length; n++) {
        const entry = this.entries[n]!;
        if (n >= this.used || found !== null) continue;
        if (entry.obj === obj) found = entry;
        else if (entry.waiting === 0 && entry.ready === 0) free = entry;
      }
      if (found !== null) return found;
      const { reuse = 'forgotten' } = this.options;
      if (free === null) {
        found = this.entries[this.used]!;
        this.used++;
      } else if (reuse !== 'forgotten') found = free;
      if (reuse === 'detached' && found!.obj !== null) this.tell(found!.obj, null, null);
      // poll_entry_init writes through `entry`, which is NULL if a free one was found.
      found!.obj = obj;
      found!.flags = 0;
      return found!;
    });
  }

  /** `poll.wait_ms()` without a timeout. */
  wait(): void {
    if (this.options.give !== undefined && this.options.loops !== true) {
      if (this.entryReady === null) this.options.wait();
    } else while (this.entryReady === null) this.options.wait();
  }

  /** The next ready entry, `null` at the end. */
  next(): Entry6110 | null {
    if (this.entryReady === null) return null;
    return this.options.atomicSection(() => {
      const entry = this.entryReady!;
      this.entryReady = entry.nextReady;
      entry.nextReady = null;
      entry.flags = entry.ready;
      entry.ready = 0;
      return entry;
    });
  }
}

function nothing(): void {}

function unseen(entry: Entry6110): boolean {
  return entry.obj !== null && (entry.waiting & entry.obj.level()) !== 0;
}
