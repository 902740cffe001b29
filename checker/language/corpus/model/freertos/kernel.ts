import { atomic, check, me, note, sequence } from 'upy-check/model';
import type { Core } from '../hardware/core.ts';
import { insertSorted, ReadyList, TASKS_MAX } from './list.ts';
import { Notify, On, portMAX_DELAY, Task } from './task.ts';

export interface Config {
  preemption: boolean;
  timeSlicing: boolean;
  priorities: number;
  /** Keep an absolute tick count. Off unless somebody reads it: it makes every tick a new state. */
  countTicks: boolean;
  initialTick: number;
}
export const DEFAULTS: Config = {
  preemption: true, timeSlicing: true, priorities: 8, countTicks: false, initialTick: 0,
};

/**
 * FreeRTOS-Kernel V11.3.0, single core (tasks.c). Each kernel call is one step up to where it may
 * switch: sound as long as ISRs use only the FromISR calls, which the same critical sections exclude.
 */
export class Kernel {
  /** `pxCurrentTCB` */
  running: Task | null = null;
  tick: number;
  suspended = 0;
  pendedTicks = 0;
  yieldPending = false;
  criticalNesting = 0;
  taskCount = 0;
  readonly tasks: Task[] = [];
  readonly ready: ReadyList[] = [];
  readonly delayed = sequence<Task>(TASKS_MAX);
  readonly pendingReady = sequence<Task>(TASKS_MAX);
  readonly terminated = sequence<Task>(TASKS_MAX);

  constructor(
    readonly core: Core,
    /** portYIELD: pends the exception that will call `vTaskSwitchContext`. */
    readonly portYield: () => void,
    readonly config: Config = DEFAULTS,
  ) {
    this.tick = config.initialTick;
    for (let p = 0; p < config.priorities; p++) this.ready.push(new ReadyList());
  }

  /** The turn of this layer. */
  runs(task: Task): boolean {
    return this.core.runs(null) && this.running === task;
  }

  // ---- elaboration ----

  /** A task of the program; `auto` tasks are created in this order before the scheduler starts. */
  declare(name: string, priority: number, body: () => void, roles: object[] = []): Task {
    const task = new Task(this, name, priority, body, roles);
    this.tasks.push(task);
    return task;
  }

  /** Before the scheduler runs: the last created of the highest priority is the first to run. */
  createBeforeStart(task: Task): Task {
    if (this.running === null || this.running.priority <= task.priority) this.running = task;
    this.taskCount++;
    this.addToReady(task);
    task.process.start();
    return task;
  }

  // ---- lists ----

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

  /** prvAddCurrentTaskToDelayedList */
  delayCurrent(self: Task, ticks: number, mayBeForEver: boolean): void {
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
  placeOnEventList(self: Task, waiters: Iterable<Task>, ticks: number): void {
    const list = waiters as typeof this.delayed;
    insertSorted(list, self, (task) => -task.waitPriority);
    self.waitingIn = list;
    this.delayCurrent(self, ticks, true);
  }

  /** xTaskRemoveFromEventList: readies the first waiter; true if it outranks the running task. */
  readyFirstWaiter(waiters: typeof this.delayed): boolean {
    const task = waiters.at(0);
    this.removeFromEvent(task);
    this.makeReady(task);
    if (task.priority <= this.running!.priority) return false;
    this.yieldPending = true;
    return true;
  }

  /** To the ready list, or, while the scheduler is suspended, to the list that resuming empties. */
  makeReady(task: Task): void {
    if (this.suspended > 0) {
      this.pendingReady.push(task);
      task.waitingIn = this.pendingReady;
      return;
    }
    this.removeFromState(task);
    this.addToReady(task);
  }

  // ---- scheduling ----

  /** vTaskSwitchContext, called by the port's switch exception. */
  vTaskSwitchContext(): void {
    if (this.suspended > 0) {
      this.yieldPending = true;
      return;
    }
    this.yieldPending = false;
    for (let p = this.config.priorities - 1; p >= 0; p--)
      if (this.ready[p]!.count() > 0) {
        const next = this.ready[p]!.next();
        if (next !== this.running) note('S', this.running!.name, next.name);
        this.running = next;
        return;
      }
    check(false, 'no task is ready');
  }

  /** taskYIELD_IF_USING_PREEMPTION */
  yieldIfPreemptive(): void {
    if (this.config.preemption) this.portYield();
  }

  /** taskYIELD_ANY_CORE_IF_USING_PREEMPTION */
  yieldIfOutranked(task: Task): void {
    if (this.running!.priority < task.priority) this.yieldIfPreemptive();
  }

  /** xTaskIncrementTick: true if a switch is due. */
  xTaskIncrementTick(): boolean {
    if (this.suspended > 0) {
      this.pendedTicks++;
      return false;
    }
    let switchDue = false;
    if (this.config.countTicks) this.tick = (this.tick + 1) | 0;
    for (const task of this.tasks) if (task.left > 0) task.left--;
    while (this.delayed.length > 0 && this.delayed.at(0).left === 0) {
      const task = this.delayed.at(0);
      this.removeFromState(task);
      this.removeFromEvent(task);
      this.addToReady(task);
      if (this.config.preemption && task.priority > this.running!.priority) switchDue = true;
    }
    if (!this.config.preemption) return switchDue;
    if (this.config.timeSlicing && this.ready[this.running!.priority]!.count() > 1) switchDue = true;
    return switchDue || this.yieldPending;
  }

  /** Whether a tick would change anything but the count: if not, it need not be explored. */
  tickMatters(): boolean {
    if (this.yieldPending || this.suspended > 0) return true;
    for (const task of this.tasks) if (task.left > 0) return true;
    return this.config.preemption && this.config.timeSlicing && this.ready[this.running!.priority]!.count() > 1;
  }

  /** What vTaskSuspendAll … xTaskResumeAll around a block of kernel code ends with. */
  resumeAll(): boolean {
    check(this.suspended > 0, 'configASSERT: scheduler not suspended');
    this.suspended--;
    if (this.suspended > 0) return false;
    while (this.pendingReady.length > 0) {
      const task = this.pendingReady.shift();
      task.waitingIn = null;
      this.removeFromState(task);
      this.addToReady(task);
      if (task.priority > this.running!.priority) this.yieldPending = true;
    }
    for (; this.pendedTicks > 0; this.pendedTicks--)
      if (this.xTaskIncrementTick()) this.yieldPending = true;
    if (!this.yieldPending) return false;
    this.yieldIfPreemptive();
    return this.config.preemption;
  }

  /** `if( !xTaskResumeAll() ) taskYIELD_WITHIN_API()`, with nothing pended in between. */
  resumeAllAndYield(): void {
    this.suspended++;
    if (!this.resumeAll()) this.portYield();
  }

  /** configASSERT: no blocking with the scheduler suspended. */
  mayBlock(ticks: number): void {
    check(ticks === 0 || this.suspended === 0, 'configASSERT: blocks while the scheduler is suspended');
  }

  /** xTaskCheckForTimeOut */
  timedOut(self: Task): boolean {
    if (self.aborted) {
      self.aborted = false;
      return true;
    }
    return self.left === 0;
  }

  isSuspended(task: Task): boolean {
    if (task.on !== On.Suspended || task.waitingIn !== null) return false;
    for (const slot of task.notified) if (slot.state === Notify.Waiting) return false;
    return true;
  }

  self(): Task {
    return me(Task);
  }

  /** One kernel call or one part of it. */
  call<T>(body: () => T): T {
    return atomic(body);
  }
}
