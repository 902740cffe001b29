/**
 * An interrupt has an event for a task, several times. Is a direct-to-task notification as good a wake as a binary
 * semaphore, as the FreeRTOS manual says? A notification counts, a binary semaphore does not; and a notification has
 * one receiver with few slots, which other drivers that the task calls use as well (stream buffers use slot 0).
 */
import { idle, scenario, sometimes } from 'upy-check';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  ulTaskNotifyTake,
  vTaskNotifyGiveFromISR,
  xSemaphoreCreateBinary,
  xSemaphoreGiveFromISR,
  xSemaphoreTake,
} from 'upy-check/freertos';
import { Core, edges, Irq } from 'upy-check/hardware';
import { ghost, int, process, rest } from 'upy-check/model';

const ALL_HANDLED = 'every event is handled';

export default scenario('notify-or-semaphore', {
  about: 'a task notification against a binary semaphore as the wake of an interrupt',
  timing: 'any',
  parameters: { events: 3 },
  variants: {
    'notification-counts': { holds: true },
    // Two gives before the task runs: the take clears both, and the task handles one.
    'notification-cleared': {
      violates: ALL_HANDLED,
      through: ['vTaskNotifyGiveFromISR', 'ulTaskNotifyTake'],
    },
    'notification-drains': { holds: true },
    // The second give finds the semaphore full.
    'semaphore-one-event': { violates: ALL_HANDLED, through: ['xSemaphoreGiveFromISR'] },
    'semaphore-drains': { holds: true },
    // While the task waits for its transfer, an event's notification ends that wait, and is gone.
    'slot-shared-with-driver': { violates: ALL_HANDLED, through: ['transfer', 'ulTaskNotifyTake'] },
    'slot-of-its-own': { holds: true },
  },
  build({ variant, events }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 0, notificationSlots: 2, notifiedMax: events + 1, tasksMax: 2 });
    const semaphore = xSemaphoreCreateBinary(kernel, 'event');
    const device = { events: int(0, events), transferring: false };
    const seen = { handled: int(0, events) };

    const handle = () => {
      if (device.events === 0) return;
      device.events--;
      ghost(() => {
        seen.handled++;
      });
    };
    const drain = () => {
      while (device.events > 0) handle();
    };
    /** A driver call: starts a transfer and waits for its interrupt. */
    const transfer = (slot: number) => {
      device.transferring = true;
      ulTaskNotifyTake(kernel, true, portMAX_DELAY, slot);
    };

    const task = kernel.create('driver', 1, () => {
      while (true) {
        if (variant === 'semaphore-one-event' || variant === 'semaphore-drains')
          xSemaphoreTake(kernel, semaphore, portMAX_DELAY);
        else
          ulTaskNotifyTake(
            kernel,
            variant === 'notification-cleared' || variant === 'notification-drains',
            portMAX_DELAY,
          );
        if (variant === 'notification-drains' || variant === 'semaphore-drains') drain();
        else handle();
        if (variant === 'slot-shared-with-driver') transfer(0);
        if (variant === 'slot-of-its-own') transfer(1);
      }
    });
    idleTasks(kernel);

    const line = new Irq(core, 'event interrupt', 5, () => {
      device.events++;
      if (variant === 'semaphore-one-event' || variant === 'semaphore-drains') {
        const [, woken] = xSemaphoreGiveFromISR(kernel, semaphore);
        if (woken) kernel.portYieldFromIsr();
      } else if (vTaskNotifyGiveFromISR(kernel, task)) kernel.portYieldFromIsr();
    });
    edges(line, events);
    const dma = new Irq(core, 'DMA interrupt', 5, () => {
      const slot = variant === 'slot-shared-with-driver' ? 0 : 1;
      if (vTaskNotifyGiveFromISR(kernel, task, slot)) kernel.portYieldFromIsr();
    });
    process('DMA', () => {
      while (true) {
        rest(() => {
          if (!device.transferring) return false;
          device.transferring = false;
          return true;
        });
        dma.raise();
      }
    });

    return [
      idle(ALL_HANDLED, () => device.events === 0),
      sometimes('as many events are handled as can come', () => seen.handled === events),
    ];
  },
});
