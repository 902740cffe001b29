import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, alwaysPossible, check, ghost, int, pause, process, sometimes, stuck } from '../index.ts';
import { bareMetal, Core, edges, Irq, RoutedIrq } from './index.ts';

const nesting = scenario('nesting', {
  about: 'main raises two lines, or a handler does: who runs when?',
  variants: {
    // More urgent: in the middle of the other handler.
    nested: { holds: true },
    // As urgent: after it, and before main (tail-chaining).
    'tail-chained': { violates: 'the second one comes in between' },
    // Both pending at once: the more urgent one first, whoever was raised first.
    'late arrival': { violates: 'the second one comes in between' },
  },
  build({ variant }) {
    const core = new Core('cpu', [], { priorityLevels: 4 });
    const seen = { order: int(0, 9999), main: 0 };
    const add = (digit: number) =>
      ghost(() => {
        seen.order = seen.order * 10 + digit;
      });
    const second = new Irq(core, 'second', variant === 'tail-chained' ? 2 : 1, () => add(2));
    const first = new Irq(core, 'first', 2, () => {
      add(1);
      if (variant !== 'late arrival') second.raise();
      pause();
      add(3);
    });
    bareMetal(core, 'main', () => {
      core.cpsid();
      first.raise();
      if (variant === 'late arrival') second.raise();
      core.cpsie();
      seen.main = 1;
      add(4);
    });
    const order = { nested: 1234, 'tail-chained': 1324, 'late arrival': 2134 }[variant]!;
    return [
      stuck('the second one comes in between', () => seen.order === 1234),
      stuck('all came in the order that the priorities say', () => seen.order === order),
      always('main waits', () => seen.main === 0 || seen.order >= 100),
      sometimes('main ends', () => seen.main === 1),
    ];
  },
});

