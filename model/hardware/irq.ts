import { atomic, check, type Process, process } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Core } from './core.ts';
import type { WakeSource } from './power_modes.ts';
import { THREAD_LEVEL } from './priority.ts';

export interface IrqOptions {
  /** Level-triggered source: the line requests as long as this is true; the handler must end that. */
  readonly asserted?: () => boolean;
  /** Whether the line starts enabled. Default: yes. */
  readonly enabled?: boolean;
  /**
   * Entry, handler and return as one step. Sound when no other core and no more urgent line can tell: the handler
   * touches only what belongs to its own core, or consists of one critical section. A function is asked each time.
   */
  readonly oneStep?: boolean | (() => boolean);
  /** Further roles of the handler's process. */
  readonly roles?: readonly object[];
  /**
   * A level that came and went unserved stays pending, as in the NVIC; devices say when it goes ({@link Irq.sample}).
   * Default: it is gone, as with the level interrupts of the Xtensa cores.
   */
  readonly latches?: boolean;
  /** Whether {@link Irq.setPriority} is used. */
  readonly movablePriority?: boolean;
  /** What the hardware does as it enters the handler, in that step: SysTick has no flag that software clears. */
  readonly onEntry?: () => void;
  /** What kind of wake source it is in the table of sleep modes. Default: one that ends WFI only. */
  readonly wakes?: WakeSource;
}

/** One interrupt line with its handler. Pending is one bit, as in hardware: requests merge. */
export class Irq {
  static readonly drawing: Drawing = { kind: 'fields', also: ['pending', 'enabled', 'priority'] };

  pending = false;
  enabled: boolean;
  /** With SEVONPEND: the event of this request has been taken. */
  signalled = false;
  readonly process: Process;
  readonly wakes: WakeSource;
  private readonly asserted: () => boolean;
  private readonly onEntry: () => void;
  private readonly latches: boolean;

  constructor(
    readonly core: Core,
    readonly name: string,
    public priority: number,
    handler: () => void,
    options: IrqOptions = {},
  ) {
    const { priorityLevels = THREAD_LEVEL } = core.options;
    check(
      priority >= 0 && priority < priorityLevels,
      `${name}: priority ${priority}, and ${core.name} has ${priorityLevels}`,
    );
    this.enabled = options.enabled ?? true;
    this.asserted = options.asserted ?? never;
    this.onEntry = options.onEntry ?? nothing;
    this.latches = options.latches ?? false;
    this.wakes = options.wakes ?? 'peripheral';
    if (options.movablePriority === true) core.prioritiesMove = true;
    core.vectors.push(this);
    let place = core.lines.length;
    while (place > 0 && core.lines[place - 1]!.priority > priority) place--;
    core.lines.splice(place, 0, this);
    const { oneStep = false } = options;
    const isOneStep = typeof oneStep === 'function' ? oneStep : () => oneStep;
    this.process = process(
      name,
      () => {
        while (true)
          if (isOneStep()) atomic(() => this.serve(handler));
          else this.serve(handler);
      },
      {
        roles: [this, core, ...(options.roles ?? [])],
        runs: () => core.runs(this),
        lane: { core: core.name, kind: 'isr' },
      },
    );
  }

  /** Whether the line asks for its handler; masking and priorities are the core's business. */
  requested(): boolean {
    return this.enabled && this.isPending();
  }

  /** The pending state that the interrupt controller shows, enabled or not. */
  isPending(): boolean {
    return this.pending || this.asserted();
  }

  /** The edge that a device, or another core, sends. Software can, too: ISPR of the NVIC. */
  raise(): void {
    this.pending = true;
  }

  /** ICPR of the NVIC: forgets a request. A level that is still there remains one. */
  clearPending(): void {
    atomic(() => {
      this.pending = false;
      if (this.core.options.sevOnPend === true && !this.asserted()) this.signalled = false;
    });
  }

  /** ISER. What has become pending meanwhile is served now. */
  enable(): void {
    this.enabled = true;
  }

  /** ICER. A request stays pending, and an active handler active. */
  disable(): void {
    this.enabled = false;
  }

  /** IPR. Needs `movablePriority`. */
  setPriority(priority: number): void {
    const { priorityLevels = THREAD_LEVEL } = this.core.options;
    atomic(() => {
      check(this.core.prioritiesMove, 'setPriority() of a line without { movablePriority: true }');
      check(priority >= 0 && priority < priorityLevels, 'a priority that the core does not have');
      this.priority = priority;
    });
  }

  /** To be called in the step in which a level ends, before it does: whether that leaves the line pending. */
  sample(): void {
    if (this.latches && this.core.active !== this && this.asserted()) this.pending = true;
  }

  /** The interrupt controller's side of exception entry. */
  taken(): void {
    this.pending = false;
    if (this.core.options.sevOnPend === true) this.signalled = false;
    this.onEntry();
  }

  /** SEVONPEND: whether a request came since the last event was taken; takes it. */
  signalsEvent(): boolean {
    if (this.signalled || this.core.active === this || !this.isPending()) return false;
    this.signalled = true;
    return true;
  }

  /** One service: entry needs no guard of its own, because the process runs only when it is due. */
  private serve(handler: () => void): void {
    const interrupted = this.core.enter(this);
    handler();
    this.core.leave(interrupted);
  }
}

/** The thread level of a core without a kernel: the body of `main()`. */
export function bareMetal(
  core: Core,
  name: string,
  body: () => void,
  roles: readonly object[] = [],
): Process {
  return process(name, body, {
    roles: [...roles, core],
    runs: () => core.runs(null),
    lane: { core: core.name, kind: 'task' },
  });
}

function never(): boolean {
  return false;
}

function nothing(): void {}
