/**
 * FreeRTOS promises that the ready task of the highest priority runs. For one's own code that means: a call that makes a more
 * urgent task ready, or the caller less urgent, returns *after* that task has run, with no word about it in the call. Each call
 * of the kernel by which that can happen is tried here, with and without preemption. Between tasks of one priority nothing of
 * that holds: only a call that gives way lets the other one run.
 */
import { always, scenario, sometimes } from 'upy-check';
import {
  cortexM,
  idleTasks,
  type Kernel,
  portMAX_DELAY,
  type Queue,
  Task,
  taskYIELD,
  ulTaskNotifyTake,
  vTaskDelay,
  vTaskPrioritySet,
  vTaskResume,
  vTaskSuspend,
  vTaskSuspendAll,
  xEventGroupCreate,
  xEventGroupSetBits,
  xEventGroupWaitBits,
  xQueueCreate,
  xQueuePeek,
  xQueueReceive,
  xQueueReset,
  xQueueSend,
  xSemaphoreCreateBinary,
  xSemaphoreCreateMutex,
  xSemaphoreCreateRecursiveMutex,
  xSemaphoreGive,
  xSemaphoreGiveRecursive,
  xSemaphoreTake,
  xSemaphoreTakeRecursive,
  xTaskAbortDelay,
  xTaskCreate,
  xTaskNotifyGive,
  xTaskResumeAll,
} from 'upy-check/freertos';
import { Core } from 'upy-check/hardware';
import { check, me } from 'upy-check/model';

const PROMISE = 'when the call returns, the task that outranks the caller has run';
const EVER = portMAX_DELAY;

/** What the caller does, and what the other task does before it waits and after. */
interface Trial {
  /** What must be so before the last call: the other task has not run. */
  readonly before?: () => void;
  readonly call: (other: Task, caller: Task) => void;
  readonly wait?: () => void;
  /** Of the other task; default 2, and 1 for the caller. */
  readonly priority?: number;
  readonly callerPriority?: number;
  /** It does not exist before the call. */
  readonly created?: boolean;
}

type Name =
  | 'queue sent'
  | 'queue peeked'
  | 'queue received'
  | 'queue reset'
  | 'semaphore given'
  | 'mutex given'
  | 'recursive mutex given'
  | 'last mutex given'
  | 'notified'
  | 'bits set'
  | 'created'
  | 'resumed'
  | 'delay aborted'
  | 'priority raised'
  | 'own priority lowered'
  | 'scheduler resumed'
  | 'yield'
  | 'delay 0';

