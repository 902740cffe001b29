/** `upy-check/freertos`: tasks and their API with the real names, on one core or two. */
export * from './config.ts';
export * from './cpu.ts';
export * from './critical.ts';
export * from './event_groups.ts';
export { idleTasks, prvIdleTask, prvPassiveIdleTask } from './idle.ts';
export { Kernel } from './kernel.ts';
export { isDeleted, uxTaskGetNumberOfTasks, vTaskDelete, xTaskCreate } from './lifetime.ts';
export * from './message_buffer.ts';
export * from './notify.ts';
export { type CortexMOptions, cortexM, KERNEL_INTERRUPT_PRIORITY } from './port_cortex_m.ts';
export { type Rp2040Options, rp2040 } from './port_rp2040.ts';
export { INTERRUPT_LEVEL, type XtensaOptions, xtensa } from './port_xtensa.ts';
export * from './queue.ts';
export * from './queue_set.ts';
export { type Scheduling, SingleCore } from './scheduling.ts';
export { EspIdf } from './scheduling_idf.ts';
export { Smp } from './scheduling_smp.ts';
export * from './semaphore.ts';
export * from './smp_affinity.ts';
export * from './stream_buffer.ts';
export { type Bytes, StreamBuffer, type StreamBufferKind } from './stream_buffer_ring.ts';
export { vTaskSuspendAll, xTaskResumeAll } from './suspend_all.ts';
export { Notify, NotifySlot, On, portMAX_DELAY, Task, type TaskOptions } from './task.ts';
export {
  eTaskGetState,
  type State,
  stateOf,
  taskYIELD,
  uxTaskBasePriorityGet,
  uxTaskPriorityGet,
  vTaskDelay,
  vTaskPrioritySet,
  vTaskResume,
  vTaskSuspend,
  xTaskAbortDelay,
  xTaskDelayUntil,
  xTaskGetCurrentTaskHandle,
  xTaskGetSchedulerState,
  xTaskResumeFromISR,
} from './tasks.ts';
export { xTaskGetTickCount, xTaskIncrementTick } from './tick.ts';
export * from './tickless.ts';
export { type TicklessMistake, type TicklessOptions, TicklessSysTick } from './tickless_cortex_m.ts';
export { PendedFunction, Timer, TimerService, type TimerServiceOptions } from './timer_service.ts';
export * from './timers.ts';
