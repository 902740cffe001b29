/**
 * `uevent.notify()` was proposed for #6125: whoever has work for the thread in `poll_ms` calls it, from a hard interrupt handler, too. It
 * is a flag for the poll and a call of mp_hal_wake_main_task_from_isr, the only wake that the ports have. With #6125's poll
 * hooks, does it end the poll on every port, wherever in the wait the interrupt lands?
 *
 * Answer: where the wake latches. The notification of esp32 counts, and the event of zephyr's signal stays. esp8266 never
 * sleeps. On stm32 and cc3200 the wake is an empty function, because "any interrupt ends the WFI": not one that came before it. That
 * is late by a tick, and without a tick lost; the look under the mask (#6056) is at the callbacks in the ring, and does not
 * help a flag. On rp2 it is empty as well, and right for core 0's interrupts, whose return is the event that WFE wants. Called by the
 * thread on core 1 it is the flag alone, and nobody does SEV.
 */
import { lostWakeup, scenario, sometimes } from 'upy-check';
import type { Board } from 'upy-check/micropython';
import { atomic, ghost, int } from 'upy-check/model';
import { cc3200 } from 'upy-check/ports/cc3200';
import { esp32 } from 'upy-check/ports/esp32';
import { esp8266 } from 'upy-check/ports/esp8266';
import { rp2 } from 'upy-check/ports/rp2';
import { stm32 } from 'upy-check/ports/stm32';
import { zephyr } from 'upy-check/ports/zephyr';

const WAITS = 'work waits, and main sleeps in poll_ms';
const LOST = `lost wakeup: ${WAITS}`;
const notify = 'anonymous';

const BOARDS = {
  esp32: () => esp32({ tick: 0, notify }),
  'esp32-no-wake': () => esp32({ tick: 0, notify, wakeMainTaskFromIsr: false }),
  esp8266: () => esp8266({ notify }),
  stm32: () => stm32({ tick: 0, notify }),
  'stm32-6056': () => stm32({ tick: 0, notify, wait: 'masked' }),
  'stm32-tick': () => stm32({ notify }),
  cc3200: () => cc3200({ tick: 0, notify }),
  rp2: () => rp2({ notify }),
  'rp2-core-1-notifies': () => rp2({ threads: 1, notify }),
  zephyr: () => zephyr({ notify }),
} as const satisfies Record<string, () => Board>;

export default scenario('notify-ports', {
  about: '#6125: an interrupt has work for main and calls uevent.notify(): on which ports does poll_ms end?',
  timing: 'any',
  parameters: { items: 2 },
  full: { items: 4 },
  variants: {
    esp32: { holds: true },
    // The flag alone: nobody looks at it while main sleeps.
    'esp32-no-wake': { violates: LOST, through: ['notify', 'ulTaskNotifyTake'] },
    esp8266: { holds: true },
    // The handler runs after the look at the flag and before WFI, which does not remember it.
    stm32: { violates: LOST, through: ['notify', 'wfi'] },
    // Under the mask main looks for callbacks, and there is none.
    'stm32-6056': { violates: LOST, through: ['notify', 'wfi'] },
    'stm32-tick': { holds: true },
    cc3200: { violates: LOST, through: ['notify', 'wfi'] },
    rp2: { holds: true },
    // Core 1 stores a flag. Core 0 has looked before, and sleeps in WFE.
    'rp2-core-1-notifies': { violates: LOST, through: ['notify', 'wfe'] },
    zephyr: { holds: true },
  },
  build({ variant, items }) {
    const board: Board = BOARDS[variant]();
    const poll = board.uevent.poll();
    const work = { items: int(0, items) };
    const seen = { done: int(0, items) };
    // deque.append(), and popleft() until it is empty: one step each.
    const takeAll = () =>
      atomic(() => {
        ghost(() => {
          seen.done += work.items;
        });
        work.items = 0;
      });
    const produce = () => {
      atomic(() => {
        work.items++;
      });
      board.uevent.notify();
    };
    const main = board.main(() => {
      'use python';
      while (true) {
        poll.poll_ms(-1);
        takeAll();
      }
    });
    if (variant === 'rp2-core-1-notifies')
      board.thread('worker', () => {
        'use python';
        for (let n = 0; n < items; n++) produce();
      });
    else board.irq('timer interrupt', { times: items }, produce);
    return [
      lostWakeup(WAITS, () => work.items > 0, main),
      sometimes('all work is done', () => seen.done === items),
    ];
  },
});
