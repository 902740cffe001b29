import { atomic, type Clock, check, int, relaxed, rest, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Device } from './device.ts';
import type { Irq } from './irq.ts';
import type { CorePower } from './power.ts';
import { basepriOf, THREAD_LEVEL } from './priority.ts';

/** How deep interrupt masking may nest: leaving the range is a model error, never a wrap. */
const MASK_NESTING_MAX = 4;

export interface CoreOptions {
  /**
   * Keep the event register of WFE. Off unless somebody executes WFE: every interrupt sets the bit, so it would
   * tell states apart that behave alike.
   */
  readonly eventRegister?: boolean;
  /** SEVONPEND of the SCR: an interrupt that becomes pending is an event, also where it is masked or disabled. */
  readonly sevOnPend?: boolean;
  /**
   * How many priorities the core implements: 16 on a Cortex-M4 of ST, 4 on a Cortex-M0+. A line outside of
   * 0 … n-1 is refused. Default: {@link THREAD_LEVEL}, all.
   */
  readonly priorityLevels?: number;
}

/** One processor core: which handler is active, what is masked, whether it sleeps. */
export class Core {
  static readonly drawing: Drawing = {
    kind: 'fields',
    of: 'name',
    also: ['active', 'maskDepth', 'primask', 'basepri', 'asleep', 'stalled', 'event'],
  };

  /** The innermost handler that has started and not returned; `null` at thread level. */
  active: Irq | null = null;
  /** How often interrupts were switched off and not on again. Written only by code on this core. */
  maskDepth = int(0, MASK_NESTING_MAX);
  /** PRIMASK: one bit, which does not nest. */
  primask = false;
  /** BASEPRI: lines of this priority and less urgent ones are not taken. */
  basepri = THREAD_LEVEL;
  /** Halted by WFI (`waiti` on Xtensa) or in a deeper sleep. */
  asleep = false;
  /** Held by the sleep of another core (`esp_cpu_stall`): nothing on this core steps. */
  stalled = false;
  /** The event register of WFE: one bit. */
  event = false;
  /** Most urgent first, equal priorities in order of creation. Fixed when the scenario is built. */
  readonly lines: Irq[] = [];
  /** In order of creation, which is that of exception numbers. */
  readonly vectors: Irq[] = [];
  /** Whether a line may change its priority: then the order of {@link lines} says nothing. */
  prioritiesMove = false;
  /** What drives its lines: sleep modes stop those whose clock they stop. */
  readonly devices: Device[] = [];
  /** The sleep modes of its chip, if the model has them. */
  power: CorePower | null = null;
  /**
   * What the interrupt dispatcher does as the outermost handler returns, in the step of the return. A kernel puts
   * its context switch here (`_frxt_int_exit` of the Xtensa port); nothing by default.
   */
  epilogue: () => void = nothing;

  /** @param cluster the cores that one SEV reaches; this core adds itself. */
  constructor(
    readonly name: string,
    readonly cluster: Core[] = [],
    readonly options: CoreOptions = {},
  ) {
    this.index = cluster.length;
    cluster.push(this);
  }

  /** Position in the cluster: the number that the core reads as its own id. */
  readonly index: number;

  /** Whether no interrupt is taken, whatever its priority. */
  get masked(): boolean {
    return this.primask || this.maskDepth > 0;
  }

  /** The priority of what this core executes: that of the active handler, or {@link THREAD_LEVEL}. */
  get level(): number {
    return this.active === null ? THREAD_LEVEL : this.active.priority;
  }

  /** The turn of this layer: whether a handler, or (`null`) the thread level, may step now. */
  runs(line: Irq | null): boolean {
    return !this.stalled && this.executing() === line;
  }

  /**
   * Whose instruction this core executes next: a handler's, or (`null`) the thread's. A pending interrupt that
   * nothing masks comes before any further instruction, so this is what every `runs` on this core asks; there is
   * no other scheduler for interrupts. Tail-chaining and late arrival follow from it.
   */
  executing(): Irq | null {
    return this.masked ? this.active : (this.preempting() ?? this.active);
  }

  /** The most urgent request above the active handler and BASEPRI, whatever PRIMASK says. */
  preempting(): Irq | null {
    if (this.prioritiesMove) return this.preemptingOfAny();
    const level = this.level;
    for (const line of this.lines) {
      if (line.priority >= level || line.priority >= this.basepri) break;
      if (this.sees(line)) return line;
    }
    return null;
  }

  private preemptingOfAny(): Irq | null {
    let bound = this.level;
    if (this.basepri < bound) bound = this.basepri;
    let first: Irq | null = null;
    for (const line of this.vectors)
      if (line.priority < bound && this.sees(line)) {
        first = line;
        bound = line.priority;
      }
    return first;
  }

  /** In a sleep mode only what wakes from it is seen. */
  private sees(line: Irq): boolean {
    return line.requested() && (this.power === null || this.power.lets(line));
  }

  /** Exception entry. What it interrupted is returned: the handler keeps it for {@link leave}. */
  enter(line: Irq): Irq | null {
    return atomic(() => {
      const interrupted = this.active;
      this.wake();
      this.active = line;
      line.taken();
      this.signalSelf();
      return interrupted;
    });
  }

