import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, ghost, int, pause, sometimes, stuck } from '../index.ts';
import { bare } from '../ports/bare.ts';
import { stm32, TICK_US } from '../ports/stm32.ts';
import { Exception } from './exception.ts';
import { EmergencyException } from './gc.ts';
import { MpIrq } from './mpirq.ts';
import { SoftTimer } from './soft_timer.ts';

const ValueError = new Exception('ValueError');
const TypeError_ = new Exception('TypeError');

const raising = scenario('a handler that raises', {
  about: 'hard: disabled from then on, and all locks are released; soft: called again',
  variants: { hard: { violates: 'it is called twice' }, soft: { holds: true } },
  build({ variant }) {
    const board = bare();
    const seen = { calls: int(0, 2), edges: int(0, 2) };
    const handler = {
      name: 'handler',
      run() {
        ghost(() => {
          seen.calls++;
        });
        throw ValueError;
      },
    };
    const irq = new MpIrq(board.vm, 4, handler, variant === 'hard');
    board.irq('pin', { times: 2 }, () => {
      irq.mp_irq_handler();
      ghost(() => {
        seen.edges++;
      });
    });
    board.main(() => {
      while (true) board.eventPollHook();
    });
    const released = () => board.scheduler.state >= 0 && !board.vm.heap.isLockedByIsr(0);
    return [
      stuck('it is called twice', () => seen.edges < 2 || seen.calls === 2),
      stuck('scheduler and heap are not locked', released),
      sometimes('both edges come', () => seen.edges === 2),
    ];
  },
});

const emergency = scenario('the emergency exception', {
  about: 'a hard handler catches what it raised: what does it hold in its hands?',
  variants: {
    'one handler': { holds: true },
    'equal priorities': { holds: true },
    // The more urgent handler raises between the raise of the other one and its look.
    nested: { violates: 'each handler sees what it raised' },
  },
  build({ variant }) {
    const board = bare();
    const emergencyException = new EmergencyException();
    const seen = { wrong: false, looks: int(0, 2) };
    const handlerOf = (type: Exception, value: number) => ({
      name: type.name,
      run() {
        try {
          emergencyException.raise(type, value);
        } catch {
          const { value: found } = emergencyException;
          ghost(() => {
            if (found !== value) seen.wrong = true;
            seen.looks++;
          });
        }
      },
    });
    const line = (type: Exception, value: number, priority: number) => {
      const irq = new MpIrq(board.vm, value, handlerOf(type, value), true);
      board.irq(type.name, { times: 1, priority }, () => irq.mp_irq_handler());
    };
    line(ValueError, 1, 6);
    if (variant !== 'one handler') line(TypeError_, 2, variant === 'nested' ? 1 : 6);
    board.main(() => {});
    return [
      always('each handler sees what it raised', () => !seen.wrong),
      sometimes('all look', () => seen.looks === (variant === 'one handler' ? 1 : 2)),
    ];
  },
});

const late = scenario('a soft timer that was kept waiting', {
  about: 'the dispatch is kept out for three ticks: a periodic timer makes up for all of them',
  timing: 'prompt',
  timeUnit: TICK_US,
  variants: { hard: { holds: true } },
  build() {
    const board = stm32();
    const timer = new SoftTimer(board.softTimers(), 1, true);
    const seen = { calls: int(0, 7), burst: 0 };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          if (seen.calls < 7) seen.calls++;
        });
      },
    };
    board.main(() => {
      timer.init('PERIODIC', 1, callback);
      board.threads.mask.lock();
      board.core.wfi();
      board.core.wfi();
      board.core.wfi();
      board.threads.mask.unlock();
      pause(); // the dispatch comes before
      ghost(() => {
        seen.burst = seen.calls;
      });
      while (true) board.eventPollHook();
    });
    return [sometimes('three calls at once', () => seen.burst === 3)];
  },
});

test('what a handler raises ends a hard one, and the locks', async () => {
  expect(await outline(raising)).toMatchInlineSnapshot(`
    "hard | violated | it is called twice in 11 | 46 states, 58 transitions
    soft | holds | 52 states, 61 transitions"
  `);
});

test('there is one emergency exception for all nested handlers', async () => {
  expect(await outline(emergency)).toMatchInlineSnapshot(`
    "one handler | holds | 8 states, 7 transitions
    equal priorities | holds | 58 states, 75 transitions
    nested | violated | each handler sees what it raised in 17 | 136 states, 151 transitions"
  `);
});

test('a late dispatch of soft timers is a burst', async () => {
  expect(await outline(late)).toMatchInlineSnapshot(`"hard | holds | 345 states, 345 transitions"`);
});
