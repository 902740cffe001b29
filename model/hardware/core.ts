import { atomic, int, rest, until } from '../index.ts';
import type { Irq } from './irq.ts';

/** Thread level, as a priority: less urgent than every interrupt line. Small numbers are urgent. */
export const THREAD_LEVEL = 256;

/** How deep interrupt masking may nest: leaving the range is a model error, never a wrap. */
const MASK_NESTING_MAX = 4;

export interface CoreOptions {
  /**
   * Keep the event register of WFE. Off unless somebody executes WFE: every interrupt sets the bit, so it would
   * tell states apart that behave alike.
   */
  readonly eventRegister?: boolean;
}

/** One processor core: which handler is active, what is masked, whether it sleeps. */
export class Core {
  /** The innermost handler that has started and not returned; `null` at thread level. */
  active: Irq | null = null;
  /** How often interrupts were switched off and not on again. Written only by code on this core. */
  maskDepth = int(0, MASK_NESTING_MAX);
  /** BASEPRI: lines of this priority and less urgent ones are not taken. */
  basepri = THREAD_LEVEL;
  /** Halted by WFI (`waiti` on Xtensa). */
  asleep = false;
  /** The event register of WFE: one bit. */
  event = false;
  /** Most urgent first, equal priorities in order of creation. Fixed when the scenario is built. */
  readonly lines: Irq[] = [];
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

  get masked(): boolean {
    return this.maskDepth > 0;
  }

  /** The turn of this layer: whether a handler, or (`null`) the thread level, may step now. */
  runs(line: Irq | null): boolean {
    return this.executing() === line;
  }

  /**
   * Whose instruction this core executes next: a handler's, or (`null`) the thread's. A pending interrupt that
   * nothing masks comes before any further instruction, so this is what every `runs` on this core asks; there is
   * no other scheduler for interrupts.
   */
  executing(): Irq | null {
    const level = this.active === null ? THREAD_LEVEL : this.active.priority;
    if (!this.masked)
      for (const line of this.lines) {
        if (line.priority >= level || line.priority >= this.basepri) break;
        if (line.requested()) return line;
      }
    return this.active;
  }

  /** Exception entry. What it interrupted is returned: the handler keeps it for {@link leave}. */
  enter(line: Irq): Irq | null {
    return atomic(() => {
      const interrupted = this.active;
      this.active = line;
      line.pending = false;
      this.asleep = false;
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

  /**
   * Ends on an interrupt, taken or (when masked) only pending. Not latched: a handler that ran before does not
   * end it. That is the difference from {@link wfe}, and the whole of many lost wakeups.
   */
  wfi(): void {
    this.asleep = true;
    rest(() => {
      if (this.asleep && !this.anyRequested()) return false;
      this.asleep = false;
      return true;
    });
  }

  /**
   * A loop of WFI that does nothing else, as one location: nobody can tell its sleeping from its turning round.
   * Handlers run while it stands there.
   */
  idleLoop(): void {
    rest(() => false);
  }

  /** Ends when the event register is set, and clears it: an event before the WFE is not lost. */
  wfe(): void {
    rest(() => this.takeEvent());
  }

  /** WFE with an alarm `us` from now; whether an event ended it (rp2: `best_effort_wfe_or_timeout`). */
  wfeOrTimeout(us: number): boolean {
    return until(() => this.takeEvent(), us);
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

  private takeEvent(): boolean {
    if (!this.event) return false;
    this.event = false;
    return true;
  }

  private anyRequested(): boolean {
    for (const line of this.lines) if (line.requested()) return true;
    return false;
  }
}

function nothing(): void {}
