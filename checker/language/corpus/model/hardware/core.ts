import { atomic, process, rest, until, type Process } from 'upy-check/model';

/** Thread level, as a priority: less urgent than every interrupt. ARM numbering, small is urgent. */
export const THREAD = 256;

/** One processor core: which handler is active, what is masked, whether it sleeps. */
export class Core {
  /** The innermost handler that has started and not returned; `null` at thread level. */
  active: Irq | null = null;
  /** PRIMASK. */
  masked = false;
  /** BASEPRI: interrupts of this priority and less urgent ones are not taken. */
  basepri = THREAD;
  /** Halted by WFI or WFE. */
  asleep = false;
  /** The event register of WFE: one bit. */
  event = false;
  /** Most urgent first, equal priorities in order of creation. */
  readonly lines: Irq[] = [];

  /** @param lazyEntry experiment of LANGUAGE-REPORT.md §e: a pending interrupt may be taken any time later. */
  constructor(
    readonly name: string, readonly cluster: Core[] = [], private readonly lazyEntry = false,
  ) {
    cluster.push(this);
  }

  /** The turn of this layer: whether a handler, or (`null`) the thread level, may step now. */
  runs(line: Irq | null): boolean {
    if (this.lazyEntry && this.active === line) return true;
    return this.executing() === line;
  }

  /**
   * Whose instruction this core executes next: a handler's, or (`null`) the thread's. A pending
   * interrupt that nothing masks comes before any further instruction, so this is what every
   * `runs` on this core asks.
   */
  executing(): Irq | null {
    const level = this.active === null ? THREAD : this.active.priority;
    if (!this.masked)
      for (const line of this.lines) {
        if (line.priority >= level || line.priority >= this.basepri) break;
        if (line.requested()) return line;
      }
    return this.active;
  }

  /** Exception entry; what it interrupted is the handler's to keep. */
  enter(line: Irq): Irq | null {
    return atomic(() => {
      const interrupted = this.active;
      this.active = line;
      line.pending = false;
      this.asleep = false;
      this.event = true;
      return interrupted;
    });
  }

  /** Exception return. */
  leave(interrupted: Irq | null): void {
    atomic(() => {
      this.active = interrupted;
      this.event = true;
    });
  }

  /** Ends on an interrupt, taken or (when masked) only pending. Not latched: one taken before is lost. */
  wfi(): void {
    this.asleep = true;
    rest(() => !this.asleep || this.anyRequested());
    this.asleep = false;
  }

  /** Ends when the event register is set, and clears it. */
  wfe(): void {
    rest(() => this.takeEvent());
  }

  /** WFE with an alarm set for `us` from now (rp2 `best_effort_wfe_or_timeout`). */
  wfeOrTimeout(us: number): void {
    until(() => this.takeEvent(), us);
  }

  private takeEvent(): boolean {
    if (!this.event) return false;
    this.event = false;
    return true;
  }

  sev(): void {
    atomic(() => {
      for (const core of this.cluster) core.event = true;
    });
  }

  private anyRequested(): boolean {
    for (const line of this.lines) if (line.requested()) return true;
    return false;
  }
}

const never = () => false;

/** One interrupt line and its handler. Pending is one bit: requests merge. */
export class Irq {
  pending = false;
  enabled = true;
  readonly process: Process;

  /** @param asserted level-triggered source: requests as long as it is true. */
  constructor(
    readonly core: Core,
    readonly name: string,
    readonly priority: number,
    handler: () => void,
    private readonly asserted: () => boolean = never,
    /** Entry, handler and return as one step: sound when nobody can tell (see LANGUAGE-REPORT.md §e). */
    oneStep = false,
  ) {
    let place = core.lines.length;
    while (place > 0 && core.lines[place - 1]!.priority > priority) place--;
    core.lines.splice(place, 0, this);
    this.process = process(
      name,
      () => {
        while (true)
          if (oneStep)
            atomic(() => {
              const interrupted = core.enter(this);
              handler();
              core.leave(interrupted);
            });
          else {
            const interrupted = core.enter(this);
            handler();
            core.leave(interrupted);
          }
      },
      { roles: [this, core], runs: () => core.runs(this) },
    );
  }

  requested(): boolean {
    return this.enabled && (this.pending || this.asserted());
  }

  raise(): void {
    this.pending = true;
  }
}

/** The thread level of a core without a kernel: the body of `main()`. */
export function bareMetal(core: Core, name: string, body: () => void, roles: object[] = []): Process {
  return process(name, body, { roles: [...roles, core], runs: () => core.runs(null) });
}

/** Save, mask, run, restore: what `MICROPY_BEGIN/END_ATOMIC_SECTION` is on a single core. */
export function irqOff<T>(core: Core, section: () => T): T {
  const before = core.masked;
  core.masked = true;
  const result = section();
  core.masked = before;
  return result;
}
