import { describe, expect, test } from 'vitest';
import { check } from '../../checker/check.ts';
import { scenario } from '../../checker/scenario.ts';
import { Core, edges, Irq } from '../hardware/index.ts';
import { atomic, me, process, sequence } from '../index.ts';
import * as k from './index.ts';
import { outline } from './testing.ts';

/** Objects of every kind, and a task that may be named. */
function objects() {
  const core = new Core('cpu');
  const kernel = k.cortexM(core, { tickUs: 0, tasksMax: 4, tickBits: 4, maxSyscallPriority: 5 });
  const task = kernel.create('task', 1, () => {
    while (true) k.vTaskSuspend(kernel, me(k.Task));
  });
  const service = new k.TimerService(kernel, { priority: 2, queueLength: 1 });
  k.idleTasks(kernel);
  return {
    core,
    kernel,
    task,
    service,
    timer: new k.Timer('timer', 2, false, () => {}),
    queue: k.xQueueCreate(kernel, 'queue', 2),
    semaphore: k.xSemaphoreCreateBinary(kernel, 'semaphore', 1),
    mutex: k.xSemaphoreCreateMutex(kernel, 'mutex'),
    set: k.xQueueCreateSet(kernel, 'set', 2),
    group: k.xEventGroupCreate(kernel, 'group'),
    buffer: k.xStreamBufferCreate(kernel, 'buffer', 2, 1),
    into: sequence<number>(2),
  };
}
type Objects = ReturnType<typeof objects>;

/** Calls that belong to tasks, by the name that the violation has. */
const TASK_LEVEL: Readonly<Record<string, (o: Objects) => void>> = {
  vTaskDelay: ({ kernel }) => k.vTaskDelay(kernel, 1),
  xTaskDelayUntil: ({ kernel }) => k.xTaskDelayUntil(kernel, 0, 1),
  vTaskSuspend: ({ kernel, task }) => k.vTaskSuspend(kernel, task),
  vTaskResume: ({ kernel, task }) => k.vTaskResume(kernel, task),
  vTaskPrioritySet: ({ kernel, task }) => k.vTaskPrioritySet(kernel, task, 2),
  xTaskAbortDelay: ({ kernel, task }) => k.xTaskAbortDelay(kernel, task),
  xTaskCreate: ({ kernel, task }) => k.xTaskCreate(kernel, task),
  vTaskDelete: ({ kernel, task }) => k.vTaskDelete(kernel, task),
  vTaskSuspendAll: ({ kernel }) => k.vTaskSuspendAll(kernel),
  xTaskResumeAll: ({ kernel }) => k.xTaskResumeAll(kernel),
  xTaskCatchUpTicks: ({ kernel }) => k.xTaskCatchUpTicks(kernel, 1),
  taskENTER_CRITICAL: ({ kernel }) => k.taskENTER_CRITICAL(kernel),
  xTaskNotify: ({ kernel, task }) => k.xTaskNotify(kernel, task, 1, 'set'),
  xTaskNotifyGive: ({ kernel, task }) => k.xTaskNotifyGive(kernel, task),
  xTaskNotifyStateClear: ({ kernel, task }) => k.xTaskNotifyStateClear(kernel, task),
  ulTaskNotifyValueClear: ({ kernel, task }) => k.ulTaskNotifyValueClear(kernel, task, 1),
  ulTaskNotifyTake: ({ kernel }) => k.ulTaskNotifyTake(kernel, true, 0),
  xTaskNotifyWait: ({ kernel }) => k.xTaskNotifyWait(kernel, 0, 0, 0),
  xQueueSend: ({ kernel, queue }) => k.xQueueSend(kernel, queue, 1, 0),
  xQueueReceive: ({ kernel, queue }) => k.xQueueReceive(kernel, queue, 0),
  xQueueReset: ({ kernel, queue }) => k.xQueueReset(kernel, queue),
  xQueueSelectFromSet: ({ kernel, set }) => k.xQueueSelectFromSet(kernel, set, 0),
  xSemaphoreTake: ({ kernel, mutex }) => k.xSemaphoreTake(kernel, mutex, 0),
  xSemaphoreGive: ({ kernel, semaphore }) => k.xSemaphoreGive(kernel, semaphore),
  xSemaphoreTakeRecursive: ({ kernel, mutex }) => k.xSemaphoreTakeRecursive(kernel, mutex, 0),
  xSemaphoreGiveRecursive: ({ kernel, mutex }) => k.xSemaphoreGiveRecursive(kernel, mutex),
  xEventGroupSetBits: ({ kernel, group }) => k.xEventGroupSetBits(kernel, group, 1),
  xEventGroupClearBits: ({ kernel, group }) => k.xEventGroupClearBits(kernel, group, 1),
  xEventGroupWaitBits: ({ kernel, group }) => k.xEventGroupWaitBits(kernel, group, 1, true, true, 0),
  xEventGroupSync: ({ kernel, group }) => k.xEventGroupSync(kernel, group, 1, 1, 0),
  xStreamBufferReset: ({ kernel, buffer }) => k.xStreamBufferReset(kernel, buffer),
  vEventGroupDelete: ({ kernel, group }) => k.vEventGroupDelete(kernel, group),
  xStreamBufferSend: ({ kernel, buffer }) => k.xStreamBufferSend(kernel, buffer, [1], 0),
  xStreamBufferReceive: ({ kernel, buffer, into }) => k.xStreamBufferReceive(kernel, buffer, into, 0),
  xTimerGenericCommandFromTask: ({ service, timer }) => k.xTimerStart(service, timer, 0),
};

