/**
 * A worker task ends by deleting itself; whoever sees its "done" creates the next one. But the memory of a task that
 * deletes itself is freed by the *idle* task, and that runs only when nobody else wants to. With room for one worker
 * the next xTaskCreate fails (MicroPython: `OSError: can't create thread`), unless the creator lets the idle task run.
 */
import { always, scenario, sometimes } from 'upy-check';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  type Task,
  taskYIELD,
  ulTaskNotifyTake,
  vTaskDelay,
  vTaskDelete,
  vTaskSuspend,
  xTaskCreate,
  xTaskNotifyGive,
} from 'upy-check/freertos';
import { Core } from 'upy-check/hardware';
import { ghost } from 'upy-check/model';

const CREATED = 'the second worker can be created';

export default scenario('create-after-delete', {
  about: 'can a task be created right after another one has deleted itself, with memory for one?',
  timing: 'any',
  variants: {
    'create-when-done': { violates: CREATED, through: ['xTaskCreate'] },
    // The idle task has priority 0: a yield does not reach it.
    'yield-then-create': { violates: CREATED, through: ['taskYIELD', 'xTaskCreate'] },
    // The delay may end before the idle task has come to its list.
    'delay-then-create': { violates: CREATED, through: ['vTaskDelay', 'xTaskCreate'] },
    'retry-with-delay': { holds: true },
    'deleted-by-the-creator': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    // Main, the idle task, and one worker.
    const kernel = cortexM(core, { tickUs: 'matters', tasksMax: 4, reclaim: true, heapTasks: 3 });
    const seen = { failed: false, created: false };

    const worker = (name: string): Task => {
      const task: Task = kernel.declare(name, 1, () => {
        xTaskNotifyGive(kernel, main);
        if (variant === 'deleted-by-the-creator') vTaskSuspend(kernel, task);
        vTaskDelete(kernel, task);
      });
      return task;
    };
    const [first, second] = [worker('first worker'), worker('second worker')];
    const main: Task = kernel.create('main', 1, () => {
      xTaskCreate(kernel, first);
      ulTaskNotifyTake(kernel, true, portMAX_DELAY);
      if (variant === 'yield-then-create') taskYIELD(kernel);
      if (variant === 'delay-then-create') vTaskDelay(kernel, 1);
      if (variant === 'deleted-by-the-creator') vTaskDelete(kernel, first);
      let created = xTaskCreate(kernel, second);
      while (variant === 'retry-with-delay' && !created) {
        vTaskDelay(kernel, 1);
        created = xTaskCreate(kernel, second);
      }
      if (created)
        ghost(() => {
          seen.created = true;
        });
      else
        ghost(() => {
          seen.failed = true;
        });
      vTaskSuspend(kernel, main);
    });
    idleTasks(kernel);
    const canWork = variant !== 'create-when-done' && variant !== 'yield-then-create';
    return [
      always(CREATED, () => !seen.failed),
      canWork
        ? sometimes('it is created', () => seen.created)
        : sometimes('the first one waits to be freed', () => kernel.terminated.length > 0),
    ];
  },
});
