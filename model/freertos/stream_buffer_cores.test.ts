import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { Core } from '../hardware/index.ts';
import { check, idle, me, sequence } from '../index.ts';
import * as k from './index.ts';
import { outline } from './testing.ts';

const cores = scenario('two cores', {
  about: 'a reader on one core is woken by something else while the writer on the other core looks for it',
  variants: {
    'FreeRTOS SMP': {
      violates: 'configASSERT: xTaskNotify without a task',
      through: ['waitForBytes', 'sendCompleted'],
    },
    'ESP-IDF': { holds: true },
  },
  build({ variant }) {
    const first = new Core('core 0');
    const both = [first, new Core('core 1', first.cluster)];
    const options = { tickUs: 0, tasksMax: 4 };
    const kernel = variant === 'ESP-IDF' ? k.xtensa(both, options) : k.rp2040(both, options);
    const buffer = k.xStreamBufferCreate(kernel, 'bytes', 2, 1);
    const into = sequence<number>(2);
    const seen = { received: 0 };
    const reader = kernel.create(
      'reader',
      1,
      () => {
        while (seen.received === 0)
          seen.received = k.xStreamBufferReceive(kernel, buffer, into, k.portMAX_DELAY);
        check(into.at(0) === 7);
        k.vTaskSuspend(kernel, me(k.Task));
      },
      { cpu: kernel.cpus[1]! },
    );
    kernel.create(
      'writer',
      1,
      () => {
        k.xTaskNotifyGive(kernel, reader);
        k.xStreamBufferSend(kernel, buffer, [7], 0);
        k.vTaskSuspend(kernel, me(k.Task));
      },
      { cpu: kernel.cpus[0]! },
    );
    k.idleTasks(kernel);
    return [idle('the byte is received', () => seen.received === 1)];
  },
});

test('the handle of a waiting reader is safe from the other core where the buffer has a lock', {
  timeout: 120_000,
}, async () => {
  expect(await outline(cores)).toMatchInlineSnapshot(`
    "FreeRTOS SMP | violated | configASSERT: xTaskNotify without a task in 29 | 29018 states, 53271 transitions
    ESP-IDF | holds | 264 states, 479 transitions"
  `);
});
