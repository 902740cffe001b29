import { expect, test } from 'vitest';
import { lostWakeup } from '../../../fake.ts';
import { longTrace, sketched } from '../testing.ts';
import { TraceModel } from '../trace_model.ts';
import { describe as describeLane, stepWords, summaryOf } from './describe.ts';
import { seenBetween, seenOf } from './paint.ts';
import { sceneOf } from './scene.ts';
import { fitting, opening, revealing, zoomed } from './viewport.ts';

const scene = sceneOf(new TraceModel(lostWakeup), 'steps', true);

test('wakes go from the end of the step that wakes, interrupts from the beginning of theirs', () => {
  const model = new TraceModel(
    sketched({
      processes: [{ name: 'main' }, { name: 'irq' }, { name: 'other' }],
      steps: [
        { who: 'main', moments: [{ kind: 'block', process: 'main' }] },
        {
          who: 'irq',
          moments: [
            { kind: 'interrupt', of: 'main' },
            { kind: 'wake', process: 'main' },
          ],
        },
        { who: null, us: 1, moments: [{ kind: 'wake', process: 'other' }] },
        { who: 'other', moments: [{ kind: 'switch', from: 'main' }] },
      ],
      loop: 3,
    }),
  );
  const { arrows, marks, loop } = sceneOf(model, 'steps', true);
  expect(arrows.map(({ kind, point, from, to }) => [kind, point, from, to])).toEqual([
    ['interrupt', 1, 'main', 'irq'],
    ['wake', 2, 'irq', 'main'],
    ['wake', 3, null, 'other'],
    ['switch', 3, 'main', 'other'],
  ]);
  expect(marks).toEqual([{ kind: 'block', step: 1, point: 1, process: 'main' }]);
  expect(loop).toEqual({ from: 2, to: 4 });
});

test('a place in the lanes, in words', () => {
  const lane = (name: string) => scene.lanes.find(({ row }) => row.name === name && row.kind !== 'core');
  const texts = (name: string, step: number) => {
    const found = lane(name);
    return found === undefined ? null : describeLane(scene, found, step);
  };
  expect(texts('main', 1)).toMatchInlineSnapshot(`
    {
      "lines": [
        "step 1: main, poll_ms uevent.ts:88: if (this.ready.length > 0) return this.ready.length;",
      ],
      "title": "main runs",
    }
  `);
  expect(texts('main', 4)).toMatchInlineSnapshot(`
    {
      "lines": [
        "after step 2, until step 6",
        "uevent.ts:89: this.waiting = true;",
      ],
      "title": "main: not its turn",
    }
  `);
  expect(texts('main', 2)?.title).toBe('main: can go on');
  expect(texts('pin 4', 6)).toMatchInlineSnapshot(`
    {
      "lines": [
        "step 6: pin 4, leave core.ts:80: atomic(() => { core.leave(this); });",
      ],
      "title": "pin 4 runs",
    }
  `);
  expect(scene.model.trace.steps.slice(5, 8).map(stepWords)).toMatchInlineSnapshot(`
    [
      "step 6: pin 4, leave core.ts:80: atomic(() => { core.leave(this); });",
      "step 7: main, poll_ms uevent.ts:89: this.waiting = true;",
      "step 8: time passes, now 1.25 ms",
    ]
  `);
  expect(summaryOf(scene)).toMatchInlineSnapshot(
    `"10 steps in 3 lanes, 1.25 ms of virtual time, 1 interrupt, 0 wakeups"`,
  );
});

test('of a long trace only what is seen is looked at', () => {
  const long = sceneOf(new TraceModel(longTrace(10_000)), 'steps', false);
  expect(long.extent).toBe(10_001);
  const { first, last } = seenOf(long, { scale: 20, left: 100_000, width: 1000 });
  expect([first, last]).toEqual([5000, 5051]);
  for (const { bars } of long.lanes) {
    const seen = seenBetween(bars, first, last);
    expect(seen.length).toBeLessThanOrEqual(60);
    expect(seen.every(({ from, to }) => to > first && from < last)).toBe(true);
  }
});

test('zooming keeps what is under the pointer, and ends where all is seen', () => {
  const view = { scale: 20, left: 1000, width: 800 };
  const closer = zoomed(view, 500, 2, 300);
  expect(closer).toEqual({ scale: 40, left: 2300, width: 800 });
  expect(zoomed(view, 500, 0.001, 300)).toEqual({ scale: 1.6, left: 0, width: 800 });
  expect(zoomed(view, 500, 1000, 0).scale).toBe(160);
  expect([opening(10, 800), opening(30, 800), opening(10_000, 800)]).toEqual([64, 800 / 30, 18]);
  expect(fitting(10_000, 800)).toBe(0.08);
});

test('a step out of sight is scrolled to, one in sight is not', () => {
  const view = { scale: 20, left: 1000, width: 600 };
  expect(revealing(view, 60, 61)).toBeNull();
  expect(revealing(view, 40, 41)).toBe(510);
  expect(revealing(view, 200, 201)).toBe(3710);
  expect(revealing(view, 0, 1)).toBe(0);
});
