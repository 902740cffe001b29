import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { Loop, ThreadSafeFlag } from '../asyncio/index.ts';
import { outline } from '../freertos/testing.ts';
import { atomic, ghost, sometimes, stuck, within } from '../index.ts';
import { FlagNotifier, READ, SelectPollNative } from '../micropython/index.ts';
import { rp2 } from './rp2.ts';
import { zephyr } from './zephyr.ts';

/** Ports without a tick: what ends a wait with a timeout is the deadline that the wait was given (mp_event_wait_ms). */
const polls = scenario('poll with a timeout', {
  about: 'a poll of 3 ms for what never becomes ready ends after 3 ms, whatever callbacks run in it',
  timing: 'prompt',
  timeUnit: 1000,
  variants: {
    'uevent, rp2': { holds: true },
    'uevent, zephyr': { holds: true },
    'select, rp2': { holds: true },
    'select, zephyr': { holds: true },
    'asyncio, rp2': { holds: true },
    'asyncio, zephyr': { holds: true },
  },
  build({ variant }) {
    const board = variant.endsWith('rp2') ? rp2() : zephyr();
    const flag = new FlagNotifier();
    const events = board.uevent.poll();
    const select = new SelectPollNative(board, [{ obj: flag, flags: READ }]);
    const seen = { polls: true, calls: 0 };
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'callback',
      run() {
        atomic(() => {
          seen.calls++;
        });
      },
    });
    const over = () =>
      ghost(() => {
        seen.polls = false;
      });
    if (variant.startsWith('asyncio')) {
      const loop = new Loop(board);
      const never = new ThreadSafeFlag(loop);
      const sleeper = loop.coroutine('sleeper', () => {
        loop.sleep_ms(3);
        over();
        never.wait();
      });
      loop.run(sleeper);
    } else
      board.main(() => {
        if (variant.startsWith('uevent')) {
          events.register(flag, READ);
          events.poll_ms(3);
        } else select.poll(3);
        over();
        while (true) board.eventPollHook();
      });
    board.irq('pin 4 interrupt', { times: 1 }, () => pin.isr());
    return [
      within('three milliseconds', 3000, () => seen.polls),
      stuck('the poll ends', () => !seen.polls),
      sometimes('it is over', () => !seen.polls),
      sometimes('a callback runs meanwhile', () => seen.polls && seen.calls === 1),
    ];
  },
});

test('a timeout ends a poll without a tick', { timeout: 60_000 }, async () => {
  expect(await outline(polls)).toMatchInlineSnapshot(`
    "uevent, rp2 | holds | 151 states, 169 transitions
    uevent, zephyr | holds | 225 states, 247 transitions
    select, rp2 | holds | 139 states, 155 transitions
    select, zephyr | holds | 214 states, 234 transitions
    asyncio, rp2 | holds | 687 states, 777 transitions
    asyncio, zephyr | holds | 792 states, 883 transitions"
  `);
});
