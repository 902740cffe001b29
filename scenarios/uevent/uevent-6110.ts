/**
 * Before #6125 there was #6110 (473540173b, extmod/moduevent.c, for stm32 and zephyr): objects are not asked, they call the poller back,
 * also from their interrupt (`ioctl(SET_EVENT)`), and `register` first begins to wait, then tells the object, then looks whether
 * something is there already. Is that free of races? What does its wait need? And what about entries that are used again?
 *
 * Answer: register-then-sample loses nothing; the other order does, for ever. The wait is the ports' poll hook, so on stm32 an event
 * right before WFI is late by a tick (or lost without one). On zephyr it is one k_sem_take: the semaphore of an event that was
 * seen without waiting stays given, and the next wait returns with nothing. Three defects more: the pair (callback, argument)
 * is written in two stores, and an interrupt in between is called back with no entry, the first time; a free entry that is found is
 * never assigned, so the second object crashes; and if it were, the first object would still call back to it.
 */
import { always, scenario, sometimes } from 'upy-check';
import { CoreMask } from 'upy-check/hardware';
import { EventPin, Poll6110, type UEvent6110Options } from 'upy-check/micropython';
import { critical, ghost, int } from 'upy-check/model';
import { stm32 } from 'upy-check/ports/stm32';
import { zephyr } from 'upy-check/ports/zephyr';
import { K_FOREVER, k_sem_give, k_sem_take, Sem } from 'upy-check/zephyr';

type Options = Partial<UEvent6110Options>;

const LOST = 'lost wakeup: an event is ready';
const ONLY = 'wait_ms returns with an event';
const OWN = 'a pin is reported for its own edges';

const VARIANTS: Readonly<Record<string, Options & { readonly tick?: number }>> = {
  'register-then-sample': {},
  'zephyr-sample-then-register': { loops: true, sampleFirst: true },
  tickless: { tick: 0 },
  'interrupt-before-register': {},
  'second-object': {},
  'second-object-assigned': { reuse: 'assigned' },
  'second-object-detached': { reuse: 'detached' },
  'zephyr-semaphore': {},
  'zephyr-loops': { loops: true },
};

export default scenario('uevent-6110', {
  about: '#6110: objects call the poller back from their interrupt',
  timing: 'any',
  parameters: { edges: 2 },
  full: { edges: 3 },
  variants: {
    'register-then-sample': { holds: true },
    // The edge comes after the look and before the entry waits for it: nobody will tell of it again.
    'zephyr-sample-then-register': { violates: LOST, through: ['register', 'isr'] },
    tickless: { violates: LOST, through: ['poll_event_callback', 'wfi'] },
    // Of the two words the callback is there and its argument is not.
    'interrupt-before-register': { violates: 'null dereference', through: ['setEvent', 'isr'] },
    // The entry of the first pin is free, is found, and is not assigned.
    'second-object': { violates: 'null dereference', through: ['register', 'entryFor'] },
    // The first pin still calls back, and its edge is reported as one of the second.
    'second-object-assigned': { violates: OWN, through: ['isr', 'poll_event_callback', 'next'] },
    'second-object-detached': { holds: true },
    // An edge is seen before the wait: the semaphore stays given. The next wait takes it and returns.
    'zephyr-semaphore': { violates: ONLY, through: ['poll_event_callback', 'k_sem_take'], also: [OWN] },
    'zephyr-loops': { holds: true },
  },
  build({ variant, edges }) {
    const { tick, ...options } = VARIANTS[variant]!;
    const pins = variant.startsWith('second') ? [4, 5] : [4];
    if (variant.startsWith('zephyr')) {
      const board = zephyr();
      const sem = new Sem(board.kernel, 'poll', 0, 1, 1);
      const poll = new Poll6110(
        {
          atomicSection: (section) => critical(board.kernel.irqLock, section),
          wait: () => k_sem_take(sem, K_FOREVER),
          give: () => k_sem_give(sem),
          ...options,
        },
        2,
      );
      return serve(board, poll, pins, edges, variant);
    }
    const board = stm32(tick === undefined ? {} : { tick });
    const mask = new CoreMask();
    const poll = new Poll6110(
      {
        atomicSection: (section) => critical(mask, section),
        wait: () => board.eventPollHook(),
        ...options,
      },
      2,
    );
    return serve(board, poll, pins, edges, variant);
  },
});

type BoardHere = ReturnType<typeof stm32> | ReturnType<typeof zephyr>;

/** Main waits for one pin after the other; usually there is but one. */
function serve(board: BoardHere, poll: Poll6110, numbers: number[], edges: number, variant: string) {
  const early = variant === 'interrupt-before-register';
  const crashes = variant === 'second-object';
  const pins = numbers.map((n) => new EventPin(`pin ${n}`));
  // Where the second object crashes, the first has its one event.
  const enough = crashes ? 1 : edges;
  const seen = { events: int(0, edges), nothing: false, foreign: false };
  const lines = pins.map((pin) => board.irq(`${pin.name} interrupt`, { times: edges }, () => pin.isr()));
  const main = board.main(() => {
    'use python';
    while (true)
      for (let n = 0; n < pins.length; n++) {
        const pin = pins[n]!;
        const entry = poll.register(pin);
        // pin.set_event(mode): from here on it interrupts.
        if (!early) lines[n]!.enable();
        poll.wait();
        const got = poll.next();
        ghost(() => {
          if (got === null) seen.nothing = true;
          else if (entry.obj!.level() === 0) seen.foreign = true;
          else if (seen.events < edges) seen.events++;
        });
        pin.get_event();
      }
  });
  poll.watch(main);
  if (!early) for (const line of lines) line.enabled = false;
  return [
    always(ONLY, () => !seen.nothing),
    always(OWN, () => !seen.foreign),
    sometimes('edges are seen', () => seen.events === enough),
  ];
}
