import { scenario, sometimes } from 'upy-check';
import type { Board } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';
import { rp2 } from 'upy-check/ports/rp2';
import { stm32 } from 'upy-check/ports/stm32';
import { zephyr } from 'upy-check/ports/zephyr';

const POLL_IS_DUE = 'lost wakeup: what poll waits for is there';
const CALLBACK_WAITS = 'lost wakeup: a scheduled callback waits';

const BOARDS = {
  'esp32-E1': () => esp32({ era: 'E1', tick: 0, cores: 1 }),
  'esp32-E2': () => esp32({ tick: 0 }),
  'stm32-E1': () => stm32({ era: 'E1', tick: 0 }),
  'stm32-E2': () => stm32({ tick: 0 }),
  'stm32-masked': () => stm32({ tick: 0, wait: 'masked' }),
  'stm32-tick': () => stm32(),
  'stm32-masked-threads': () => stm32({ tick: 0, wait: 'masked', threads: 1 }),
  rp2: () => rp2(),
  'rp2-rest': () => rp2({ wakeForTheRest: true }),
  'rp2-core1': () => rp2({ threads: 1 }),
  'zephyr-E2': () => zephyr(),
  'zephyr-rest': () => zephyr({ wakeForTheRest: true }),
} as const satisfies Record<string, () => Board>;

export default scenario('uevent-wake-ports', {
  about: '#6125: an interrupt must end uevent.poll_ms and run its callback: on which ports does it?',
  timing: 'any',
  parameters: { edges: 2 },
  variants: {
    'esp32-E1': { holds: true },
    'esp32-E2': { holds: true },
    'stm32-E1': { violates: POLL_IS_DUE, through: ['wfi'], also: [CALLBACK_WAITS] },
    'stm32-E2': { violates: POLL_IS_DUE, through: ['wfi'], also: [CALLBACK_WAITS] },
    'stm32-masked': { holds: true },
    'stm32-tick': { holds: true },
    'stm32-masked-threads': { holds: true },
    rp2: { holds: true },
    'rp2-rest': { holds: true },
    'rp2-core1': { holds: true },
    'zephyr-E2': { holds: true },
    'zephyr-rest': { holds: true },
  },
  build({ variant, edges }) {
    const board: Board = BOARDS[variant]();
    const seen = { edges: int(0, edges), calls: int(0, edges) };
    const poll = board.uevent.poll();
    const pin = board.pin(4).irq({
      name: 'pin callback',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    });
    if (variant === 'rp2-core1' || variant === 'stm32-masked-threads')
      board.thread('worker', () => {
        board.eventPollHook();
      });
    board.main(() => {
      'use python';
      while (true) {
        poll.register(pin);
        poll.poll_ms(-1);
        while (poll.next() !== null) {
          pin.read();
          ghost(() => {
            seen.edges++;
          });
        }
      }
    });
    board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
    return [
      sometimes('every edge is seen', () => seen.edges === edges),
      sometimes('every edge calls back', () => seen.calls === edges),
    ];
  },
});