  /** Exception return, and the {@link epilogue} when it goes back to thread level. */
  leave(interrupted: Irq | null): void {
    atomic(() => {
      this.active = interrupted;
      this.signalSelf();
      if (interrupted === null) this.epilogue();
    });
  }

  // ---- masks ----

  /** Switches interrupts off on this core only. Nests. */
  disableInterrupts(): void {
    atomic(() => {
      this.maskDepth++;
    });
  }

  /** Undoes one {@link disableInterrupts}. */
  enableInterrupts(): void {
    atomic(() => {
      this.maskDepth--;
    });
  }

  /** `cpsid i`: sets PRIMASK. Does not nest. */
  cpsid(): void {
    this.primask = true;
  }

  /** `cpsie i`: clears PRIMASK, whoever has set it. */
  cpsie(): void {
    this.primask = false;
  }

  /**
   * Sets PRIMASK and returns what it was, for {@link restoreInterrupts}: `save_and_disable_interrupts` of the
   * pico-sdk, `disable_irq` of ports/stm32/irq.h.
   */
  saveAndDisableInterrupts(): boolean {
    return atomic(() => {
      const saved = this.primask;
      this.primask = true;
      return saved;
    });
  }

  /** Writes back PRIMASK: `restore_interrupts`, `enable_irq(state)`. */
  restoreInterrupts(saved: boolean): void {
    this.primask = saved;
  }

  /** `msr basepri`: lines of this priority and less urgent ones wait. 0, as on ARM, or {@link THREAD_LEVEL}: none. */
  setBasepri(priority: number): void {
    this.basepri = basepriOf(priority);
  }

  /**
   * `msr basepri_max`: the same, but never opens. Returns what it was, for {@link setBasepri}: `raise_irq_pri` of
   * ports/stm32/irq.h.
   */
  raiseBasepri(priority: number): number {
    return atomic(() => {
      const saved = this.basepri;
      const wanted = basepriOf(priority);
      if (wanted < saved) this.basepri = wanted;
      return saved;
    });
  }

  // ---- sleeping ----

  /**
   * Ends on an interrupt that is taken, or that would be if PRIMASK were clear. One that BASEPRI or the active
   * handler holds back does not end it (ARMv7-M, "WFI wake-up events"). Not latched: a handler that ran before does
   * not end it. That is the difference from {@link wfe}, and the whole of many lost wakeups. Allowed in handlers.
   */
  wfi(): void {
    relaxed(() => this.halt()); // An interrupt may come before it, as it may on the chip.
    rest(() => {
      if (this.asleep && this.preempting() === null) return false;
      this.wake();
      return true;
    });
  }

  /**
   * Xtensa `waiti 0`: opens all masks and sleeps until an interrupt was taken, in one instruction. Nothing comes
   * between a test under the mask and the sleep.
   */
  waiti(): void {
    atomic(() => {
      this.maskDepth = 0;
      this.halt();
    });
    rest(() => !this.asleep);
  }

  /**
   * A loop of WFI that does nothing else, as one location: nobody can tell its sleeping from its turning round.
   * Handlers run while it stands there. Power is not accounted for.
   */
  idleLoop(): void {
    rest(() => false);
  }

  /**
   * Goes on at once if the event register is set, and clears it; else sleeps until it is set, or an exception is taken. An
   * exception ends the sleep *before* its handler runs, so that the event of its return is left for the next WFE: that
   * one does not sleep (ARMv6-M, ExceptionReturn() sets the event register).
   */
  wfe(): void {
    this.demandEventRegister();
    if (this.sleepsForEvent()) rest(() => this.isWoken());
  }

  /**
   * WFE with an alarm `timeout` µs from now, or when that clock expires; whether an event ended it (rp2:
   * `best_effort_wfe_or_timeout`).
   */
  wfeOrTimeout(timeout: number | Clock): boolean {
    this.demandEventRegister();
    if (!this.sleepsForEvent()) return true;
    if (until(() => this.isWoken(), timeout)) return true;
    atomic(() => this.wake());
    return false;
  }

  private halt(): void {
    if (this.power === null) this.asleep = true;
    else this.power.halt();
  }

  private demandEventRegister(): void {
    const { eventRegister = false } = this.options;
    if (!eventRegister) check(false, 'WFE on a core without { eventRegister: true }');
  }

  /** The beginning of a WFE. */
  private sleepsForEvent(): boolean {
    return atomic(() => {
      if (this.takeEvent()) return false;
      this.halt();
      return true;
    });
  }

  private isWoken(): boolean {
    return !this.asleep || this.takeEvent();
  }

  /** Whatever ends a sleep, in the step that does. */
  private wake(): void {
    if (this.power !== null) this.power.resume();
    this.asleep = false;
  }

  /** Sets the event register of every core of the cluster. */
  sev(): void {
    atomic(() => {
      for (const core of this.cluster) core.event = true;
    });
  }

  /** Exception entry and return set the own event register. */
  private signalSelf(): void {
    if (this.options.eventRegister === true) this.event = true;
  }

  /** Events merge: all that came before this one are taken with it. */
  private takeEvent(): boolean {
    let event = this.event;
    if (this.options.sevOnPend === true)
      for (const line of this.vectors) if (line.signalsEvent()) event = true;
    if (!event) return false;
    this.event = false;
    this.wake();
    return true;
  }
}

function nothing(): void {}
