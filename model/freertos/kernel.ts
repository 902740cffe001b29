import { Core } from '../hardware/core.ts';
import { Spinlock } from '../hardware/spinlock.ts';
import { check, critical, me, note, type Sequence, sequence } from '../index.ts';
import { insertSorted, ReadyList } from './list.ts';
import { On, portMAX_DELAY, Task, type TaskOptions } from './task.ts';

export interface Config {
  readonly timeSlicing: boolean;
  /** `configMAX_PRIORITIES` */
  readonly priorities: number;
  /** Model bound: tasks in the system. */
  readonly tasksMax: number;
  /** Model bound: ticks that a call may wait. */
  readonly ticksMax: number;
  /** Model bound: notifications that may be outstanding. */
  readonly notifiedMax: number;
}

export const DEFAULTS: Config = {
  timeSlicing: true,
  priorities: 3,
  tasksMax: 4,
  ticksMax: 2,
  notifiedMax: 7,
};

/** What the kernel keeps per core (`pxCurrentTCB[n]`, `xYieldPending[n]`, `port_switch_flag[n]`). */
export class Cpu {
  /** Written only by code on this core. */
  running: Task | null = null;
  /** A FromISR call found that this core should switch, whether or not the handler asks for it. */
  yieldPending = false;
  /** portYIELD_FROM_ISR was called: the return to thread level switches. */
  switchFlag = false;

  /** @param requestYield asks the core for a context switch, from itself or from another core. */
  constructor(
    readonly core: Core,
    readonly requestYield: () => void,
  ) {}
}

/**
 * FreeRTOS V10.4 as ESP-IDF has it (tasks.c): one kernel for one or two cores. Each core selects for itself among
 * the ready tasks that are pinned to it; a core that readies a more urgent task for the other one interrupts that
 * core. Every kernel call is one step up to where it may switch, which the kernel lock makes sound:
 * whatever could interfere takes it too, handlers included (the FromISR calls). `criticals: 'open'` checks that.
 *
 * Left out until a model needs it: vTaskSuspendAll, an absolute tick count, tasks without affinity, creation and
 * deletion at run time, priorities set by the program.
 */
export class Kernel {
  readonly cpus: Cpu[] = [];
  readonly tasks: Task[] = [];
  readonly ready: ReadyList[] = [];
  /** `pxDelayedTaskList`, ordered by the ticks left. */
  readonly delayed: Sequence<Task>;
  /** `xKernelLock` */
  readonly lock = new Spinlock('kernel lock');

  constructor(readonly config: Config = DEFAULTS) {
    this.delayed = sequence<Task>(config.tasksMax);
    for (let p = 0; p < config.priorities; p++) this.ready.push(new ReadyList(config.tasksMax));
  }

  /** The turn of this layer. */
  runs(task: Task): boolean {
    return task.cpu.core.runs(null) && task.cpu.running === task;
  }

  // ---- elaboration ----

  /** Takes a core into the kernel's care: a return to thread level may switch from now on. */
  adopt(core: Core, requestYield: () => void): Cpu {
    const cpu = new Cpu(core, requestYield);
    this.cpus.push(cpu);
    core.epilogue = () => this.onReturnToTask(cpu);
    return cpu;
  }

