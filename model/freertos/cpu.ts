import type { Core } from '../hardware/core.ts';
import { int, type Sequence, sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Task } from './task.ts';

/** How deep taskENTER_CRITICAL and vTaskSuspendAll may nest. */
const NESTING_MAX = 4;

/** vTaskSuspendAll and what waits for its end: one for the system, or (ESP-IDF) one for each core. */
export class Suspension {
  static readonly drawing: Drawing = { kind: 'fields', also: ['depth', 'owner', 'pendingReady'] };

  /** `uxSchedulerSuspended` */
  depth = int(0, NESTING_MAX);
  /** The core that did it, where one core suspends the scheduler of all (FreeRTOS SMP). */
  owner: Cpu | null = null;
  /** `xPendingReadyList`: tasks that became ready meanwhile. */
  readonly pendingReady: Sequence<Task>;

  constructor(tasksMax: number) {
    this.pendingReady = sequence<Task>(tasksMax);
  }

  /** One vTaskSuspendAll, of code on `cpu`. */
  begin(_cpu: Cpu): void {
    this.depth++;
  }

  /** Undoes one {@link begin}. */
  end(): void {
    this.depth--;
  }
}

/** What the kernel keeps per core (`pxCurrentTCBs[n]`, `xYieldPendings[n]`). */
export class Cpu {
  static readonly drawing: Drawing = {
    kind: 'fields',
    also: ['running', 'yieldPending', 'switchFlag', 'scheduledToYield', 'criticalNesting'],
  };

  /** Written only by code on this core. */
  running: Task | null = null;
  /** A FromISR call found that this core should switch, whether or not the handler asks for it. */
  yieldPending = false;
  /** portYIELD_FROM_ISR was called: the return to thread level switches. Ports that pend an exception do not use it. */
  switchFlag = false;
  /**
   * Another core has interrupted this one to make it switch, which it has not done yet (taskTASK_SCHEDULED_TO_YIELD of
   * what it runs). FreeRTOS SMP only.
   */
  scheduledToYield = false;
  /** taskENTER_CRITICAL, nested. */
  criticalNesting = int(0, NESTING_MAX);

  /** @param requestYield asks the core for a context switch (portYIELD). */
  constructor(
    readonly core: Core,
    readonly requestYield: () => void,
    readonly suspension: Suspension,
  ) {}
}