const merging = scenario('requests', {
  about: 'three edges come: how often does the handler run?',
  variants: {
    'edges merge': { violates: 'a service for each' },
    // Pending while disabled, and served when enabled.
    'disabled at first': { holds: true },
    'cleared before enabled': { violates: 'what came is served' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const merges = variant === 'edges merge';
    const seen = { services: int(0, 3), came: 0 };
    const line = new Irq(
      core,
      'pin',
      1,
      () => {
        ghost(() => {
          seen.services++;
        });
      },
      { enabled: merges },
    );
    bareMetal(core, 'main', () => {
      if (merges) return;
      line.raise();
      ghost(() => {
        seen.came = 1;
      });
      if (variant === 'cleared before enabled') line.clearPending();
      line.enable();
    });
    if (merges) edges(line, 3);
    return [
      always('a disabled line is not served', () => merges || line.enabled || seen.services === 0),
      stuck('a service for each', () => !merges || seen.services === 0 || seen.services === 3),
      stuck('what came is served', () => merges || seen.came === seen.services),
      sometimes('served', () => seen.services > 0 || variant === 'cleared before enabled'),
    ];
  },
});

const level = scenario('levels', {
  about: 'a device holds its line until its flag is cleared',
  variants: {
    cleared: { holds: true },
    // Not acknowledged: the handler again and again, and main never.
    'not cleared': { violates: 'main goes on' },
    // The NVIC has latched the level that was there while it was masked: a service without a reason.
    'cleared by polling, latched': { violates: 'a handler finds its reason' },
    'cleared by polling': { holds: true },
    'cleared by polling, latched, unpended': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const device = { flag: false };
    const seen = { main: false, spurious: false, served: false };
    const polls = variant.startsWith('cleared by polling');
    const line: Irq = new Irq(
      core,
      'device',
      1,
      () => {
        ghost(() => {
          if (device.flag) seen.served = true;
          else seen.spurious = true;
        });
        if (variant !== 'not cleared') device.flag = false;
      },
      { asserted: () => device.flag, latches: variant.includes('latched') },
    );
    bareMetal(core, 'main', () => {
      if (polls) core.cpsid();
      device.flag = true;
      if (polls) {
        line.sample();
        device.flag = false;
        if (variant.endsWith('unpended')) line.clearPending();
        core.cpsie();
      }
      seen.main = true;
    });
    return [
      alwaysPossible('main goes on', () => seen.main),
      always('a handler finds its reason', () => !seen.spurious),
      sometimes('the device wants something', () => device.flag),
      sometimes('served', () => seen.served || polls),
    ];
  },
});

const masks = scenario('BASEPRI', {
  about: 'main masks lines of priority 2 and less urgent ones; another line is more urgent',
  variants: {
    'the urgent line goes through': { holds: true },
    // msr basepri opens what basepri_max would have kept.
    'an inner section ends with 0': { violates: 'the other line waits' },
    'an inner section restores': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu', [], { priorityLevels: 16 });
    const seen = { inside: false, urgent: false, early: false };
    const urgent = new Irq(core, 'urgent', 1, () => {
      ghost(() => {
        if (seen.inside) seen.urgent = true;
      });
    });
    const other = new Irq(core, 'other', 2, () => {
      ghost(() => {
        if (seen.inside) seen.early = true;
      });
    });
    bareMetal(core, 'main', () => {
      const outer = core.raiseBasepri(2);
      ghost(() => {
        seen.inside = true;
      });
      if (variant !== 'the urgent line goes through') {
        // Less strict than what holds already: stays at 2.
        const inner = core.raiseBasepri(5);
        check(inner === 2 && core.basepri === 2);
        core.setBasepri(variant === 'an inner section restores' ? inner : 0);
      }
      core.disableInterrupts();
      ghost(() => {
        seen.inside = false;
      });
      core.setBasepri(outer);
      core.enableInterrupts();
    });
    edges(urgent, 1);
    edges(other, 1);
    return [
      always('the other line waits', () => !seen.early),
      sometimes('the urgent line does not', () => seen.urgent),
    ];
  },
});

const moving = scenario('priorities that change', {
  about: 'the handler of a line is interrupted by another one only after that became more urgent',
  variants: { lower: { holds: true }, raised: { violates: 'not in between' } },
  build({ variant }) {
    const core = new Core('cpu');
    const seen = { inside: false, between: false, served: 0 };
    const other = new Irq(
      core,
      'other',
      3,
      () => {
        ghost(() => {
          if (seen.inside) seen.between = true;
          seen.served = 1;
        });
      },
      { movablePriority: true },
    );
    new Irq(core, 'handler', 2, () => {
      ghost(() => {
        seen.inside = true;
      });
      other.raise();
      if (variant === 'raised') other.setPriority(1);
      pause();
      ghost(() => {
        seen.inside = false;
      });
    }).raise();
    return [
      always('not in between', () => !seen.between),
      sometimes('the other one is served', () => seen.served === 1),
    ];
  },
});

const order = scenario('priorities in a new order', {
  about: 'two lines wait; the less urgent one is made the more urgent one, or BASEPRI keeps it out',
  variants: {
    'as created': { violates: 'the second one first' },
    'turned round': { holds: true },
    'turned round, to the same': { violates: 'the second one first' },
    'kept out by BASEPRI': { violates: 'both are served' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const seen = { first: false, second: false, secondFirst: false };
    const options = { movablePriority: true };
    const first = new Irq(
      core,
      'first',
      2,
      () => {
        seen.first = true;
      },
      options,
    );
    const second = new Irq(
      core,
      'second',
      3,
      () => {
        ghost(() => {
          if (!seen.first) seen.secondFirst = true;
        });
        seen.second = true;
      },
      options,
    );
    bareMetal(core, 'main', () => {
      core.cpsid();
      first.raise();
      second.raise();
      if (variant === 'turned round' || variant === 'kept out by BASEPRI') second.setPriority(1);
      // Among equals the first one created.
      if (variant === 'turned round, to the same') second.setPriority(2);
      if (variant === 'kept out by BASEPRI') core.setBasepri(2);
      core.cpsie();
    });
    return [
      stuck('both are served', () => seen.first && seen.second),
      stuck('the second one first', () => seen.secondFirst),
      sometimes('the second one is served', () => seen.second),
    ];
  },
});

const sections = scenario('PRIMASK', {
  about: 'a section within a section, both with interrupts off',
  variants: {
    'saved and restored': { holds: true },
    // cpsie opens what the outer section has closed.
    'off and on': { violates: 'the line waits' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const seen = { inside: false, early: false, served: false };
    const line = new Irq(core, 'pin', 1, () => {
      ghost(() => {
        if (seen.inside) seen.early = true;
        seen.served = true;
      });
    });
    bareMetal(core, 'main', () => {
      const outer = core.saveAndDisableInterrupts();
      ghost(() => {
        seen.inside = true;
      });
      if (variant === 'saved and restored') {
        const inner = core.saveAndDisableInterrupts();
        core.restoreInterrupts(inner);
      } else {
        core.cpsid();
        core.cpsie();
      }
      pause();
      ghost(() => {
        seen.inside = false;
      });
      core.restoreInterrupts(outer);
    });
    edges(line, 1);
    return [
      always('the line waits', () => !seen.early),
      stuck('it is served afterwards', () => !line.pending),
      sometimes('served', () => seen.served),
    ];
  },
});

const routing = scenario('routing', {
  about: 'a source is moved from core 0 to core 1 while core 0 masks interrupts',
  variants: {
    // The request stays pending at the old core, which serves it when it unmasks.
    'edge before the move': { violates: 'core 1 serves' },
    'edge after the move': { holds: true },
    'level before the move': { holds: true },
    'edge at both': { violates: 'one core serves' },
  },
  build({ variant }) {
    const cluster: Core[] = [];
    const cores = [new Core('core 0', cluster), new Core('core 1', cluster)];
    const device = { flag: false };
    const seen = { on: [0, 0] };
    const source = new RoutedIrq(
      cores,
      'source',
      1,
      () => {
        device.flag = false;
        ghost(() => {
          for (const core of cores) if (core.active !== null) seen.on[core.index] = 1;
        });
      },
      {
        to: variant === 'edge at both' ? cores : [cores[0]!],
        ...(variant.startsWith('level') ? { asserted: () => device.flag } : {}),
      },
    );
    const [core0] = cores;
    core0!.primask = true;
    bareMetal(core0!, 'main', () => {
      if (variant.startsWith('level')) device.flag = true;
      else if (variant !== 'edge after the move') source.raise();
      if (variant !== 'edge at both') source.routeTo(cores[1]!);
      if (variant === 'edge after the move') source.raise();
      core0!.cpsie();
    });
    return [
      stuck('core 1 serves', () => seen.on[1] === 1),
      stuck('one core serves', () => seen.on[0] === 0 || seen.on[1] === 0),
      sometimes('served', () => seen.on[0] === 1 || seen.on[1] === 1),
    ];
  },
});

describe('interrupt lines', () => {
  test('more urgent nests, as urgent is tail-chained, the most urgent of several first', async () => {
    expect(await outline(nesting)).toMatchInlineSnapshot(`
      "nested | holds | 11 states, 10 transitions
      tail-chained | violated | the second one comes in between in 10 | 11 states, 10 transitions
      late arrival | violated | the second one comes in between in 10 | 11 states, 10 transitions"
    `);
  });

  test('requests merge; a disabled line keeps one; software can forget it', async () => {
    expect(await outline(merging)).toMatchInlineSnapshot(`
      "edges merge | violated | a service for each in 3 | 22 states, 26 transitions
      disabled at first | holds | 5 states, 4 transitions
      cleared before enabled | violated | what came is served in 3 | 4 states, 3 transitions"
    `);
  });

  test('a level lasts until its device gives in', async () => {
    expect(await outline(level)).toMatchInlineSnapshot(`
      "cleared | holds | 6 states, 5 transitions
      not cleared | violated | main goes on in 0 | 4 states, 4 transitions
      cleared by polling, latched | violated | a handler finds its reason in 8 | 12 states, 11 transitions
      cleared by polling | holds | 6 states, 5 transitions
      cleared by polling, latched, unpended | holds | 10 states, 9 transitions"
    `);
  });

  test('BASEPRI lets urgent lines through', async () => {
    expect(await outline(masks)).toMatchInlineSnapshot(`
      "the urgent line goes through | holds | 75 states, 108 transitions
      an inner section ends with 0 | violated | the other line waits in 6 | 143 states, 202 transitions
      an inner section restores | holds | 120 states, 177 transitions"
    `);
  });

  test('a section within a section', async () => {
    expect(await outline(sections)).toMatchInlineSnapshot(`
      "saved and restored | holds | 20 states, 24 transitions
      off and on | violated | the line waits in 5 | 25 states, 28 transitions"
    `);
  });

  test('the new priorities decide who comes first', async () => {
    expect(await outline(order)).toMatchInlineSnapshot(`
      "as created | violated | the second one first in 10 | 11 states, 10 transitions
      turned round | holds | 12 states, 11 transitions
      turned round, to the same | violated | the second one first in 11 | 12 states, 11 transitions
      kept out by BASEPRI | violated | both are served in 9 | 10 states, 9 transitions"
    `);
  });

  test('a priority can change while requests wait', async () => {
    expect(await outline(moving)).toMatchInlineSnapshot(`
      "lower | holds | 7 states, 6 transitions
      raised | violated | not in between in 4 | 8 states, 7 transitions"
    `);
  });

  test('a source can be moved to another core', async () => {
    expect(await outline(routing)).toMatchInlineSnapshot(`
      "edge before the move | violated | core 1 serves in 6 | 7 states, 6 transitions
      edge after the move | holds | 10 states, 12 transitions
      level before the move | holds | 10 states, 12 transitions
      edge at both | violated | one core serves in 8 | 25 states, 38 transitions"
    `);
  });

  test('a priority that the core does not have is refused', async () => {
    const wrong = scenario('wrong', {
      about: 'a line of priority 4 of 4',
      variants: { only: { holds: true } },
      build() {
        new Irq(new Core('cpu', [], { priorityLevels: 4 }), 'pin', 4, () => {});
        process('p', () => {});
        return [sometimes('always', () => true)];
      },
    });
    await expect(outline(wrong)).rejects.toThrow(
      'UPY206: check failed while the scenario is being built: pin: priority 4, and cpu has 4',
    );
  });
});
