import { Core } from '../hardware/core.ts';
import { demand, int, type Lock, me, meOrNull, note, type Sequence, sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { type Config, DEFAULTS } from './config.ts';
import { Cpu, Suspension } from './cpu.ts';
import { insertSorted, ReadyList } from './list.ts';
import type { Mutex } from './mutex.ts';
import type { Scheduling } from './scheduling.ts';
import { On, portMAX_DELAY, Task, type TaskOptions } from './task.ts';

/**
 * The task lists of FreeRTOS (tasks.c) and what moves tasks between them: V11.3.0 on one core, or what
 * {@link Scheduling} makes of it on several. Every kernel call is one step up to where it may switch, which the
 * kernel's lock makes sound: whatever could interfere takes it too, handlers included (the FromISR calls).
 * `criticals: 'open'` checks that.
 *
 * Times are counted as ticks *left*, so that states repeat; an absolute count is kept only with `tickBits`.
 */
export class Kernel {
  static readonly drawing: Drawing = {
    kind: 'fields',
    also: ['delayed', 'terminated', 'tick', 'pendedTicks'],
  };

  readonly cpus: Cpu[] = [];
  readonly tasks: Task[] = [];
  readonly mutexes: Mutex[] = [];
  /** `pxReadyTasksLists` */
  readonly ready: ReadyList[] = [];
  /** `pxDelayedTaskList` and its overflow list, ordered by the ticks left. */
  readonly delayed: Sequence<Task>;
  /** `xTasksWaitingTermination`: deleted by themselves, not freed yet. */
  readonly terminated: Sequence<Task>;
  /** `xTickCount`, modulo 2^tickBits. */
  tick: number;
  /** `xPendedTicks`: ticks to be made up for when the scheduler goes on. */
  pendedTicks: number;
  /** `uxCurrentNumberOfTasks`, kept with `reclaim`. */
  taskCount = 0;
  /** Units of the heap that tasks have taken, kept with `heapTasks`. */
  heapUsed = 0;
  readonly config: Config;
  /** One for the system; ESP-IDF has one for each core. */
  readonly suspension: Suspension;
  readonly lock: Lock;
  readonly scheduling: Scheduling;
  /**
   * `portCLEAN_UP_TCB`: called, outside of the kernel's critical section, by whoever frees a task's memory: the idle task, or
   * the caller of vTaskDelete. Set while the scenario is built.
   */
  portCLEAN_UP_TCB: ((task: Task) => void) | null = null;

  constructor(scheduling: Scheduling, lock: Lock, config: Partial<Config> = {}) {
    this.scheduling = scheduling;
    this.lock = lock;
    this.config = { ...DEFAULTS, ...config };
    this.tick = this.config.initialTick;
    this.pendedTicks = int(0, this.config.pendedTicksMax);
    this.suspension = new Suspension(this.config.tasksMax);
    this.delayed = sequence<Task>(this.config.tasksMax);
    this.terminated = sequence<Task>(this.config.terminatedMax || this.config.tasksMax);
    for (let p = 0; p < this.config.priorities; p++) this.ready.push(new ReadyList(this.config.tasksMax));
  }

  /** The turn of this layer. */
  runs(task: Task): boolean {
    const cpu = task.pinned;
    if (cpu !== null) return cpu.running === task && cpu.core.runs(null);
    for (const each of this.cpus) if (each.running === task) return each.core.runs(null);
    return false;
  }

  // ---- elaboration ----

  /** Takes a core into the kernel's care. The port decides how a requested switch is performed. */
  adopt(core: Core, requestYield: () => void, suspension: Suspension = this.suspension): Cpu {
    const cpu = new Cpu(core, requestYield, suspension);
    this.cpus.push(cpu);
    return cpu;
  }

  /** xTaskCreate before the scheduler starts: the last of the highest priority runs first. */
  create(name: string, priority: number, body: () => void, options: TaskOptions = {}): Task {
    const task = new Task(this, name, priority, body, false, options);
    this.tasks.push(task);
    this.taskCount++;
    this.heapUsed += task.heapUnits;
    task.on = On.Ready;
    this.ready[priority]!.insertEnd(task);
    this.scheduling.created(this, task);
    return task;
  }

  /** A task that only xTaskCreate, called by the model, brings to life. */
  declare(name: string, priority: number, body: () => void, options: TaskOptions = {}): Task {
    const task = new Task(this, name, priority, body, true, options);
    this.tasks.push(task);
    return task;
  }

  // ---- lists ----

  /** prvAddTaskToReadyList */
  addToReady(task: Task): void {
    task.on = On.Ready;
    this.ready[task.priority]!.insertEnd(task);
  }

  removeFromState(task: Task): void {
    if (task.on === On.Ready) this.ready[task.priority]!.remove(task);
    else if (task.on === On.Delayed) this.delayed.remove(task);
    task.on = On.None;
  }

  removeFromEvent(task: Task): void {
    if (task.waitingIn === null) return;
    task.waitingIn.remove(task);
    task.waitingIn = null;
  }

  /** To the ready list from wherever it waits. */
  makeReady(task: Task): void {
    this.removeFromEvent(task);
    this.removeFromState(task);
    this.addToReady(task);
  }

  /** To the ready list; while the scheduler is suspended, to the list that resuming it empties. */
  makeReadyOrPend(task: Task): void {
    const suspension = this.scheduling.suspensionOf(this, task);
    if (suspension.depth === 0) {
      this.makeReady(task);
      return;
    }
    this.removeFromEvent(task);
    suspension.pendingReady.push(task);
    task.waitingIn = suspension.pendingReady;
  }

  /** prvAddCurrentTaskToDelayedList: the caller blocks; it stops at its next switch. */
  delayCurrent(self: Task, ticks: number, mayBeForEver = true): void {
    if (this.config.blockingInCriticalIsAnError)
      demand(this.here().criticalNesting === 0, 'a task blocks inside of taskENTER_CRITICAL');
    demand(!self.idle, 'the idle task blocks: its hook must not, or no task is ready');
    self.aborted = false;
    this.removeFromState(self);
    self.left = ticks;
    if (ticks === portMAX_DELAY && mayBeForEver) {
      self.on = On.Suspended;
      return;
    }
    self.on = On.Delayed;
    if (ticks === portMAX_DELAY) this.delayed.push(self);
    else insertSorted(this.delayed, self, (task) => (task.left < 0 ? 1 << 30 : task.left));
  }

  /** vTaskPlaceOnEventList: by priority at this moment, first come first among equals. */
  placeOnEventList(self: Task, waiters: Sequence<Task>, ticks: number): void {
    insertSorted(waiters, self, (task) => -task.waitPriority);
    self.waitingIn = waiters;
    this.delayCurrent(self, ticks);
  }

  /** xTaskRemoveFromEventList: readies the first waiter; whether the calling core should switch to it. */
  readyFirstWaiter(waiters: Sequence<Task>): boolean {
    const task = waiters.at(0);
    this.makeReadyOrPend(task);
    const due = this.scheduling.yieldRequired(this, task, false);
    if (due) this.here().yieldPending = true;
    return due;
  }

  // ---- switching ----

  /** The core that this code runs on: of a task that is not pinned, the one that runs it. */
  here(): Cpu {
    const core = this.cpus.length === 1 ? this.cpus[0]!.core : meOrNull(Core);
    if (core !== null) return this.cpus[core.index]!;
    const self = me(Task);
    for (const cpu of this.cpus) if (cpu.running === self) return cpu;
    return this.cpus[0]!;
  }

  /** portYIELD_WITHIN_API, within a kernel call: the own core's switch, made as soon as interrupts are on. */
  portYield(): void {
    this.scheduling.yieldCore(this, this.here());
  }

  /** taskYIELD_IF_USING_PREEMPTION */
  yieldIfPreemptive(): void {
    if (this.config.preemption) this.portYield();
  }

  /** After readying `task` in a task: switches if it outranks the caller. */
  yieldIfOutranked(task: Task, orEqual = false): void {
    if (this.scheduling.yieldRequired(this, task, orEqual)) this.yieldIfPreemptive();
  }

  /** portYIELD_FROM_ISR */
  portYieldFromIsr(): void {
    this.scheduling.yieldFromIsr(this.here());
  }

  /** vTaskSwitchContext */
  vTaskSwitchContext(cpu: Cpu): void {
    if (cpu.suspension.depth > 0) {
      cpu.yieldPending = true;
      return;
    }
    cpu.yieldPending = false;
    const next = this.scheduling.select(this, cpu);
    if (next !== cpu.running) note('switch', cpu.core.name, next.name);
    cpu.running = next;
  }

  // ---- the kernel's critical section ----

  self(): Task {
    return me(Task);
  }

  /** One kernel call, or the part of one up to where it may switch. */
  call<T>(body: () => T): T {
    return this.scheduling.call(this, body);
  }

  /** A task reads something that the kernel guards (portBASE_TYPE_ENTER_CRITICAL): a kernel call where it may wait. */
  read<T>(body: () => T): T {
    return this.scheduling.smp && meOrNull(Task) !== null ? this.call(body) : body();
  }
}
