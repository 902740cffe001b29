import {
  cortexM,
  idleTasks,
  type Kernel,
  portMAX_DELAY,
  type Semaphore,
  vTaskDelay,
  vTaskDelete,
  xSemaphoreCreateMutex,
  xSemaphoreGive,
  xSemaphoreTake,
} from '../freertos/index.ts';
import { Core, edges, Irq, inIsr } from '../hardware/index.ts';
import { busy, demand, int, type Process } from '../index.ts';
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

/** configTICK_RATE_HZ is 1000. */
export const TICK_US = 1000;
/** MICROPY_TASK_PRIORITY, which threads have as well; configMAX_PRIORITIES is 4. */
export const MICROPY_TASK_PRIORITY = 2;
/** The priority of `Pin.irq` and `Timer` unless the program says otherwise: the lowest one, INT_PRIORITY_LVL_7. */
export const INT_PRIORITY_LVL_7 = 7;

export interface Cc3200Options {
  readonly era?: Era;
  /** µs between ticks; 0: a build that does not tick, in which WFI has no limit. Default: {@link TICK_US}. */
  readonly tick?: number;
  /** Python threads besides main. Without any the GIL is left out: it would never block. */
  readonly threads?: number;
  /** The proposed `notify` of uevent. */
  readonly notify?: NotifyKind;
}

class Cc3200Thread extends PyThread {
  /** Nothing: who waits in WFI goes on after any interrupt. */
  override wakeFromIsr(): void {}
}

/**
 * mp_thread_mutex_lock and …_unlock: a FreeRTOS mutex, left alone by interrupt handlers and while interrupts are off.
 * So a hard handler runs Python without the GIL, and so does a program between `disable_irq()` and `enable_irq()`.
 */
export class Cc3200Mutex implements Mutex {
  private readonly handle: Semaphore;

  constructor(
    private readonly kernel: Kernel,
    private readonly core: Core,
    name: string,
  ) {
    this.handle = xSemaphoreCreateMutex(kernel, name);
  }

  acquire(): void {
    if (inIsr() || this.core.masked) return;
    xSemaphoreTake(this.kernel, this.handle, portMAX_DELAY);
  }

  release(): void {
    if (inIsr() || this.core.masked) return;
    xSemaphoreGive(this.kernel, this.handle);
  }
}

/**
 * A CC3200 with MicroPython (ports/cc3200, E1 at 28370c0450 and E2 at 1c3c201149): FreeRTOS with a tick of a
 * millisecond, a GIL, hard interrupts only. Neither era has the scheduler of soft callbacks.
 */
export class Cc3200 implements Board {
  readonly era: Era;
  readonly core = new Core('cpu');
  readonly kernel: Kernel;
  readonly scheduler: Scheduler;
  readonly gil: Mutex;
  readonly vm: Vm;
  readonly uevent: UEvent;
  /** Characters that telnet or the UART have for the REPL. */
  readonly stdin = { available: int(0, 3) };

  constructor(options: Cc3200Options = {}) {
    this.era = options.era ?? 'E2';
    const { threads = 0, tick = TICK_US } = options;
    this.kernel = cortexM(this.core, { tickUs: tick, tasksMax: 2 + threads, priorities: 4 });
    idleTasks(this.kernel);
    this.scheduler = new Scheduler({
      depth: 1,
      atomicSection: (section) => {
        demand(false, 'the cc3200 is built without the scheduler');
        return section();
      },
    });
    this.gil = threads > 0 ? this.mutex('GIL') : noMutex;
    this.vm = new Vm(this.scheduler, this.gil, { era: this.era });
    this.uevent = UEvent.on(this, options.notify);
  }

  // ---- what a scenario is made of ----

  pin(number: number, options: PinOptions = {}): Pin {
    return new Pin(this, number, options);
  }

  /** The program. When it ends, the REPL waits for input. */
  main(body: () => void): Process {
    return this.start(new Cc3200Thread('main', true), () => {
      body();
      while (true) this.mp_hal_stdin_rx_chr();
    });
  }

  thread(name: string, body: () => void): Process {
    return this.start(new Cc3200Thread(name, false), body);
  }

  /** A hard interrupt: its handler runs Python with the heap locked, and with no other lock. */
  irq(name: string, options: { readonly times: number; readonly core?: number }, handler: () => void): Irq {
    const line = new Irq(this.core, name, INT_PRIORITY_LVL_7, handler);
    edges(line, options.times);
    return line;
  }

  /** What `_thread.lock` and the runtime's mutexes are made of. */
  mutex(name: string): Cc3200Mutex {
    return new Cc3200Mutex(this.kernel, this.core, name);
  }

  private start(thread: Cc3200Thread, body: () => void): Process {
    const task = this.kernel.create(
      thread.name,
      MICROPY_TASK_PRIORITY,
      () => {
        this.gil.acquire();
        body();
        this.gil.release();
        vTaskDelete(this.kernel, task);
      },
      { roles: [thread], python: this.vm.checkpoint },
    );
    thread.process = task.process;
    return task.process;
  }

  // ---- hal/cc3200_hal.c ----

  /** Nothing: an interrupt ends WFI by itself. */
  mp_hal_wake_main_task_from_isr(): void {}

  /** MICROPY_EVENT_POLL_HOOK is `__WFI()` and nothing else, with the GIL held: `select` keeps all other threads out. */
  eventPollHook(): void {
    this.core.wfi();
  }

  /** `time.sleep_ms` */
  mp_hal_delay_ms(ms: number): void {
    if (inIsr() || this.core.masked) {
      busy(ms * 1000);
      return;
    }
    this.gil.release();
    vTaskDelay(this.kernel, ms);
    this.gil.acquire();
  }

  /** mp_hal_stdin_rx_chr looks once a millisecond. */
  mp_hal_stdin_rx_chr(): void {
    while (this.stdin.available === 0) this.mp_hal_delay_ms(1);
    this.stdin.available--;
  }

  uartIsr(): void {
    this.stdin.available++;
  }
}

/** A CC3200 that does what `options` say and is otherwise as released. */
export function cc3200(options: Cc3200Options = {}): Cc3200 {
  return new Cc3200(options);
}
