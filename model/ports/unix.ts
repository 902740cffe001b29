import type { Irq } from '../hardware/index.ts';
import { check, lostWakeup, type Process } from '../index.ts';
import {
  type Board,
  type Era,
  KeyboardInterrupt,
  type Mutex,
  type NotifyKind,
  noMutex,
  type Pin,
  Scheduler,
  type SchedulerOptions,
  UEvent,
  Vm,
} from '../micropython/index.ts';
import { type PollFd, PosixProcess, SIGINT, Stream } from '../posix/index.ts';
import { Mphal, WFE_US } from './unix_mphal.ts';
import { type Registered, SelectPoll } from './unix_select.ts';
import { Lock, Threads, UnixMutex, UnixThread } from './unix_thread.ts';

export { WFE_US } from './unix_mphal.ts';
export { IOCTL_CALL_PERIOD_US, type Registered, SelectPoll } from './unix_select.ts';
export { Lock, MP_THREAD_GC_SIGNAL, self, UnixMutex, UnixThread } from './unix_thread.ts';

/** MICROPY_SCHEDULER_DEPTH: the port keeps the default of py/mpconfig.h. */
export const SCHEDULER_DEPTH = 4;

export interface UnixOptions {
  readonly era?: Era;
  /** MICROPY_PY_THREAD_GIL. Default: no, as the makefile has it in both eras. */
  readonly gil?: boolean;
  readonly schedulerDepth?: number;
  /**
   * Atomic sections, and the ring in them, access by access: for signal handlers that come in between. The mutex keeps
   * out other threads, and one step is enough for those.
   */
  readonly openSections?: boolean;
  /** A *proposal*: atomic sections keep signal handlers out as well (with `openSections`). */
  readonly sectionsBlockSignals?: boolean;
  /** The collector's signal and its handler. Default: no, as long as nothing collects. */
  readonly gc?: boolean;
  /** SA_RESTART for it, which the port does not set. */
  readonly gcSignalRestarts?: boolean;
  /** A *proposal*: the collector waits again after EINTR, instead of going on without that thread's stack. */
  readonly gcWaitsAgain?: boolean;
  /** Ctrl-C has its handler (mp_hal_set_interrupt_char). Default: no, as long as nobody types it. */
  readonly sigint?: boolean;
  /**
   * MICROPY_ASYNC_KBD_INTR: raise straight from the handler, in whichever thread has it. Default: in builds without a
   * GIL, as both eras have it.
   */
  readonly asyncKbdIntr?: boolean;
  /** System calls are tried again after EINTR: since 9418611c8aa8 (v1.13), so in both eras. */
  readonly retrySyscalls?: boolean;
  /** Who takes a signal that is sent to the process: any thread (POSIX), or main if it can (Linux). */
  readonly delivery?: 'any' | 'main';
  /** The proposed `notify` of uevent. */
  readonly notify?: NotifyKind;
  /** What a release had otherwise in py/scheduler.c. */
  readonly scheduler?: Partial<SchedulerOptions>;
}

export interface UnixThreadOptions {
  /** Signals that it blocks from the start. */
  readonly mask?: number;
  /** Begins with {@link Unix.start_new_thread}. */
  readonly dormant?: boolean;
  /** Where KeyboardInterrupt is caught, if the handler raises it: what the thread does from there on. */
  readonly onInterrupt?: () => void;
}

/**
 * The unix port (ports/unix): Python threads are pthreads, waits are system calls, and what comes nearest to an
 * interrupt is a signal. schedule() wakes nobody.
 */
export class Unix implements Board {
  readonly era: Era;
  readonly process: PosixProcess;
  readonly threads: Threads;
  readonly scheduler: Scheduler;
  readonly gil: Mutex;
  readonly vm: Vm;
  readonly hal: Mphal;
  readonly uevent: UEvent;
  readonly stdin = new Stream('stdin', 2);
  private readonly asyncKbdIntr: boolean;

  /** What MP_STATE_MAIN_THREAD is about. Made by {@link main}. */
  get mainThread(): UnixThread {
    return this.threads.list.find((thread) => thread.isMain)!;
  }

  constructor(options: UnixOptions = {}) {
    const { gil = false, openSections = false } = options;
    this.era = options.era ?? 'E2';
    this.asyncKbdIntr = options.asyncKbdIntr ?? !gil;
    check(!gil || !this.asyncKbdIntr, 'MICROPY_ASYNC_KBD_INTR and MICROPY_PY_THREAD_GIL are not compatible');
    this.process = new PosixProcess({ delivery: options.delivery ?? 'any' });
    this.threads = new Threads(this.process, {
      era: this.era,
      hasGil: gil,
      gcSignal: options.gc ?? false,
      gcSignalRestarts: options.gcSignalRestarts ?? false,
      openSections,
      sectionsBlockSignals: options.sectionsBlockSignals ?? false,
      gcWaitsAgain: options.gcWaitsAgain ?? false,
    });
    if (options.sigint === true) this.process.sigaction(SIGINT, () => this.sighandler());
    this.scheduler = new Scheduler({
      depth: options.schedulerDepth ?? SCHEDULER_DEPTH,
      atomicSection: this.threads.atomicSection,
      openRing: openSections,
      ...options.scheduler,
    });
    this.gil = gil ? new UnixMutex('GIL') : noMutex;
    this.vm = new Vm(this.scheduler, this.gil, { era: this.era });
    this.hal = new Mphal(this.vm, options.retrySyscalls ?? true);
    this.uevent = UEvent.on(this, options.notify);
  }

