/** What FreeRTOSConfig.h decides, and the bounds that make a model finite. */
export interface Config {
  /** `configUSE_PREEMPTION` */
  readonly preemption: boolean;
  /** `configUSE_TIME_SLICING` */
  readonly timeSlicing: boolean;
  /** `configIDLE_SHOULD_YIELD`: an idle task gives way to other tasks of priority 0 at once. */
  readonly idleShouldYield: boolean;
  /** `configMAX_PRIORITIES` */
  readonly priorities: number;
  /** `configTASK_NOTIFICATION_ARRAY_ENTRIES` */
  readonly notificationSlots: number;
  /**
   * Until V10.5.1, and in ESP-IDF, a task that is *resumed* makes the running one of the same priority switch;
   * later kernels switch for a higher one only (xTaskResumeFromISR, vTaskResume).
   */
  readonly resumeYieldsToEqual: boolean;
  /**
   * Tasks leave their memory to the idle task when they delete themselves (`xTasksWaitingTermination`). Off: deleting
   * is all that can be seen, and the idle task has nothing to do.
   */
  readonly reclaim: boolean;
  /**
   * The heap, as the number of tasks (stack and TCB) that fit in at once, or in any other unit when tasks say how much
   * they take (`heapUnits`); 0: never short. Needs `reclaim`. One block is as good as another: it does not fragment.
   */
  readonly heapTasks: number;
  /**
   * Allocating and freeing suspend the scheduler, as heap_1 to heap_5 do: where their vTaskSuspendAll ends, a switch that
   * an interrupt left pending is made. ESP-IDF's heap has a lock of its own.
   */
  readonly heapSuspendsScheduler: boolean;
  /**
   * Blocking with interrupts off (in taskENTER_CRITICAL) is a violation. The kernel itself does not notice: it
   * switches as soon as the section ends, which hardly anybody means.
   */
  readonly blockingInCriticalIsAnError: boolean;
  /** `configEXPECTED_IDLE_TIME_BEFORE_SLEEP`: ticks that tickless idle must expect to sleep, at least 2. */
  readonly expectedIdleTimeBeforeSleep: number;
  /** Size of `configMESSAGE_BUFFER_LENGTH_TYPE` (default size_t): what each message takes besides its bytes. */
  readonly messageLengthBytes: number;
  /**
   * Waiting for ever for a mutex is a violation when its holder, directly or through other mutexes, waits for the
   * caller for ever, or is deleted. The kernel does not notice.
   */
  readonly deadlockIsAnError: boolean;
  /**
   * `configMAX_SYSCALL_INTERRUPT_PRIORITY`: interrupts that are more urgent (smaller) must not call the kernel. 0: all may.
   */
  readonly maxSyscallPriority: number;
  /** Bits of the tick count (`xTickCount`), 0 to 32. 0: nobody reads it, so it is not kept; ticks still expire. */
  readonly tickBits: number;
  /** `configINITIAL_TICK_COUNT` */
  readonly initialTick: number;
  /** Model bound: tasks in the system. */
  readonly tasksMax: number;
  /**
   * Model bound: tasks that deleted themselves and wait for the idle task; one that is created again meanwhile counts
   * twice. 0: as many as there are tasks.
   */
  readonly terminatedMax: number;
  /** Model bound: ticks that a call may wait. */
  readonly ticksMax: number;
  /** Model bound: the largest notification value. -1: all 32 bits. */
  readonly notifiedMax: number;
  /** Model bound: mutexes that one task may hold. */
  readonly mutexesMax: number;
  /** Model bound: ticks that may pass while the scheduler is suspended. */
  readonly pendedTicksMax: number;
}

/** What a kernel is unless its options say otherwise. */
export const DEFAULTS: Config = {
  preemption: true,
  timeSlicing: true,
  idleShouldYield: true,
  priorities: 3,
  notificationSlots: 1,
  resumeYieldsToEqual: false,
  reclaim: false,
  heapTasks: 0,
  heapSuspendsScheduler: true,
  blockingInCriticalIsAnError: true,
  expectedIdleTimeBeforeSleep: 2,
  messageLengthBytes: 4,
  deadlockIsAnError: true,
  maxSyscallPriority: 0,
  tickBits: 0,
  initialTick: 0,
  tasksMax: 4,
  terminatedMax: 0,
  ticksMax: 2,
  notifiedMax: 7,
  mutexesMax: 3,
  pendedTicksMax: 7,
};
