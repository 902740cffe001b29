import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, ghost, int, pause, sometimes, stuck } from '../index.ts';
import {
  bareMetal,
  Core,
  DispatchingPendSv,
  DispatchSlot,
  edges,
  Irq,
  PendSv,
  SharedPendSv,
} from './index.ts';

const requests = scenario('PendSV', {
  about: 'a handler requests PendSV twice: once for both, and not before the handler ends',
  variants: {
    merge: { holds: true },
    // A request during the handler runs it again.
    'once more from inside': { violates: 'it runs once' },
    cancelled: { violates: 'it runs' },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const seen = { runs: 0, inside: false, nested: false, again: variant === 'once more from inside' };
    const pendSv = new PendSv(core, 15, () => {
      ghost(() => {
        if (seen.inside) seen.nested = true;
        if (seen.runs < 2) seen.runs++;
      });
      if (seen.again) {
        seen.again = false;
        pendSv.request();
      }
    });
    new Irq(core, 'device', 1, () => {
      ghost(() => {
        seen.inside = true;
      });
      pendSv.request();
      pendSv.request();
      if (variant === 'cancelled') pendSv.cancel();
      pause();
      ghost(() => {
        seen.inside = false;
      });
    }).raise();
    return [
      stuck('it runs', () => seen.runs > 0),
      stuck('it runs once', () => seen.runs < 2),
      always('after the handler', () => !seen.nested),
      sometimes('the device is served', () => seen.inside),
    ];
  },
});

const dispatch = scenario('dispatch and switch', {
  about: 'ports/stm32: a slot is scheduled and a switch requested before PendSV comes',
  variants: {
    // One pending bit for both: the pass that dispatches does not switch.
    'as it is': { violates: 'a switch that was requested is made' },
    'switches always': { holds: true },
    'one after the other': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const seen = { requested: false, switched: false, dispatched: 0 };
    const slot = new DispatchSlot('lwip', () => {
      ghost(() => {
        if (seen.dispatched < 3) seen.dispatched++;
      });
    });
    const pendSv = new DispatchingPendSv(
      core,
      15,
      [slot],
      () => {
        ghost(() => {
          seen.switched = true;
        });
      },
      { alwaysSwitch: variant === 'switches always' },
    );
    const device = new Irq(core, 'device', 1, () => pendSv.schedule(slot));
    bareMetal(core, 'main', () => {
      if (variant !== 'one after the other') core.cpsid();
      device.raise();
      pendSv.requestSwitch();
      ghost(() => {
        seen.requested = true;
      });
      core.cpsie();
    });
    return [
      stuck('a switch that was requested is made', () => !seen.requested || seen.switched),
      stuck('what was scheduled is dispatched', () => !slot.requested),
      sometimes('dispatched', () => seen.dispatched === 1),
    ];
  },
});

const shared = scenario('PendSV of two cores', {
  about: 'ports/rp2: main suspends PendSV while a handler on core 0 schedules',
  variants: {
    'main on core 0': { holds: true },
    // The resume of core 1 finds the slot set, core 0 dispatches it, and core 1 sets it again.
    'main on core 1': { violates: 'dispatched once' },
    // What the resume would have to do is not done.
    'never resumed': { violates: 'what was scheduled is dispatched' },
  },
  build({ variant }) {
    const cluster: Core[] = [];
    const [core0, core1] = [new Core('core 0', cluster), new Core('core 1', cluster)];
    const core = variant === 'main on core 0' ? core0 : core1;
    const seen = { suspended: false, broken: false, dispatched: int(0, 2) };
    const slot = new DispatchSlot('cyw43', () => {
      ghost(() => {
        if (seen.suspended) seen.broken = true;
        if (seen.dispatched < 2) seen.dispatched++;
      });
    });
    const pendSv = new SharedPendSv(cluster, 3, [slot]);
    edges(new Irq(core0, 'device', 1, () => pendSv.schedule(slot)), 1);
    bareMetal(core, 'main', () => {
      pendSv.suspend();
      ghost(() => {
        seen.suspended = true;
      });
      pause();
      ghost(() => {
        seen.suspended = false;
      });
      if (variant !== 'never resumed') pendSv.resume();
    });
    return [
      stuck('what was scheduled is dispatched', () => !slot.requested),
      always('nothing runs while it is suspended', () => !seen.broken),
      always('dispatched once', () => seen.dispatched < 2),
      sometimes('core 0 finds it suspended', () => core0.active !== null && seen.suspended),
      sometimes('dispatched', () => seen.dispatched === 1),
    ];
  },
});

describe('PendSV', () => {
  test('requests merge, and wait for what is more urgent', async () => {
    expect(await outline(requests)).toMatchInlineSnapshot(`
      "merge | holds | 8 states, 7 transitions
      once more from inside | violated | it runs once in 10 | 11 states, 10 transitions
      cancelled | violated | it runs in 6 | 7 states, 6 transitions"
    `);
  });

  test('ports/stm32: a dispatch takes the place of a switch', async () => {
    expect(await outline(dispatch)).toMatchInlineSnapshot(`
      "as it is | violated | a switch that was requested is made in 14 | 15 states, 14 transitions
      switches always | holds | 15 states, 14 transitions
      one after the other | holds | 17 states, 16 transitions"
    `);
  });

  test('ports/rp2: suspended on one core, scheduled on the other', async () => {
    expect(await outline(shared)).toMatchInlineSnapshot(`
      "main on core 0 | holds | 161 states, 179 transitions
      main on core 1 | violated | dispatched once in 60 | 2070 states, 3766 transitions
      never resumed | violated | what was scheduled is dispatched in 14 | 221 states, 388 transitions"
    `);
  });
});
