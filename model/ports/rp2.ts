import { bareMetal, Core, CoreMask, edges, Irq, Mutex as PicoMutex } from '../hardware/index.ts';
import { atomic, type Clock, check, clock, critical, int, lostWakeup, me, type Process } from '../index.ts';
import {
  type Board,
  type Era,
  type IrqSource,
  type Mutex,
  type NotifyKind,
  noMutex,
  Pin,
  type PinOptions,
  PyThread,
  Scheduler,
  ThreadModule,
  UEvent,
  Vm,
} from '../micropython/index.ts';
import { AtomicMutex } from './rp2_atomic.ts';
import { Rp2Threads } from './rp2_threads.ts';

export { AtomicMutex } from './rp2_atomic.ts';

/** MICROPY_SCHEDULER_DEPTH */
export const SCHEDULER_DEPTH = 8;
/** The Cortex-M0+ has four priorities. PICO_DEFAULT_IRQ_PRIORITY is 0x80, IRQ_PRI_PENDSV is PICO_LOWEST_IRQ_PRIORITY. */
export const PRIORITY_LEVELS = 4;
export const PICO_DEFAULT_IRQ_PRIORITY = 2;
export const IRQ_PRI_PENDSV = 3;

/**
 * `recursive`: mutex and mask in one, as released. `plain`: the same, not recursive (from dc2a4e3cbd to cfa55b4ca1).
 * `mutex, then mask`: two steps (before dc2a4e3cbd). `mask, then mutex`: the tempting order, which no release had.
 */
export type AtomicKind = 'recursive' | 'plain' | 'mutex, then mask' | 'mask, then mutex';

export interface Rp2Options {
  /** Python threads besides main: the one that core 1 can run, or none, and then core 1 is off. */
  readonly threads?: 0 | 1;
  readonly schedulerDepth?: number;
  /** How the atomic section keeps the other core and interrupts out. Default: as released. */
  readonly atomicSection?: AtomicKind;
  /**
   * Let what is left in the ring after a callback end the next WFE: what 273c7a86a8 (#18810, open) does on Zephyr. As
   * released, each wake runs one callback, and WFE remembers one event, however many interrupts there were.
   */
  readonly wakeForTheRest?: boolean;
  /** The proposed `notify` of uevent. */
  readonly notify?: NotifyKind;
}

/** A Python thread is a core (ports/rp2/mpthreadport.c). */
export class Rp2Thread extends PyThread {
  /** The time that a `sleep_ms` of this thread has left. */
  readonly sleep: Clock = clock();

  constructor(
    readonly core: Core,
    name: string,
    isMain: boolean,
  ) {
    super(name, isMain);
  }

  /** SEV reaches both cores. A handler of the own core needs none, because returning from it is an event. */
  override wakeFromIsr(): void {
    this.core.sev();
  }
}

/**
 * An RP2040 with MicroPython (ports/rp2 at 1c3c201149; the port was born after era E1): two cores, no GIL, no tick.
 * Main is core 0; core 1 runs at most one thread, and soft callbacks run on core 0's main thread only.
 */
export class Rp2 implements Board {
  readonly era: Era = 'E2';
  readonly gil: Mutex = noMutex;
  readonly cores: readonly Core[];
  readonly scheduler: Scheduler;
  readonly vm: Vm;
  readonly uevent: UEvent;
  /** `core1_entry`: not NULL while Python code runs on core 1. */
  core1Entry = false;
  readonly atomicMutex: AtomicMutex;
  /** `stdin_ringbuf`, as a count of characters. */
  readonly stdin = { available: int(0, 3) };
  private readonly mask = new CoreMask();
  private readonly atomicKind: AtomicKind;
  /** `atomic_mutex` where it is a mutex like any other. */
  private readonly plainMutex = new PicoMutex('atomic_mutex');
  private readonly threads: readonly Rp2Thread[];

  constructor(options: Rp2Options = {}) {
    const cores: Core[] = [];
    this.cores = cores;
    const { threads = 0 } = options;
    this.threads = ['main', 'core 1'].slice(0, 1 + threads).map((name, n) => {
      const core = new Core(`core ${n}`, cores, { eventRegister: true, priorityLevels: PRIORITY_LEVELS });
      return new Rp2Thread(core, name, n === 0);
    });
    this.atomicKind = options.atomicSection ?? 'recursive';
    this.atomicMutex = new AtomicMutex(this.atomicKind === 'recursive');
    this.scheduler = new Scheduler({
      depth: options.schedulerDepth ?? SCHEDULER_DEPTH,
      atomicSection: (section) => this.atomicSection(section),
      ...(options.wakeForTheRest === true ? { scheduled: () => this.wakeMain(), hookOnUnlock: true } : {}),
    });
    this.vm = new Vm(this.scheduler, this.gil, { era: this.era });
    this.uevent = UEvent.on(this, options.notify);
  }

  // ---- what a scenario is made of ----

  pin(number: number, options: PinOptions = {}): Pin {
    return new Pin(this, number, options);
  }

  /** The program: what runs on core 0. When it ends, the REPL waits for input. */
  main(body: () => void): Process {
    const process = this.start(0, 'main', () => {
      body();
      while (true) this.mp_hal_stdin_rx_chr();
    });
    lostWakeup('a scheduled callback waits', () => this.scheduler.hasWork(), process);
    return process;
  }