  /** xTaskCreatePinnedToCore before the scheduler starts: the last of the highest priority runs first. */
  create(name: string, priority: number, body: () => void, options: TaskOptions): Task {
    const task = new Task(this, name, priority, body, options);
    const { cpu } = task;
    this.tasks.push(task);
    task.on = On.Ready;
    this.ready[priority]!.insertEnd(task);
    if (cpu.running === null || cpu.running.base <= priority) cpu.running = task;
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

  /** To the ready list from wherever it waits. */
  makeReady(task: Task): void {
    this.removeFromEvent(task);
    this.removeFromState(task);
    this.addToReady(task);
  }

  /** prvAddCurrentTaskToDelayedList: the caller blocks; it stops at its next switch. */
  delayCurrent(self: Task, ticks: number): void {
    this.removeFromState(self);
    self.left = ticks;
    if (ticks === portMAX_DELAY) {
      self.on = On.Suspended;
      return;
    }
    self.on = On.Delayed;
    insertSorted(this.delayed, self, (task) => task.left);
  }

  /** vTaskPlaceOnEventList: by priority at this moment, first come first among equals. */
  placeOnEventList(self: Task, waiters: Sequence<Task>, ticks: number): void {
    self.waitPriority = self.priority;
    insertSorted(waiters, self, (task) => -task.waitPriority);
    self.waitingIn = waiters;
    this.delayCurrent(self, ticks);
  }

  // ---- scheduling ----

  /** The core that this code runs on. */
  here(): Cpu {
    return this.cpus[me(Core).index]!;
  }

  /**
   * prvCheckForYield: whether the calling core must switch because `task` became ready. If it is the other core
   * that must, that core is interrupted; until it takes the interrupt it runs on with what it had.
   */
  checkForYield(task: Task): boolean {
    const { cpu } = task;
    if (task.priority <= cpu.running!.priority) return false;
    if (cpu === this.here()) return true;
    cpu.requestYield();
    return false;
  }

  /** taskYIELD_IF_USING_PREEMPTION after readying `task`, in a task. */
  yieldIfOutranked(task: Task): void {
    if (this.checkForYield(task)) this.portYield();
  }

  /** portYIELD_WITHIN_API: the own core's yield interrupt, taken as soon as interrupts are on. */
  portYield(): void {
    this.here().requestYield();
  }

  /** portYIELD_FROM_ISR */
  portYieldFromIsr(): void {
    this.here().switchFlag = true;
  }

  /** vTaskSwitchContext */
  vTaskSwitchContext(cpu: Cpu): void {
    cpu.yieldPending = false;
    for (let p = this.config.priorities - 1; p >= 0; p--) {
      const list = this.ready[p]!;
      if (list.length === 0) continue;
      const next = this.cpus.length === 1 ? list.next() : list.select((task) => task.cpu === cpu);
      if (next === null) continue;
      if (next !== cpu.running) note('switch', cpu.core.name, next.name);
      cpu.running = next;
      return;
    }
    check(false, 'no task is ready');
  }

  /** `_frxt_int_exit`: the outermost handler returns; the switch belongs to the same step. */
  private onReturnToTask(cpu: Cpu): void {
    if (!cpu.switchFlag) return;
    cpu.switchFlag = false;
    this.call(() => this.vTaskSwitchContext(cpu));
  }

  // ---- the tick ----

  /** xTaskIncrementTick, on core 0: expires timeouts of all tasks; whether core 0 should switch. */
  xTaskIncrementTick(): boolean {
    const cpu = this.cpus[0]!;
    for (const task of this.tasks) if (task.on === On.Delayed && task.left > 0) task.left--;
    let switchDue = false;
    while (this.delayed.length > 0 && this.delayed.at(0).left === 0) {
      const task = this.delayed.at(0);
      this.makeReady(task);
      // Nobody tells the other core: it sees what became ready at its own tick.
      if (task.cpu === cpu && task.priority >= cpu.running!.priority) switchDue = true;
    }
    return this.sliceIsOver(cpu) || cpu.yieldPending || switchDue;
  }

  /** xTaskIncrementTickOtherCores: looks for what core 0's tick has readied, and slices time. */
  xTaskIncrementTickOtherCores(cpu: Cpu): boolean {
    for (let p = this.config.priorities - 1; p > cpu.running!.priority; p--)
      if (this.ready[p]!.length > 0) return true;
    return this.sliceIsOver(cpu) || cpu.yieldPending;
  }

  private sliceIsOver(cpu: Cpu): boolean {
    return this.config.timeSlicing && this.ready[cpu.running!.priority]!.length > 1;
  }

  // ---- the kernel's critical section ----

  self(): Task {
    return me(Task);
  }

  /** One kernel call, or the part of one up to where it may switch. */
  call<T>(body: () => T): T {
    return critical(this.lock, body);
  }
}
