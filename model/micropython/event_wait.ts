import type { Vm } from './vm.ts';

export interface EventWaitOptions {
  /** MICROPY_INTERNAL_EVENT_HOOK: what the port does besides running what is pending; nothing on most. */
  readonly internalEventHook?: () => void;
  /** MICROPY_INTERNAL_WFE: waits for the next interrupt or event, at most so many ms; -1: for ever. */
  readonly internalWfe: (timeoutMs: number) => void;
}

/**
 * How C code waits for events since f5be0128e4 (v1.22): py/scheduler.c. What is pending is run first, and then the
 * port waits, whatever has come meanwhile: how much that costs is a question of what {@link EventWaitOptions.internalWfe}
 * remembers. Ports that still define MICROPY_EVENT_POLL_HOOK do that instead of a wait.
 */
export class EventWait {
  private readonly internalEventHook: () => void;
  private readonly internalWfe: (timeoutMs: number) => void;

  constructor(
    private readonly vm: Vm,
    options: EventWaitOptions,
  ) {
    this.internalEventHook = options.internalEventHook ?? nothing;
    this.internalWfe = options.internalWfe;
  }

  /** Runs what is pending, and does not wait. */
  mp_event_handle_nowait(): void {
    this.internalEventHook();
    this.vm.mp_handle_pending();
  }

  /** Runs what is pending, then waits for whatever comes next. */
  mp_event_wait_indefinite(): void {
    this.mp_event_handle_nowait();
    this.internalWfe(-1);
  }

  /** @param timeoutMs most ms that the wait lasts, on ports that can tell. */
  mp_event_wait_ms(timeoutMs: number): void {
    this.mp_event_handle_nowait();
    this.internalWfe(timeoutMs);
  }
}

function nothing(): void {}
