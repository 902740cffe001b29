import { Core, CoreMask, DispatchingPendSv, DispatchSlot, edges, Irq, SysTick } from '../hardware/index.ts';
import { atomic, check, critical, int, lostWakeup, me, type Process, process } from '../index.ts';
import {
  type Board,
  type Era,
  EventWait,
  type IrqSource,
  KeyboardInterrupt,
  type Mutex,
  type NotifyKind,
  noMutex,
  PENDING,
  Pin,
  type PinOptions,
  Scheduler,
  SoftTimers,
  type SoftTimersOptions,
  UEvent,
  Vm,
} from '../micropython/index.ts';
import { ForcedInterrupt } from './stm32_kbd_intr.ts';
import { Deadline, PybMutex, PybThread, PybThreads } from './stm32_threads.ts';

export { Deadline, PybMutex, PybThread, PybThreads } from './stm32_threads.ts';

/** SysTick: 1 kHz. */
export const TICK_US = 1000;
/** MICROPY_SCHEDULER_DEPTH */
export const SCHEDULER_DEPTH = 8;

/** Priorities of ports/stm32/irq.h for Cortex-M3 and better. Small numbers are urgent. */
export const IRQ_PRI_SYSTICK = 0;
export const IRQ_PRI_UART = 1;
export const IRQ_PRI_SDIO = 4;
export const IRQ_PRI_DMA = 5;
export const IRQ_PRI_OTG_FS = 6;
export const IRQ_PRI_TIM5 = 6;
export const IRQ_PRI_CAN = 7;
export const IRQ_PRI_TIMX = 13;
export const IRQ_PRI_EXTINT = 14;
export const IRQ_PRI_PENDSV = 15;
export const IRQ_PRI_RTC_WKUP = 15;

/**
 * How MICROPY_EVENT_POLL_HOOK waits. `check-then-wfi`: runs what is pending and then waits, as released in both eras.
 * `masked`: what #6056 proposed (03e41dde49): with interrupts off, wait only if nothing is pending; then run it.
 */
export type Wait = 'check-then-wfi' | 'masked';

export interface Stm32Options {
  readonly era?: Era;
  /** µs between ticks; 0: a tickless build, in which waits have no limit. Default: {@link TICK_US}. */
  readonly tick?: number;
  readonly wait?: Wait;
  /** Python threads besides main: more than none is a `*_THREAD` board. */
  readonly threads?: number;
  /** Let PendSV switch after dispatching as well, which no release does. */
  readonly pendSvAlwaysSwitches?: boolean;
  readonly schedulerDepth?: number;
  /** The proposed `notify` of uevent. */
  readonly notify?: NotifyKind;
  /** A *proposal* instead of the WFI of a wait: see `PowerManager`. ms; -1: no limit. */
  readonly internalWfe?: (timeoutMs: number) => void;
}

export interface Stm32IrqSource extends IrqSource {
  /** Default: that of the EXTI lines, on which pins are. */
  readonly priority?: number;
  /** Its handler as one step: see `IrqOptions`. */
  readonly oneStep?: boolean;
}

/** An stm32 with MicroPython: how interrupts, scheduler, VM and GIL are wired (ports/stm32). */
export class Stm32 implements Board {
  readonly era: Era;
  readonly cores: Core[] = [];
  readonly core: Core;
  readonly scheduler: Scheduler;
  readonly gil: Mutex;
  readonly vm: Vm;
  readonly uevent: UEvent;
  readonly threads: PybThreads;
  readonly pendSv: DispatchingPendSv;
  /** What every tick does besides counting: soft timers put their test of the time here. */
  readonly onTick: (() => void)[] = [];
  /** Characters that the UART has received for the REPL. */
  readonly stdin = { available: int(0, 3) };
  /** `mp_interrupt_char`: whether Ctrl-C is one. While a program runs, not while the REPL waits for input. */
  interruptChar = false;
  /** mp_event_wait_ms and its relatives. */
  readonly events: EventWait;
  private readonly mainThread = new PybThread('main', true);
  private readonly forced = new ForcedInterrupt();
  private readonly primask = new CoreMask();
  private readonly slots: DispatchSlot[] = [];
  private readonly deadlines: Deadline[];
  private readonly tickUs: number;
  private readonly wait: Wait;

