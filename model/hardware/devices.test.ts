import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import {
  always,
  alwaysPossible,
  busy,
  check,
  ghost,
  int,
  process,
  sometimes,
  stuck,
  within,
} from '../index.ts';
import { bareMetal, Core, EdgeDetector, Power, stm32f4, Uart } from './index.ts';

const uart = scenario('uart', {
  about: 'three characters come to a receiver of two; the handler reads, or main polls',
  variants: {
    'handler drains': { violates: 'no overrun' },
    // The overrun holds the line: the handler again and again.
    'overrun not cleared': { violates: 'main goes on', also: ['no overrun'] },
    'handler reads one': { violates: 'no overrun' },
    // One character stays below the threshold, and nobody comes for it.
    'threshold of two': { violates: 'what came is read' },
    'room for all': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const uart = new Uart('uart', {
      fifo: variant === 'room for all' ? 3 : 2,
      threshold: variant === 'threshold of two' ? 2 : 1,
    });
    const seen = { read: int(0, 3), order: true };
    const take = (): void => {
      const character = uart.read();
      ghost(() => {
        if (character < seen.read) seen.order = false;
        if (seen.read < 3) seen.read++;
      });
    };
    uart.line(core, 1, () => {
      if (variant === 'handler reads one') take();
      else while (uart.readable) take();
      if (variant !== 'overrun not cleared' && uart.overrun) uart.clearOverrun();
    });
    bareMetal(core, 'main', () => core.idleLoop());
    uart.sender(variant === 'threshold of two' ? 1 : 3);
    return [
      always('no overrun', () => !uart.overrun),
      always('in order', () => seen.order),
      alwaysPossible('main goes on', () => core.active === null && !uart.asserted()),
      stuck('what came is read', () => !uart.readable),
      sometimes('something is read', () => seen.read > 0 || variant === 'threshold of two'),
    ];
  },
});

