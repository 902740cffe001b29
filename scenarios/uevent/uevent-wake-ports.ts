/**
 * The question of uevent-wake, on every port: main waits in `uevent.poll_ms` for a pin that also has a soft callback. Wherever in the
 * wait the interrupt lands, the wait must end and the callback run. #6125 leaves that to MICROPY_EVENT_POLL_HOOK of each port;
 * its discussion, and #6056 before it, ask what WFI does with an interrupt that comes between the last look and the WFI.
 *
 * Answer, without ticks, so that what is late for ever shows: esp32 is right in both eras (in the first it never waits, in the
 * second its notification counts), so are esp8266, which never sleeps, rp2, whose WFE remembers one event, and zephyr, as long as
 * the pin has a callback. On stm32 and cc3200 the interrupt can come right before WFI, in both eras; SysTick makes a delay of up to
 * 1 ms of that for each callback (how late is asked in poll-hook-wfi). #6056's test under the mask closes the window on stm32. On unix without a GIL only main may run
 * callbacks, and nothing tells main; in the first era any thread may, but one that finds the scheduler locked goes on, and the
 * callback is left to a main that may be on its way to poll(2). With a GIL the thread that scheduled runs it itself.
 *
 * `--set size=full`: 117,226 states in all variants together, the same verdicts.
 */
import { scenario, sometimes } from 'upy-check';
import { type Board, READ } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { cc3200 } from 'upy-check/ports/cc3200';
import { esp32 } from 'upy-check/ports/esp32';
import { esp8266 } from 'upy-check/ports/esp8266';
import { rp2 } from 'upy-check/ports/rp2';
import { stm32 } from 'upy-check/ports/stm32';
import { type Unix, unix } from 'upy-check/ports/unix';
import { UnixPollEntry, UnixUEventPoll } from 'upy-check/ports/unix_uevent';
import { zephyr } from 'upy-check/ports/zephyr';
import { world } from 'upy-check/posix';

const POLL_IS_DUE = 'lost wakeup: what poll waits for is there';
const CALLBACK_WAITS = 'lost wakeup: a scheduled callback waits';

const BOARDS = {
  'esp32-e1': () => esp32({ era: 'E1', tick: 0, cores: 1 }),
  'esp32-e2': () => esp32({ tick: 0 }),
  'esp8266-e1': () => esp8266({ era: 'E1' }),
  'esp8266-e2': () => esp8266(),
  'stm32-e1': () => stm32({ era: 'E1', tick: 0 }),
  'stm32-e2': () => stm32({ tick: 0 }),
  'stm32-tick': () => stm32(),
  'stm32-6056': () => stm32({ tick: 0, wait: 'masked' }),
  rp2: () => rp2(),
  'rp2-core-1-runs': () => rp2({ threads: 1 }),
  zephyr: () => zephyr(),
  'cc3200-e1': () => cc3200({ era: 'E1', tick: 0 }),
  'cc3200-e2': () => cc3200({ tick: 0 }),
} as const satisfies Record<string, () => Board>;

const UNIX = {
  'unix-e1': () => unix({ era: 'E1' }),
  'unix-e2': () => unix(),
  'unix-e2-gil': () => unix({ gil: true }),
} as const satisfies Record<string, () => Unix>;

export default scenario('uevent-wake-ports', {
  about: '#6125: an interrupt must end uevent.poll_ms and run its callback; on which ports does it?',
  timing: 'any',
  parameters: { edges: 3 },
  full: { edges: 4 },
  variants: {
    'esp32-e1': { holds: true },
    'esp32-e2': { holds: true },
    'esp8266-e1': { holds: true },
    'esp8266-e2': { holds: true },
    // The handler runs after the look and before WFI, which does not remember it.
    'stm32-e1': { violates: POLL_IS_DUE, through: ['isr', 'wfi'], also: [CALLBACK_WAITS] },
    'stm32-e2': { violates: POLL_IS_DUE, through: ['isr', 'wfi'], also: [CALLBACK_WAITS] },
    'stm32-tick': { holds: true },
    'stm32-6056': { holds: true },
    rp2: { holds: true },
    'rp2-core-1-runs': { holds: true },
    zephyr: { holds: true },
    // As on stm32. There are no soft callbacks on this port, so none waits.
    'cc3200-e1': { violates: POLL_IS_DUE, through: ['isr', 'wfi'] },
    'cc3200-e2': { violates: POLL_IS_DUE, through: ['isr', 'wfi'] },
    // The worker finds the scheduler locked by main's callback, and ends; main runs one callback a look, and goes to poll(2) with the next.
    'unix-e1': { violates: CALLBACK_WAITS, through: ['mp_sched_unlock', 'poll_ms'] },
    // Main is in poll(2), and a worker schedules: nobody but main may run it, and main waits for a key.
    'unix-e2': { violates: CALLBACK_WAITS, through: ['poll_ms', 'mp_sched_schedule'] },
    'unix-e2-gil': { holds: true },
  },
  build({ variant, edges }) {
    if (isUnix(variant)) return workerSchedules(UNIX[variant](), edges);
    return pinInterrupts(BOARDS[variant](), edges, variant);
  },
});

function isUnix(variant: string): variant is keyof typeof UNIX {
  return variant in UNIX;
}

function pinInterrupts(board: Board, edges: number, variant: string) {
  const seen = { edges: int(0, edges), calls: int(0, edges) };
  const poll = board.uevent.poll();
  const callback = {
    name: 'pin callback',
    run() {
      ghost(() => {
        seen.calls++;
      });
    },
  };
  const pin = board.pin(4);
  const hasScheduler = !variant.startsWith('cc3200');
  if (hasScheduler) pin.irq(callback);
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
  if (variant === 'rp2-core-1-runs') board.thread('worker', () => board.eventPollHook());
  board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
  const properties = [sometimes('every edge is seen', () => seen.edges === edges)];
  if (hasScheduler) properties.push(sometimes('every edge calls back', () => seen.calls === edges));
  return properties;
}

/** Main waits for a key; what comes nearest to an interrupt is a thread that schedules. */
function workerSchedules(board: Unix, edges: number) {
  const seen = { keys: int(0, edges), calls: int(0, edges) };
  const stdin = new UnixPollEntry(board.stdin);
  const poll = new UnixUEventPoll(board, [stdin]);
  const callback = {
    name: 'callback',
    run() {
      ghost(() => {
        seen.calls++;
      });
    },
  };
  board.main(() => {
    'use python';
    while (true) {
      poll.register(stdin, READ);
      poll.poll_ms(-1);
      while (poll.next() !== null) {
        board.stdin.readNonBlocking();
        ghost(() => {
          if (seen.keys < edges) seen.keys++;
        });
      }
    }
  });
  board.thread('worker', () => {
    'use python';
    for (let n = 0; n < edges; n++) board.scheduler.mp_sched_schedule(callback);
  });
  world('user: key', edges, () => board.stdin.receive());
  return [
    sometimes('every key is seen', () => seen.keys === edges),
    sometimes('every callback runs', () => seen.calls === edges),
  ];
}
