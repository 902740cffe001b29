import { Core, edges, Irq } from '../../hardware/index.ts';
import { GuardedKernel, guarantees } from '../guarantees.ts';
import * as k from '../index.ts';

/**
 * Test helper: small designs with everything that waits, for the guarantees of the kernel. They import the kernel that
 * stands beside them, so that a copy of the folder with a mistake in it runs with the mistake.
 */
const kernelWith = (core: Core, tickBits = 0): k.Kernel =>
  k.cortexM(core, {
    tickUs: 'matters',
    kernel: GuardedKernel,
    tickBits,
    priorities: 4,
    ticksMax: 2,
    tasksMax: 5,
    blockingInCriticalIsAnError: false,
  });

/** A low task holds a mutex that a more urgent one wants for at most a tick, and one in between is busy. */
export function mutex(): void {
  const kernel = kernelWith(new Core('cpu'), 2);
  const m = k.xSemaphoreCreateMutex(kernel, 'm');
  k.idleTasks(kernel);
  const user = (ticks: number) => () => {
    while (true) {
      k.vTaskDelay(kernel, 1);
      if (k.xSemaphoreTake(kernel, m, ticks)) k.xSemaphoreGive(kernel, m);
    }
  };
  kernel.create('L', 1, user(-1));
  kernel.create('M', 2, () => {
    while (true) k.vTaskDelay(kernel, 2);
  });
  kernel.create('H', 3, user(1));
  guarantees(kernel, { queues: [m], noWakeIsLost: true });
}

/** Receivers of different urgency, senders of the same, and an interrupt that sends. */
export function queue(): void {
  const core = new Core('cpu');
  const kernel = kernelWith(core);
  const q = k.xQueueCreate(kernel, 'q', 1);
  k.idleTasks(kernel);
  for (const priority of [3, 2])
    kernel.create(`R${priority}`, priority, () => {
      while (true) {
        k.vTaskDelay(kernel, 1);
        k.xQueueReceive(kernel, q, -1);
      }
    });
  for (const name of ['S1', 'S2'])
    kernel.create(name, 1, () => {
      while (true) k.xQueueSend(kernel, q, 1, -1);
    });
  const line = new Irq(core, 'irq', 1, () => {
    const [, woken] = k.xQueueSendFromISR(kernel, q, 2);
    if (woken) kernel.portYieldFromIsr();
  });
  edges(line, 2);
  guarantees(kernel, { queues: [q], noWakeIsLost: true });
}

/** One task waits for any of some bits, another for all, and a third sets them. */
export function events(): void {
  const kernel = kernelWith(new Core('cpu'));
  const g = k.xEventGroupCreate(kernel, 'g');
  k.idleTasks(kernel);
  kernel.create('any', 3, () => {
    while (true) k.xEventGroupWaitBits(kernel, g, 1, true, false, -1);
  });
  kernel.create('all', 2, () => {
    while (true) k.xEventGroupWaitBits(kernel, g, 6, true, true, 2);
  });
  kernel.create('set', 1, () => {
    while (true) for (let bit = 1; bit < 8; bit <<= 1) k.xEventGroupSetBits(kernel, g, bit);
  });
  guarantees(kernel, { groups: [g] });
}

/** An interrupt wakes a task while another one has suspended the scheduler. */
export function suspended(): void {
  const core = new Core('cpu');
  const kernel = kernelWith(core);
  const s = k.xSemaphoreCreateBinary(kernel, 's');
  k.idleTasks(kernel);
  kernel.create('R', 2, () => {
    while (true) k.xSemaphoreTake(kernel, s, 2);
  });
  kernel.create('S', 1, () => {
    while (true) {
      k.vTaskSuspendAll(kernel);
      k.xTaskResumeAll(kernel);
    }
  });
  kernel.create('T', 1, () => {
    while (true) k.taskYIELD(kernel);
  });
  const line = new Irq(core, 'irq', 1, () => {
    const [, woken] = k.xSemaphoreGiveFromISR(kernel, s);
    if (woken) kernel.portYieldFromIsr();
  });
  edges(line, 2);
  guarantees(kernel, { queues: [s], noWakeIsLost: true });
}

/** Three tasks that may run anywhere, on two cores of an ESP32. */
export function cores(): void {
  const first = new Core('core 0');
  const kernel = k.xtensa([first, new Core('core 1', first.cluster)], { tickUs: 0, priorities: 2 });
  for (const name of ['A', 'B', 'C'])
    kernel.create(name, 1, () => {
      while (true) k.taskYIELD(kernel);
    });
  k.idleTasks(kernel);
  guarantees(kernel);
}
