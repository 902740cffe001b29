import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { ghost, int, sometimes, stuck, within } from '../index.ts';
import { zephyr } from './zephyr.ts';

const wakes = scenario('who wakes main of zephyr', {
  about: 'main waits for events; interrupts schedule callbacks',
  variants: {
    'one interrupt': { holds: true },
    // The wait looks twice, so that two merged signals are served; a third callback is left.
    'two interrupts': { holds: true },
    'three interrupts': { violates: 'lost wakeup: a scheduled callback waits' },
    'three interrupts, wake for the rest': { holds: true },
  },
  build({ variant }) {
    const times = variant.startsWith('one') ? 1 : variant.startsWith('two') ? 2 : 3;
    const board = zephyr({ wakeForTheRest: variant.endsWith('rest') });
    const seen = { calls: int(0, 3) };
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'callback',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    });
    board.main(() => {
      while (true) board.eventPollHook();
    });
    board.irq('pin 4 interrupt', { times }, () => pin.isr());
    return [sometimes('all callbacks run', () => seen.calls === times)];
  },
});

const delay = scenario('sleep_ms of zephyr', {
  about: 'a sleep lasts as long as it should; E2 runs callbacks in it',
  timing: 'prompt',
  timeUnit: 1000,
  variants: { E1: { holds: true }, E2: { holds: true } },
  build({ variant }) {
    const board = zephyr({ era: variant });
    const sleeps = { main: false, over: false };
    const pin = board.pin(4, { pollable: false }).irq({ name: 'callback', run() {} });
    board.main(() => {
      ghost(() => {
        sleeps.main = true;
      });
      board.mp_hal_delay_ms(3);
      ghost(() => {
        sleeps.main = false;
        sleeps.over = true;
      });
      board.mp_hal_stdin_rx_chr();
    });
    if (variant === 'E2') board.irq('pin 4 interrupt', { times: 1 }, () => pin.isr());
    return [
      within('three milliseconds', 3000, () => sleeps.main),
      within('callbacks at once', 0, () => board.scheduler.hasWork()),
      stuck('it ends', () => sleeps.over),
      sometimes('it is over', () => sleeps.over),
    ];
  },
});

const character = scenario('a character of zephyr', {
  about: 'main waits for a character: E1 is woken by its semaphore, E2 looks once a millisecond',
  timing: 'prompt',
  timeUnit: 1000,
  variants: { E1: { holds: true }, E2: { holds: true } },
  build({ variant }) {
    const board = zephyr({ era: variant });
    const seen = { came: false, read: false };
    board.main(() => {
      board.mp_hal_stdin_rx_chr();
      ghost(() => {
        seen.read = true;
      });
    });
    board.irq('uart', { times: 1 }, () => {
      ghost(() => {
        seen.came = true;
      });
      board.uartIsr();
    });
    return [
      within('a millisecond at most', variant === 'E1' ? 0 : 1000, () => seen.came && !seen.read),
      sometimes('it is read', () => seen.read),
    ];
  },
});

describe('zephyr', () => {
  test('a character is read as soon as somebody looks', { timeout: 30_000 }, async () => {
    expect(await outline(character)).toMatchInlineSnapshot(`
      "E1 | holds | 19 states, 19 transitions
      E2 | holds | 103 states, 116 transitions"
    `);
  });

  test('a signal is one bit', { timeout: 30_000 }, async () => {
    expect(await outline(wakes)).toMatchInlineSnapshot(`
      "one interrupt | holds | 41 states, 43 transitions
      two interrupts | holds | 202 states, 239 transitions
      three interrupts | violated | lost wakeup: a scheduled callback waits in 25 | 601 states, 795 transitions
      three interrupts, wake for the rest | holds | 581 states, 773 transitions"
    `);
  });

  test('sleep_ms', { timeout: 30_000 }, async () => {
    expect(await outline(delay)).toMatchInlineSnapshot(`
      "E1 | holds | 7 states, 6 transitions
      E2 | holds | 235 states, 262 transitions"
    `);
  });

  test('there are four threads at most, and none in E1', () => {
    expect(() => zephyr({ threads: 5 })).toThrow('maximum number of threads');
    expect(() => zephyr({ era: 'E1', threads: 1 })).toThrow('has no threads');
  });
});
