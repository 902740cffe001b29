/**
 * Two tasks take the same two mutexes, in the opposite order. On one core that goes wrong if one of them is preempted
 * between its two takes; on two cores it needs no preemption at all. A time-out does not repair it (both give up and try
 * again), an order of the mutexes does.
 */
import { idle, scenario, sometimes } from 'upy-check';
import {
  cortexM,
  idleTasks,
  type Kernel,
  portMAX_DELAY,
  type Semaphore,
  Task,
  vTaskSuspend,
  xSemaphoreCreateMutex,
  xSemaphoreGive,
  xSemaphoreTake,
  xtensa,
} from 'upy-check/freertos';
import { Core } from 'upy-check/hardware';
import { ghost, int, me } from 'upy-check/model';

const DEADLOCK = 'deadlock: tasks wait for ever for the mutexes of each other';

export default scenario('two-mutexes', {
  about: 'two tasks take two mutexes in opposite order: can they block each other for ever?',
  timing: 'any',
  parameters: { rounds: 2 },
  variants: {
    'two-cores-opposite-order': { violates: DEADLOCK, through: ['xSemaphoreTake'] },
    'two-cores-same-order': { holds: true },
    'one-core-opposite-order': { violates: DEADLOCK, through: ['xSemaphoreTake'] },
    'one-core-same-order': { holds: true },
    // Whoever does not get the second one gives the first back.
    'two-cores-try-the-second': { holds: true },
  },
  build({ variant, rounds }) {
    const cores: Core[] = [];
    const isPair = variant.startsWith('two');
    for (let n = 0; n < (isPair ? 2 : 1); n++) new Core(`core ${n}`, cores);
    const kernel: Kernel = isPair
      ? xtensa(cores, { tickUs: 0, tasksMax: 4 })
      : cortexM(cores[0]!, { tickUs: 'matters', tasksMax: 3 });
    const [first, second] = [
      xSemaphoreCreateMutex(kernel, 'first mutex'),
      xSemaphoreCreateMutex(kernel, 'second mutex'),
    ];
    const seen = { done: int(0, 2) };

    const both = (outer: Semaphore, inner: Semaphore) => {
      for (let round = 0; round < rounds; ) {
        xSemaphoreTake(kernel, outer, portMAX_DELAY);
        const ticks = variant === 'two-cores-try-the-second' ? 0 : portMAX_DELAY;
        if (xSemaphoreTake(kernel, inner, ticks)) {
          xSemaphoreGive(kernel, inner);
          round++;
        }
        xSemaphoreGive(kernel, outer);
      }
      ghost(() => {
        seen.done++;
      });
      vTaskSuspend(kernel, me(Task));
    };
    const opposite = !variant.endsWith('same-order');
    const place = (n: number) => (isPair ? { cpu: kernel.cpus[n]! } : {});
    kernel.create('left', 1, () => both(first, second), place(0));
    kernel.create('right', 1, () => (opposite ? both(second, first) : both(first, second)), place(1));
    idleTasks(kernel);
    return [
      idle('everybody comes to the end', () => seen.done === 2),
      sometimes('both come to the end', () => seen.done === 2),
    ];
  },
});
