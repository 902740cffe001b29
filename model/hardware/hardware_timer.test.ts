import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { busy, ghost, int, sometimes, stuck, within } from '../index.ts';
import { bareMetal, Core, HardwareTimer, SysTick } from './index.ts';

const flags = scenario('a compare flag', {
  about: 'a handler of a timer of 100 µs takes long, or forgets the flag, or arms again',
  timing: 'prompt',
  variants: {
    'one-shot': { holds: true },
    // Armed again before the flag was cleared: the flag of the first expiry is still there.
    're-armed with the flag set': { violates: 'one service by 150 µs' },
    're-armed while running': { violates: 'a service by 150 µs' },
    stopped: { violates: 'a service by 150 µs' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const timer = new HardwareTimer('alarm');
    const seen = { services: int(0, 3), over: false };
    timer.oneShot(100);
    timer.line(core, 1, () => {
      timer.clear();
      ghost(() => {
        seen.services++;
      });
    });
    bareMetal(core, 'main', () => {
      core.cpsid();
      if (variant === 're-armed with the flag set') {
        busy(100);
        timer.oneShot(20);
        core.cpsie();
        busy(50);
      } else {
        busy(60);
        if (variant === 're-armed while running') timer.oneShot(100);
        if (variant === 'stopped') timer.stop();
        core.cpsie();
        busy(90);
      }
      ghost(() => {
        seen.over = true;
      });
      core.idleLoop();
    });
    return [
      stuck('a service at last', () => seen.services > 0 || variant === 'stopped'),
      within('a service by 150 µs', 1, () => seen.over && seen.services === 0),
      within('one service by 150 µs', 1, () => seen.over && seen.services > 1),
      sometimes('main is through', () => seen.over),
    ];
  },
});

const ticks = scenario('SysTick', {
  about: 'main masks interrupts for two and a half ticks of 100 µs; how many are counted by 350 µs?',
  timing: 'prompt',
  variants: {
    'not masked': { holds: true },
    // The pending bit merges the first two.
    masked: { violates: 'three ticks' },
    // Nothing to clear by software: the exception entry takes the pending bit.
    'one tick lost': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const seen = { ticks: int(0, 4), over: false };
    new SysTick(core, 15, 100, () => {
      ghost(() => {
        if (!seen.over) seen.ticks++;
      });
    });
    bareMetal(core, 'main', () => {
      if (variant !== 'not masked') core.cpsid();
      busy(250);
      core.cpsie();
      busy(100);
      ghost(() => {
        seen.over = true;
      });
      core.idleLoop();
    });
    const expected = variant === 'one tick lost' ? 2 : 3;
    return [
      within('three ticks', 0, () => seen.over && seen.ticks !== expected),
      sometimes('main is through', () => seen.over),
    ];
  },
});

const periods = scenario('periodic', {
  about: 'a timer of 100 µs whose services are late: does it drift, and does stopping stop it?',
  timing: 'prompt',
  variants: { 'no drift': { holds: true }, 'stopped in the second service': { violates: 'it goes on' } },
  build({ variant }) {
    const core = new Core('cpu');
    const timer = new HardwareTimer('periodic');
    const reference = new HardwareTimer('reference');
    timer.periodic(100);
    reference.oneShot(410);
    const seen = { services: int(0, 5), late: false };
    timer.line(core, 1, () => {
      busy(30);
      timer.clear();
      ghost(() => {
        if (!reference.expired && seen.services < 5) seen.services++;
      });
      if (variant !== 'no drift' && seen.late) timer.stop();
      seen.late = true;
    });
    bareMetal(core, 'main', () => core.idleLoop());
    return [
      within('it goes on', 100, () => reference.expired && !timer.expired && seen.services !== 3),
      sometimes('410 µs are over', () => reference.expired),
    ];
  },
});

describe('timers', () => {
  test('the flag stays until it is cleared', async () => {
    expect(await outline(flags)).toMatchInlineSnapshot(`
      "one-shot | holds | 12 states, 11 transitions
      re-armed with the flag set | violated | one service by 150 µs in 17 | 17 states, 16 transitions
      re-armed while running | violated | a service by 150 µs in 10 | 14 states, 13 transitions
      stopped | violated | a service by 150 µs in 10 | 10 states, 9 transitions"
    `);
  });

  test('ticks that nobody takes merge', async () => {
    expect(await outline(ticks)).toMatchInlineSnapshot(`
      "not masked | holds | 19 states, 19 transitions
      masked | violated | three ticks in 15 | 18 states, 18 transitions
      one tick lost | holds | 18 states, 18 transitions"
    `);
  });

  test('a periodic timer keeps its period', async () => {
    expect(await outline(periods)).toMatchInlineSnapshot(`
      "no drift | holds | 29 states, 29 transitions
      stopped in the second service | violated | it goes on in 16 | 16 states, 15 transitions"
    `);
  });
});
