import { atomic, critical, int, type Lock } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { mp_irq_dispatch } from './mpirq.ts';
import type { Callback } from './ring.ts';
import type { Vm } from './vm.ts';

/** Model bound: the tick is kept modulo this (2^32 in the code); delays are less than half of it. */
const WRAP = 8;
const HALF = 4;
/** `soft_timer_ticks_diff`: ms from `b` to `a`, negative if `a` was before. */
export const ticksDiff = (a: number, b: number): number => ((a - b + WRAP + HALF) % WRAP) - HALF;

/** What the port brings: SysTick or an alarm that counts, and PendSV that dispatches. */
export interface SoftTimerHost {
  readonly vm: Vm;
  /** MICROPY_PY_PENDSV_ENTER: keeps the dispatch out, interrupts go on. */
  readonly pendSvMask: Lock;
  /** MICROPY_BEGIN_ATOMIC_SECTION */
  readonly irqMask: Lock;
  /** `pendsv_schedule_dispatch(PENDSV_DISPATCH_SOFT_TIMER, soft_timer_handler)` */
  readonly requestDispatch: () => void;
}

export interface SoftTimersOptions {
  /**
   * How soft_timer_schedule_at_ms stores the next tick of interest. As released: `now+1` at least, and interrupts are off
   * from the look at the tick to the store. The others lack one of the two.
   */
  readonly setter?: 'released' | 'no-clamp' | 'unmasked';
  /**
   * Where soft_timer_handler has the heap while it calls back. As released: in a variable of its own, written back in
   * the end. `kept`: in `soft_timer_heap`, a periodic timer back in it before its callback is called; a proposal.
   */
  readonly handlerHeap?: 'released' | 'kept';
}

/**
 * shared/runtime/softtimer.c of 1c3c201149: `machine.Timer(-1)` of stm32, mimxrt, samd and others. The tick interrupt
 * compares for equality; the dispatch, in PendSV, calls back all that has expired. The pairing heap is a sorted list
 * here: what is its root, and who is in it, are the same. The handler's list operations are one step each: threads do not run, and
 * what interrupts PendSV has nothing to do with the heap.
 */
export class SoftTimers {
  static readonly drawing: Drawing = { kind: 'fields', also: ['heap', 'next', 'tick'] };

  /** `uwTick`, modulo. */
  tick = int(0, WRAP - 1);
  /** `soft_timer_next` */
  next = int(0, WRAP - 1);
  /** `soft_timer_heap`: the one that expires first. */
  heap: SoftTimer | null = null;

  constructor(
    readonly host: SoftTimerHost,
    readonly options: SoftTimersOptions = {},
  ) {}

  /** For properties: whether a timer waits. While the handler runs it may have some in a variable of its own. */
  has(entry: SoftTimer): boolean {
    for (let each = this.heap; each !== null; each = each.following) if (each === entry) return true;
    return false;
  }

  /** The part of SysTick_Handler, every ms. */
  sysTick(): void {
    this.tick = (this.tick + 1) % WRAP;
    if (this.next === this.tick) this.host.requestDispatch();
  }

  /** soft_timer_schedule_at_ms */
  private scheduleAt(expiry: number): void {
    if (this.options.setter === 'unmasked') this.setNext(expiry);
    else critical(this.host.irqMask, () => this.setNext(expiry));
  }

  private setNext(expiry: number): void {
    const now = this.tick;
    const late = ticksDiff(expiry, now) <= 0 && this.options.setter !== 'no-clamp';
    this.next = late ? (now + 1) % WRAP : expiry;
  }

  /** soft_timer_handler, at the level of PendSV: all that has expired at the tick that is looked at once. */
  soft_timer_handler(): void {
    const now = this.tick;
    if (this.options.handlerHeap === 'kept') this.dispatchKept(now);
    else this.dispatchReleased(now);
    const first = this.heap;
    if (first !== null) this.scheduleAt(first.expiry);
  }

