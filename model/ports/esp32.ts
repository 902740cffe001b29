import {
  type Cpu,
  INTERRUPT_LEVEL,
  idleTasks,
  type Kernel,
  taskYIELD,
  vTaskDelete,
  xtensa,
} from '../freertos/index.ts';
import { Core, CoreMask, edges, Irq, Spinlock } from '../hardware/index.ts';
import { atomic, check, critical, int, type Lock, lostWakeup, type Process, until } from '../index.ts';
import {
  type AtomicSection,
  type Board,
  type Era,
  type IrqSource,
  type Mutex,
  type NotifyKind,
  noMutex,
  PENDING,
  Pin,
  type PinOptions,
  Scheduler,
  ThreadModule,
  Timer,
  UEvent,
  Vm,
} from '../micropython/index.ts';
import { Esp32Mutex, Esp32Thread, type MutexOptions, type Sleep, self, type Wait } from './esp32_thread.ts';
import { Esp32Threads, THREAD_EXIT, type ThreadExit } from './esp32_threads.ts';

/** CONFIG_FREERTOS_HZ is 100 by default and the port does not override it. */
export const TICK_US = 10_000;
/** MP_TASK_PRIORITY: ESP_TASK_PRIO_MIN + 1, for main and for `_thread`. */
export const MP_TASK_PRIORITY = 1;
/** MICROPY_SCHEDULER_DEPTH */
export const SCHEDULER_DEPTH = 8;
/** MP_TASK_COREID. 0 from v1.14 (311b8519af) to v1.18; 1 before that and again from v1.19 (357078504d). */
export const MP_TASK_COREID: Readonly<Record<Era, number>> = { E1: 1, E2: 1 };

/** mp_thread_mutex_t. Between the eras, v1.16 to v1.23, it was a binary semaphore without the yield. */
const MUTEX: Readonly<Record<Era, MutexOptions>> = {
  E1: { kind: 'mutex', yields: false },
  E2: { kind: 'binary semaphore', yields: true },
};

export interface Esp32Options {
  readonly era?: Era;
  /** 1: an esp32 built unicore, or a single-core sibling. Default 2. */
  readonly cores?: 1 | 2;
  /** The core that MicroPython is pinned to. Default: the era's, or 0 of one. */
  readonly mainCore?: 0 | 1;
  /** µs between ticks; 0: a tickless build, in which waits have no limit. Default: {@link TICK_US}. */
  readonly tick?: number;
  /** Whether interrupt handlers call mp_hal_wake_main_task_from_isr (pin and timer do, UART does not). */
  readonly wakeMainTaskFromIsr?: boolean;
  readonly wait?: Wait;
  /** Let a wait take all notifications at once (pdTRUE) instead of one (pdFALSE, as released). */
  readonly clearCountOnTake?: boolean;
  /** E1: interrupts off on the calling core. E2: a spinlock as well (05ac69329d). */
  readonly atomicSection?: 'this-core' | 'spinlock';
  /**
   * The scheduler's atomic sections and its ring access by access. Default: where one step would claim too much,
   * that is with `this-core` on two cores.
   */
  readonly openSections?: boolean;
  readonly schedulerDepth?: number;
  /** Python threads that {@link Esp32.thread} starts before the program. Without any threads the GIL is left out. */
  readonly threads?: number;
  /** How many threads more there is memory for, which `_thread` makes at run time. */
  readonly pool?: number;
  /**
   * The idle task frees what threads leave when they end. Default: if there is a pool. Off: the memory is there again at once, for
   * questions that do not depend on it.
   */
  readonly idleFrees?: boolean;
  /** Who takes an ended thread off the list. Default: the era's. */
  readonly threadExit?: ThreadExit;
  /** m_del of the list's node ('idle task frees'), for a model that has a Python heap. */
  readonly m_del?: (thread: Esp32Thread) => void;
  /** What the GIL and locks are made of. Default: the era's. */
  readonly mutex?: MutexOptions;
  /** MICROPY_PY_THREAD_GIL_VM_DIVISOR. Default: see {@link Vm}. */
  readonly gilDivisor?: number;
  /** The proposed `notify` of uevent. */
  readonly notify?: NotifyKind;
}