/** Objects of the kernel are made for the trial that needs them. */
const TRIALS: Readonly<Record<Name, (kernel: Kernel) => Trial>> = {
  'queue sent': (kernel) => {
    const queue = xQueueCreate(kernel, 'queue', 1);
    return { wait: () => xQueueReceive(kernel, queue, EVER), call: () => xQueueSend(kernel, queue, 1, 0) };
  },
  // The item was sent to a third task, which is suspended before it looks. Who looks next wakes the one behind it.
  'queue peeked': (kernel) => {
    const queue = xQueueCreate(kernel, 'queue', 1);
    const third = kernel.create('third', 3, () => {
      xQueuePeek(kernel, queue, EVER);
    });
    return {
      wait: () => xQueuePeek(kernel, queue, EVER),
      before: () => {
        vTaskSuspendAll(kernel);
        xQueueSend(kernel, queue, 1, 0);
        vTaskSuspend(kernel, third);
        xTaskResumeAll(kernel);
      },
      call: () => xQueuePeek(kernel, queue, 0),
    };
  },
  // The other task waits for room.
  'queue received': (kernel) => {
    const queue = xQueueCreate(kernel, 'queue', 1);
    return {
      wait: () => waitForRoom(kernel, queue),
      call: () => xQueueReceive(kernel, queue, 0),
    };
  },
  'queue reset': (kernel) => {
    const queue = xQueueCreate(kernel, 'queue', 1);
    return {
      wait: () => waitForRoom(kernel, queue),
      call: () => xQueueReset(kernel, queue),
    };
  },
  'semaphore given': (kernel) => {
    const semaphore = xSemaphoreCreateBinary(kernel, 'semaphore');
    return {
      wait: () => xSemaphoreTake(kernel, semaphore, EVER),
      call: () => xSemaphoreGive(kernel, semaphore),
    };
  },
  'mutex given': (kernel) => {
    const [mutex, start] = [xSemaphoreCreateMutex(kernel, 'mutex'), xSemaphoreCreateBinary(kernel, 'start')];
    return {
      wait: () => {
        xSemaphoreTake(kernel, start, EVER);
        xSemaphoreTake(kernel, mutex, EVER);
      },
      before: () => {
        xSemaphoreTake(kernel, mutex, EVER);
        xSemaphoreGive(kernel, start);
      },
      call: () => xSemaphoreGive(kernel, mutex),
    };
  },
  'recursive mutex given': (kernel) => {
    const mutex = xSemaphoreCreateRecursiveMutex(kernel, 'mutex');
    const start = xSemaphoreCreateBinary(kernel, 'start');
    return {
      wait: () => {
        xSemaphoreTake(kernel, start, EVER);
        xSemaphoreTakeRecursive(kernel, mutex, EVER);
      },
      before: () => {
        xSemaphoreTakeRecursive(kernel, mutex, EVER);
        xSemaphoreTakeRecursive(kernel, mutex, EVER);
        xSemaphoreGive(kernel, start);
        xSemaphoreGiveRecursive(kernel, mutex);
      },
      call: () => xSemaphoreGiveRecursive(kernel, mutex),
    };
  },
  // With the first one the other task is ready, but the caller keeps what was lent until it has given all.
  'last mutex given': (kernel) => {
    const [first, last] = [xSemaphoreCreateMutex(kernel, 'first'), xSemaphoreCreateMutex(kernel, 'last')];
    const start = xSemaphoreCreateBinary(kernel, 'start');
    return {
      wait: () => {
        xSemaphoreTake(kernel, start, EVER);
        xSemaphoreTake(kernel, first, EVER);
      },
      before: () => {
        xSemaphoreTake(kernel, first, EVER);
        xSemaphoreTake(kernel, last, EVER);
        xSemaphoreGive(kernel, start);
        xSemaphoreGive(kernel, first);
      },
      call: () => xSemaphoreGive(kernel, last),
    };
  },
  notified: (kernel) => ({
    wait: () => ulTaskNotifyTake(kernel, true, EVER),
    call: (other) => xTaskNotifyGive(kernel, other),
  }),
  'bits set': (kernel) => {
    const group = xEventGroupCreate(kernel, 'group');
    return {
      wait: () => xEventGroupWaitBits(kernel, group, 1, true, true, EVER),
      call: () => xEventGroupSetBits(kernel, group, 1),
    };
  },
  created: (kernel) => ({ created: true, call: (other) => xTaskCreate(kernel, other) }),
  resumed: (kernel) => ({
    call: (other) => vTaskResume(kernel, other),
    wait: () => vTaskSuspend(kernel, me(Task)),
  }),
  'delay aborted': (kernel) => ({
    wait: () => vTaskDelay(kernel, 3),
    call: (other) => xTaskAbortDelay(kernel, other),
  }),
  'priority raised': (kernel) => ({ priority: 0, call: (other) => vTaskPrioritySet(kernel, other, 2) }),
  'own priority lowered': (kernel) => ({
    callerPriority: 3,
    call: (_other, caller) => vTaskPrioritySet(kernel, caller, 1),
  }),
  // While it is suspended nobody else runs, whoever became ready; what was put off is made up for.
  'scheduler resumed': (kernel) => {
    const semaphore = xSemaphoreCreateBinary(kernel, 'semaphore');
    return {
      wait: () => xSemaphoreTake(kernel, semaphore, EVER),
      before: () => {
        vTaskSuspendAll(kernel);
        xSemaphoreGive(kernel, semaphore);
      },
      call: () => xTaskResumeAll(kernel),
    };
  },
  yield: (kernel) => ({ priority: 1, call: () => taskYIELD(kernel) }),
  'delay 0': (kernel) => ({ priority: 1, call: () => vTaskDelay(kernel, 0) }),
};

/** Fills the queue, and waits until there is room for more. */
function waitForRoom(kernel: Kernel, queue: Queue): void {
  xQueueSend(kernel, queue, 1, 0);
  xQueueSend(kernel, queue, 2, EVER);
}

const NAMES = Object.keys(TRIALS) as Name[];

export default scenario('preemption-points', {
  about: 'which calls return only after the task has run that outranks the caller now?',
  variants: {
    ...Object.fromEntries(NAMES.map((name) => [name, { holds: true }])),
    // Somebody is ready, but the caller goes on until it blocks or yields.
    'queue sent, no preemption': { violates: PROMISE, through: ['xQueueSend'] },
    'scheduler resumed, no preemption': { violates: PROMISE, through: ['xTaskResumeAll'] },
    // The same priority is no reason to switch.
    'queue sent to an equal': { violates: PROMISE, through: ['xQueueSend'] },
  },
  build({ variant }) {
    const kernel = cortexM(new Core('cpu'), {
      tickUs: 0,
      tasksMax: 4,
      priorities: 4,
      ticksMax: 3,
      mutexesMax: 2,
      preemption: !variant.endsWith('no preemption'),
    });
    const trial = TRIALS[NAMES.find((name) => variant.startsWith(name))!](kernel);
    const isEqual = variant.endsWith('an equal');
    const { priority = isEqual ? 1 : 2, callerPriority = 1 } = trial;
    const seen = { ran: false, returned: false };
    const other: Task = (trial.created === true ? kernel.declare : kernel.create).call(
      kernel,
      'other',
      priority,
      () => {
        trial.wait?.();
        seen.ran = true;
        vTaskSuspend(kernel, other);
      },
    );
    const caller: Task = kernel.create('caller', callerPriority, () => {
      // It cannot wait before it has run.
      if (isEqual) taskYIELD(kernel);
      trial.before?.();
      check(!seen.ran, 'the other task waits for the call');
      trial.call(other, caller);
      seen.returned = true;
      vTaskSuspend(kernel, caller);
    });
    idleTasks(kernel);
    return [
      always(PROMISE, () => !seen.returned || seen.ran),
      sometimes('both come to their ends', () => seen.returned && seen.ran),
    ];
  },
});
