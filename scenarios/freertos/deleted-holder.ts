/**
 * A task is deleted while it holds a mutex. FreeRTOS frees its stack and TCB, and nothing else: the mutex stays taken,
 * by nobody who could give it back. Deleting must be the victim's own business, at a place where it holds nothing, or the
 * deleter must hold the mutex itself. (`_thread` of a soft reset deletes threads wherever they are.)
 */
import { scenario, sometimes } from 'upy-check';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  type Task,
  ulTaskNotifyTake,
  vTaskDelete,
  xSemaphoreCreateMutex,
  xSemaphoreGive,
  xSemaphoreTake,
  xTaskNotifyGive,
} from 'upy-check/freertos';
import { Core } from 'upy-check/hardware';
import { ghost } from 'upy-check/model';

export default scenario('deleted-holder', {
  about: 'what becomes of a mutex whose holder is deleted?',
  timing: 'any',
  variants: {
    'deleted-anywhere': {
      violates: 'deadlock: a task waits for ever for the mutex of a deleted one',
      through: ['vTaskDelete', 'xSemaphoreTake'],
    },
    'deleted-with-the-mutex-held': { holds: true },
    'deletes-itself-when-asked': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 'matters', tasksMax: 3, reclaim: true });
    const mutex = xSemaphoreCreateMutex(kernel, 'mutex');
    const request = { stop: false };
    const seen = { deleted: false, worked: false };

    const victim: Task = kernel.create('victim', 1, () => {
      while (true) {
        if (variant === 'deletes-itself-when-asked' && request.stop) break;
        xSemaphoreTake(kernel, mutex, portMAX_DELAY);
        ghost(() => {
          seen.worked = true;
        });
        xSemaphoreGive(kernel, mutex);
      }
      xTaskNotifyGive(kernel, manager);
      vTaskDelete(kernel, victim);
    });
    const manager: Task = kernel.create('manager', 1, () => {
      if (variant === 'deletes-itself-when-asked') {
        request.stop = true;
        ulTaskNotifyTake(kernel, true, portMAX_DELAY);
      } else if (variant === 'deleted-with-the-mutex-held') {
        xSemaphoreTake(kernel, mutex, portMAX_DELAY);
        vTaskDelete(kernel, victim);
        xSemaphoreGive(kernel, mutex);
      } else vTaskDelete(kernel, victim);
      ghost(() => {
        seen.deleted = true;
      });
      while (true) {
        xSemaphoreTake(kernel, mutex, portMAX_DELAY);
        xSemaphoreGive(kernel, mutex);
        ulTaskNotifyTake(kernel, true, portMAX_DELAY);
      }
    });
    idleTasks(kernel);
    return [sometimes('the victim has worked and is deleted', () => seen.worked && seen.deleted)];
  },
});
