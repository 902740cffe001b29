import { int, type Process, process, type Sequence } from '../index.ts';
import type { Cpu, Kernel } from './kernel.ts';

/** No limit. A count of ticks left otherwise, which is why it is not the largest tick value here. */
export const portMAX_DELAY = -1;

/** Which state list a task is on (`xStateListItem`). */
export enum On {
  None,
  Ready,
  Delayed,
  Suspended,
}

/** `ucNotifyState` */
export enum Notify {
  None,
  Waiting,
  Received,
}

export interface TaskOptions {
  /** The core it is pinned to. */
  readonly cpu: Cpu;
  /** Further roles of its process. */
  readonly roles?: readonly object[];
  readonly python?: (counter: number) => number;
  /** Steps of the task are no progress (idle). */
  readonly background?: boolean;
}

/**
 * A task control block. What others change while a call waits is declared `number`, although it holds enum members:
 * TypeScript would narrow it over the wait.
 */
export class Task {
  on: number = On.None;
  /** The priority in force; above `base` while it inherits one. */
  priority: number;
  readonly base: number;
  readonly cpu: Cpu;
  /** Ticks left of the call that it is in; `portMAX_DELAY` when that has no limit or there is none. */
  left: number;
  mutexesHeld: number;
  /** The list of waiters that it is on (`xEventListItem`), or `null`. */
  waitingIn: Sequence<Task> | null = null;
  /** The priority its event list item was inserted with; not re-sorted afterwards. */
  waitPriority: number;
  /** `ulNotifiedValue[0]` */
  notified: number;
  /** `ucNotifyState[0]` */
  notifyState: number = Notify.None;
  readonly process: Process;

  constructor(
    readonly kernel: Kernel,
    readonly name: string,
    base: number,
    body: () => void,
    options: TaskOptions,
  ) {
    const { config } = kernel;
    const top = config.priorities - 1;
    this.base = base;
    this.priority = int(0, top, base);
    this.waitPriority = int(0, top, base);
    this.left = int(portMAX_DELAY, config.ticksMax, portMAX_DELAY);
    this.mutexesHeld = int(0, 3);
    this.notified = int(0, config.notifiedMax);
    this.cpu = options.cpu;
    this.process = process(name, body, {
      roles: [this, kernel, options.cpu, options.cpu.core, ...(options.roles ?? [])],
      runs: () => kernel.runs(this),
      ...(options.python === undefined ? {} : { python: options.python }),
      background: options.background ?? false,
      lane: { core: options.cpu.core.name, kind: 'task' },
    });
  }
}
