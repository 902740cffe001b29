import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { ghost, process, rest, sometimes, stuck } from '../index.ts';
import { bareMetal, Core, edges, Irq } from './index.ts';

const handshake = scenario('sev and wfe', {
  about: 'one core sets a flag, the other one waits for it with WFE',
  variants: {
    // The latch keeps an event that comes before the WFE.
    'flag, sev': { holds: true },
    // The event comes before the flag: it wakes the other core too early, and no second one comes.
    'sev, flag': { violates: 'nobody sleeps for ever' },
    // A write wakes nobody.
    'no sev': { violates: 'nobody sleeps for ever' },
    // The SEV reaches its own cluster only.
    'another cluster': { violates: 'nobody sleeps for ever' },
  },
  build({ variant }) {
    const cluster: Core[] = [];
    const core0 = new Core('core 0', cluster, { eventRegister: true });
    const core1 = new Core('core 1', variant === 'another cluster' ? [] : cluster, { eventRegister: true });
    const seen = { flag: false, done: false };
    bareMetal(core0, 'sender', () => {
      if (variant === 'sev, flag') core0.sev();
      seen.flag = true;
      if (variant !== 'no sev' && variant !== 'sev, flag') core0.sev();
    });
    bareMetal(core1, 'waiter', () => {
      while (!seen.flag) core1.wfe();
      ghost(() => {
        seen.done = true;
      });
    });
    return [stuck('nobody sleeps for ever', () => seen.done), sometimes('the flag is seen', () => seen.done)];
  },
});

const latch = scenario('the event register', {
  about: 'main waits for two events: which of them merge?',
  variants: {
    // The handler between test and WFE has set the register: the same loop with WFI loses it.
    'an interrupt between test and wfe': { holds: true },
    // It ends the first WFE before its handler runs; the return from the handler is an event for the second one.
    'an interrupt, two wfe': { holds: true },
    'two sev, two wfe': { violates: 'main goes on' },
  },
  build({ variant }) {
    const core = new Core('cpu', [], { eventRegister: true });
    const seen = { flag: false, done: false };
    const interrupt = variant.startsWith('an interrupt');
    if (interrupt) {
      const line = new Irq(core, 'pin', 1, () => {
        seen.flag = true;
      });
      if (variant === 'an interrupt between test and wfe') edges(line, 1);
      else
        process(
          'pin edge while core sleeps',
          () => {
            rest(() => core.asleep);
            line.raise();
          },
          { outside: true },
        );
    }
    bareMetal(core, 'main', () => {
      if (variant === 'an interrupt, two wfe') {
        core.wfe();
        core.wfe();
      } else if (interrupt) while (!seen.flag) core.wfe();
      else {
        core.sev();
        core.sev();
        core.wfe();
        core.wfe();
      }
      ghost(() => {
        seen.done = true;
      });
    });
    return [
      stuck('main goes on', () => seen.done || (interrupt && !seen.flag)),
      sometimes('an event is there', () => core.event),
    ];
  },
});

const pend = scenario('SEVONPEND', {
  about: 'polling a masked line with WFE',
  variants: {
    on: { holds: true },
    off: { violates: 'main has polled what is pending' },
    'on, disabled line': { holds: true },
    // A request that stays pending is one event, not one for each WFE.
    'on, never cleared': { violates: 'main sleeps in vain' },
  },
  build({ variant }) {
    const core = new Core('cpu', [], { eventRegister: true, sevOnPend: variant !== 'off' });
    const line = new Irq(core, 'pin', 1, () => {}, { enabled: variant !== 'on, disabled line' });
    const seen = { polled: 0 };
    core.primask = true;
    const clears = variant !== 'on, never cleared';
    bareMetal(core, 'main', () => {
      while (true) {
        core.wfe();
        if (line.isPending()) {
          if (clears) line.clearPending();
          ghost(() => {
            if (seen.polled < 2) seen.polled++;
          });
        }
      }
    });
    edges(line, 2);
    return [
      stuck('main has polled what is pending', () => !line.pending || !clears),
      stuck('main sleeps in vain', () => clears || seen.polled !== 1),
      sometimes('polled twice', () => variant === 'off' || !clears || seen.polled === 2),
    ];
  },
});

describe('WFE', () => {
  test('the latch keeps an event of another core', async () => {
    expect(await outline(handshake)).toMatchInlineSnapshot(`
      "flag, sev | holds | 13 states, 15 transitions
      sev, flag | violated | nobody sleeps for ever in 6 | 17 states, 21 transitions
      no sev | violated | nobody sleeps for ever in 3 | 7 states, 7 transitions
      another cluster | violated | nobody sleeps for ever in 4 | 11 states, 13 transitions"
    `);
  });

  test('entry and return are events; events merge', async () => {
    expect(await outline(latch)).toMatchInlineSnapshot(`
      "an interrupt between test and wfe | holds | 18 states, 18 transitions
      an interrupt, two wfe | holds | 9 states, 8 transitions
      two sev, two wfe | violated | main goes on in 4 | 5 states, 4 transitions"
    `);
  });

  test('with SEVONPEND a request is an event, taken or not', async () => {
    expect(await outline(pend)).toMatchInlineSnapshot(`
      "on | holds | 20 states, 24 transitions
      off | violated | main has polled what is pending in 2 | 6 states, 7 transitions
      on, disabled line | holds | 20 states, 24 transitions
      on, never cleared | violated | main sleeps in vain in 4 | 12 states, 16 transitions"
    `);
  });
});
