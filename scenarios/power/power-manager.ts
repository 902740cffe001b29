/**
 * Who may put a battery-powered board into light sleep? In #6125 reviewers wanted it done by the event loop: it waits in one place, it
 * knows the next time limit, and it could hand that, with the registered sources, to a power manager that knows which
 * interrupts end which mode. Then a program that waits sleeps as deeply as it can without saying so. Against it stands what
 * programs do today: they call `machine.lightsleep(time limit)` where they have nothing to do.
 *
 * Answer: the manager of `upy-check/micropython` serves everything at once and on time, and sleeps lightly as soon as
 * the UART is not registered any more. All it knows is needed: a variant leaves out each thing. On stm32 the time of
 * `ticks_ms` stands still in a light sleep; a loop that forgets that never runs its timed task again, and the call of
 * today does. On rp2 a pin ends no light sleep that has a time limit, and the manager stays in WFI.
 */
import { always, scenario, sometimes, within } from 'upy-check';
import { Power, rp2040, stm32f4 } from 'upy-check/hardware';
import { PowerManager } from 'upy-check/micropython';
import { atomic, ghost, idiv, int } from 'upy-check/model';
import { type Deadline, IRQ_PRI_UART, type Stm32, stm32, TICK_US } from 'upy-check/ports/stm32';

const PERIOD_MS = 3;
const BYTES = 2;
const [PIN, UART, TASK] = [
  'the pin is served within a tick',
  'the UART is served within a tick',
  'the task is run on time',
] as const;

export default scenario('power-manager', {
  about:
    'an event loop with a pin, a UART and a timed task: who decides how deeply to sleep, and what must he know?',
  timing: 'prompt',
  timeUnit: TICK_US,
  parameters: { edges: 2 },
  full: { edges: 3 },
  variants: {
    'power manager': { holds: true },
    'power manager, rp2040': { holds: true },
    // No look, no mask, no sources, no time: everything waits for the alarm, and the task for ever.
    'just sleeps': { violates: PIN, through: ['wait', 'lightsleep'], also: [UART, TASK] },
    // Light sleep stops the UART's clock.
    'ignores the sources': { violates: UART, through: ['lightsleep'] },
    // Nothing wakes it for the task.
    'ignores the time limit': { violates: TASK, through: ['lightsleep'] },
    // The pin's interrupt comes after what is pending was run: its callback waits in the ring.
    'ignores the queue': { violates: PIN, through: ['mp_sched_schedule', 'isDue'] },
    // Between the look and the sleep.
    'interrupts on': { violates: PIN, through: ['isDue', 'mp_sched_schedule'] },
    // ticks_ms says that no time has passed, and it sleeps for as long again.
    'forgets the time slept': { violates: TASK, through: ['lightsleep'] },
  },
  build({ variant, edges }) {
    const rp2 = variant === 'power manager, rp2040';
    const board: Stm32 = stm32({ internalWfe: (ms) => manager.wait(ms * 1000) });
    const next = board.deadline();
    const manager = new PowerManager({
      scheduler: board.scheduler,
      power: () => power,
      addTime: (us) => board.addTicks(idiv(us, TICK_US)),
      worthwhileUs: 2 * TICK_US,
      ...(variant === 'power manager' || rp2 ? {} : { mistake: variant }),
    });
    const properties = eventLoop(board, manager, next, edges);
    const power: Power = new Power(board.cores, rp2 ? rp2040 : stm32f4);
    const lightly = () => power.cores[0]!.mode.name === 'lightsleep';
    return [
      ...properties,
      rp2
        ? always('no light sleep that the pin cannot end', () => !lightly())
        : sometimes('it sleeps lightly', lightly),
    ];
  },
});

/** As asyncio does it: one place that waits, for the next timed task at most. */
function eventLoop(board: Stm32, manager: PowerManager, next: Deadline, edges: number) {
  const event = { set: false };
  const uartState = { expected: int(0, BYTES, BYTES) };
  const seen = { edges: int(0, edges), bytes: int(0, BYTES), task: false, waits: false };
  const pin = board.pin(4, { pollable: false }).irq({
    name: 'pin callback',
    run() {
      event.set = true;
    },
  });
  // The handlers share nothing: nobody can tell that each is one step.
  const pinLine = board.irq('pin 4 interrupt', { times: edges, oneStep: true }, () => pin.isr());
  const uartLine = board.irq(
    'uart',
    { times: BYTES, priority: IRQ_PRI_UART, wakes: 'uart', oneStep: true },
    () => board.uartIsr(),
  );
  manager.register({ name: 'pin', wakes: 'gpio', ready: () => event.set });
  const uart = manager.register({ name: 'uart', wakes: 'uart', ready: () => board.stdin.available > 0 });

  const servePin = () => {
    if (!event.set) return;
    event.set = false;
    ghost(() => {
      if (seen.edges < edges) seen.edges++;
    });
  };
  const serveUart = () => {
    if (board.stdin.available === 0) return;
    board.stdin.available--;
    ghost(() => {
      seen.bytes++;
    });
    uartState.expected--;
    if (uartState.expected === 0) uart.unregister();
  };
  const serveTask = () => {
    if (next.leftMs > 0) return;
    ghost(() => {
      seen.waits = false;
      seen.task = true;
    });
    next.leftMs = PERIOD_MS;
    ghost(() => {
      seen.waits = true;
    });
  };
  board.main(() => {
    while (true) {
      // One step each: how these may be interrupted is not the question here.
      atomic(servePin);
      atomic(serveUart);
      serveTask();
      board.events.mp_event_wait_ms(next.leftMs);
    }
  });
  return [
    within(PIN, TICK_US, () => pinLine.pending || board.scheduler.hasWork() || event.set),
    within(UART, TICK_US, () => uartLine.pending || board.stdin.available > 0),
    within(TASK, PERIOD_MS * TICK_US, () => seen.waits),
    sometimes('everything is served', () => seen.edges === edges && seen.bytes === BYTES && seen.task),
  ];
}
