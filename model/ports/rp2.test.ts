import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, ghost, int, me, sometimes, stuck, within } from '../index.ts';
import { CantCreateThread } from '../micropython/index.ts';
import { type Rp2, Rp2Thread, rp2 } from './rp2.ts';

/** A soft callback that counts, and says whether it ever ran on core 1. */
function counter() {
  const seen = { calls: int(0, 3), onCore1: false };
  const callback = {
    name: 'callback',
    run() {
      const { isMain } = me(Rp2Thread);
      ghost(() => {
        if (seen.calls < 3) seen.calls++;
        if (!isMain) seen.onCore1 = true;
      });
    },
  };
  return { seen, callback };
}

const wakes = scenario('who wakes main of rp2', {
  about: 'the REPL waits in WFE: an interrupt, a schedule() of core 1, a store of core 1',
  variants: {
    interrupt: { holds: true },
    // Two interrupts, one event, one callback a look: the other one waits for the next event.
    'two interrupts': { violates: 'lost wakeup: a scheduled callback waits' },
    'two interrupts, wake for the rest': { holds: true },
    // The unlock after the callback ends in SEV.
    'two interrupts, core 1 runs': { holds: true },
    'core 1 schedules': { holds: true },
    // A character put into the ring by core 1 is no event.
    'core 1 stores': { violates: 'main sees the character' },
  },
  build({ variant }) {
    const threads = variant.includes('core 1') ? 1 : 0;
    const board = rp2({ threads, wakeForTheRest: variant.includes('rest') });
    const { seen, callback } = counter();
    const pin = board.pin(4, { pollable: false }).irq(callback);
    board.main(() => board.mp_hal_stdin_rx_chr());
    if (variant.includes('interrupt'))
      board.irq('pin 4 interrupt', { times: variant === 'interrupt' ? 1 : 2 }, () => pin.isr());
    if (threads === 1)
      board.thread('worker', () => {
        if (variant === 'core 1 schedules') board.scheduler.mp_sched_schedule(callback);
        else if (variant === 'core 1 stores') board.stdin.available++;
        else board.mp_hal_stdin_rx_chr();
      });
    return [
      stuck('main sees the character', () => board.stdin.available === 0),
      always('callbacks run on main', () => !seen.onCore1),
      sometimes('a callback runs', () => seen.calls > 0 || variant === 'core 1 stores'),
    ];
  },
});

const delay = scenario('sleep_ms of rp2', {
  about: 'a sleep of core 0 runs callbacks at once and ends in time',
  timing: 'prompt',
  timeUnit: 1000,
  variants: { 'one core': { holds: true }, 'both cores sleep': { holds: true } },
  build({ variant }) {
    const board = rp2({ threads: variant === 'one core' ? 0 : 1 });
    const { seen, callback } = counter();
    const pin = board.pin(4, { pollable: false }).irq(callback);
    const sleeps = { main: false, over: false };
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
    board.irq('pin 4 interrupt', { times: 1 }, () => pin.isr());
    if (variant !== 'one core') board.thread('worker', () => board.mp_hal_delay_ms(2));
    return [
      within('three milliseconds', 3000, () => sleeps.main),
      within('callbacks at once', 0, () => board.scheduler.hasWork()),
      sometimes('a callback runs during the sleep', () => sleeps.main && seen.calls === 1),
      sometimes('it ends', () => sleeps.over),
    ];
  },
});

const started = scenario('_thread of rp2', {
  about: 'main starts a thread, and another one: while core 1 runs the first, the second is refused',
  variants: {
    'lock handed back': { holds: true },
    // Nobody releases: main waits in WFE for a SEV that does not come.
    'lock kept': { violates: 'main gets the lock' },
  },
  build({ variant }) {
    const board = rp2({ threads: 1 });
    const _thread = board.threadModule();
    const lock = _thread.allocate_lock('lock');
    const seen = { ran: int(0, 2), refused: false, got: false };
    const entry = {
      name: 'entry',
      run() {
        ghost(() => {
          seen.ran++;
        });
        // What main has acquired: any core may release it.
        if (variant === 'lock handed back' && lock.locked) lock.release();
      },
    };
    board.main(() => {
      lock.acquire();
      _thread.start_new_thread(entry);
      try {
        _thread.start_new_thread(entry);
      } catch (e) {
        if (e !== CantCreateThread) throw e;
        ghost(() => {
          seen.refused = true;
        });
      }
      lock.acquire();
      ghost(() => {
        seen.got = true;
      });
    });
    return [
      stuck('main gets the lock', () => seen.got),
      always('the second thread runs when core 1 is free', () => seen.ran < 2 || !seen.refused),
      sometimes('core1 in use', () => seen.refused),
      sometimes('one after the other', () => seen.ran === 2),
    ];
  },
});

describe('rp2', () => {
  test('WFE keeps what interrupts and schedule() tell it; a store tells it nothing', {
    timeout: 30_000,
  }, async () => {
    expect(await outline(wakes)).toMatchInlineSnapshot(`
      "interrupt | holds | 24 states, 25 transitions
      two interrupts | violated | lost wakeup: a scheduled callback waits in 14 | 101 states, 120 transitions
      two interrupts, wake for the rest | holds | 99 states, 119 transitions
      two interrupts, core 1 runs | holds | 711 states, 1407 transitions
      core 1 schedules | holds | 62 states, 94 transitions
      core 1 stores | violated | main sees the character in 4 | 14 states, 16 transitions"
    `);
  });

  test('sleep_ms', { timeout: 30_000 }, async () => {
    expect(await outline(delay)).toMatchInlineSnapshot(`
      "one core | holds | 132 states, 150 transitions
      both cores sleep | holds | 1150 states, 2139 transitions"
    `);
  });

  test('one thread at a time on core 1, and locks that wake the other core', {
    timeout: 30_000,
  }, async () => {
    expect(await outline(started)).toMatchInlineSnapshot(`
      "lock handed back | holds | 96 states, 146 transitions
      lock kept | violated | main gets the lock in 9 | 27 states, 35 transitions"
    `);
  });

  test('there is one extra thread', async () => {
    const building = (set: (board: Rp2) => void) =>
      outline(
        scenario('threads', {
          about: 'too many',
          variants: { one: { holds: true } },
          build() {
            const board = rp2({ threads: 1 });
            board.main(() => {});
            set(board);
            return [];
          },
        }),
      );
    await expect(building((board) => board.thread('first', () => {}))).resolves.toContain('holds');
    await expect(
      building((board) => {
        board.thread('first', () => {});
        board.thread('second', () => {});
      }),
    ).rejects.toThrow('core1 in use');
  });
});
