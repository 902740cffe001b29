import { type Core, CoreMask, edges, Irq } from '../hardware/index.ts';
import {
  atomic,
  blocks,
  type Clock,
  clock,
  demand,
  me,
  type Process,
  process,
  rest,
  type Sequence,
  sequence,
  until,
} from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';

/** Time-outs in µs: for ever, and not at all. */
export const K_FOREVER = -1;
export const K_NO_WAIT = 0;

/** How calls fail: they return the negative of these. */
export const EBUSY = 16;
export const EAGAIN = 11;

/** The timer of the system clock, and interrupts that do not say otherwise. Small numbers are urgent. */
const TIMER_PRIORITY = 1;
const IRQ_PRIORITY = 2;

export interface ThreadOptions {
  readonly roles?: readonly object[];
  readonly python?: (counter: number) => number;
}

/** `struct k_thread`. All threads of a {@link Kernel} have the same priority, as those of MicroPython have. */
export class Thread {
  static readonly drawing: Drawing = { kind: 'fields', also: ['pending', 'waitQueue', 'timeout'] };

  /** Waits for something (`_THREAD_PENDING`) or sleeps. */
  pending = false;
  /** What the wait returns: 0, or a negative error number. */
  swapReturn = 0;
  /** `wait_q` of what it waits for. */
  waitQueue: Sequence<Thread> | null = null;
  readonly timeout: Clock = clock();
  readonly process: Process;

  constructor(
    readonly kernel: Kernel,
    readonly name: string,
    body: () => void,
    options: ThreadOptions = {},
  ) {
    this.process = process(
      name,
      () => {
        body();
        kernel.end();
      },
      {
        roles: [this, kernel.core, ...(options.roles ?? [])],
        runs: () => kernel.core.runs(null) && kernel.current === this,
        python: options.python,
        lane: { core: kernel.core.name, kind: 'thread' },
      },
    );
  }
}

export interface KernelOptions {
  /** Most threads there are. */
  readonly threadsMax: number;
  /**
   * CONFIG_TIMESLICING: 20 ms, then the next ready thread of the same priority. The model lets a slice end at any
   * moment. Default off: a thread runs until it waits or yields.
   */
  readonly timeSlices?: boolean;
}

/**
 * A small Zephyr (kernel/sched.c, kernel/timeout.c): one core, preemptible threads of equal priority, no tick. Kernel
 * calls are one step: they mask interrupts, and there is no other core.
 */
export class Kernel {
  static readonly drawing: Drawing = { kind: 'fields', also: ['current', 'ready'] };

  /** `_current`; `null`: the idle thread. */
  current: Thread | null = null;
  /** `ready_q` */
  readonly ready: Sequence<Thread>;
  readonly threads: Thread[] = [];
  /** `irq_lock()` and `irq_unlock()` */
  readonly irqLock = new CoreMask();

  constructor(
    readonly core: Core,
    options: KernelOptions,
  ) {
    this.ready = sequence<Thread>(options.threadsMax);
    core.epilogue = () => this.leaveIdle();
    new Irq(core, 'system clock', TIMER_PRIORITY, () => this.expire(), {
      asserted: () => this.hasExpired(),
      oneStep: true,
    });
    if (options.timeSlices === true) this.slices();
  }

  /** `k_thread_create` before the kernel starts: the first one runs first. */
  thread(name: string, body: () => void, options: ThreadOptions = {}): Thread {
    const thread = new Thread(this, name, body, options);
    this.threads.push(thread);
    if (this.current === null) this.current = thread;
    else this.ready.push(thread);
    return thread;
  }

  /** An interrupt that the outside world raises up to `times` times; 0: somebody else does. */
  irq(name: string, times: number, handler: () => void, roles: readonly object[] = []): Irq {
    const line = new Irq(this.core, name, IRQ_PRIORITY, handler, { roles });
    if (times > 0) edges(line, times);
    return line;
  }

  // ---- within a kernel call ----

  /** z_pend_curr: the caller waits in `queue`, for at most `us` µs. It goes on after {@link waited}. */
  pend(self: Thread, queue: Sequence<Thread> | null, us: number): void {
    demand(this.core.maskDepth === 0, 'a thread waits while it has locked interrupts');
    self.pending = true;
    self.swapReturn = 0;
    self.waitQueue = queue;
    if (queue !== null) queue.push(self);
    self.timeout.arm(us);
    this.switchAway();
  }

  /** z_unpend_thread and z_ready_thread. Nobody of equal priority is preempted. */
  wake(thread: Thread, result: number): void {
    thread.pending = false;
    thread.swapReturn = result;
    thread.waitQueue = null;
    thread.timeout.stop();
    this.ready.push(thread);
  }

  private switchAway(): void {
    this.current = this.ready.length > 0 ? this.ready.shift() : null;
  }

  /** What an interrupt has readied runs if nobody does. */
  private leaveIdle(): void {
    if (this.current === null) this.switchAway();
  }

  // ---- after a kernel call that may have pended ----

  /** The result of a wait that somebody must end: without him it is a deadlock. */
  waited(self: Thread): number {
    until(() => !self.pending);
    return self.swapReturn;
  }

  /** The result of a wait in which it is in order to stay. */
  rested(self: Thread): number {
    rest(() => !self.pending);
    return self.swapReturn;
  }

  // ---- threads ----

  self(): Thread {
    return me(Thread);
  }

  /** To the end of the ready queue. */
  k_yield(): void {
    atomic(() => {
      if (this.ready.length === 0) return;
      this.ready.push(this.self());
      this.switchAway();
    });
  }

  /** `k_sleep`, in µs. */
  k_sleep(us: number): void {
    blocks('k_sleep');
    const self = this.self();
    atomic(() => this.pend(self, null, us));
    this.rested(self);
  }

  /** A thread that returns ends. */
  end(): void {
    atomic(() => this.switchAway());
  }

  // ---- time ----

  private hasExpired(): boolean {
    for (const thread of this.threads) if (thread.timeout.expired) return true;
    return false;
  }

  /** z_thread_timeout, for all that are due. */
  private expire(): void {
    for (const thread of this.threads)
      if (thread.timeout.expired) {
        if (thread.waitQueue !== null) thread.waitQueue.remove(thread);
        this.wake(thread, -EAGAIN);
      }
  }

  /** z_time_slice */
  private slices(): void {
    const line = new Irq(
      this.core,
      'time slice',
      TIMER_PRIORITY,
      () => {
        if (this.current === null || this.ready.length === 0) return;
        this.ready.push(this.current);
        this.switchAway();
      },
      { oneStep: true },
    );
    process(
      'slice ends',
      () => {
        while (true)
          rest(() => {
            if (line.pending || this.ready.length === 0) return false;
            line.pending = true;
            return true;
          });
      },
      { outside: true, lane: { kind: 'outside' } },
    );
  }
}