  // ---- what a scenario is made of ----

  /** The port has no `machine.Pin`. */
  pin(): Pin {
    check(false, 'the unix port has no machine.Pin');
  }

  /** The program: the main thread. */
  main(body: () => void, options: UnixThreadOptions = {}): Process {
    const process = this.make('main', true, body, options).thread!.program;
    const waits = () => this.scheduler.hasWork() && !this.process.exited;
    lostWakeup('a scheduled callback waits', waits, process);
    return process;
  }

  /** `_thread.start_new_thread` before the program begins. */
  thread(name: string, body: () => void, options: UnixThreadOptions = {}): Process {
    return this.make(name, false, body, options).thread!.program;
  }

  /** A thread for {@link start_new_thread}, or one that others send signals to. While the scenario is built. */
  newThread(name: string, body: () => void, options: UnixThreadOptions = {}): UnixThread {
    return this.make(name, false, body, options);
  }

  /** `_thread.start_new_thread` */
  start_new_thread(thread: UnixThread): void {
    this.threads.mp_thread_create(thread);
  }

  /** The port has no interrupts: {@link PosixProcess.sigaction} has handlers, and they are no interrupts. */
  irq(): Irq {
    check(false, 'the unix port has signals, and no interrupts');
  }

  /** `_thread.allocate_lock`. While the scenario is built. */
  lock(name: string): Lock {
    return new Lock(name, this.gil);
  }

  /** `select.poll()` with all that is ever registered. While the scenario is built. */
  poll(fds: readonly PollFd[], objects: readonly Registered[] = []): SelectPoll {
    return new SelectPoll(this, this.hal, fds, objects);
  }

  private make(name: string, isMain: boolean, body: () => void, options: UnixThreadOptions): UnixThread {
    const { dormant = false, onInterrupt } = options;
    const unix = new UnixThread(name, isMain, !dormant);
    this.threads.list.push(unix);
    unix.thread = this.process.thread(name, () => this.run(body, isMain, dormant), {
      mask: options.mask ?? 0,
      dormant,
      roles: [unix],
      python: this.vm.checkpoint,
      ...(onInterrupt === undefined ? {} : { landing: onInterrupt }),
    });
    unix.process = unix.thread.program;
    return unix;
  }

  /** thread_entry (py/modthread.c) */
  private run(body: () => void, isMain: boolean, dormant: boolean): void {
    this.gil.acquire();
    if (dormant) this.threads.mp_thread_start();
    body();
    if (!isMain) this.threads.mp_thread_finish();
    this.gil.release();
  }

  // ---- unix_mphal.c ----

  /** The handler of SIGINT, in whichever thread has it. */
  private sighandler(): void {
    const main = this.mainThread;
    if (this.asyncKbdIntr) throw KeyboardInterrupt;
    const before = this.era === 'E1' ? this.scheduler.pendingException : main.pendingException;
    if (before === KeyboardInterrupt) this.process.exit();
    else this.vm.mp_sched_keyboard_interrupt(main);
  }

  /** Nothing: what is scheduled ends no system call. */
  mp_hal_wake_main_task_from_isr(): void {}

  /** E1: MICROPY_EVENT_POLL_HOOK is a delay, with the GIL held, and runs nothing. E2: mp_event_wait_indefinite. */
  eventPollHook(): void {
    if (this.era === 'E1') {
      this.hal.delay_us(WFE_US);
      return;
    }
    this.vm.mp_handle_pending();
    this.hal.internalWfe();
  }

  /** `time.sleep(s)`, in µs. */
  time_sleep(us: number): void {
    this.hal.time_sleep(us);
  }

  /** `time.sleep_ms` */
  mp_hal_delay_ms(ms: number): void {
    this.hal.mp_hal_delay_ms(ms);
  }

  /** mp_hal_stdin_rx_chr: the REPL at rest. */
  mp_hal_stdin_rx_chr(): void {
    this.hal.retrySyscall(() => this.stdin.read());
  }

  /** `gc.collect()` */
  gc_collect(): void {
    this.threads.gc_collect();
  }
}

/** A unix build that does what `options` say and is otherwise as released. */
export function unix(options: UnixOptions = {}): Unix {
  return new Unix(options);
}
