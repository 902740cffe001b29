import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { busy, check, ghost, int, pause, process, rest, sometimes, stuck, until, within } from '../index.ts';
import {
  bareMetal,
  type ChipModes,
  Core,
  EdgeDetector,
  esp32,
  HardwareTimer,
  Irq,
  Power,
  ResetDomain,
  rp2040,
  stm32f4,
  timerLine,
  Uart,
} from './index.ts';

const chips: Readonly<Record<string, ChipModes>> = { esp32, stm32f4, rp2040 };

const sources = scenario('what wakes', {
  about: 'an interrupt of a pin, or of a timer of 100 µs, comes during lightsleep(), without a time',
  timing: 'prompt',
  variants: {
    'esp32 gpio': { holds: true },
    'stm32f4 gpio': { holds: true },
    // DORMANT: a pin with a dormant interrupt.
    'rp2040 gpio': { holds: true },
    'esp32 timer': { violates: 'main wakes' },
    'stm32f4 timer': { violates: 'main wakes' },
    'rp2040 timer': { violates: 'main wakes' },
  },
  build({ variant }) {
    const [chip, source] = variant.split(' ') as [string, 'gpio' | 'timer'];
    const core = new Core('cpu');
    const seen = { awake: false };
    const pin = new EdgeDetector('pin');
    const timer = new HardwareTimer('timer');
    timer.oneShot(100);
    if (source === 'gpio') pin.line(core, 1, () => pin.clear(), { wakes: 'gpio' });
    else timer.line(core, 1, () => timer.clear(), { wakes: 'timer' });
    const power = new Power([core], chips[chip]!);
    bareMetal(core, 'main', () => {
      power.lightsleep();
      ghost(() => {
        seen.awake = true;
      });
    });
    process('button', () => {
      until(() => core.asleep);
      pin.drive(true);
    });
    return [stuck('main wakes', () => seen.awake), sometimes('asleep', () => core.asleep)];
  },
});

