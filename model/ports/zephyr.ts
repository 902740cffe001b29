import { Core, type Irq } from '../hardware/index.ts';
import {
  atomic,
  type Clock,
  check,
  clock,
  critical,
  demand,
  int,
  lostWakeup,
  me,
  type Process,
} from '../index.ts';
import {
  type Board,
  type Era,
  type Mutex,
  type NotifyKind,
  noMutex,
  Pin,
  type PinOptions,
  PyThread,
  Scheduler,
  UEvent,
  Vm,
} from '../micropython/index.ts';
import {
  K_FOREVER,
  Kernel,
  k_poll,
  k_poll_signal_raise,
  k_sem_give,
  k_sem_take,
  type PollEvent,
  PollSignal,
  Sem,
  STATE_NOT_READY,
  STATE_SIGNALED,
  signalEvent,
  type Thread,
} from '../zephyr/index.ts';

/** MICROPY_SCHEDULER_DEPTH: the default, the port does not set it. */
export const SCHEDULER_DEPTH = 4;
/** MP_THREAD_MAXIMUM_USER_THREADS: slots of the stack pool. */
export const MP_THREAD_MAXIMUM_USER_THREADS = 4;

export interface ZephyrOptions {
  /** E1: no scheduler, no threads, a sleep is the kernel's. Default E2. */
  readonly era?: Era;
  /** Python threads besides main. Without any the GIL is left out: it would never block. */
  readonly threads?: number;
  readonly schedulerDepth?: number;
  /** Threads may lose the processor at any moment (CONFIG_TIMESLICING). Default: when they wait or yield. */
  readonly timeSlices?: boolean;
  /**
   * What threads wait with in mp_hal_wait_event. `shared`: one static event and one signal for all, as released.
   * `own events`: an event for each thread, one signal. `own signals`: both for each thread, and all are raised.
   */
  readonly waitEvents?: 'shared' | 'own events' | 'own signals';
  /** Take the GIL back after each wait: the release forgets it where the wait goes on after a signal. */
  readonly retakeGil?: boolean;
  /** 273c7a86a8 (#18810, open): raise the signal again if a callback leaves others in the ring. */
  readonly wakeForTheRest?: boolean;
  /** The proposed `notify` of uevent. */
  readonly notify?: NotifyKind;
}

/** A Python thread is a Zephyr thread of main's priority (ports/zephyr/mpthreadport.c). */
export class ZephyrThread extends PyThread {
  thread: Thread | null = null;
  readonly event: PollEvent;
  /** The time that a wait of this thread has left. */
  readonly deadline: Clock = clock();

  constructor(
    private readonly board: Zephyr,
    name: string,
    isMain: boolean,
    readonly signal: PollSignal,
    event: PollEvent | null,
  ) {
    super(name, isMain);
    this.event = event ?? signalEvent(`wait event of ${name}`, signal);
  }

  override wakeFromIsr(): void {
    this.board.mp_hal_signal_event();
  }
}

/**
 * The GIL: a binary semaphore, so that another thread may release it, and a yield after the give
 * (mp_thread_mutex_unlock). Zephyr hands a semaphore over, so that threads take turns.
 */
class Gil implements Mutex {
  private readonly handle: Sem;

  constructor(
    private readonly kernel: Kernel,
    threadsMax: number,
  ) {
    this.handle = new Sem(kernel, 'GIL', 1, 1, threadsMax);
  }

  acquire(): void {
    k_sem_take(this.handle, K_FOREVER);
  }

  release(): void {
    k_sem_give(this.handle);
    this.kernel.k_yield();
  }
}

/** MicroPython as an application of Zephyr (ports/zephyr at 1c3c201149). */
export class Zephyr implements Board {
  readonly era: Era;
  readonly core: Core;
  readonly kernel: Kernel;
  readonly scheduler: Scheduler;
  readonly gil: Mutex;
  readonly vm: Vm;
  readonly uevent: UEvent;
  /** `uart_ringbuf`, as a count of characters. */
  readonly stdin = { available: int(0, 3) };
  private readonly threads: ZephyrThread[] = [];
  private readonly waitSignal = new PollSignal();
  private readonly waitEvent: PollEvent;
  private readonly uartSem: Sem;

  constructor(private readonly options: ZephyrOptions = {}) {
    this.era = options.era ?? 'E2';
    const { threads = 0 } = options;
    check(threads <= MP_THREAD_MAXIMUM_USER_THREADS, 'maximum number of threads reached');
    check(this.era === 'E2' || threads === 0, 'zephyr of E1 has no threads');
    this.core = new Core('cpu');
    this.kernel = new Kernel(this.core, { threadsMax: 1 + threads, timeSlices: options.timeSlices });
    this.waitEvent = signalEvent('wait_events[0]', this.waitSignal);
    this.uartSem = new Sem(this.kernel, 'uart_sem', 0, 3, 1);
    this.scheduler = new Scheduler({
      depth: options.schedulerDepth ?? SCHEDULER_DEPTH,
      atomicSection: (section) => this.atomicSection(section),
      scheduled: () => this.mp_hal_signal_event(),
      hookOnUnlock: options.wakeForTheRest,
    });
    this.gil = threads > 0 ? new Gil(this.kernel, 1 + threads) : noMutex;
    this.vm = new Vm(this.scheduler, this.gil, { era: this.era });
    this.uevent = new UEvent({
      notify: options.notify ?? 'none',
      eventPollHook: (deadline) => this.eventPollHook(deadline),
      wakeMainFromIsr: () => this.mp_hal_signal_event(),
    });
  }