  constructor(options: Stm32Options) {
    this.era = options.era ?? 'E2';
    this.tickUs = options.tick ?? TICK_US;
    this.wait = options.wait ?? 'check-then-wfi';
    this.core = new Core('cpu', this.cores, { priorityLevels: 16 });
    this.threads = new PybThreads(this.core, IRQ_PRI_PENDSV, this.mainThread, () =>
      this.pendSv.requestSwitch(),
    );
    this.deadlines = [this.mainThread.delay];
    this.scheduler = new Scheduler({
      depth: options.schedulerDepth ?? SCHEDULER_DEPTH,
      atomicSection: (section) => critical(this.primask, section),
    });
    this.gil = (options.threads ?? 0) > 0 ? new PybMutex(this.threads, 'GIL') : noMutex;
    this.vm = new Vm(this.scheduler, this.gil, { era: this.era, threads: this.gil !== noMutex });
    this.events = new EventWait(this.vm, { internalWfe: options.internalWfe ?? (() => this.internalWfe()) });
    this.uevent = UEvent.on(this, options.notify);
    if (this.tickUs > 0)
      new SysTick(this.core, IRQ_PRI_SYSTICK, this.tickUs, () => this.sysTickHandler(), { oneStep: true });
    this.pendSv = new DispatchingPendSv(
      this.core,
      IRQ_PRI_PENDSV,
      this.slots,
      () => atomic(() => this.jumpOrSwitch()),
      { alwaysSwitch: options.pendSvAlwaysSwitches ?? false },
    );
  }

  // ---- what a scenario is made of ----

  pin(number: number, options: PinOptions = {}): Pin {
    return new Pin(this, number, options);
  }

  /** The program. When it ends, the REPL waits for input. */
  main(body: () => void): Process {
    const thread = this.mainThread;
    thread.process = process(
      thread.name,
      () => {
        this.gil.acquire();
        this.parse_compile_execute(body);
        while (true) this.mp_hal_stdin_rx_chr();
      },
      {
        roles: [thread, this.core],
        python: this.vm.checkpoint,
        runs: () => this.core.runs(null) && this.threads.cur === thread,
        lane: { core: this.core.name, kind: 'task' },
      },
    );
    lostWakeup('a scheduled callback waits', () => this.scheduler.hasWork(), thread.process);
    return thread.process;
  }

  /** lib/utils/pyexec.c: Ctrl-C ends the program, and what is left of it afterwards is dropped. */
  private parse_compile_execute(body: () => void): void {
    try {
      if (!this.forced.jumped) {
        this.interruptChar = true;
        body();
      }
    } catch (e) {
      if (e !== KeyboardInterrupt) throw e;
    }
    this.interruptChar = false;
    try {
      this.vm.mp_handle_pending();
    } catch {
      // mp_handle_pending(false)
    }
  }

  /** `_thread.start_new_thread` before the program begins. Needs a `*_THREAD` board: the option `threads`. */
  thread(name: string, body: () => void): Process {
    const thread = this.newThread(name, body);
    this.threads.admit(thread);
    return thread.process!;
  }

  /** A thread that {@link PybThreads.pyb_thread_new} starts when the program gets there. */
  newThread(name: string, body: () => void): PybThread {
    check(this.gil !== noMutex, 'an stm32 without { threads } has no _thread');
    const thread = new PybThread(name, false);
    const run = () => {
      this.gil.acquire();
      body();
      this.gil.release();
    };
    this.threads.process(thread, run, this.vm.checkpoint);
    this.deadlines.push(thread.delay);
    return thread;
  }

  /** An interrupt that the outside world raises up to `times` times, at any moments or never. */
  irq(name: string, options: Stm32IrqSource, handler: () => void): Irq {
    const { times, core = 0, priority = IRQ_PRI_EXTINT, wakes = 'gpio', oneStep } = options;
    // A hard handler borrows the thread that it interrupts. Which one of several that is the model does not know.
    const roles = this.gil === noMutex ? [this.mainThread] : [];
    const line = new Irq(this.cores[core]!, name, priority, handler, { wakes, roles, oneStep });
    edges(line, times);
    return line;
  }

  /** What `_thread.lock` and the runtime's mutexes are made of. */
  mutex(name: string): PybMutex {
    return new PybMutex(this.threads, name);
  }

  /** A slot of `pendsv_dispatch_table`, to be requested with `pendSv.schedule(slot)`. Most important first. */
  dispatchSlot(name: string, run: () => void): DispatchSlot {
    const slot = new DispatchSlot(name, run);
    this.slots.push(slot);
    return slot;
  }

  /** A time of `ticks_ms` that a program waits for. While the scenario is built. */
  deadline(): Deadline {
    const deadline = new Deadline();
    this.deadlines.push(deadline);
    return deadline;
  }