/** Calls that an interrupt may make, unless it is too urgent. */
const FROM_ISR: Readonly<Record<string, (o: Objects) => void>> = {
  xTaskNotifyFromISR: ({ kernel, task }) => k.xTaskNotifyFromISR(kernel, task, 1, 'set'),
  vTaskNotifyGiveFromISR: ({ kernel, task }) => k.vTaskNotifyGiveFromISR(kernel, task),
  xTaskResumeFromISR: ({ kernel, task }) => k.xTaskResumeFromISR(kernel, task),
  xQueueSendFromISR: ({ kernel, queue }) => k.xQueueSendFromISR(kernel, queue, 1),
  xQueueReceiveFromISR: ({ kernel, queue }) => k.xQueueReceiveFromISR(kernel, queue),
  xQueuePeekFromISR: ({ kernel, queue }) => k.xQueuePeekFromISR(kernel, queue),
  xQueueSelectFromSetFromISR: ({ kernel, set }) => k.xQueueSelectFromSetFromISR(kernel, set),
  xSemaphoreGiveFromISR: ({ kernel, semaphore }) => k.xSemaphoreGiveFromISR(kernel, semaphore),
  xSemaphoreTakeFromISR: ({ kernel, semaphore }) => k.xSemaphoreTakeFromISR(kernel, semaphore),
  xStreamBufferResetFromISR: ({ kernel, buffer }) => k.xStreamBufferResetFromISR(kernel, buffer),
  xStreamBufferSendFromISR: ({ kernel, buffer }) => k.xStreamBufferSendFromISR(kernel, buffer, [1]),
  xStreamBufferReceiveFromISR: ({ kernel, buffer, into }) =>
    k.xStreamBufferReceiveFromISR(kernel, buffer, into),
  xStreamBufferSendCompletedFromISR: ({ kernel, buffer }) =>
    k.xStreamBufferSendCompletedFromISR(kernel, buffer),
  xStreamBufferReceiveCompletedFromISR: ({ kernel, buffer }) =>
    k.xStreamBufferReceiveCompletedFromISR(kernel, buffer),
  xTimerGenericCommandFromISR: ({ service, timer }) => k.xTimerStartFromISR(service, timer),
};

/** A scenario with one interrupt that makes a call. */
function inInterrupt(api: string, call: (o: Objects) => void, priority: number, oneStep: boolean) {
  return scenario(api, {
    about: 'a call in an interrupt handler',
    variants: { only: { holds: true } },
    build() {
      const all = objects();
      edges(new Irq(all.core, 'interrupt', priority, () => call(all), { oneStep }), 1);
    },
  });
}

async function violations(one: ReturnType<typeof inInterrupt>): Promise<string[]> {
  const found: string[] = [];
  for await (const { properties } of check({ scenario: one, file: 'test' }))
    for (const { name, status, trace } of properties)
      if (status === 'violated') found.push(`${trace?.steps.at(-1)?.process}: ${name}`);
  return found;
}

const NEEDS_A_TASK = 'is called by an interrupt handler: only functions whose names end in FromISR may be';
const TOO_URGENT = 'is called by an interrupt above configMAX_SYSCALL_INTERRUPT_PRIORITY';

describe('the functions of tasks in an interrupt handler', () => {
  test.each(Object.entries(TASK_LEVEL))('%s', { timeout: 60_000 }, async (api, call) => {
    const expected = [`interrupt: ${api} ${NEEDS_A_TASK}`];
    expect(await violations(inInterrupt(api, call, 6, false))).toEqual(expected);
    expect(await violations(inInterrupt(api, call, 6, true))).toEqual(expected);
  });
});