  // ---- what a scenario is made of ----

  pin(number: number, options: PinOptions = {}): Pin {
    return new Pin(this, number, options);
  }

  main(body: () => void): Process {
    const process = this.start('main', true, body);
    lostWakeup('a scheduled callback waits', () => this.scheduler.hasWork(), process);
    return process;
  }

  thread(name: string, body: () => void): Process {
    check(this.threads.length <= (this.options.threads ?? 0), 'more threads than the board was made for');
    return this.start(name, false, body);
  }

  irq(name: string, options: { readonly times: number; readonly core?: number }, handler: () => void): Irq {
    return this.kernel.irq(name, options.times, handler);
  }

  private start(name: string, isMain: boolean, body: () => void): Process {
    const kind = this.options.waitEvents ?? 'shared';
    const signal = kind === 'own signals' ? new PollSignal() : this.waitSignal;
    const self = new ZephyrThread(this, name, isMain, signal, kind === 'shared' ? this.waitEvent : null);
    this.threads.push(self);
    self.thread = this.kernel.thread(
      name,
      () => {
        this.gil.acquire();
        body();
        this.gil.release();
      },
      { roles: [self], python: this.vm.checkpoint },
    );
    self.process = self.thread.process;
    return self.process;
  }

  // ---- mphalport.c ----

  /** `irq_lock`. In E1 there is no scheduler, and nobody to call this. */
  private atomicSection<T>(section: () => T): T {
    demand(this.era === 'E2', 'zephyr of E1 is built without the scheduler');
    return critical(this.kernel.irqLock, section);
  }

  /** mp_hal_signal_event, which is MICROPY_SCHED_HOOK_SCHEDULED. */
  mp_hal_signal_event(): void {
    atomic(() => {
      if (this.options.waitEvents !== 'own signals') k_poll_signal_raise(this.kernel, this.waitSignal);
      else for (const { signal } of this.threads) k_poll_signal_raise(this.kernel, signal);
    });
  }

  /** Nothing: to schedule is to signal. */
  mp_hal_wake_main_task_from_isr(): void {}

  /**
   * mp_hal_wait_event without a semaphore. `exitOnEvent`: a signal ends it. In release it goes round after a signal without
   * the GIL, and releases it once more (37399d5bcf).
   */
  private mp_hal_wait_event(exitOnEvent: boolean, deadline: Clock | null): void {
    const { event, signal } = me(ZephyrThread);
    while (true) {
      this.vm.mp_handle_pending();
      this.gil.release();
      k_poll(this.kernel, [event], deadline === null ? K_FOREVER : deadline.remaining);
      if (event.state === STATE_SIGNALED) {
        signal.signaled = 0;
        event.state = STATE_NOT_READY;
        if (exitOnEvent) break;
      }
      if (deadline?.expired) break;
      if (this.options.retakeGil) this.gil.acquire();
    }
    this.gil.acquire();
  }

  /** mp_event_wait_indefinite, mp_event_wait_ms: runs what is pending, and the wait does so once more. */
  eventPollHook(deadline: Clock | null = null): void {
    this.vm.mp_handle_pending();
    this.mp_hal_wait_event(true, deadline);
  }

  /** mp_event_wait_ms */
  mp_event_wait_ms(ms: number): void {
    const { deadline } = me(ZephyrThread);
    this.vm.mp_handle_pending();
    deadline.arm(ms * 1000);
    this.mp_hal_wait_event(true, deadline);
    deadline.stop();
  }

  /** `time.sleep_ms` */
  mp_hal_delay_ms(ms: number): void {
    if (this.era === 'E1') {
      this.kernel.k_sleep(ms * 1000);
      return;
    }
    const { deadline } = me(ZephyrThread);
    deadline.arm(ms * 1000);
    this.mp_hal_wait_event(false, deadline);
    deadline.stop();
  }

  /** mp_hal_stdin_rx_chr: E1 waits for a semaphore that each character gives, E2 looks once a millisecond. */
  mp_hal_stdin_rx_chr(): void {
    if (this.era === 'E1') k_sem_take(this.uartSem, K_FOREVER);
    else while (this.stdin.available === 0) this.mp_event_wait_ms(1);
    this.stdin.available--;
  }

  /** console_irq_input_hook: in E2 a character signals nothing. */
  uartIsr(): void {
    this.stdin.available++;
    if (this.era === 'E1') k_sem_give(this.uartSem);
  }
}

/** Zephyr with MicroPython that does what `options` say and is otherwise as released. */
export function zephyr(options: ZephyrOptions = {}): Zephyr {
  return new Zephyr(options);
}
