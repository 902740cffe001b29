import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, alwaysPossible, ghost, int, pause, sometimes, stuck } from '../index.ts';
import { bareMetal, Core, CrossCore, Doorbell, edges, Irq, SioFifo, Spinlock } from './index.ts';

function twoCores(): [Core, Core] {
  const cluster: Core[] = [];
  const options = { eventRegister: true };
  return [new Core('core 0', cluster, options), new Core('core 1', cluster, options)];
}

const fifo = scenario('SIO FIFO', {
  about: 'core 0 sends three words through a FIFO of two',
  variants: {
    'push and pop': { holds: true },
    // Nobody pops: the third push spins for ever.
    'nobody pops': { violates: 'deadlock', also: ['all words arrive'] },
    // Core 1 sleeps in WFE, and a word alone is no event.
    'written without sev': { violates: 'all words arrive' },
    // The register does not wait.
    'written when full': { violates: 'no word is lost', also: ['all words arrive'] },
    // A handler on the sending core writes between its look and its write.
    'a handler sends, too': { violates: 'no word is lost' },
  },
  build({ variant }) {
    const [core0, core1] = twoCores();
    // As many as fit, so that nothing but the event is missing.
    const words = variant === 'written without sev' ? 2 : 3;
    const sio = new SioFifo(core0, core1, 2);
    const seen = { popped: int(0, 5), wrong: false };
    bareMetal(core0, 'sender', () => {
      for (let n = 0; n < words; n++)
        if (variant.startsWith('written')) sio.write(n);
        else sio.push_blocking(n);
    });
    bareMetal(core1, 'receiver', () => {
      if (variant !== 'nobody pops')
        while (true) {
          const word = sio.pop_blocking();
          ghost(() => {
            if (word !== seen.popped % 3) seen.wrong = true;
            seen.popped++;
          });
        }
    });
    if (variant === 'a handler sends, too')
      edges(
        new Irq(core0, 'timer', 1, () => {
          if (sio.wready()) sio.write(3);
        }),
        1,
      );
    return [
      stuck('all words arrive', () => seen.popped === words || variant.startsWith('a handler')),
      always('no word is lost', () => !sio.ports[0].writtenOnFull),
      always('in order', () => !seen.wrong || variant !== 'push and pop'),
      sometimes('the FIFO is full', () => sio.ports[1].full),
    ];
  },
});

const errors = scenario('errors of the SIO FIFO', {
  about: 'core 1 reads an empty FIFO: the sticky error is an interrupt',
  variants: { cleared: { holds: true }, 'drained only': { violates: 'main 1 goes on' } },
  build({ variant }) {
    const [core0, core1] = twoCores();
    const sio = new SioFifo(core0, core1);
    const seen = { served: false, through: false };
    sio.ports[1].line(core1, 1, () => {
      if (variant === 'cleared') sio.clear_irq();
      sio.drain();
      ghost(() => {
        seen.served = true;
      });
    });
    bareMetal(core1, 'main 1', () => {
      const word = sio.ports[1].read();
      ghost(() => {
        if (word === 0) seen.through = true;
      });
      pause();
    });
    return [
      alwaysPossible(
        'main 1 goes on',
        () => seen.served && core1.active === null && !sio.ports[1].asserted(),
      ),
      sometimes('served', () => seen.served),
    ];
  },
});

const bell = scenario('doorbell', {
  about: 'core 0 rings twice; the handler on core 1 clears the bell and looks for work',
  variants: {
    // Rings merge, and every piece of work is found.
    'clear, then look': { holds: true },
    // Work that comes after the look and before the clear is not found.
    'look, then clear': { violates: 'no work is left' },
    'never cleared': { violates: 'main 1 goes on' },
  },
  build({ variant }) {
    const [core0, core1] = twoCores();
    const doorbell = new Doorbell('doorbell');
    const shared = { work: int(0, 2) };
    const seen = { main: false, merged: false };
    doorbell.line(core1, 1, () => {
      if (variant === 'clear, then look') doorbell.clear();
      while (shared.work > 0) shared.work--;
      if (variant === 'look, then clear') doorbell.clear();
    });
    bareMetal(core0, 'main 0', () => {
      for (let n = 0; n < 2; n++) {
        shared.work = 1;
        ghost(() => {
          if (doorbell.rung) seen.merged = true;
        });
        doorbell.ring();
      }
    });
    bareMetal(core1, 'main 1', () => {
      pause();
      ghost(() => {
        seen.main = true;
      });
      core1.idleLoop();
    });
    return [
      stuck('no work is left', () => shared.work === 0),
      alwaysPossible('main 1 goes on', () => seen.main),
      sometimes('rings merge', () => seen.merged),
    ];
  },
});

const crosscore = scenario('cross-core interrupt', {
  about: 'ESP-IDF: a reason for core 1 from each core, at any moments',
  variants: { 'as it is': { holds: true }, 'without the lock': { violates: 'each reason is served' } },
  build({ variant }) {
    const [core0, core1] = twoCores();
    const seen = { served: [0, 0], sent: [0, 0] };
    const count = (which: number[], reason: number) =>
      ghost(() => {
        if (which[reason]! < 2) which[reason]!++;
      });
    const cross = new CrossCore(core1, 1, new Spinlock('reasons'), [
      () => count(seen.served, 0),
      () => count(seen.served, 1),
    ]);
    bareMetal(core0, 'main 0', () => {
      cross.send(0);
      count(seen.sent, 0);
    });
    bareMetal(core1, 'main 1', () => {
      if (variant === 'as it is') cross.send(1);
      else {
        // Interrupts are off, but core 0 is not kept out between the read and the write.
        core1.disableInterrupts();
        cross.reasons = cross.reasons | 2;
        core1.enableInterrupts();
        cross.bell.ring();
      }
      count(seen.sent, 1);
    });
    return [
      stuck(
        'each reason is served',
        () => seen.served[0] === seen.sent[0] && seen.served[1] === seen.sent[1],
      ),
      sometimes('both reasons wait', () => cross.reasons === 3),
    ];
  },
});

describe('between cores', () => {
  test('a FIFO of the SIO blocks, overflows, and needs events', async () => {
    expect(await outline(fifo)).toMatchInlineSnapshot(`
      "push and pop | holds | 123 states, 209 transitions
      nobody pops | violated | all words arrive in 6 | deadlock in 6 | 7 states, 6 transitions
      written without sev | violated | all words arrive in 4 | 21 states, 25 transitions
      written when full | violated | no word is lost in 3 | all words arrive in 5 | 41 states, 51 transitions
      a handler sends, too | violated | no word is lost in 10 | 1135 states, 2127 transitions"
    `);
  });

  test('an error of the FIFO holds the line until it is cleared', async () => {
    expect(await outline(errors)).toMatchInlineSnapshot(`
      "cleared | holds | 6 states, 5 transitions
      drained only | violated | main 1 goes on in 0 | 4 states, 4 transitions"
    `);
  });

  test('a doorbell merges', async () => {
    expect(await outline(bell)).toMatchInlineSnapshot(`
      "clear, then look | holds | 114 states, 158 transitions
      look, then clear | violated | no work is left in 12 | 94 states, 131 transitions
      never cleared | violated | main 1 goes on in 2 | 54 states, 88 transitions"
    `);
  });

  test('reasons of ESP-IDF are under a lock', async () => {
    expect(await outline(crosscore)).toMatchInlineSnapshot(`
      "as it is | holds | 44 states, 56 transitions
      without the lock | violated | each reason is served in 11 | 81 states, 105 transitions"
    `);
  });
});