describe('the functions of interrupts, in one that the kernel does not mask', () => {
  test.each(Object.entries(FROM_ISR))('%s', { timeout: 60_000 }, async (api, call) => {
    expect(await violations(inInterrupt(api, call, 5, false))).toEqual([]);
    expect(await violations(inInterrupt(api, call, 4, false))).toEqual([
      `interrupt: configASSERT: ${api} ${TOO_URGENT}`,
    ]);
  });
});

const misuse = scenario('misuse', {
  about: 'calls at the wrong time, by the wrong one',
  variants: {
    'mutex given by an interrupt': { violates: 'configASSERT: a mutex is given by an interrupt' },
    'mutex taken by an interrupt': { violates: 'a mutex is taken by an interrupt, which cannot hold it' },
    'mutex given by another task': {
      violates: 'configASSERT: a mutex is given by a task that does not hold it',
    },
    'blocking in a critical section': { violates: 'a task blocks inside of taskENTER_CRITICAL' },
    'blocking while suspended': {
      violates: 'configASSERT: a task blocks while the scheduler is suspended',
    },
    'the idle hook blocks': {
      violates: 'the idle task blocks: its hook must not, or no task is ready',
      through: ['vTaskDelay'],
    },
    'deletes itself while suspended': {
      violates: 'configASSERT: a task deletes itself while the scheduler is suspended',
    },
    'called from outside': {
      violates: 'xTaskNotifyGive is called by what is neither a task nor an interrupt handler',
    },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = k.cortexM(core, { tickUs: 0, tasksMax: 3 });
    const mutex = k.xSemaphoreCreateMutex(kernel, 'mutex');
    const queue = k.xQueueCreate(kernel, 'queue', 1);
    const line = new Irq(core, 'interrupt', 5, () => {
      if (variant === 'mutex given by an interrupt') k.xSemaphoreGiveFromISR(kernel, mutex);
      if (variant === 'mutex taken by an interrupt') k.xSemaphoreTakeFromISR(kernel, mutex);
    });
    const task = kernel.create('task', 2, () => {
      if (variant === 'mutex given by an interrupt') k.xSemaphoreTake(kernel, mutex, 0);
      if (variant === 'mutex given by another task') k.xSemaphoreTake(kernel, mutex, 0);
      if (variant === 'blocking in a critical section') k.taskENTER_CRITICAL(kernel);
      if (variant === 'blocking while suspended') k.vTaskSuspendAll(kernel);
      if (variant === 'deletes itself while suspended') {
        k.vTaskSuspendAll(kernel);
        k.vTaskDelete(kernel, me(k.Task));
      }
      atomic(() => line.raise());
      k.xQueueReceive(kernel, queue, k.portMAX_DELAY);
    });
    if (variant === 'mutex given by another task')
      kernel.create('other', 1, () => {
        k.xSemaphoreGive(kernel, mutex);
      });
    if (variant === 'called from outside') process('device', () => k.xTaskNotifyGive(kernel, task));
    if (variant === 'the idle hook blocks')
      kernel.create('IDLE', 0, () => k.prvIdleTask(kernel, () => k.vTaskDelay(kernel, 1)), {
        idle: true,
        background: true,
      });
    else k.idleTasks(kernel);
  },
});

test('what is refused besides', { timeout: 60_000 }, async () => {
  expect(await outline(misuse)).toMatchInlineSnapshot(`
    "mutex given by an interrupt | violated | configASSERT: a mutex is given by an interrupt in 4 | 4 states, 3 transitions
    mutex taken by an interrupt | violated | a mutex is taken by an interrupt, which cannot hold it in 3 | 3 states, 2 transitions
    mutex given by another task | violated | configASSERT: a mutex is given by a task that does not hold it in 7 | 7 states, 6 transitions
    blocking in a critical section | violated | a task blocks inside of taskENTER_CRITICAL in 3 | 3 states, 2 transitions
    blocking while suspended | violated | configASSERT: a task blocks while the scheduler is suspended in 5 | 5 states, 4 transitions
    the idle hook blocks | violated | the idle task blocks: its hook must not, or no task is ready in 7 | 7 states, 6 transitions
    deletes itself while suspended | violated | configASSERT: a task deletes itself while the scheduler is suspended in 2 | 2 states, 1 transitions
    called from outside | violated | xTaskNotifyGive is called by what is neither a task nor an interrupt handler in 1 | 6 states, 5 transitions"
  `);
});
