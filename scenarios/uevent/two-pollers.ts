/**
 * Two threads wait in a poller of their own, each for a pin of its own. Who is woken when a pin's interrupt comes? #6125 says nothing of
 * threads, and its reviewers asked for several pollers in several threads. The interrupt handlers of the ports know at most the main
 * thread: esp32 notifies main's task, rp2's handler is an event for the core that it runs on, zephyr has one signal for all.
 *
 * Answer: stm32 never sleeps while two threads can run, so both see their pins. Without a tick the second thread of an esp32 or an
 * rp2 sleeps on with its pin ready; the tick of an esp32 makes a delay of that. `poll.notify()` as proposed, which knows who
 * waits in that poller and wakes this thread, is right on esp32, stm32 and rp2. On zephyr it is not enough: the threads share
 * one signal and one static event, the first to look takes what was the other's, and two at a time break the kernel's list.
 * A signal of its own for each thread is right.
 *
 * `--set size=full`: 565,000 states in all variants together, the same verdicts.
 */
import { scenario, sometimes } from 'upy-check';
import type { Board, Pin, Poll } from 'upy-check/micropython';
import { choose, ghost, int } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';
import { rp2 } from 'upy-check/ports/rp2';
import { stm32 } from 'upy-check/ports/stm32';
import { zephyr } from 'upy-check/ports/zephyr';

const SECOND = 'lost wakeup: what second poll waits for is there';
const FIRST = 'lost wakeup: what first poll waits for is there';

const BOARDS = {
  esp32: () => esp32({ tick: 0, cores: 1, threads: 1 }),
  'esp32-notify': () => esp32({ tick: 0, cores: 1, threads: 1, notify: 'named' }),
  stm32: () => stm32({ tick: 0, threads: 1 }),
  'stm32-notify': () => stm32({ tick: 0, threads: 1, notify: 'named' }),
  rp2: () => rp2({ threads: 1 }),
  'rp2-notify': () => rp2({ threads: 1, notify: 'named' }),
  zephyr: () => zephyr({ threads: 1 }),
  'zephyr-notify': () => zephyr({ threads: 1, notify: 'named' }),
  'zephyr-own-signals': () =>
    zephyr({ threads: 1, notify: 'named', waitEvents: 'own signals', retakeGil: true }),
} as const satisfies Record<string, () => Board>;

export default scenario('two-pollers', {
  about: '#6125: two threads with a poller each; whom does a pin wake?',
  timing: 'any',
  parameters: { edges: 2 },
  full: { edges: 3 },
  variants: {
    // The handler notifies main. The worker sleeps on its own notification, which nobody gives.
    esp32: { violates: SECOND, through: ['isr', 'ulTaskNotifyTake'] },
    'esp32-notify': { holds: true },
    stm32: { holds: true },
    'stm32-notify': { holds: true },
    // The handler is an event for core 0. Core 1 sleeps in WFE, and nobody does SEV.
    rp2: { violates: SECOND, through: ['isr', 'wfe'] },
    'rp2-notify': { holds: true },
    // A pin without a callback signals nothing.
    zephyr: { violates: SECOND, through: ['isr', 'k_poll'], also: [FIRST] },
    // The signal is raised once, and the main thread takes it that was meant for the worker.
    'zephyr-notify': { violates: SECOND, through: ['notify', 'k_poll'], also: [FIRST, 'null dereference'] },
    'zephyr-own-signals': { holds: true },
  },
  build({ variant, edges }) {
    const board: Board = BOARDS[variant]();
    const named = board.uevent.options.notify === 'named';
    const [first, second] = [board.uevent.poll('first poll'), board.uevent.poll('second poll')];
    const [pin4, pin5] = [board.pin(4), board.pin(5)];
    const seen = { main: int(0, edges), worker: int(0, edges) };
    const serve = (poll: Poll, pin: Pin, count: () => void) => {
      'use python';
      while (true) {
        poll.register(pin);
        poll.poll_ms(-1);
        while (poll.next() !== null) {
          pin.read();
          ghost(count);
        }
      }
    };
    board.main(() =>
      serve(first, pin4, () => {
        if (seen.main < edges) seen.main++;
      }),
    );
    board.thread('worker', () =>
      serve(second, pin5, () => {
        if (seen.worker < edges) seen.worker++;
      }),
    );
    board.irq('GPIO interrupt', { times: edges }, () => {
      const [pin, poll] = choose(2) === 0 ? ([pin4, first] as const) : ([pin5, second] as const);
      pin.isr();
      if (named) poll.notify();
    });
    return [
      sometimes('main sees every edge of pin 4', () => seen.main === edges),
      sometimes('the worker sees every edge of pin 5', () => seen.worker === edges),
    ];
  },
});
