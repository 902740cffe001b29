import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, ghost, lostWakeup, sometimes } from '../index.ts';
import { bareMetal, Core, edges, Irq } from './index.ts';

/** How main waits for a flag that an interrupt of priority 3 sets. */
const waits: Readonly<Record<string, (core: Core, seen: { readonly flag: boolean }) => void>> = {
  'mask, test, wfi': (core, seen) => {
    const saved = core.saveAndDisableInterrupts();
    while (!seen.flag) {
      core.wfi();
      core.cpsie();
      core.cpsid();
    }
    core.restoreInterrupts(saved);
  },
  'test, wfi': (core, seen) => {
    while (!seen.flag) core.wfi();
  },
  'basepri, test, wfi': (core, seen) => {
    const saved = core.raiseBasepri(3);
    while (!seen.flag) {
      core.wfi();
      core.setBasepri(saved);
      core.raiseBasepri(3);
    }
    core.setBasepri(saved);
  },
  'mask, test, waiti': (core, seen) => {
    core.disableInterrupts();
    while (!seen.flag) {
      core.waiti();
      core.disableInterrupts();
    }
    core.enableInterrupts();
  },
};

const flag = scenario('wfi', {
  about: 'main sleeps until an interrupt has set a flag',
  variants: {
    // What is pending ends WFI where PRIMASK keeps the handler out: nothing comes between the look and the sleep.
    'mask, test, wfi': { holds: true },
    // The handler runs between the look and the WFI, which knows nothing of it.
    'test, wfi': { violates: 'lost wakeup: the flag' },
    // BASEPRI counts for WFI too: pending, and asleep for ever.
    'basepri, test, wfi': { violates: 'lost wakeup: the flag' },
    'mask, test, waiti': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const seen = { flag: false, done: false };
    const line = new Irq(core, 'pin', 3, () => {
      seen.flag = true;
    });
    const main = bareMetal(core, 'main', () => {
      waits[variant]!(core, seen);
      ghost(() => {
        seen.done = true;
      });
    });
    edges(line, 1);
    return [
      lostWakeup('the flag', () => !seen.done && (seen.flag || line.pending), main),
      sometimes('main has seen the flag', () => seen.done),
    ];
  },
});

const inHandler = scenario('wfi in a handler', {
  about: 'a handler sleeps for another interrupt: only a more urgent one ends that',
  variants: { 'more urgent': { holds: true }, 'as urgent': { violates: 'lost wakeup: the other line' } },
  build({ variant }) {
    const core = new Core('cpu');
    const seen = { other: false, woken: false };
    const other = new Irq(core, 'other', variant === 'more urgent' ? 1 : 2, () => {
      seen.other = true;
    });
    const line = new Irq(core, 'sleeper', 2, () => {
      core.wfi();
      ghost(() => {
        seen.woken = true;
      });
    });
    line.raise();
    edges(other, 1);
    return [
      lostWakeup('the other line', () => other.pending, line.process),
      always('it wakes after the other handler', () => !seen.woken || seen.other),
      sometimes('the handler sleeps', () => core.active === line && core.asleep),
    ];
  },
});

describe('WFI', () => {
  test('ends on what PRIMASK masks, not on what BASEPRI masks; not latched', async () => {
    expect(await outline(flag)).toMatchInlineSnapshot(`
      "mask, test, wfi | holds | 19 states, 21 transitions
      test, wfi | violated | lost wakeup: the flag in 6 | 17 states, 17 transitions
      basepri, test, wfi | violated | lost wakeup: the flag in 4 | 14 states, 15 transitions
      mask, test, waiti | holds | 18 states, 20 transitions"
    `);
  });

  test('in a handler ends on what is more urgent', async () => {
    expect(await outline(inHandler)).toMatchInlineSnapshot(`
      "more urgent | holds | 18 states, 18 transitions
      as urgent | violated | lost wakeup: the other line in 3 | 11 states, 11 transitions"
    `);
  });
});
