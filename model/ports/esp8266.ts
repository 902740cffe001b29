import { bareMetal, Core, CoreMask, edges, HardwareTimer, Irq } from '../hardware/index.ts';
import { type Clock, check, clock, critical, int, lostWakeup, type Process, rest, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import {
  type Board,
  type Callback,
  type Era,
  type Mutex,
  mp_irq_dispatch,
  type NotifyKind,
  noMutex,
  PENDING,
  Pin,
  type PinOptions,
  PyThread,
  Scheduler,
  UEvent,
  Vm,
} from '../micropython/index.ts';

/** MICROPY_SCHEDULER_DEPTH: the default, the port does not set it. */
export const SCHEDULER_DEPTH = 4;
/** MICROPY_VM_HOOK_COUNT: the VM runs the event loop of the OS once in so many branches and returns. */
export const MICROPY_VM_HOOK_COUNT = 10;
/** All interrupts are of one level. */
const IRQ_PRIORITY = 1;

export interface Esp8266Options {
  readonly era?: Era;
  readonly schedulerDepth?: number;
  /** How many branches apart the VM runs the OS loop. Default 1: it may come at any branch, a superset. */
  readonly vmHookCount?: number;
  /** The proposed `notify` of uevent. */
  readonly notify?: NotifyKind;
}

/** A task of the OS (ets_alt_task.c): a queue of events and a function. The model merges events of one task. */
export class EtsTask {
  static readonly drawing: Drawing = { kind: 'fields', also: ['posted'] };

  posted = false;

  constructor(
    readonly name: string,
    readonly run: () => void,
  ) {}

  /** `ets_post`, from an interrupt or from anywhere else. */
  ets_post(): void {
    this.posted = true;
  }
}

class Esp8266Thread extends PyThread {
  readonly sleep: Clock = clock();

  /** Nothing: main never sleeps. */
  override wakeFromIsr(): void {}
}

/**
 * An ESP8266 with MicroPython (ports/esp8266, E1 at 28370c0450 and E2 at 1c3c201149): one core, no threads, and no wait
 * that lets the processor sleep: whoever waits runs the OS's event loop and what is pending, over and over.
 *
 * On one core a turn of such a loop finds nothing new unless an interrupt came, so the model skips the turns between:
 * the event register of the core says that one came.
 */
export class Esp8266 implements Board {
  readonly era: Era;
  readonly core = new Core('cpu', [], { eventRegister: true });
  readonly gil: Mutex = noMutex;
  readonly scheduler: Scheduler;
  readonly vm: Vm;
  readonly uevent: UEvent;
  /** `stdin_ringbuf`, as a count of characters. */
  readonly stdin = { available: int(0, 3) };
  private readonly tasks: EtsTask[] = [];
  private readonly mask = new CoreMask();
  private readonly mainThread = new Esp8266Thread('main', true);
  private readonly vmHookCount: number;
  /** `vm_hook_divisor`: static, so all functions count together. */
  private readonly vmHook = { divisor: int(1, MICROPY_VM_HOOK_COUNT) };

  constructor(options: Esp8266Options = {}) {
    this.era = options.era ?? 'E2';
    this.vmHookCount = options.vmHookCount ?? 1;
    this.vmHook.divisor = this.vmHookCount;
    this.scheduler = new Scheduler({
      depth: options.schedulerDepth ?? SCHEDULER_DEPTH,
      // E2 suspends the OS loop as well; nothing in a section runs it.
      atomicSection: (section) => critical(this.mask, section),
    });
    this.vm = new Vm(this.scheduler, this.gil, { era: this.era, threads: false });
    this.uevent = UEvent.on(this, options.notify);
  }

  // ---- what a scenario is made of ----

  pin(number: number, options: PinOptions = {}): Pin {
    return new Pin(this, number, options);
  }

  /** The program. When it ends, the REPL waits for input. */
  main(body: () => void): Process {
    const thread = this.mainThread;
    const repl = () => {
      body();
      while (true) this.mp_hal_stdin_rx_chr();
    };
    const process = bareMetal(this.core, thread.name, repl, [thread]);
    process.python = this.checkpoint;
    thread.process = process;
    lostWakeup('a scheduled callback waits', () => this.scheduler.hasWork(), process);
    return process;
  }

  thread(name: string): Process {
    check(false, `${name}: the esp8266 has no threads`);
    throw new Error(name);
  }

  irq(name: string, options: { readonly times: number; readonly core?: number }, handler: () => void): Irq {
    const line = new Irq(this.core, name, IRQ_PRIORITY, handler, { roles: [this.mainThread] });
    edges(line, options.times);
    return line;
  }

  /** A task of the OS; earlier ones are looked at first. */
  etsTask(name: string, run: () => void): EtsTask {
    const task = new EtsTask(name, run);
    this.tasks.push(task);
    return task;
  }

  /** `machine.Timer`: soft unless `hard`. Both run in the OS loop: a hard one is called there at once. */
  timer(name: string, callback: Callback, hard = false): OsTimer {
    return new OsTimer(this, name, () => {
      mp_irq_dispatch(this.vm, callback, 0, hard);
    });
  }

  // ---- ets_alt_task.c ----

  /** ets_loop_iter: one event of each task. A task runs with interrupts locked. */
  ets_loop_iter(): void {
    for (const task of this.tasks) {
      if (!task.posted) continue;
      this.core.disableInterrupts();
      task.posted = false;
      task.run();
      this.core.enableInterrupts();
    }
  }

  // ---- py/vm.c with the hooks of the port ----

  private readonly checkpoint = (left: number): number => {
    if (this.vmHookCount === 1) this.ets_loop_iter();
    else {
      this.vmHook.divisor--;
      if (this.vmHook.divisor === 0) {
        this.vmHook.divisor = this.vmHookCount;
        this.ets_loop_iter();
      }
    }
    return this.vm.checkpoint(left);
  };

  // ---- esp_mphal.c ----

  /** Nothing: main never sleeps. */
  mp_hal_wake_main_task_from_isr(): void {}

  /** ets_event_poll in E1, mp_event_handle_nowait in E2: one turn of a busy loop that goes on until `deadline`. */
  eventPollHook(deadline: Clock | null = null): void {
    if (deadline === null) rest(() => this.somethingNew());
    else until(() => this.somethingNew() || deadline.expired);
    this.ets_loop_iter();
    this.vm.mp_handle_pending();
  }

  /** Whether the next turn of a busy loop would differ from the last one. */
  private somethingNew(): boolean {
    if (this.scheduler.state === PENDING || this.mainThread.pendingException !== null) return true;
    for (const task of this.tasks) if (task.posted) return true;
    if (!this.core.event) return false;
    this.core.event = false;
    return true;
  }

  /** `time.sleep_ms` */
  mp_hal_delay_ms(ms: number): void {
    const { sleep } = this.mainThread;
    sleep.arm(ms * 1000);
    while (!sleep.expired) this.eventPollHook(sleep);
    sleep.stop();
  }

  /** mp_hal_stdin_rx_chr: the REPL at rest. */
  mp_hal_stdin_rx_chr(): void {
    while (this.stdin.available === 0) this.eventPollHook();
    this.stdin.available--;
  }

  uartIsr(): void {
    this.stdin.available++;
  }

  /**
   * `machine.idle()`: `waiti`, whatever is pending; then (E2) a turn of the loop. It ends with the next interrupt: one that
   * came before is not remembered.
   */
  machine_idle(): void {
    this.core.waiti();
    if (this.era === 'E1') return;
    this.ets_loop_iter();
    this.vm.mp_handle_pending();
  }
}

/** os_timer_t: the interrupt of the timer posts an event, and its function runs in the OS loop. */
export class OsTimer {
  private readonly counter: HardwareTimer;

  constructor(board: Esp8266, name: string, fn: () => void) {
    const counter = new HardwareTimer(name);
    this.counter = counter;
    const task = board.etsTask(name, fn);
    counter.line(board.core, IRQ_PRIORITY, () => {
      counter.clear();
      task.ets_post();
    });
  }

  os_timer_arm(ms: number, repeat: boolean): void {
    if (repeat) this.counter.periodic(ms * 1000);
    else this.counter.oneShot(ms * 1000);
  }

  os_timer_disarm(): void {
    this.counter.stop();
  }
}

/** An ESP8266 that does what `options` say and is otherwise as released. */
export function esp8266(options: Esp8266Options = {}): Esp8266 {
  return new Esp8266(options);
}