const timed = scenario('uart in time', {
  about: 'characters at 100, 200 and 300 µs; interrupts are off until 250 µs',
  timing: 'prompt',
  variants: {
    'fifo of two': { holds: true },
    'fifo of one': { violates: 'no overrun' },
    // The threshold is not reached: the receive timeout brings the last one.
    'threshold of two, with timeout': { holds: true },
    'threshold of two': { violates: 'all is read by 400 µs' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const slow = variant.startsWith('threshold');
    const uart = new Uart('uart', {
      fifo: variant === 'fifo of one' ? 1 : 2,
      threshold: slow ? 2 : 1,
      rxTimeoutUs: variant.endsWith('timeout') ? 40 : -1,
    });
    const seen = { read: int(0, 3), over: false };
    uart.line(core, 1, () => {
      while (uart.readable) {
        const character = uart.read();
        check(character <= 2);
        ghost(() => {
          seen.read++;
        });
      }
      if (uart.overrun) uart.clearOverrun();
    });
    bareMetal(core, 'main', () => {
      core.cpsid();
      busy(250);
      core.cpsie();
      busy(150);
      ghost(() => {
        seen.over = true;
      });
      core.idleLoop();
    });
    uart.sendsAt([100, 200, 300]);
    return [
      always('no overrun', () => !uart.overrun),
      within('all is read by 400 µs', 0, () => seen.over && uart.readable),
      sometimes(
        'three characters',
        () => seen.read === 3 || variant === 'fifo of one' || !variant.endsWith('timeout'),
      ),
      sometimes('two characters wait', () => uart.received.length === 2 || variant === 'fifo of one'),
    ];
  },
});

const asleep = scenario('uart in STOP', {
  about: 'a character comes while the receiver has no clock',
  timing: 'prompt',
  variants: { wfi: { holds: true }, lightsleep: { violates: 'the character arrives' } },
  build({ variant }) {
    const core = new Core('cpu');
    const uart = new Uart('uart', { fifo: 1 });
    const seen = { read: false, over: false };
    uart.line(core, 1, () => {
      uart.read();
      ghost(() => {
        seen.read = true;
      });
    });
    const power = new Power([core], stm32f4);
    bareMetal(core, 'main', () => {
      if (variant === 'wfi') core.wfi();
      else power.lightsleep(300);
      ghost(() => {
        seen.over = true;
      });
      core.idleLoop();
    });
    uart.sendsAt([100]);
    return [stuck('the character arrives', () => seen.read), sometimes('main wakes', () => seen.over)];
  },
});

const timeout = scenario('receive timeout in STOP', {
  about: 'a character at 10 µs, a timeout of 40 µs; main works until 20 µs, and sleeps until 320 µs',
  timing: 'prompt',
  variants: {
    // The timeout has 30 µs left as its clock goes on.
    lightsleep: { holds: true },
    wfi: { violates: 'the timeout stood still' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const uart = new Uart('uart', { fifo: 2, threshold: 2, rxTimeoutUs: 40 });
    core.primask = true;
    const seen = { read: false };
    uart.line(core, 1, () => {
      uart.read();
      ghost(() => {
        seen.read = true;
      });
    });
    const power = new Power([core], stm32f4);
    bareMetal(core, 'main', () => {
      busy(20);
      if (variant === 'wfi') core.wfi();
      else power.lightsleep(300);
      check(!uart.asserted(), 'the timeout stood still');
      busy(30);
      check(uart.asserted(), 'and went on');
      core.cpsie();
    });
    uart.sendsAt([10]);
    return [
      stuck('the character is read', () => seen.read),
      sometimes('asleep with a character', () => core.asleep && uart.readable),
    ];
  },
});

const polled = scenario('a polled receiver', {
  about: 'main reads the character with interrupts off; the NVIC has latched the request',
  variants: {
    latched: { violates: 'a handler finds a character' },
    'latched, and cleared': { holds: true },
    'not latched': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const uart = new Uart('uart');
    const seen = { read: false, spurious: false };
    const line = uart.line(
      core,
      1,
      () => {
        if (uart.readable) uart.read();
        else
          ghost(() => {
            seen.spurious = true;
          });
      },
      { latches: variant.startsWith('latched') },
    );
    bareMetal(core, 'main', () => {
      core.cpsid();
      if (uart.readable) {
        uart.read();
        if (variant === 'latched, and cleared') line.clearPending();
        ghost(() => {
          seen.read = true;
        });
      }
      core.cpsie();
    });
    uart.sender(1);
    return [
      always('a handler finds a character', () => !seen.spurious),
      sometimes('main reads', () => seen.read),
      sometimes('the handler runs', () => core.active === line),
    ];
  },
});

const pulses = scenario('levels of a pin', {
  about: 'a pin that is driven to the level that it has makes no edge',
  variants: { 'the same': { holds: true }, 'up again': { violates: 'no edge' } },
  build({ variant }) {
    const pin = new EdgeDetector('pin');
    process('world', () => {
      pin.drive(true);
      check(pin.latched, 'the first edge');
      pin.clear();
      if (variant === 'up again') pin.drive(false);
      check(!pin.latched, 'falling is no edge here');
      pin.drive(true);
      check(!pin.latched, 'no edge');
    });
    return [sometimes('high', () => pin.level)];
  },
});

const edge = scenario('edge detector', {
  about: 'a pin toggles; the handler must not miss the last level',
  variants: {
    'clear, then read': { holds: true },
    // An edge between the read and the clear is cleared unseen.
    'read, then clear': { violates: 'the level is known' },
    // Falling edges are no edges here.
    'rising only': { violates: 'the level is known' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const pin = new EdgeDetector('pin', { rising: true, falling: variant !== 'rising only' });
    const seen = { level: false, merged: false };
    pin.line(core, 1, () => {
      if (variant !== 'read, then clear') pin.clear();
      seen.level = pin.level;
      if (variant === 'read, then clear') pin.clear();
    });
    pin.toggles(2);
    return [
      stuck('the level is known', () => seen.level === pin.level),
      sometimes('an edge is latched', () => pin.latched),
      sometimes('two edges merge', () => pin.latched && !pin.level && !seen.level),
    ];
  },
});

describe('devices', () => {
  test('a receiver holds its line until it is read', async () => {
    expect(await outline(uart)).toMatchInlineSnapshot(`
      "handler drains | violated | no overrun in 3 | 44 states, 59 transitions
      overrun not cleared | violated | no overrun in 3 | main goes on in 3 | 36 states, 49 transitions
      handler reads one | violated | no overrun in 3 | 36 states, 46 transitions
      threshold of two | violated | what came is read in 1 | 2 states, 1 transitions
      room for all | holds | 37 states, 53 transitions"
    `);
  });

  test('characters at given times', async () => {
    expect(await outline(timed)).toMatchInlineSnapshot(`
      "fifo of two | holds | 31 states, 30 transitions
      fifo of one | violated | no overrun in 8 | 30 states, 29 transitions
      threshold of two, with timeout | holds | 34 states, 33 transitions
      threshold of two | violated | all is read by 400 µs in 25 | 25 states, 24 transitions"
    `);
  });

  test('without a clock nothing is received', async () => {
    expect(await outline(asleep)).toMatchInlineSnapshot(`
      "wfi | holds | 9 states, 8 transitions
      lightsleep | violated | the character arrives in 6 | 7 states, 6 transitions"
    `);
  });

  test('a receive timeout stands still without its clock', async () => {
    expect(await outline(timeout)).toMatchInlineSnapshot(`
      "lightsleep | holds | 18 states, 17 transitions
      wfi | violated | the timeout stood still in 9 | 9 states, 8 transitions"
    `);
  });

  test('a request that was latched outlives its reason', async () => {
    expect(await outline(polled)).toMatchInlineSnapshot(`
      "latched | violated | a handler finds a character in 7 | 24 states, 25 transitions
      latched, and cleared | holds | 22 states, 23 transitions
      not latched | holds | 21 states, 22 transitions"
    `);
  });

  test('no edge without a change', async () => {
    expect(await outline(pulses)).toMatchInlineSnapshot(`
      "the same | holds | 4 states, 3 transitions
      up again | violated | no edge in 4 | 4 states, 3 transitions"
    `);
  });

  test('edges merge in a latch', async () => {
    expect(await outline(edge)).toMatchInlineSnapshot(`
      "clear, then read | holds | 29 states, 38 transitions
      read, then clear | violated | the level is known in 9 | 28 states, 36 transitions
      rising only | violated | the level is known in 9 | 23 states, 31 transitions"
    `);
  });
});
