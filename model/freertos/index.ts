/** `upy-check/freertos`: tasks and their API with the real names, on one core or two. */
export { type Config, Cpu, DEFAULTS, Kernel } from './kernel.ts';
export { ulTaskNotifyTake, vTaskNotifyGiveFromISR, xTaskNotifyGive } from './notify.ts';
export { INTERRUPT_LEVEL, idleTasks, type XtensaOptions, xtensa } from './port_xtensa.ts';
export {
  Semaphore,
  xSemaphoreCreateBinary,
  xSemaphoreCreateMutex,
  xSemaphoreGive,
  xSemaphoreGiveFromISR,
  xSemaphoreTake,
} from './semaphore.ts';
export { Notify, On, portMAX_DELAY, Task, type TaskOptions } from './task.ts';
export { taskYIELD, vTaskDelay, vTaskDelete, vTaskSuspend, xTaskResumeFromISR } from './tasks.ts';
