import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, busy, ghost, sometimes, within } from '../index.ts';
import { stm32, TICK_US } from './stm32.ts';

const handOver = scenario('pyb_mutex', {
  about: 'main has the lock, two threads wait for it, and main wants it again',
  variants: {
    // Main gives it to the first waiter as it unlocks, and is the last one in the queue.
    'hands over': { violates: 'main has it again at once' },
    // It waits for itself, and nobody else can run.
    'twice by the last one': { violates: 'no fatal error "deadlock"' },
  },
  build({ variant }) {
    const board = stm32({ tick: 0, threads: 2 });
    const lock = board.mutex('lock');
    const seen = { waiting: 0, turn: 0, order: true, main: false };
    const turn = (place: number) =>
      ghost(() => {
        if (seen.turn !== place) seen.order = false;
        seen.turn++;
      });
    const waiter = (place: number) =>
      board.thread(`waiter ${place}`, () => {
        board.gil.release();
        seen.waiting++;
        lock.acquire();
        turn(place);
        lock.release();
        board.gil.acquire();
      });
    board.main(() => {
      lock.acquire();
      if (variant === 'twice by the last one') {
        lock.acquire();
        return;
      }
      while (seen.waiting < 2) board.eventPollHook();
      lock.release();
      lock.acquire();
      turn(2);
      ghost(() => {
        seen.main = true;
      });
    });
    waiter(0);
    waiter(1);
    return [
      always('first come, first served', () => seen.order),
      always('main has it again at once', () => seen.turn === 0 || seen.main),
      sometimes('main gets it again', () => seen.main || variant === 'twice by the last one'),
    ];
  },
});

const sleep = scenario('sleep_ms of stm32', {
  about: 'sleep_ms counts ticks: the first one may come at once',
  timing: 'prompt',
  timeUnit: TICK_US / 2,
  variants: {
    'sleep_ms(2)': { holds: true },
    'sleep_ms(3)': { violates: 'not longer than 2 ms' },
    'sleep_ms(3), June 2020': { violates: 'not longer than 2 ms' },
  },
  build({ variant }) {
    const board = stm32({ era: variant.endsWith('2020') ? 'E1' : 'E2' });
    const seen = { sleeps: false, begun: false };
    board.main(() => {
      while (true) {
        ghost(() => {
          seen.sleeps = true;
        });
        board.mp_hal_delay_ms(variant === 'sleep_ms(2)' ? 2 : 3);
        ghost(() => {
          seen.sleeps = false;
          seen.begun = true;
        });
        busy(500);
      }
    });
    return [
      within('not longer than 2 ms', 2 * TICK_US, () => seen.sleeps),
      within('not longer than 3 ms', 3 * TICK_US, () => seen.sleeps),
      sometimes('it wakes up', () => seen.begun),
    ];
  },
});

const slices = scenario('time slices of stm32', {
  about: 'two threads compute without the GIL: how long does one wait for the other?',
  timing: 'prompt',
  variants: {
    // 4 ms, and the tick that finds 0.
    'one other': { holds: true },
    'two others': { violates: 'its turn comes within 5 ms' },
  },
  build({ variant }) {
    const others = variant === 'one other' ? 1 : 2;
    const board = stm32({ threads: others });
    const compute = () => {
      board.gil.release();
      while (true) busy(TICK_US);
    };
    const main = board.main(compute);
    for (let n = 0; n < others; n++) board.thread(`other ${n}`, compute);
    return [
      within('its turn comes within 5 ms', 5 * TICK_US, () => board.threads.cur.process !== main),
      within('its turn comes within 10 ms', 10 * TICK_US, () => board.threads.cur.process !== main),
      sometimes('another one runs', () => board.threads.cur.process !== main),
    ];
  },
});

describe('the stm32 port', () => {
  test('mutexes hand over', async () => {
    expect(await outline(handOver)).toMatchInlineSnapshot(`
      "hands over | violated | main has it again at once in 38 | 83 states, 82 transitions
      twice by the last one | violated | no fatal error "deadlock" in 13 | 13 states, 12 transitions"
    `);
  });

  test('sleep_ms', async () => {
    expect(await outline(sleep)).toMatchInlineSnapshot(`
      "sleep_ms(2) | holds | 26 states, 26 transitions
      sleep_ms(3) | violated | not longer than 2 ms in 14 | 37 states, 37 transitions
      sleep_ms(3), June 2020 | violated | not longer than 2 ms in 15 | 39 states, 39 transitions"
    `);
  });

  test('time slices', async () => {
    expect(await outline(slices)).toMatchInlineSnapshot(`
      "one other | holds | 49 states, 49 transitions
      two others | violated | its turn comes within 5 ms in 34 | 89 states, 89 transitions"
    `);
  });
});
