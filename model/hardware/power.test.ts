import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { ghost, process, rest, sometimes, stuck, until, within } from '../index.ts';
import { bareMetal, Core, esp32, HardwareTimer, Irq, Power, ResetDomain, rp2040, stm32f4 } from './index.ts';

const wakeSource = scenario('wake sources', {
  about: 'main sleeps until a pin interrupt; which mode does a pin wake from?',
  variants: {
    'wfi, any line': { holds: true },
    'lightsleep, gpio': { holds: true },
    // STOP sees EXTI lines only: a UART needs a clock that stands still.
    'lightsleep, uart': { violates: 'what came is served' },
    // With its mask set the sleeper goes on first, and the handler runs afterwards.
    'lightsleep, gpio, masked': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const seen = { served: false, awake: false };
    const line = new Irq(
      core,
      'line',
      1,
      () => {
        seen.served = true;
      },
      { wakes: variant.includes('gpio') ? 'gpio' : 'uart' },
    );
    const power = new Power([core], stm32f4);
    bareMetal(core, 'main', () => {
      const masked = variant === 'lightsleep, gpio, masked';
      if (masked) core.cpsid();
      if (variant === 'wfi, any line') core.wfi();
      else power.lightsleep();
      if (masked) core.cpsie();
      ghost(() => {
        seen.awake = true;
      });
    });
    process(
      'world',
      () => {
        until(() => core.asleep);
        line.raise();
      },
      { outside: true },
    );
    return [
      stuck('what came is served', () => seen.served || !line.pending),
      sometimes('asleep', () => core.asleep),
      sometimes('main goes on', () => seen.awake || variant === 'lightsleep, uart'),
    ];
  },
});

const oversleep = scenario('timers in sleep modes', {
  about: 'a timer is due in 100 µs as the chip falls asleep for 300 µs',
  timing: 'prompt',
  variants: {
    wfi: { holds: true },
    // The timer stands still and goes on with what was left.
    'stm32 lightsleep': { violates: 'served within 150 µs' },
    // Its clock goes on, and it ends the sleep.
    'rp2 lightsleep': { holds: true },
    'stm32 lightsleep, rtc': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const timer = new HardwareTimer('timer', variant.endsWith('rtc') ? 'rtc' : 'timer');
    const due = new HardwareTimer('true time', 'rtc');
    const seen = { served: false };
    timer.oneShot(100);
    due.oneShot(100);
    timer.line(
      core,
      1,
      () => {
        timer.clear();
        seen.served = true;
      },
      { wakes: timer.domain === 'rtc' ? 'rtc' : 'timer' },
    );
    const power = new Power([core], variant.startsWith('rp2') ? rp2040 : stm32f4);
    bareMetal(core, 'main', () => {
      if (variant === 'wfi') core.wfi();
      else power.lightsleep(300);
      core.idleLoop();
    });
    return [
      within('served within 150 µs', 150, () => due.expired && !seen.served),
      within('served within 300 µs', 300, () => due.expired && !seen.served),
      stuck('served at last', () => seen.served),
      sometimes('served', () => seen.served),
    ];
  },
});

const deep = scenario('deep sleep', {
  about: 'main counts, sleeps deeply, and begins again',
  variants: {
    'memory is lost': { holds: true },
    'rtc memory survives': { violates: 'main always finds a zero' },
    // A pin that is no EXT0 cannot wake.
    'nobody wakes': { violates: 'it begins again' },
  },
  build({ variant }) {
    const core = new Core('core 0', []);
    const other = new Core('core 1', core.cluster);
    const ram = { boots: 0 };
    const rtc = { level: false };
    const seen = { foundCount: false, starts: 0, otherSteps: 0 };
    const main = bareMetal(core, 'main', () => {
      ghost(() => {
        if (seen.starts < 2) seen.starts++;
      });
      if (ram.boots > 0)
        ghost(() => {
          seen.foundCount = true;
        });
      ram.boots = 1;
      power.deepsleep();
    });
    const second = bareMetal(other, 'second', () => {
      other.idleLoop();
    });
    const memory = variant === 'rtc memory survives' ? [] : [ram];
    const reset = new ResetDomain([core, other], [main, second], memory);
    const power: Power = new Power([core, other], esp32, {
      wakers: [{ source: variant === 'nobody wakes' ? 'gpio' : 'ext0', asserted: () => rtc.level }],
      reset,
    });
    process(
      'button',
      () => {
        rest(() => core.asleep);
        rtc.level = true;
        rest(() => !core.asleep);
        rtc.level = false;
      },
      { outside: true },
    );
    return [
      stuck('it begins again', () => !rtc.level),
      stuck('main always finds a zero', () => !seen.foundCount),
      sometimes('main begins', () => seen.starts > 0),
      sometimes('a deep sleep is over', () => variant === 'nobody wakes' || reset.cause === 'deepsleep'),
      sometimes('the other core is held', () => other.stalled),
    ];
  },
});

describe('sleep modes', () => {
  test('only the sources of a mode end it', async () => {
    expect(await outline(wakeSource)).toMatchInlineSnapshot(`
      "wfi, any line | holds | 8 states, 7 transitions
      lightsleep, gpio | holds | 8 states, 7 transitions
      lightsleep, uart | violated | what came is served in 3 | 4 states, 3 transitions
      lightsleep, gpio, masked | holds | 10 states, 9 transitions"
    `);
  });

  test('timers stand still where their clock does', async () => {
    expect(await outline(oversleep)).toMatchInlineSnapshot(`
      "wfi | holds | 8 states, 7 transitions
      stm32 lightsleep | violated | served within 150 µs in 4 | 11 states, 10 transitions
      rp2 lightsleep | holds | 8 states, 7 transitions
      stm32 lightsleep, rtc | holds | 8 states, 7 transitions"
    `);
  });

  test('a deep sleep ends in a reset', async () => {
    expect(await outline(deep)).toMatchInlineSnapshot(`
      "memory is lost | holds | 25 states, 35 transitions
      rtc memory survives | violated | main always finds a zero in 9 | 17 states, 23 transitions
      nobody wakes | violated | it begins again in 6 | 7 states, 6 transitions"
    `);
  });
});