  private dispatchReleased(now: number): void {
    let heap = this.heap;
    while (heap !== null && ticksDiff(heap.expiry, now) <= 0) {
      const entry: SoftTimer = heap;
      heap = atomic(() => entry.pop());
      this.call(entry);
      const rest: SoftTimer | null = heap;
      heap = atomic(() => entry.pushedAgainTo(rest));
    }
    this.heap = heap;
  }

  private dispatchKept(now: number): void {
    while (true) {
      const entry = this.heap;
      if (entry === null || ticksDiff(entry.expiry, now) > 0) return;
      atomic(() => {
        this.heap = entry.pushedAgainTo(entry.pop());
      });
      this.call(entry);
    }
  }

  private call(entry: SoftTimer): void {
    if (mp_irq_dispatch(this.host.vm, entry.callback, entry.id, entry.hard)) return;
    // Uncaught exception: not again.
    entry.periodic = false;
  }

  /** soft_timer_insert */
  insert(entry: SoftTimer): void {
    const now = this.tick;
    const { pendSvMask } = this.host;
    if (this.options.setter === 'unmasked') {
      // Open, so that a tick can come between the steps of the setter.
      pendSvMask.lock();
      this.push(entry, now);
      pendSvMask.unlock();
    } else critical(pendSvMask, () => this.push(entry, now));
  }

  private push(entry: SoftTimer, now: number): void {
    entry.expiry = (now + entry.deltaMs) % WRAP;
    this.heap = entry.pushTo(this.heap);
    if (this.heap === entry) this.scheduleAt(entry.expiry);
  }

  /** soft_timer_remove. `soft_timer_next` stays: a dispatch too many finds nothing. */
  remove(entry: SoftTimer): void {
    critical(this.host.pendSvMask, () => {
      this.heap = entry.deleteFrom(this.heap);
    });
  }
}

/** `machine.Timer` (extmod/machine_timer.c) and the soft_timer_entry_t that it is. */
export class SoftTimer {
  static readonly drawing: Drawing = { kind: 'fields', also: ['callback', 'expiry', 'deltaMs', 'periodic'] };

  expiry = int(0, WRAP - 1);
  deltaMs = int(0, HALF - 1);
  periodic = false;
  callback: Callback | null = null;
  /** The one that expires after this one. */
  following: SoftTimer | null = null;

  constructor(
    private readonly timers: SoftTimers,
    readonly id: number,
    readonly hard: boolean,
  ) {}

  /** `init(mode, period, callback)`, for a timer that runs, too. @param ms less than {@link HALF} */
  init(mode: 'ONE_SHOT' | 'PERIODIC', ms: number, callback: Callback): void {
    this.timers.remove(this);
    // Out of the heap, it is nobody else's.
    atomic(() => {
      this.periodic = mode === 'PERIODIC';
      this.deltaMs = ms;
      this.callback = callback;
    });
    this.timers.insert(this);
  }

  /** `deinit()` */
  deinit(): void {
    this.timers.remove(this);
  }

  /** mp_pairheap_pop of the heap whose root this is. */
  pop(): SoftTimer | null {
    const rest = this.following;
    this.following = null;
    return rest;
  }

  /** A periodic one goes back for the next period, counted from the tick at which it was due. */
  pushedAgainTo(heap: SoftTimer | null): SoftTimer | null {
    if (!this.periodic) return heap;
    this.expiry = (this.expiry + this.deltaMs) % WRAP;
    return this.pushTo(heap);
  }

  /** mp_pairheap_push: behind those that expire at the same tick. */
  pushTo(heap: SoftTimer | null): SoftTimer {
    if (heap === null || ticksDiff(this.expiry, heap.expiry) < 0) {
      this.following = heap;
      return this;
    }
    let place = heap;
    while (place.following !== null && ticksDiff(place.following.expiry, this.expiry) <= 0)
      place = place.following;
    this.following = place.following;
    place.following = this;
    return heap;
  }

  /** mp_pairheap_delete: a timer that is in no heap changes nothing. */
  deleteFrom(heap: SoftTimer | null): SoftTimer | null {
    if (heap === null) return null;
    if (heap === this) return this.pop();
    let place = heap;
    while (place.following !== null && place.following !== this) place = place.following;
    if (place.following === this) place.following = this.pop();
    return heap;
  }
}