/** An esp32 with MicroPython: how kernel, scheduler, VM and GIL are wired (ports/esp32). */
export class Esp32 implements Board {
  readonly era: Era;
  readonly cores: Core[] = [];
  readonly kernel: Kernel;
  readonly scheduler: Scheduler;
  readonly gil: Mutex;
  readonly vm: Vm;
  readonly uevent: UEvent;
  /** The module `_thread`, of a board with a {@link Esp32Options.pool}. */
  readonly _thread: ThreadModule;
  readonly threads: Esp32Threads;
  /** stdin_ringbuf, as a count of characters. */
  readonly stdin = { available: int(0, 3) };
  private readonly tickUs: number;
  private readonly mainCpu: Cpu;
  private readonly mainThread: Esp32Thread;
  private readonly wakes: boolean;
  private readonly sleep: Sleep;

  constructor(options: Esp32Options) {
    this.era = options.era ?? 'E2';
    this.tickUs = options.tick ?? TICK_US;
    this.wakes = options.wakeMainTaskFromIsr ?? true;
    this.sleep = { wait: options.wait ?? 'notification', clearCount: options.clearCountOnTake ?? false };
    const count = options.cores ?? 2;
    for (let n = 0; n < count; n++) new Core(`core ${n}`, this.cores);
    const { threads = 0, pool = 0 } = options;
    this.kernel = xtensa(this.cores, {
      tickUs: this.tickUs,
      tasksMax: count + 1 + threads + pool,
      priorities: 2,
      reclaim: options.idleFrees ?? pool > 0,
      // The GIL, `thread_mutex` and locks of the program.
      mutexesMax: 5,
      // A lock may be given back by another task than the one that took it: waiting for one's own is in order.
      deadlockIsAnError: false,
    });
    idleTasks(this.kernel);
    this.mainCpu = this.kernel.cpus[options.mainCore ?? (count === 1 ? 0 : MP_TASK_COREID[this.era])]!;
    this.mainThread = new Esp32Thread(this.kernel, 'main', true, this.sleep);

    const kind = options.atomicSection ?? (this.era === 'E1' ? 'this-core' : 'spinlock');
    const open = options.openSections ?? (kind === 'this-core' && count === 2);
    this.scheduler = new Scheduler({
      depth: options.schedulerDepth ?? SCHEDULER_DEPTH,
      atomicSection: atomicSection(
        kind === 'spinlock' ? new Spinlock('atomic section') : new CoreMask(),
        open,
      ),
      openRing: open,
    });
    const mutex = options.mutex ?? MUTEX[this.era];
    this.gil = threads + pool > 0 ? new Esp32Mutex(this.kernel, 'GIL', mutex) : noMutex;
    this.vm = new Vm(
      this.scheduler,
      this.gil,
      options.gilDivisor === undefined
        ? { era: this.era }
        : { era: this.era, gilDivisor: options.gilDivisor },
    );
    this.threads = new Esp32Threads(this.kernel, {
      count: pool,
      priority: MP_TASK_PRIORITY,
      cpu: this.mainCpu,
      exit: options.threadExit ?? THREAD_EXIT[this.era],
      mutex,
      python: this.vm.checkpoint,
      newThread: (name) => new Esp32Thread(this.kernel, name, false, this.sleep),
      m_del: options.m_del ?? (() => {}),
    });
    this._thread = new ThreadModule(this.threads, this.gil);
    this.threads.module = this._thread;
    this.uevent = UEvent.on(this, options.notify);
  }

  // ---- what a scenario is made of ----

  pin(number: number, options: PinOptions = {}): Pin {
    return new Pin(this, number, options);
  }

  /** The program: what runs in `mp_task`. */
  main(body: () => void): Process {
    const process = this.start(this.mainThread, body);
    lostWakeup('a scheduled callback waits', () => this.scheduler.hasWork(), process);
    return process;
  }

  /** `_thread.start_new_thread` before the program begins. */
  thread(name: string, body: () => void): Process {
    return this.start(new Esp32Thread(this.kernel, name, false, this.sleep), body);
  }

