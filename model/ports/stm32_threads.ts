import { type Core, CoreMask } from '../hardware/index.ts';
import { atomic, check, critical, int, type Lock, pause, process } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { type Mutex, PyThread } from '../micropython/index.ts';

/** Slices in ms, decremented by SysTick; the tick that finds 0 asks for the switch (`pyb_thread_next`). */
export const TIMESLICE = 4;
/** Model bound: ms that may be left. */
const DELAY_MS_MAX = 1000;

/** A time of `ticks_ms`, as what is left of it: `Delay - (uwTick - start)`, down to 0. */
export class Deadline {
  static readonly drawing: Drawing = { kind: 'fields', also: ['leftMs'] };

  leftMs = int(0, DELAY_MS_MAX);
}

/** `pyb_thread_t` (ports/stm32/pybthread.h). Exists for main in a build without threads, too. */
export class PybThread extends PyThread {
  /** The circle of those that can run: linked as in the source, because what breaks it breaks as in the source. */
  run_prev: PybThread = this;
  run_next: PybThread = this;
  /** The next one that waits for the same mutex. */
  queue_next: PybThread | null = null;
  /** ms. */
  timeslice = int(0, TIMESLICE);
  /** The end of its `sleep_ms`. */
  readonly delay = new Deadline();

  /** Nothing is done to wake a thread: whatever interrupt has come ends the WFI. */
  override wakeFromIsr(): void {}
}

/** Level of PendSV: other interrupts go on (`RAISE_IRQ_PRI` of pybthread.c). */
class PendSvMask implements Lock {
  constructor(
    private readonly core: Core,
    private readonly priority: number,
  ) {}

  lock(): void {
    this.core.raiseBasepri(this.priority);
  }

  unlock(): void {
    this.core.setBasepri(0);
  }
}

/** ports/stm32/pybthread.c: round robin on one core; PendSV switches. The same in both eras. */
export class PybThreads {
  static readonly drawing: Drawing = { kind: 'fields', also: ['cur', 'count'] };

  /** `pyb_thread_cur` */
  cur: PybThread;
  /** How many there are (`pyb_thread_all`). From the second one on `pyb_thread_enabled` is set. */
  count = int(1, 7);
  readonly mask: Lock;
  private readonly primask: Lock = new CoreMask();

  constructor(
    readonly core: Core,
    pendSvPriority: number,
    main: PybThread,
    /** `SCB->ICSR = PENDSVSET` */
    readonly requestSwitch: () => void,
  ) {
    this.cur = main;
    this.mask = new PendSvMask(core, pendSvPriority);
  }

  /** `pyb_thread_enabled` */
  get enabled(): boolean {
    return this.count > 1;
  }

  /** A thread of the pool, dormant until {@link pyb_thread_new}; what it does in the end is pyb_thread_terminate. */
  process(thread: PybThread, body: () => void, python: (counter: number) => number): void {
    thread.process = process(
      thread.name,
      () => {
        body();
        this.pyb_thread_terminate();
      },
      {
        dormant: true,
        roles: [thread, this.core],
        python,
        runs: () => this.core.runs(null) && this.cur === thread,
        lane: { core: this.core.name, kind: 'thread' },
      },
    );
  }

  /** `pyb_thread_new`: runnable, as the last one of the circle. */
  pyb_thread_new(thread: PybThread): void {
    critical(this.primask, () => this.admit(thread));
  }

  /** The same before the program begins. While the scenario is built. */
  admit(thread: PybThread): void {
    this.count++;
    this.addToRunable(thread);
    thread.process!.start();
  }

  /**
   * `pyb_thread_yield`: sleeps if it is the only one that can run, and asks for a switch otherwise. No interrupt makes a
   * thread runnable, so the look cannot be out of date when WFI comes.
   */
  pyb_thread_yield(): void {
    const alone = atomic(() => this.cur.run_next === this.cur);
    if (alone) this.core.wfi();
    else this.requestSwitch();
  }

  /** `pyb_thread_next`: called by PendSV with interrupts off. */
  pyb_thread_next(): void {
    this.cur = this.cur.run_next;
    this.cur.timeslice = TIMESLICE;
  }

  /** The part of SysTick_Handler that counts slices. */
  tick(): void {
    if (!this.enabled) return;
    if (this.cur.timeslice > 0) this.cur.timeslice--;
    else if (this.cur.run_next !== this.cur) this.requestSwitch();
  }

  addToRunable(thread: PybThread): void {
    const { cur } = this;
    thread.run_prev = cur.run_prev;
    thread.run_next = cur;
    cur.run_prev.run_next = thread;
    cur.run_prev = thread;
  }

  removeFromRunable(thread: PybThread): void {
    check(thread.run_next !== thread, 'no fatal error "deadlock"');
    thread.run_prev.run_next = thread.run_next;
    thread.run_next.run_prev = thread.run_prev;
  }

  private pyb_thread_terminate(): void {
    critical(this.primask, () => {
      this.removeFromRunable(this.cur);
      this.count--;
      this.requestSwitch();
    });
    pause(); // not before the switch, if it comes
    check(false, 'no fatal error "could not terminate"');
  }
}

/** `pyb_mutex_t`: first come, first served; the one that unlocks makes the first waiter the owner. */
export class PybMutex implements Mutex {
  static readonly drawing: Drawing = { kind: 'fields', also: ['locked', 'waiter'] };

  /** PYB_MUTEX_UNLOCKED is `locked: false`, PYB_MUTEX_LOCKED is `true` without a waiter. */
  locked = false;
  waiter: PybThread | null = null;

  constructor(
    private readonly threads: PybThreads,
    readonly name: string,
  ) {}

  /** `pyb_mutex_lock(m, 1)` */
  acquire(): void {
    const waits = critical(this.threads.mask, () => {
      if (this.locked) return this.enqueue(this.threads.cur);
      this.locked = true;
      return false;
    });
    // PendSV switches away and comes back: whoever gets here is taken to be the owner.
    if (waits) pause();
  }

  /** `pyb_mutex_unlock` */
  release(): void {
    critical(this.threads.mask, () => {
      const next = this.waiter;
      if (next === null) this.locked = false;
      else {
        this.waiter = next.queue_next;
        this.threads.addToRunable(next);
      }
    });
  }

  private enqueue(thread: PybThread): true {
    thread.queue_next = null;
    if (this.waiter === null) this.waiter = thread;
    else {
      let last = this.waiter;
      while (last.queue_next !== null) last = last.queue_next;
      last.queue_next = thread;
    }
    this.threads.removeFromRunable(thread);
    this.threads.requestSwitch();
    return true;
  }
}
