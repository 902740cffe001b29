import { Core, CoreMask, edges, Irq, type IrqOptions, Spinlock } from '../hardware/index.ts';
import { check, critical, type Process, process, rest } from '../index.ts';
import {
  type AtomicSection,
  type Board,
  type Era,
  Heap,
  type Mutex,
  noMutex,
  PENDING,
  Pin,
  type PinOptions,
  PyThread,
  Scheduler,
  type SchedulerOptions,
  Timer,
  type TimerOptions,
  UEvent,
  Vm,
  type VmOptions,
} from '../micropython/index.ts';

/** MICROPY_SCHEDULER_DEPTH of stm32, rp2 and samd. */
export const SCHEDULER_DEPTH = 8;
/** Interrupts, unless the scenario says otherwise: EXTI of stm32. */
const IRQ_PRIORITY = 14;
/** IRQ_PRI_TIMX of stm32. */
const TIMER_PRIORITY = 13;

export interface BareOptions {
  readonly era?: Era;
  /** 2: a second thread of Python on the second core, without a GIL, as on rp2. Default 1. */
  readonly cores?: 1 | 2;
  readonly schedulerDepth?: number;
  /** Where `gc_lock_depth` is. Default: the era's. */
  readonly lockDepth?: 'global' | 'thread';
  /** `gc_mutex`; for two cores. */
  readonly gcMutex?: Mutex;
  /** What a release had otherwise, or a scenario wants otherwise. */
  readonly scheduler?: Partial<SchedulerOptions>;
  readonly vm?: Partial<VmOptions>;
}

export interface BareIrqOptions {
  /** How often the outside world raises it; 0: somebody else does. */
  readonly times: number;
  readonly core?: number;
  /** Small numbers are urgent. */
  readonly priority?: number;
  readonly asserted?: () => boolean;
  readonly onEntry?: () => void;
  readonly enabled?: boolean;
}

/** A Python thread that is what one core executes. */
export class CoreThread extends PyThread {
  constructor(
    name: string,
    isMain: boolean,
    readonly core: Core,
  ) {
    super(name, isMain);
  }

  /** Nobody is told: its wait looks for itself. */
  override wakeFromIsr(): void {}
}

/**
 * MicroPython directly on its cores, for questions of the runtime that no port answers differently: no kernel, no GIL,
 * no tick, and a wait that misses nothing (what the waits of ports miss is asked elsewhere). Interrupt handlers have
 * the identity of the thread whose core they interrupt.
 */
export class Bare implements Board {
  readonly era: Era;
  readonly cores: Core[] = [];
  readonly threads: CoreThread[] = [];
  readonly scheduler: Scheduler;
  readonly gil: Mutex = noMutex;
  readonly vm: Vm;
  readonly uevent: UEvent;

  constructor(options: BareOptions = {}) {
    this.era = options.era ?? 'E2';
    const count = options.cores ?? 1;
    for (let n = 0; n < count; n++) {
      const core = new Core(`core ${n}`, this.cores);
      this.threads.push(new CoreThread(n === 0 ? 'main' : 'second thread', n === 0, core));
    }
    const lock = count === 1 ? new CoreMask() : new Spinlock('atomic section');
    const atomicSection: AtomicSection = (section) => critical(lock, section);
    this.scheduler = new Scheduler({
      depth: options.schedulerDepth ?? SCHEDULER_DEPTH,
      atomicSection,
      ...options.scheduler,
    });
    const heap = new Heap({
      lockDepth: options.lockDepth ?? (this.era === 'E1' ? 'global' : 'thread'),
      mutex: options.gcMutex,
    });
    this.vm = new Vm(this.scheduler, this.gil, { era: this.era, heap, threads: count > 1, ...options.vm });
    this.uevent = UEvent.on(this);
  }

  get core(): Core {
    return this.cores[0]!;
  }

  get mainThread(): CoreThread {
    return this.threads[0]!;
  }

  pin(number: number, options: PinOptions = {}): Pin {
    return new Pin(this, number, options);
  }

  main(body: () => void): Process {
    return this.start(this.mainThread, body);
  }

  /** The second core's thread; its name is that of the process. */
  thread(name: string, body: () => void): Process {
    check(this.threads.length === 2, 'a second thread needs { cores: 2 }');
    return this.start(this.threads[1]!, body, name);
  }

  irq(name: string, options: BareIrqOptions, handler: () => void): Irq {
    const core = this.cores[options.core ?? 0]!;
    const { priority = IRQ_PRIORITY, times, asserted, onEntry, enabled } = options;
    const lineOptions: IrqOptions = { asserted, onEntry, enabled, roles: [this.threads[core.index]!] };
    const line = new Irq(core, name, priority, handler, lineOptions);
    // A hard handler is Python code with checkpoints like any other; the lock keeps soft callbacks out.
    line.process.python = this.vm.checkpoint;
    if (times > 0) edges(line, times);
    return line;
  }

  /** `machine.Timer(id)` of core 0, as the port has it. Default: pyb.Timer, hard. */
  timer(id: number, options: Partial<TimerOptions> = {}): Timer {
    const { port = 'stm32', hard = true, priority = TIMER_PRIORITY } = options;
    const timer = new Timer(this.vm, this.core, id, { port, hard, priority, roles: [this.mainThread] });
    timer.line.process.python = this.vm.checkpoint;
    return timer;
  }

  mp_hal_wake_main_task_from_isr(): void {}

  /** Runs what is pending, and waits until something is. */
  eventPollHook(): void {
    this.vm.mp_handle_pending();
    const { scheduler, mainThread } = this;
    rest(
      () =>
        scheduler.state === PENDING ||
        scheduler.pendingException !== null ||
        mainThread.pendingException !== null,
    );
  }

  private start(thread: CoreThread, body: () => void, name: string = thread.name): Process {
    thread.process = process(name, body, {
      roles: [thread, thread.core],
      runs: () => thread.core.runs(null),
      python: this.vm.checkpoint,
      lane: { core: thread.core.name, kind: 'thread' },
    });
    return thread.process;
  }
}

/** MicroPython on one or two cores, and nothing else. */
export function bare(options: BareOptions = {}): Bare {
  return new Bare(options);
}