  /**
   * An interrupt that the outside world raises up to `times` times, at any moments or never. The GPIO service is on
   * the core that installed it, which is main's unless `core` says otherwise.
   */
  irq(name: string, options: IrqSource, handler: () => void): Irq {
    const core = this.cores[options.core ?? this.mainCpu.core.index]!;
    const { wakes = 'gpio' } = options;
    const line = new Irq(core, name, INTERRUPT_LEVEL, handler, { wakes });
    edges(line, options.times);
    return line;
  }

  /** `machine.Timer(id)`: its interrupt comes on main's core, and its callback is soft. */
  timer(id: number): Timer {
    return new Timer(this.vm, this.mainCpu.core, id, {
      port: 'esp32',
      hard: false,
      priority: INTERRUPT_LEVEL,
      wakeMain: () => this.mp_hal_wake_main_task_from_isr(),
    });
  }

  private start(thread: Esp32Thread, body: () => void): Process {
    const task = this.kernel.create(
      thread.name,
      MP_TASK_PRIORITY,
      () => {
        this.gil.acquire();
        body();
        this.gil.release();
        vTaskDelete(this.kernel, task);
      },
      { cpu: this.mainCpu, roles: [thread], python: this.vm.checkpoint },
    );
    thread.task = task;
    thread.process = task.process;
    return task.process;
  }

  // ---- mphalport.c ----

  /** mp_hal_wake_main_task_from_isr. It knows no other thread: a worker notices at its next tick. */
  mp_hal_wake_main_task_from_isr(): void {
    if (this.wakes) this.mainThread.wakeFromIsr();
  }

  /**
   * MICROPY_EVENT_POLL_HOOK. E1 gives the GIL away and takes it back, and never waits. E2 waits in between for one
   * tick or a notification (665f0e2a68).
   */
  eventPollHook(): void {
    this.vm.mp_handle_pending();
    this.gil.release();
    if (this.era === 'E2') this.waitForEvent();
    this.gil.acquire();
  }

  /** ulTaskNotifyTake(pdFALSE, 1) */
  private waitForEvent(): void {
    self().blockForEvent(this.tickUs);
  }

  /** mp_hal_stdin_rx_chr: the REPL at rest. In E1 it sleeps with the GIL held. */
  mp_hal_stdin_rx_chr(): void {
    while (this.stdin.available === 0) {
      this.eventPollHook();
      if (this.era === 'E1') this.waitForEvent();
    }
    this.stdin.available--;
  }

  /** `time.sleep_ms`: whole ticks asleep, the rest spinning. E1 sleeps with the GIL held, E2 without (6214fa3f9e). */
  mp_hal_delay_ms(ms: number): void {
    check(this.tickUs > 0, 'mp_hal_delay_ms counts ticks');
    const { sleep } = self();
    sleep.arm(ms * 1000);
    if (this.era === 'E1')
      while (sleep.remaining > this.tickUs) {
        this.eventPollHook();
        this.waitForEvent();
      }
    else this.sleepTicks();
    // mp_hal_delay_us looks for pending work all the time; what matters is that it reacts.
    while (!sleep.expired) {
      until(() => sleep.expired || this.scheduler.state === PENDING);
      this.vm.mp_handle_pending();
    }
    sleep.stop();
  }

  /** The loop of E2's mp_hal_delay_ms. */
  private sleepTicks(): void {
    const { sleep } = self();
    while (true) {
      this.vm.mp_handle_pending();
      this.gil.release();
      if (sleep.remaining <= this.tickUs) break;
      this.waitForEvent();
      this.gil.acquire();
    }
    taskYIELD(this.kernel);
    this.gil.acquire();
  }

  /** uart_irq_handler: a character for the REPL; nobody is woken, so it is read within a tick. */
  uartIsr(): void {
    atomic(() => {
      this.stdin.available++;
    });
  }
}

/** An esp32 that does what `options` say and is otherwise as released. */
export function esp32(options: Esp32Options = {}): Esp32 {
  return new Esp32(options);
}

/** One step, or the lock, the steps of the section and the unlock. */
function atomicSection(lock: Lock, open: boolean): AtomicSection {
  if (!open) return <T>(section: () => T): T => critical(lock, section);
  return <T>(section: () => T): T => {
    lock.lock();
    const result = section();
    lock.unlock();
    return result;
  };
}
