import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { ghost, int, sometimes, stuck, within } from '../index.ts';
import { esp8266 } from './esp8266.ts';

const wakes = scenario('what esp8266 notices', {
  about: 'two interrupts schedule callbacks while main waits',
  variants: {
    // The busy loop looks again and again.
    REPL: { holds: true },
    // waiti remembers no interrupt that came before.
    'machine.idle()': { violates: 'lost wakeup: a scheduled callback waits' },
    'machine.idle() of E1': { violates: 'lost wakeup: a scheduled callback waits' },
  },
  build({ variant }) {
    const board = esp8266({ era: variant.endsWith('E1') ? 'E1' : 'E2' });
    const seen = { calls: int(0, 2) };
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'callback',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    });
    board.main(() => {
      'use python';
      while (variant !== 'REPL') board.machine_idle();
    });
    board.irq('pin 4 interrupt', { times: 2 }, () => pin.isr());
    return [sometimes('all callbacks run', () => seen.calls === 2)];
  },
});

const timers = scenario('timers of esp8266', {
  about: 'a timer runs in the event loop of the OS: who switches interrupts off holds it up',
  timing: 'prompt',
  timeUnit: 1000,
  variants: {
    'main sleeps': { holds: true },
    'main sleeps, hard timer': { holds: true },
    'main sleeps with interrupts off': { violates: 'the timer is called in time' },
  },
  build({ variant }) {
    const board = esp8266();
    const seen = { calls: int(0, 3), due: false };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          if (seen.calls < 3) seen.calls++;
        });
      },
    };
    const timer = board.timer('timer', callback, variant.endsWith('hard timer'));
    board.main(() => {
      timer.os_timer_arm(2, true);
      if (variant === 'main sleeps with interrupts off') board.core.disableInterrupts();
      board.mp_hal_delay_ms(5);
      ghost(() => {
        seen.due = true;
      });
    });
    return [
      stuck('the sleep ends', () => seen.due),
      within('the timer is called in time', 2000, () => seen.calls === 0),
      sometimes(
        'two calls in the sleep',
        () => (seen.calls === 2 && !seen.due) || variant === 'main sleeps with interrupts off',
      ),
    ];
  },
});

describe('esp8266', () => {
  test('a busy loop misses nothing, waiti does', { timeout: 30_000 }, async () => {
    expect(await outline(wakes)).toMatchInlineSnapshot(`
      "REPL | holds | 128 states, 152 transitions
      machine.idle() | violated | lost wakeup: a scheduled callback waits in 7 | 146 states, 171 transitions
      machine.idle() of E1 | violated | lost wakeup: a scheduled callback waits in 7 | 111 states, 131 transitions"
    `);
  });

  test('timers run in the OS loop', { timeout: 30_000 }, async () => {
    expect(await outline(timers)).toMatchInlineSnapshot(`
      "main sleeps | holds | 69 states, 69 transitions
      main sleeps, hard timer | holds | 73 states, 73 transitions
      main sleeps with interrupts off | violated | the timer is called in time in 6 | 13 states, 13 transitions"
    `);
  });

  test('it has no threads', () => {
    expect(() => esp8266().thread('worker')).toThrow('no threads');
  });
});