  /** `uwTick += ms`, for ticks that did not come because the clock stood still. No release does it. */
  addTicks(ms: number): void {
    atomic(() => {
      for (const each of this.deadlines) each.leftMs = each.leftMs > ms ? each.leftMs - ms : 0;
    });
  }

  /** `machine.Timer(-1)`: the module that all of them share. Once. */
  softTimers(options: SoftTimersOptions = {}): SoftTimers {
    const slot = this.dispatchSlot('soft timer', () => timers.soft_timer_handler());
    const timers: SoftTimers = new SoftTimers(
      {
        vm: this.vm,
        pendSvMask: this.threads.mask,
        irqMask: this.primask,
        requestDispatch: () => this.pendSv.schedule(slot),
      },
      options,
    );
    this.onTick.push(() => timers.sysTick());
    return timers;
  }

  // ---- interrupts ----

  /** SysTick_Handler (ports/stm32/systick.c). The most urgent one of its core: nobody sees it half done. */
  private sysTickHandler(): void {
    for (const each of this.deadlines) if (each.leftMs > 0) each.leftMs--;
    for (const each of this.onTick) each();
    this.threads.tick();
  }

  /** uart_irq_handler: a character for the REPL. That the interrupt has come is what ends the WFI. */
  uartIsr(): void {
    atomic(() => {
      this.stdin.available++;
    });
  }

  /** uart_irq_handler: Ctrl-C. */
  ctrlC(): void {
    if (this.interruptChar) this.pendsv_kbd_intr();
    else this.uartIsr();
  }

  /** E1: the first Ctrl-C is left for the VM, a second one takes it back and forces the exception. Later both are left. */
  private pendsv_kbd_intr(): void {
    const { scheduler } = this;
    if (this.era === 'E2' || scheduler.pendingException === null) {
      this.vm.mp_sched_keyboard_interrupt(this.mainThread);
      return;
    }
    check(this.gil === noMutex, 'a forced Ctrl-C is modelled without threads: it hits whichever runs');
    scheduler.pendingException = null;
    this.forced.requested = true;
    this.pendSv.requestSwitch();
  }

  /** The rest of PendSV_Handler, with interrupts off. */
  private jumpOrSwitch(): void {
    if (this.era === 'E1' && this.forced.nlr_jump(this.mainThread.process!)) return;
    this.threads.pyb_thread_next();
  }

  /** Nothing: any interrupt ends the WFI. */
  mp_hal_wake_main_task_from_isr(): void {}

  // ---- waiting ----

  /** MICROPY_EVENT_POLL_HOOK (mpconfigport.h, E1), mp_event_wait_indefinite (mphalport.h, E2): the same steps. */
  eventPollHook(): void {
    if (this.wait === 'masked') this.eventWaitAtomic();
    else this.events.mp_event_wait_indefinite();
  }

  /** MICROPY_INTERNAL_WFE. The time is of no use: SysTick ends the wait. */
  private internalWfe(): void {
    if (this.threads.enabled) this.yieldWithoutGil();
    else this.core.wfi();
  }

  /** MICROPY_EVENT_WAIT_ATOMIC of #6056, and then what is pending. With threads the mask ends before the wait. */
  private eventWaitAtomic(): void {
    const { core } = this;
    core.disableInterrupts();
    if (this.scheduler.state === PENDING) core.enableInterrupts();
    else if (this.threads.enabled) {
      core.enableInterrupts();
      this.yieldWithoutGil();
    } else {
      core.wfi();
      core.enableInterrupts();
    }
    this.vm.mp_handle_pending();
  }

  private yieldWithoutGil(): void {
    this.gil.release();
    this.threads.pyb_thread_yield();
    this.gil.acquire();
  }

  /** mp_hal_stdin_rx_chr: the REPL at rest. */
  mp_hal_stdin_rx_chr(): void {
    while (this.stdin.available === 0) this.eventPollHook();
    this.stdin.available--;
  }

  /**
   * `time.sleep_ms` (mp_hal_delay_ms): until so many ticks have come. E1 looks at the time first, E2 waits first, so
   * that `sleep_ms(0)` runs what is pending.
   */
  mp_hal_delay_ms(ms: number): void {
    check(this.tickUs > 0, 'mp_hal_delay_ms counts ticks');
    const { delay } = me(PybThread);
    delay.leftMs = ms;
    if (this.era === 'E2') this.eventPollHook();
    while (delay.leftMs > 0) this.eventPollHook();
  }

  /** `machine.idle()` */
  machine_idle(): void {
    this.core.wfi();
  }
}

/** An stm32 that does what `options` say and is otherwise as released. */
export function stm32(options: Stm32Options = {}): Stm32 {
  return new Stm32(options);
}