  /** The one extra thread, on core 1: started already. */
  thread(name: string, body: () => void): Process {
    check(!this.core1Entry, 'core1 in use');
    this.core1Entry = true;
    return this.start(1, name, () => this.core1_entry_wrapper(body));
  }

  /**
   * An interrupt that the outside world raises up to `times` times, at any moments or never. Pins, timers and USB
   * interrupt core 0; almost nothing interrupts core 1. A hard handler borrows the thread of its core.
   */
  irq(name: string, options: IrqSource, handler: () => void): Irq {
    const thread = this.threadOf(options.core ?? 0);
    const { wakes = 'gpio' } = options;
    const line = new Irq(thread.core, name, PICO_DEFAULT_IRQ_PRIORITY, handler, { roles: [thread], wakes });
    edges(line, options.times);
    return line;
  }

  /** The module `_thread`, for a program that starts its thread itself. In `build()`, and instead of {@link thread}. */
  threadModule(): ThreadModule {
    const thread = this.threadOf(1);
    const threads = new Rp2Threads(this, thread.core, [thread], this.vm.checkpoint);
    threads.module = new ThreadModule(threads, this.gil);
    return threads.module;
  }

  private start(core: number, name: string, body: () => void): Process {
    const thread = this.threadOf(core);
    const process = bareMetal(thread.core, name, body, [thread]);
    process.python = this.vm.checkpoint;
    thread.process = process;
    return process;
  }

  private threadOf(core: number): Rp2Thread {
    const thread = this.threads[core];
    check(thread !== undefined, 'core 1 runs nothing unless the board has { threads: 1 }');
    return thread;
  }

  // ---- mpthreadport.c ----

  /** After that the core loops in WFI for ever. */
  private core1_entry_wrapper(entry: () => void): void {
    entry();
    this.core1Entry = false;
  }

  /**
   * mp_thread_begin_atomic_section and its end. While core 1 runs a thread: the mutex and interrupts off, and SEV
   * when it is over; this is how `schedule()` wakes the other core. Otherwise interrupts off, and no event.
   */
  atomicSection<T>(section: () => T): T {
    if (!this.core1Entry) return critical(this.mask, section);
    if (this.atomicKind === 'mutex, then mask' || this.atomicKind === 'mask, then mutex')
      return this.inTwoSteps(section, this.atomicKind === 'mask, then mutex');
    const result =
      this.atomicKind === 'plain' ? this.stepByStep(section) : critical(this.atomicMutex, section);
    me(Core).sev();
    return result;
  }

  /** A section in a section is no part of the outer one's step. */
  private stepByStep<T>(section: () => T): T {
    this.atomicMutex.lock();
    const result = section();
    this.atomicMutex.unlock();
    return result;
  }

  /** Interrupts may come between the mutex and the mask. */
  private inTwoSteps<T>(section: () => T, maskFirst: boolean): T {
    const core = me(Core);
    if (maskFirst) core.disableInterrupts();
    this.plainMutex.enter_blocking();
    if (!maskFirst) core.disableInterrupts();
    const result = atomic(section);
    if (!maskFirst) core.enableInterrupts();
    this.plainMutex.exit();
    if (maskFirst) core.enableInterrupts();
    return result;
  }

  // ---- mphalport.c ----

  private wakeMain(): void {
    this.cores[0]!.sev();
  }

  /** Nothing: an interrupt of core 0 ends its WFE by itself. */
  mp_hal_wake_main_task_from_isr(): void {}

  /**
   * mp_event_wait_indefinite: runs what is pending, then WFE. An event that came in between ends it at once. There is no tick:
   * with a deadline it is mp_event_wait_ms, whose alarm ends the WFE.
   */
  eventPollHook(deadline: Clock | null = null): void {
    if (deadline !== null) return this.mp_event_wait_until(deadline);
    this.vm.mp_handle_pending();
    me(Core).wfe();
  }

  /** mp_event_wait_ms, until `timeout` expires. The alarm's handler on core 0 executes SEV. */
  private mp_event_wait_until(timeout: Clock): void {
    this.vm.mp_handle_pending();
    const core = me(Core);
    if (!core.wfeOrTimeout(timeout)) core.sev();
  }

  /** `time.sleep_ms` */
  mp_hal_delay_ms(ms: number): void {
    const { sleep } = me(Rp2Thread);
    sleep.arm(ms * 1000);
    // Adding an alarm to the pool forces the pool's interrupt (pico-sdk 2): the first WFE does not wait.
    me(Core).sev();
    do this.mp_event_wait_until(sleep);
    while (!sleep.expired);
    sleep.stop();
  }

  /** mp_hal_stdin_rx_chr: the REPL at rest. */
  mp_hal_stdin_rx_chr(): void {
    while (this.stdin.available === 0) this.eventPollHook();
    this.stdin.available--;
  }

  /** The receive interrupt of the REPL's UART (ports/rp2/uart.c). */
  uartIsr(): void {
    atomic(() => {
      this.stdin.available++;
    });
  }
}

/** An RP2040 that does what `options` say and is otherwise as released. */
export function rp2(options: Rp2Options = {}): Rp2 {
  return new Rp2(options);
}
