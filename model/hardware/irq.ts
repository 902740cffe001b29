import { atomic, type Process, process } from '../index.ts';
import type { Core } from './core.ts';

export interface IrqOptions {
  /** Level-triggered source: the line requests as long as this is true; the handler must end that. */
  readonly asserted?: () => boolean;
  /** Whether the line starts enabled. Default: yes. */
  readonly enabled?: boolean;
  /**
   * Entry, handler and return as one step. Sound when no other core and no more urgent line can tell: the handler
   * touches only what belongs to its own core, or consists of one critical section.
   */
  readonly oneStep?: boolean;
  /** Further roles of the handler's process. */
  readonly roles?: readonly object[];
}

/** One interrupt line with its handler. Pending is one bit, as in hardware: requests merge. */
export class Irq {
  pending = false;
  enabled: boolean;
  readonly process: Process;
  private readonly asserted: () => boolean;

  constructor(
    readonly core: Core,
    readonly name: string,
    readonly priority: number,
    handler: () => void,
    options: IrqOptions = {},
  ) {
    this.enabled = options.enabled ?? true;
    this.asserted = options.asserted ?? never;
    let place = core.lines.length;
    while (place > 0 && core.lines[place - 1]!.priority > priority) place--;
    core.lines.splice(place, 0, this);
    const oneStep = options.oneStep ?? false;
    this.process = process(
      name,
      () => {
        while (true)
          if (oneStep) atomic(() => this.serve(handler));
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
    return this.enabled && (this.pending || this.asserted());
  }

  /** The edge that a device, or another core, sends. */
  raise(): void {
    this.pending = true;
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
