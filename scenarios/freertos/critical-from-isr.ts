/**
 * taskENTER_CRITICAL keeps a task's own core quiet. A handler is still preempted by more urgent ones: what it shares with
 * them it must guard, too, with taskENTER_CRITICAL_FROM_ISR, and give back, or all others stay deaf after it.
 */
import { idle, scenario, sometimes } from 'upy-check';
import {
  cortexM,
  idleTasks,
  taskENTER_CRITICAL,
  taskENTER_CRITICAL_FROM_ISR,
  taskEXIT_CRITICAL,
  taskEXIT_CRITICAL_FROM_ISR,
  vTaskSuspend,
} from 'upy-check/freertos';
import { Core, edges, Irq } from 'upy-check/hardware';
import { ghost, int } from 'upy-check/model';

const COUNTED = 'every sample is counted';

export default scenario('critical-from-isr', {
  about:
    'a task and two handlers, one more urgent than the other, count in one variable: who must mask whom?',
  parameters: { samples: 1 },
  full: { samples: 2 },
  variants: {
    guarded: { holds: true },
    // The urgent handler comes between the read and the write of the other one.
    'handler-unguarded': { violates: COUNTED, through: ['taskENTER_CRITICAL'] },
    // Either handler comes between the read and the write of the task.
    'task-unguarded': { violates: COUNTED, through: ['count'] },
    // The core stays deaf: to the other device, and to PendSV, so that a task that suspends itself runs on.
    'exit-forgotten': {
      violates: COUNTED,
      through: ['taskENTER_CRITICAL_FROM_ISR'],
      also: ['configASSERT: a task function returns (prvTaskExitError)'],
    },
  },
  build({ variant, samples }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 0, tasksMax: 2 });
    const shared = { count: 0 };
    const seen = { sampled: int(0, 2 * samples + 1) };
    const count = () => {
      shared.count++;
    };
    const sampled = () =>
      ghost(() => {
        seen.sampled++;
      });
    const task = kernel.create('task', 1, () => {
      sampled();
      if (variant !== 'task-unguarded') taskENTER_CRITICAL(kernel);
      count();
      if (variant !== 'task-unguarded') taskEXIT_CRITICAL(kernel);
      vTaskSuspend(kernel, task);
    });
    idleTasks(kernel);
    const device = new Irq(core, 'device', 8, () => {
      sampled();
      if (variant !== 'handler-unguarded') taskENTER_CRITICAL_FROM_ISR(kernel);
      count();
      if (variant !== 'handler-unguarded' && variant !== 'exit-forgotten') taskEXIT_CRITICAL_FROM_ISR(kernel);
    });
    const urgent = new Irq(core, 'urgent device', 4, () => {
      sampled();
      count();
    });
    for (const line of [device, urgent]) edges(line, samples);
    return [
      idle(COUNTED, () => shared.count === seen.sampled && !device.pending && !urgent.pending),
      sometimes('all are sampled and counted', () => shared.count === 2 * samples + 1),
    ];
  },
});
