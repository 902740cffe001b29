import { check, int, type Process, process, type Sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Cpu } from './cpu.ts';
import { EventWait } from './event_wait.ts';
import type { Kernel } from './kernel.ts';

/** No limit. A count of ticks left otherwise, which is why it is not the largest tick value here. */
export const portMAX_DELAY = -1;

/** Which state list a task is on (`xStateListItem`). */
export enum On {
  None,
  Ready,
  Delayed,
  Suspended,
}

/** `ucNotifyState`: whether a notification is there, waited for, or neither. */
export enum Notify {
  None,
  Waiting,
  Received,
}

/** One entry of a task's notification array. */
export class NotifySlot {
  static readonly drawing: Drawing = { kind: 'count', value: 'value', also: ['state'] };

  /** `ulNotifiedValue[n]` */
  value: number;
  /** `ucNotifyState[n]` */
  state: number = Notify.None;

  constructor(max: number) {
    this.value = max < 0 ? 0 : int(0, max);
  }
}

export interface TaskOptions {
  /** The core it is pinned to. Default: the only one; on several cores, any (where the kernel can do that). */
  readonly cpu?: Cpu;
  /** FreeRTOS SMP: the core it may run on at first, if vTaskCoreAffinitySet changes that. */
  readonly affinity?: Cpu;
  /** Further roles of its process. */
  readonly roles?: readonly object[];
  readonly python?: (counter: number) => number;
  /** Steps of the task are no progress (idle). */
  readonly background?: boolean;
  /** What its stack and TCB take of the heap (`heapTasks` of the configuration). Default: 1. */
  readonly heapUnits?: number;
  /** An idle task of the kernel (`taskATTRIBUTE_IS_IDLE`): below all others of priority 0. FreeRTOS SMP only. */
  readonly idle?: boolean;
}

/**
 * A task control block. What others change while a call waits is declared `number`, although it holds enum members:
 * TypeScript would narrow it over the wait.
 */
export class Task {
  static readonly drawing: Drawing = { kind: 'fields', also: ['on', 'priority', 'left', 'waitingIn'] };

  on: number = On.None;
  /** The priority in force; above `base` while it inherits one. */
  priority: number;
  /** `uxBasePriority` */
  base: number;
  /** The core it was made for, for good: it is a role of its process. `null`: made for none in particular. */
  readonly pinned: Cpu | null;
  /** The core it may run on (`uxCoreAffinityMask`); `null`: all of them. */
  affinity: Cpu | null;
  /** `xPreemptionDisable` */
  preemptionDisabled = false;
  readonly idle: boolean;
  readonly heapUnits: number;
  /** Ticks left of the call that it is in; `portMAX_DELAY` when that has no limit or there is none. */
  left: number;
  /** `ucDelayAborted` */
  aborted = false;
  /** `uxMutexesHeld` */
  mutexesHeld: number;
  /** The list of waiters that it is on (`xEventListItem`), or `null`. */
  waitingIn: Sequence<Task> | null = null;
  /** The priority its event list item was inserted with; not re-sorted afterwards. */
  waitPriority: number;
  /** The item's value belongs to an event group (`taskEVENT_LIST_ITEM_VALUE_IN_USE`). */
  waitPriorityInUse = false;
  readonly notified: NotifySlot[] = [];
  readonly eventWait = new EventWait();
  readonly process: Process;

  /** @param priority as given to xTaskCreate; the state fields follow it when the task is created again. */
  constructor(
    readonly kernel: Kernel,
    readonly name: string,
    readonly configured: number,
    body: () => void,
    dormant: boolean,
    options: TaskOptions,
  ) {
    const { config } = kernel;
    const top = config.priorities - 1;
    this.base = int(0, top, configured);
    this.priority = int(0, top, configured);
    this.waitPriority = int(0, top, configured);
    this.left = int(portMAX_DELAY, config.ticksMax, portMAX_DELAY);
    this.mutexesHeld = int(0, config.mutexesMax);
    for (let slot = 0; slot < config.notificationSlots; slot++)
      this.notified.push(new NotifySlot(config.notifiedMax));
    this.pinned = options.cpu ?? (kernel.cpus.length === 1 ? kernel.cpus[0]! : null);
    this.affinity = this.pinned ?? options.affinity ?? null;
    this.idle = options.idle ?? false;
    this.heapUnits = options.heapUnits ?? 1;
    const place = this.pinned === null ? [] : [this.pinned, this.pinned.core];
    const returned = () => {
      body();
      check(false, 'configASSERT: a task function returns (prvTaskExitError)');
    };
    this.process = process(name, returned, {
      roles: [this, kernel, ...place, ...(options.roles ?? [])],
      runs: () => kernel.runs(this),
      ...(options.python === undefined ? {} : { python: options.python }),
      background: options.background ?? false,
      dormant,
      lane: { ...(this.pinned === null ? {} : { core: this.pinned.core.name }), kind: 'task' },
    });
  }
}
