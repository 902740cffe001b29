import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, ghost, int, pause, sometimes, stuck, within } from '../index.ts';
import { cc3200 } from './cc3200.ts';

const poll = scenario('poll_ms of cc3200', {
  about: 'main waits in WFI for a pin, with the GIL: who is kept waiting?',
  timing: 'prompt',
  timeUnit: 500,
  variants: {
    'with the tick': { holds: true },
    // The interrupt comes between the look and WFI, and no tick ends it.
    'without a tick': { violates: 'lost wakeup: what poll waits for is there' },
    // The worker gets the GIL only when the pin ends the wait.
    'two threads': { violates: 'the worker runs' },
  },
  build({ variant }) {
    const threads = variant === 'two threads' ? 1 : 0;
    const board = cc3200({ threads, tick: variant === 'without a tick' ? 0 : 1000 });
    const seen = { edges: int(0, 2), worker: false };
    const pin = board.pin(4);
    const poller = board.uevent.poll();
    board.main(() => {
      'use python';
      while (true) {
        poller.register(pin);
        poller.poll_ms(-1);
        while (poller.next() !== null) {
          pin.read();
          ghost(() => {
            if (seen.edges < 2) seen.edges++;
          });
        }
      }
    });
    if (threads > 0)
      board.thread('worker', () => {
        'use python';
        board.mp_hal_delay_ms(1);
        ghost(() => {
          seen.worker = true;
        });
      });
    board.irq('pin 4 interrupt', { times: threads > 0 ? 0 : 2 }, () => pin.isr());
    return [
      within('an edge is seen within a tick', 1000, () => pin.edge && variant !== 'without a tick'),
      within('the worker runs', 5000, () => threads > 0 && !seen.worker),
      sometimes('two edges', () => seen.edges === 2 || threads > 0),
    ];
  },
});

const gil = scenario('the GIL of cc3200', {
  about: 'two threads count; a hard handler counts, too',
  variants: {
    threads: { holds: true },
    // The handler takes no lock.
    'a hard handler': { violates: 'one at a time' },
  },
  build({ variant }) {
    const board = cc3200({ threads: 1 });
    const seen = { inside: int(0, 3), done: int(0, 2) };
    const python = () => {
      ghost(() => {
        seen.inside++;
      });
      pause();
      ghost(() => {
        seen.inside--;
      });
    };
    board.main(() => {
      python();
      board.gil.release();
      board.gil.acquire();
      python();
      ghost(() => {
        seen.done++;
      });
    });
    board.thread('worker', () => {
      python();
      ghost(() => {
        seen.done++;
      });
    });
    if (variant !== 'threads')
      board.irq('timer interrupt', { times: 1 }, () => {
        board.gil.acquire();
        python();
        board.gil.release();
      });
    return [
      always('one at a time', () => seen.inside <= 1),
      sometimes('both end', () => seen.done === 2),
      stuck('nobody waits for ever', () => seen.done === 2),
    ];
  },
});

describe('cc3200', () => {
  test('WFI with the GIL held', { timeout: 30_000 }, async () => {
    expect(await outline(poll)).toMatchInlineSnapshot(`
      "with the tick | holds | 300 states, 368 transitions
      without a tick | violated | lost wakeup: what poll waits for is there in 8 | 129 states, 157 transitions
      two threads | violated | the worker runs in 44 | 44 states, 44 transitions"
    `);
  });

  test('handlers do without the GIL', { timeout: 30_000 }, async () => {
    expect(await outline(gil)).toMatchInlineSnapshot(`
      "threads | holds | 544 states, 1087 transitions
      a hard handler | violated | one at a time in 3 | 2720 states, 5982 transitions"
    `);
  });
});