const begin = scenario('what is pending as the sleep begins', {
  about: 'a UART has a character as main, with interrupts off, calls lightsleep(300)',
  timing: 'prompt',
  variants: {
    // The sleep is a WFI, and a WFI ends at once.
    stm32f4: { violates: 'it sleeps' },
    esp32: { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const uart = new Uart('uart');
    const seen = { slept: false, awake: false };
    core.primask = true;
    uart.received.push(7);
    uart.line(core, 1, () => {
      uart.read();
    });
    const power = new Power([core], chips[variant]!);
    const over = new HardwareTimer('300 µs', 'rtc');
    over.oneShot(300);
    bareMetal(core, 'main', () => {
      power.lightsleep(300);
      ghost(() => {
        seen.awake = true;
        if (over.expired) seen.slept = true;
      });
      core.cpsie();
    });
    return [
      stuck('it sleeps', () => seen.slept),
      stuck('the character is read', () => !uart.readable),
      sometimes('main goes on', () => seen.awake),
    ];
  },
});

const others = scenario('two cores', {
  about: 'core 0 sleeps for 300 µs; core 1 serves a timer of 100 µs, or waits as well',
  timing: 'prompt',
  variants: {
    // The other core and the timer's clock go on.
    'rp2040, core 1 runs': { holds: true },
    // With both asleep the peripheral's clock stops, until one of them wakes.
    'rp2040, core 1 waits': { violates: 'served within 150 µs' },
    // The other core is stalled in the middle of what it does.
    'esp32, core 1 runs': { violates: 'served within 150 µs', also: ['core 1 is through by 250 µs'] },
  },
  build({ variant }) {
    const [chip] = variant.split(',') as [string];
    const cluster: Core[] = [];
    const [core0, core1] = [new Core('core 0', cluster), new Core('core 1', cluster)];
    const timer = new HardwareTimer('timer', 'peripheral');
    const due = new HardwareTimer('100 µs', 'rtc');
    const late = new HardwareTimer('250 µs', 'rtc');
    const seen = { served: false, through: false };
    timer.oneShot(100);
    due.oneShot(100);
    late.oneShot(250);
    timer.line(core1, 1, () => {
      timer.clear();
      ghost(() => {
        seen.served = true;
      });
    });
    const power = new Power(cluster, chips[chip]!);
    bareMetal(core0, 'main 0', () => {
      if (variant.endsWith('waits')) rest(() => core1.asleep);
      power.lightsleep(300);
    });
    bareMetal(core1, 'main 1', () => {
      if (variant.endsWith('waits')) core1.wfi();
      else busy(200);
      ghost(() => {
        seen.through = true;
      });
    });
    return [
      within('served within 150 µs', 150, () => due.expired && !seen.served),
      within(
        'core 1 is through by 250 µs',
        0,
        () => late.expired && !seen.through && !variant.endsWith('waits'),
      ),
      stuck('served at last', () => seen.served),
      sometimes('core 0 sleeps', () => core0.asleep),
    ];
  },
});

const tick = scenario('ticks in STOP', {
  about: 'a tick of 100 µs; main sleeps from 50 to 350 µs',
  timing: 'prompt',
  variants: { wfi: { violates: 'no tick comes in the sleep' }, lightsleep: { holds: true } },
  build({ variant }) {
    const core = new Core('cpu');
    const seen = { ticks: int(0, 3), asleep: false };
    timerLine(core, 'tick', 15, { first: 100, every: 100 }, () => {
      ghost(() => {
        if (seen.asleep && seen.ticks < 3) seen.ticks++;
      });
    });
    const power = new Power([core], stm32f4);
    bareMetal(core, 'main', () => {
      busy(50);
      ghost(() => {
        seen.asleep = true;
      });
      if (variant === 'wfi') core.wfi();
      else power.lightsleep(300);
      pause();
      ghost(() => {
        seen.asleep = false;
      });
      core.idleLoop();
    });
    return [
      within('no tick comes in the sleep', 0, () => seen.ticks > 0),
      sometimes('main has slept', () => !seen.asleep),
    ];
  },
});

const watchdog = scenario('reset', {
  about:
    'main starts a thread and hangs; a watchdog of 500 µs resets the chip; or it sleeps deeply for 300 µs',
  timing: 'prompt',
  variants: {
    watchdog: { holds: true },
    'watchdog, memory kept': { violates: 'the thread is not there at the start' },
    'deepsleep(300)': { holds: true },
    'deepsleep without reset': { violates: 'deepsleep() of a chip without { reset }' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const ram = { threadThere: false };
    const seen = { starts: int(0, 2), wrong: false };
    const dog = new HardwareTimer('watchdog', 'rtc');
    const thread = process(
      'thread',
      () => {
        ram.threadThere = true;
        rest(() => false);
      },
      { dormant: true, runs: () => core.runs(null) },
    );
    const main = bareMetal(core, 'main', () => {
      ghost(() => {
        if (ram.threadThere) seen.wrong = true;
        if (seen.starts < 2) seen.starts++;
      });
      core.cpsid();
      // A model error if the thread of before were still alive.
      thread.start();
      if (variant.startsWith('deepsleep')) power.deepsleep(300);
      rest(() => false);
    });
    const memory = variant.endsWith('kept') ? [] : [ram];
    const domain = new ResetDomain([core], [main, thread], memory);
    const power: Power = new Power(
      [core],
      rp2040,
      variant.endsWith('without reset') ? {} : { reset: domain },
    );
    if (variant.startsWith('watchdog')) {
      dog.oneShot(500);
      process(
        'watchdog',
        () => {
          until(() => dog.expired);
          domain.restart('watchdog');
        },
        { prompt: true },
      );
    }
    const cause = variant.startsWith('watchdog') ? 'watchdog' : 'deepsleep';
    return [
      stuck('the thread is not there at the start', () => !seen.wrong),
      sometimes('after the first start', () => seen.starts === 1),
      sometimes(
        'after the reset',
        () => variant.endsWith('without reset') || (seen.starts === 2 && domain.cause === cause),
      ),
    ];
  },
});

const idle = scenario('WFE with modes', {
  about: 'a core with sleep modes waits for an event, with an alarm',
  timing: 'prompt',
  variants: {
    interrupt: { holds: true },
    sev: { holds: true },
    // It does not even begin to sleep.
    'an event before': { violates: 'the core sleeps' },
    'only the alarm': { violates: 'an event ends it' },
  },
  build({ variant }) {
    const core = new Core('cpu', [], { eventRegister: true });
    const seen = { event: false, slept: false };
    const line = new Irq(core, 'pin', 1, () => {});
    core.event = variant === 'an event before';
    new Power([core], rp2040);
    bareMetal(core, 'main', () => {
      let event = true;
      if (variant === 'sev') core.wfe();
      else event = core.wfeOrTimeout(100);
      if (event)
        ghost(() => {
          seen.event = true;
        });
      rest(() => false);
    });
    process('world', () => {
      rest(() => core.asleep);
      ghost(() => {
        seen.slept = true;
      });
      if (variant === 'interrupt') line.raise();
      if (variant === 'sev') core.sev();
    });
    return [
      stuck('an event ends it', () => seen.event),
      stuck('the core sleeps', () => seen.slept),
      stuck('the core runs again', () => !core.asleep && core.power!.mode.name === 'run'),
      sometimes('main waits', () => core.power!.mode.name === 'wfi' || variant === 'an event before'),
    ];
  },
});

const frozen = scenario('a stopped timer', {
  about: 'a timer of 100 µs that nobody serves; the chip sleeps from 150 to 450 µs',
  timing: 'prompt',
  variants: {
    // The flag of 100 µs stays; the period under way goes on, so that the next one comes at 500 µs.
    periodic: { holds: true },
    'one-shot': { violates: 'it goes on where it stood' },
    stopped: { violates: 'it goes on where it stood' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const timer = new HardwareTimer('timer');
    timer.periodic(100);
    if (variant === 'one-shot') timer.oneShot(100);
    const power = new Power([core], stm32f4, { devices: [timer] });
    bareMetal(core, 'main', () => {
      busy(150);
      if (variant === 'stopped') timer.stop();
      power.lightsleep(300);
      check(timer.expired, 'the flag stays');
      timer.clear();
      busy(40);
      check(!timer.expired, 'the clock stood still');
      busy(20);
      check(timer.expired, 'it goes on where it stood');
    });
    return [sometimes('asleep', () => timer.frozen)];
  },
});

describe('chips', () => {
  test('what ends a lightsleep', async () => {
    expect(await outline(sources)).toMatchInlineSnapshot(`
      "esp32 gpio | holds | 8 states, 7 transitions
      stm32f4 gpio | holds | 8 states, 7 transitions
      rp2040 gpio | holds | 8 states, 7 transitions
      esp32 timer | violated | main wakes in 3 | 4 states, 3 transitions
      stm32f4 timer | violated | main wakes in 3 | 4 states, 3 transitions
      rp2040 timer | violated | main wakes in 3 | 4 states, 3 transitions"
    `);
  });

  test('what is pending ends a sleep that is a WFI', async () => {
    expect(await outline(begin)).toMatchInlineSnapshot(`
      "stm32f4 | violated | it sleeps in 6 | 7 states, 6 transitions
      esp32 | holds | 8 states, 7 transitions"
    `);
  });

  test('the other core is stalled, or keeps the clocks going', async () => {
    expect(await outline(others)).toMatchInlineSnapshot(`
      "rp2040, core 1 runs | holds | 14 states, 14 transitions
      rp2040, core 1 waits | violated | served within 150 µs in 6 | 13 states, 12 transitions
      esp32, core 1 runs | violated | served within 150 µs in 4 | core 1 is through by 250 µs in 4 | 19 states, 19 transitions"
    `);
  });

  test('ticks stand still', async () => {
    expect(await outline(tick)).toMatchInlineSnapshot(`
      "wfi | violated | no tick comes in the sleep in 11 | 14 states, 14 transitions
      lightsleep | holds | 12 states, 12 transitions"
    `);
  });

  test('a reset forgets memory and threads, not what lies outside', async () => {
    expect(await outline(watchdog)).toMatchInlineSnapshot(`
      "watchdog | holds | 12 states, 11 transitions
      watchdog, memory kept | violated | the thread is not there at the start in 11 | 12 states, 11 transitions
      deepsleep(300) | holds | 17 states, 19 transitions
      deepsleep without reset | violated | deepsleep() of a chip without { reset } in 2 | 2 states, 1 transitions"
    `);
  });

  test('a stopped timer keeps its flag and what was left', async () => {
    expect(await outline(frozen)).toMatchInlineSnapshot(`
      "periodic | holds | 18 states, 18 transitions
      one-shot | violated | it goes on where it stood in 14 | 14 states, 13 transitions
      stopped | violated | it goes on where it stood in 15 | 15 states, 14 transitions"
    `);
  });

  test('WFE is a sleep, too', async () => {
    expect(await outline(idle)).toMatchInlineSnapshot(`
      "interrupt | holds | 12 states, 13 transitions
      sev | holds | 5 states, 4 transitions
      an event before | violated | the core sleeps in 1 | 2 states, 1 transitions
      only the alarm | violated | an event ends it in 6 | 8 states, 8 transitions"
    `);
  });

  test('the tables say what their sources say', () => {
    const rows = Object.values(chips).flatMap(({ chip, run, wfi, lightsleep, dormant, deepsleep }) =>
      [run, wfi, lightsleep, ...(dormant === undefined ? [] : [dormant]), deepsleep].map(
        ({ name, wakes, stops, microamps }) =>
          `${chip} ${name}: ${wakes === 'any' ? wakes : wakes.join(' ')} | ${stops.join(' ')} | ${microamps}`,
      ),
    );
    expect(rows).toMatchInlineSnapshot(`
      [
        "esp32 run: any |  | 68000",
        "esp32 wfi: any |  | null",
        "esp32 lightsleep: rtc ext0 ext1 touch ulp gpio | cpu peripheral timer | 800",
        "esp32 deepsleep: rtc ext0 ext1 touch ulp | cpu peripheral timer | 10",
        "stm32f4 run: any |  | null",
        "stm32f4 wfi: any |  | null",
        "stm32f4 lightsleep: rtc gpio wakeup pin usb | cpu peripheral timer | 500",
        "stm32f4 deepsleep: rtc wakeup pin | cpu peripheral timer | 50",
        "rp2040 run: any |  | null",
        "rp2040 wfi: any |  | null",
        "rp2040 lightsleep: timer usb | cpu peripheral | 1500",
        "rp2040 dormant: gpio | cpu peripheral timer | 900",
        "rp2040 deepsleep: timer usb | cpu peripheral | 1500",
      ]
    `);
  });
});
