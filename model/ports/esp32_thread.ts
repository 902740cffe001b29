import {
  type Kernel,
  portMAX_DELAY,
  type Semaphore,
  type Task,
  taskYIELD,
  ulTaskNotifyTake,
  vTaskNotifyGiveFromISR,
  vTaskSuspend,
  xSemaphoreCreateBinary,
  xSemaphoreCreateMutex,
  xSemaphoreGive,
  xSemaphoreTake,
  xTaskResumeFromISR,
} from '../freertos/index.ts';
import { type Clock, check, clock, int, me } from '../index.ts';
import { type Callback, type Mutex, PyThread, type ThreadMutex } from '../micropython/index.ts';

/**
 * How a thread sleeps, and so how it is woken. `notification` is what the port does: a counting latch. `suspend`
 * is the tempting mistake: vTaskSuspend and xTaskResumeFromISR, which latch nothing.
 */
export type Wait = 'notification' | 'suspend';

/** How a thread of the port waits to be woken. */
export interface Sleep {
  readonly wait: Wait;
  /** xClearCountOnExit of ulTaskNotifyTake. The port passes pdFALSE. */
  readonly clearCount: boolean;
}

/** What mp_thread_mutex_t is made of. */
export interface MutexOptions {
  readonly kind: 'mutex' | 'binary semaphore';
  /** taskYIELD after each give. */
  readonly yields: boolean;
}

/** A Python thread is a FreeRTOS task (ports/esp32/mpthreadport.c). */
export class Esp32Thread extends PyThread {
  /** Made with the thread, and fixed from then on. */
  task: Task | null = null;
  /** The time that a `sleep_ms` of this thread has left. */
  readonly sleep: Clock = clock();
  /** What `_thread.start_new_thread` was given. */
  entry: Callback | null = null;
  arg = int(-1, 255, 0);

  constructor(
    private readonly kernel: Kernel,
    name: string,
    isMain: boolean,
    private readonly how: Sleep,
  ) {
    super(name, isMain);
  }

  /**
   * mp_hal_wake_main_task_from_isr, generalised to any thread: notify, and switch as the handler returns if the own
   * core should.
   */
  override wakeFromIsr(): void {
    const woken =
      this.how.wait === 'suspend'
        ? xTaskResumeFromISR(this.kernel, this.task!)
        : vTaskNotifyGiveFromISR(this.kernel, this.task!);
    if (woken) this.kernel.portYieldFromIsr();
  }

  /** Blocks this thread for one tick or until it is woken; for ever in a build that does not tick. */
  blockForEvent(tickUs: number): void {
    if (this.how.wait === 'suspend') vTaskSuspend(this.kernel, this.task!);
    else ulTaskNotifyTake(this.kernel, this.how.clearCount, tickUs > 0 ? 1 : portMAX_DELAY);
  }
}

/** The thread that executes this, wherever a port function needs it. */
export function self(): Esp32Thread {
  return me(Esp32Thread);
}

/**
 * mp_thread_mutex_t: the GIL, `_thread.lock`, the lock of the list of threads. E1: a FreeRTOS mutex, which has an owner. E2: a
 * binary semaphore (864e4ecc47), so that another thread may release it, with a yield after the give (337742f6c7), without which
 * an equal-priority waiter is overtaken again and again.
 */
export class Esp32Mutex implements Mutex, ThreadMutex {
  private readonly semaphore: Semaphore;

  constructor(
    private readonly kernel: Kernel,
    readonly name: string,
    private readonly options: MutexOptions,
    taken = false,
  ) {
    check(!taken || options.kind !== 'mutex', 'a mutex that is taken has an owner');
    // Both are free before any thread runs (mp_thread_mutex_init gives the binary one once).
    this.semaphore =
      options.kind === 'mutex'
        ? xSemaphoreCreateMutex(kernel, name)
        : xSemaphoreCreateBinary(kernel, name, taken ? 0 : 1);
  }

  /** mp_thread_mutex_lock: false if it is taken and the caller does not want to wait. */
  lock(wait: boolean): boolean {
    return xSemaphoreTake(this.kernel, this.semaphore, wait ? portMAX_DELAY : 0);
  }

  /** mp_thread_mutex_unlock */
  unlock(): void {
    xSemaphoreGive(this.kernel, this.semaphore);
    if (this.options.yields) taskYIELD(this.kernel);
  }

  acquire(): void {
    this.lock(true);
  }

  release(): void {
    this.unlock();
  }
}
