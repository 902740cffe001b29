import { Core, CoreMask, edges, Irq, Spinlock } from '../hardware/index.ts';
import { check, critical, type Process, process, rest, until } from '../index.ts';
import {
  type Board,
  type Era,
  type Mutex,
  noMutex,
  Pin,
  type PinOptions,
  PyThread,
  Scheduler,
  UEvent,
  Vm,
} from '../micropython/index.ts';

export interface BareBoardOptions {
  readonly era?: Era;
  /** Whether it has threads besides main, on further cores, and whether a GIL keeps them apart. */
  readonly threads?: 'none' | 'gil' | 'no-gil';
  readonly schedulerDepth?: number;
  /** MICROPY_PY_THREAD_GIL_VM_DIVISOR: 32 in the code. Default 1: the GIL may change hands at any jump. */
  readonly gilDivisor?: number;
}

/** MICROPY_SCHEDULER_DEPTH of most ports. */
const SCHEDULER_DEPTH = 4;

class BareThread extends PyThread {
  /** Only the proposed `notify` of uevent calls it, which this board does not have. */
  override wakeFromIsr(): void {}
}

/** Any waiter gets it, as with pthreads. */
class Gil implements Mutex {
  taken = false;

  acquire(): void {
    until(() => {
      if (this.taken) return false;
      this.taken = true;
      return true;
    });
  }

  release(): void {
    this.taken = false;
  }
}

/**
 * A board without the peculiarities of a port: questions about asyncio itself are asked on it. One core with interrupts
 * runs the main thread. Its wait loses nothing: a wake-up is latched, and what is pending runs after the wait, so that
 * the poller looks at its objects when all that has been done.
 */
export class BareBoard implements Board {
  readonly era: Era;
  readonly scheduler: Scheduler;
  readonly gil: Mutex;
  readonly vm: Vm;
  readonly uevent: UEvent;
  readonly core = new Core('cpu');
  /** Something has happened since the last wait. */
  woken = false;
  private readonly mainThread: BareThread;

  constructor(private readonly options: BareBoardOptions = {}) {
    this.era = options.era ?? 'E2';
    // Who is not on the core is not kept out by its mask.
    const lock = this.hasThreads ? new Spinlock('atomic section') : new CoreMask();
    this.scheduler = new Scheduler({
      depth: options.schedulerDepth ?? SCHEDULER_DEPTH,
      atomicSection: (section) => critical(lock, section),
    });
    this.gil = options.threads === 'gil' ? new Gil() : noMutex;
    this.vm = new Vm(this.scheduler, this.gil, { era: this.era, gilDivisor: options.gilDivisor ?? 1 });
    this.mainThread = new BareThread('main', true);
    this.uevent = UEvent.on(this);
  }

  pin(number: number, options: PinOptions = {}): Pin {
    return new Pin(this, number, options);
  }

  main(body: () => void): Process {
    return this.start(this.mainThread, body, this.core);
  }

  thread(name: string, body: () => void): Process {
    check(this.hasThreads, 'a bare board without threads');
    return this.start(new BareThread(name, false), body, new Core(name));
  }

  irq(name: string, options: { readonly times: number }, handler: () => void): Irq {
    const line = new Irq(this.core, name, 1, handler);
    edges(line, options.times);
    return line;
  }

  mp_hal_wake_main_task_from_isr(): void {
    this.woken = true;
  }

  /** Only the main thread waits here. */
  eventPollHook(): void {
    this.mp_event_wait(-1);
  }

  /** Waits for a wake-up or so many µs (negative: for ever), and runs what is pending. */
  mp_event_wait(us: number): void {
    this.gil.release();
    this.sleep(us);
    this.gil.acquire();
    this.vm.mp_handle_pending();
  }

  private sleep(us: number): void {
    if (us < 0) rest(() => this.takeWakeUp());
    else until(() => this.takeWakeUp(), us);
  }

  private takeWakeUp(): boolean {
    if (!this.woken) return false;
    this.woken = false;
    return true;
  }

  private get hasThreads(): boolean {
    return this.options.threads === 'gil' || this.options.threads === 'no-gil';
  }

  private start(thread: BareThread, body: () => void, core: Core): Process {
    const program = process(
      thread.name,
      () => {
        this.gil.acquire();
        body();
        this.gil.release();
      },
      {
        roles: [thread, core],
        runs: () => core.runs(null),
        python: this.vm.checkpoint,
        lane: { core: core.name, kind: 'thread' },
      },
    );
    thread.process = program;
    return program;
  }
}

/** A board that does what `options` say, and nothing else. */
export function bareBoard(options: BareBoardOptions = {}): BareBoard {
  return new BareBoard(options);
}
