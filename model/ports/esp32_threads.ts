import {
  type Cpu,
  isDeleted,
  type Kernel,
  type Task,
  vTaskDelay,
  vTaskDelete,
  xTaskCreate,
} from '../freertos/index.ts';
import { atomic, type Sequence, sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Callback, Era, ThreadModule, ThreadMutex, ThreadPort } from '../micropython/index.ts';
import { Esp32Mutex, type Esp32Thread, type MutexOptions, self } from './esp32_thread.ts';

/**
 * Who takes a thread that has ended off the list of threads. E1: the idle task, as it frees the thread's memory
 * (vPortCleanUpTCB), and it frees the list's node into the Python heap as well. From 31e0b8c71c (v1.16) it leaves the node to the
 * garbage collector. From e1ab04e820 (v1.26, E2) the thread does it before it deletes itself.
 */
export type ThreadExit = 'idle task frees' | 'idle task unlinks' | 'thread unlinks itself';

/** Who takes an ended thread off the list, by era. */
export const THREAD_EXIT: Readonly<Record<Era, ThreadExit>> = {
  E1: 'idle task frees',
  E2: 'thread unlinks itself',
};

export interface ThreadsOptions {
  /** How many threads besides main there is memory for. */
  readonly count: number;
  readonly priority: number;
  readonly cpu: Cpu;
  readonly exit: ThreadExit;
  readonly mutex: MutexOptions;
  readonly python: (counter: number) => number;
  readonly newThread: (name: string) => Esp32Thread;
  /** m_del of a list node in the Python heap. */
  readonly m_del: (thread: Esp32Thread) => void;
}

/**
 * The threads that Python makes at run time (ports/esp32/mpthreadport.c): FreeRTOS tasks that exist from the start,
 * dormant. A slot is free when its task is deleted, its memory freed by the idle task, and its node off the list.
 */
export class Esp32Threads implements ThreadPort {
  static readonly drawing: Drawing = { kind: 'queue', items: 'list' };

  /** `thread`: the list, newest first, without main. */
  readonly list: Sequence<Esp32Thread>;
  /** `thread_mutex` */
  readonly mutex: Esp32Mutex;
  readonly slots: Esp32Thread[] = [];
  /** Set right after both are made. */
  module: ThreadModule | null = null;

  constructor(
    private readonly kernel: Kernel,
    private readonly options: ThreadsOptions,
  ) {
    this.list = sequence<Esp32Thread>(Math.max(1, options.count));
    this.mutex = new Esp32Mutex(kernel, 'thread_mutex', options.mutex);
    for (let n = 1; n <= options.count; n++) this.slots.push(this.newSlot(`thread ${n}`));
    if (options.exit !== 'thread unlinks itself')
      kernel.portCLEAN_UP_TCB = (task) => this.vPortCleanUpTCB(task);
  }

  newMutex(name: string, taken: boolean): ThreadMutex {
    return new Esp32Mutex(this.kernel, name, this.options.mutex, taken);
  }

  private newSlot(name: string): Esp32Thread {
    const { cpu, priority, python } = this.options;
    const thread = this.options.newThread(name);
    const task = this.kernel.declare(name, priority, () => this.freertos_entry(thread), {
      cpu,
      roles: [thread],
      python,
    });
    thread.task = task;
    thread.process = task.process;
    return thread;
  }

  /** mp_thread_create_ex: xTaskCreatePinnedToCore and the list under `thread_mutex`. */
  mp_thread_create(entry: Callback, arg: number): boolean {
    this.mutex.lock(true);
    const created = this.create(entry, arg);
    this.mutex.unlock();
    return created;
  }

  private create(entry: Callback, arg: number): boolean {
    for (const slot of this.slots)
      if (this.isFree(slot)) {
        atomic(() => {
          slot.entry = entry;
          slot.arg = arg;
        });
        xTaskCreate(this.kernel, slot.task!);
        this.list.unshift(slot);
        return true;
      }
    return false;
  }

  private isFree(slot: Esp32Thread): boolean {
    return atomic(
      () =>
        isDeleted(slot.task!) && !this.kernel.terminated.includes(slot.task!) && !this.list.includes(slot),
    );
  }

  /**
   * mp_thread_start and mp_thread_finish mark the own node, under `thread_mutex` and with the GIL, for the collector, which has
   * both too. Nothing that is modelled reads the mark.
   */
  mp_thread_start(): void {}

  mp_thread_finish(): void {}

  /** freertos_entry */
  private freertos_entry(thread: Esp32Thread): void {
    const [entry, arg] = atomic((): [Callback, number] => {
      const first = thread.entry!;
      const argument = thread.arg;
      thread.entry = null;
      thread.arg = 0;
      return [first, argument];
    });
    this.module!.thread_entry(entry, arg);
    if (this.options.exit === 'thread unlinks itself') this.unlink(thread);
    vTaskDelete(this.kernel, thread.task!);
  }

  private unlink(thread: Esp32Thread): void {
    this.mutex.lock(true);
    this.list.remove(thread);
    this.mutex.unlock();
  }

  /** Until e1ab04e820: by whoever frees the task, that is the idle task if the task has deleted itself. It has no GIL. */
  private vPortCleanUpTCB(task: Task): void {
    this.mutex.lock(true);
    for (const slot of this.slots)
      if (slot.task === task && this.list.remove(slot) && this.options.exit === 'idle task frees')
        this.options.m_del(slot);
    this.mutex.unlock();
  }

  mp_thread_deinit(): void {
    if (this.options.exit === 'thread unlinks itself') this.deleteAll();
    else this.deleteOneByOne();
  }

  /** E1: finds one under the mutex and deletes it without. */
  private deleteOneByOne(): void {
    while (true) {
      this.mutex.lock(true);
      const victim = this.firstOther();
      this.mutex.unlock();
      if (victim === null) return;
      vTaskDelete(this.kernel, victim.task!);
    }
  }

  /** E2: all in one hold, and a tick for the idle task. */
  private deleteAll(): void {
    this.mutex.lock(true);
    while (true) {
      const victim = this.firstOther();
      if (victim === null) break;
      vTaskDelete(this.kernel, victim.task!);
      this.list.remove(victim);
    }
    this.mutex.unlock();
    vTaskDelay(this.kernel, 1);
  }

  private firstOther(): Esp32Thread | null {
    return atomic(() => {
      for (const thread of this.list) if (thread !== self()) return thread;
      return null;
    });
  }
}
