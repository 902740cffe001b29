import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { Core } from '../hardware/index.ts';
import { always, atomic, check, ghost, int, sometimes, stuck, within } from '../index.ts';
import {
  EAGAIN,
  K_FOREVER,
  Kernel,
  KTimer,
  k_poll,
  k_poll_signal_raise,
  k_poll_signal_reset,
  k_sem_give,
  k_sem_take,
  PollSignal,
  Sem,
  signalEvent,
} from './index.ts';

const handOff = scenario('k_sem hands over', {
  about: 'a thread gives a semaphore and takes it again, while another one waits',
  variants: { 'the waiter has it': { holds: true }, 'time slices': { holds: true } },
  build({ variant }) {
    const kernel = new Kernel(new Core('cpu'), { threadsMax: 2, timeSlices: variant === 'time slices' });
    const sem = new Sem(kernel, 'sem', 1, 1, 2);
    const seen = { waited: false, giver: 0, passedBy: false, inside: int(0, 2), turns: int(0, 4) };
    for (const n of [1, 2])
      kernel.thread(`thread ${n}`, () => {
        for (let turn = 0; turn < 2; turn++) {
          k_sem_take(sem, K_FOREVER);
          ghost(() => {
            seen.inside++;
            if (seen.waited && seen.giver === n) seen.passedBy = true;
            seen.turns++;
          });
          kernel.k_yield();
          atomic(() => {
            ghost(() => {
              seen.inside--;
              seen.waited = sem.waiters.length > 0;
              seen.giver = n;
            });
            k_sem_give(sem);
          });
        }
      });
    return [
      always('one at a time', () => seen.inside <= 1),
      always('the giver does not pass a waiter by', () => !seen.passedBy),
      stuck('all turns are taken', () => seen.turns === 4),
      sometimes('a thread waits', () => seen.waited),
    ];
  },
});

const poll = scenario('k_poll and signals', {
  about: 'a thread polls a signal that an interrupt raises',
  timing: 'prompt',
  variants: {
    'raised in time': { holds: true },
    'timed out': { holds: true },
    // Who waits without a time-out for a signal that nobody raises waits for ever.
    'never raised': { violates: 'the poller goes on' },
    // A signal is a level: whoever does not reset it is not held up by it.
    'not reset': { violates: 'it waits twice' },
  },
  build({ variant }) {
    const kernel = new Kernel(new Core('cpu'), { threadsMax: 1 });
    const signal = new PollSignal();
    const event = signalEvent('event', signal);
    const raised = variant === 'raised in time' || variant === 'not reset';
    const seen = { done: false, raises: int(0, 3) };
    if (raised)
      new KTimer(kernel, 'timer', () => {
        k_poll_signal_raise(kernel, signal);
        ghost(() => {
          if (seen.raises < 3) seen.raises++;
        });
      }).k_timer_start(1000, 1000);
    kernel.thread('poller', () => {
      const result = k_poll(kernel, [event], variant === 'never raised' ? K_FOREVER : 2000);
      check(result === (raised ? 0 : -EAGAIN));
      if (raised) {
        if (variant === 'raised in time') k_poll_signal_reset(signal);
        k_poll(kernel, [event], K_FOREVER);
      }
      ghost(() => {
        seen.done = true;
      });
    });
    return [
      stuck('the poller goes on', () => seen.done),
      within('it polls for two milliseconds', 2000, () => !seen.done && variant !== 'never raised'),
      always('it waits twice', () => !seen.done || seen.raises >= 2 || !raised),
      sometimes('the end', () => seen.done || variant === 'never raised'),
    ];
  },
});

describe('Zephyr', () => {
  test('a semaphore is handed over', { timeout: 30_000 }, async () => {
    expect(await outline(handOff)).toMatchInlineSnapshot(`
      "the waiter has it | holds | 21 states, 20 transitions
      time slices | holds | 384 states, 536 transitions"
    `);
  });

  test('k_poll', { timeout: 30_000 }, async () => {
    expect(await outline(poll)).toMatchInlineSnapshot(`
      "raised in time | holds | 29 states, 29 transitions
      timed out | holds | 8 states, 7 transitions
      never raised | violated | the poller goes on in 1 | 2 states, 1 transitions
      not reset | violated | it waits twice in 10 | 25 states, 25 transitions"
    `);
  });
});
