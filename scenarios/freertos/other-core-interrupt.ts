/**
 * ESP32: an interrupt service routine runs on the core that installed it, and the task that it serves is pinned to the
 * other one. The give interrupts that core, so the wake is as good as on one core; but masking interrupts protects the
 * task from handlers of its *own* core only.
 */
import { always, idle, scenario, sometimes } from 'upy-check';
import {
  idleTasks,
  portMAX_DELAY,
  ulTaskNotifyTake,
  vTaskNotifyGiveFromISR,
  xtensa,
} from 'upy-check/freertos';
import { Core, CoreMask, edges, Irq, Spinlock } from 'upy-check/hardware';
import { ghost, int } from 'upy-check/model';

const HANDLED = 'no event is left when all sleep';
const COUNTED = 'no event is taken twice';

export default scenario('other-core-interrupt', {
  about: 'an interrupt pinned to core 0 serves a task pinned to core 1',
  timing: 'any',
  parameters: { events: 2 },
  variants: {
    spinlock: { holds: true },
    // The task's core is deaf, the handler's is not: the handler counts between the task's read and its write.
    mask: { violates: COUNTED, through: ['disableInterrupts'], also: [HANDLED] },
    'mask-same-core': { holds: true },
  },
  build({ variant, events }) {
    const cores: Core[] = [];
    for (let n = 0; n < 2; n++) new Core(`core ${n}`, cores);
    const kernel = xtensa(cores, { tickUs: 0, tasksMax: 3, notifiedMax: events });
    const lock = variant.startsWith('mask') ? new CoreMask() : new Spinlock('events');
    const shared = { events: int(0, events) };
    const seen = { raised: int(0, events), taken: int(0, 2 * events) };

    const task = kernel.create(
      'task',
      1,
      () => {
        while (true) {
          ulTaskNotifyTake(kernel, true, portMAX_DELAY);
          lock.lock();
          const taken = shared.events;
          shared.events = 0;
          lock.unlock();
          ghost(() => {
            seen.taken += taken;
          });
        }
      },
      { cpu: kernel.cpus[1]! },
    );
    idleTasks(kernel);
    const line = new Irq(cores[variant === 'mask-same-core' ? 1 : 0]!, 'device interrupt', 1, () => {
      lock.lock();
      shared.events++;
      ghost(() => {
        seen.raised++;
      });
      lock.unlock();
      if (vTaskNotifyGiveFromISR(kernel, task)) kernel.portYieldFromIsr();
    });
    edges(line, events);
    return [
      always(COUNTED, () => seen.taken <= seen.raised),
      idle(HANDLED, () => shared.events === 0 && seen.taken === seen.raised),
      sometimes('as many events are taken as can come', () => seen.taken === events),
    ];
  },
});
