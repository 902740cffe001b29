import { describe, expect, test } from 'vitest';
import { buildVariant } from '../build_variant.ts';
import { replayBuilt } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { UserError } from '../options.ts';
import { reach } from './reach.ts';
import { LiveSession } from './session.ts';

/** The first scenario of the README: main forgets wake-ups too late. */
const FIRST = `import { idle, scenario, sometimes } from 'upy-check';
import { atomic, busy, check, process, rest } from 'upy-check/model';
export default scenario('sleep-until-pin', {
  about: 'the main loop sleeps until a pin interrupt wakes it',
  variants: { late: { holds: true } },
  build() {
    const pin = { event: false, wake: false, level: 'low' };
    const seen = { handled: false, count: 0 };
    process('main', () => {
      while (true) {
        if (pin.event) {
          pin.event = false;
          seen.handled = true;
        }
        pin.wake = false;
        rest(() => pin.wake && pin.level === 'high');
      }
    });
    process('pin interrupt', () => {
      atomic(() => {
        pin.event = true;
        pin.wake = true;
        pin.level = 'high';
      });
      busy(30);
    }, { outside: true });
    const late = process('late', () => {
      seen.count++;
      check(seen.count < 2, 'counted once');
    }, { dormant: true });
    process('starter', () => {
      late.start();
      rest(() => !late.alive);
      late.start();
    }, { runs: () => seen.handled && seen.count < 5 });
    return [
      idle('no event is left behind', () => !pin.event),
      sometimes('the event is handled', () => seen.handled),
      sometimes('it is counted three times', () => seen.count === 3),
    ];
  },
});
`;

const built = buildVariant(inlineScenario(FIRST, 'first.ts'), 'late');
const session = () => new LiveSession(built);

/** One line for each step that can be taken, and for each process that cannot step. */
function sketch(at: LiveSession): string[] {
  const { choices, held, wrong } = at.view();
  return [
    ...choices.map(({ number, process, operation, place, changes, elapsedUs, fails, node }) =>
      [
        `${number} ${process ?? 'time'} ${operation} ${place?.line ?? `${elapsedUs} µs`}`,
        ...changes.map(({ variable, before, after }) => `${variable} ${before}→${after}`),
        ...(fails === null ? [] : [`fails ${fails.name}`]),
        ...(node === null ? [] : [`to ${node}`]),
      ].join(' '),
    ),
    ...held.map(
      ({ process, reasons }) => `${process}: ${reasons.map((why) => JSON.stringify(why)).join(' ')}`,
    ),
    ...wrong.map(({ kind, name, explanation }) => `${kind} ${name}: ${explanation}`),
  ];
}

describe('a session', () => {
  test('shows what can happen, and why the rest cannot', () => {
    const at = session();
    expect(sketch(at)).toEqual([
      '0 main read 11',
      "1 pin interrupt atomic 20 pin.event false→true pin.wake false→true pin.level 'low'→'high'",
      'late: {"kind":"not started"}',
      'starter: {"kind":"run condition","condition":{"place":{"file":"first.ts","line":35,"column":16,"text":"() => seen.handled && seen.count < 5"},"readings":[{"variable":"seen.handled","value":"false"}]}}',
      'null: {"kind":"no clock"}',
    ]);
    at.take(0);
    at.take(0);
    expect(sketch(at).slice(1, 2)).toEqual([
      'main: {"kind":"waits","operation":"rest","function":"main","guard":{"place":{"file":"first.ts","line":16,"column":9,"text":"rest(() => pin.wake && pin.level === \'high\')"},"readings":[{"variable":"pin.wake","value":"false"}]}}',
    ]);
  });

  test('goes back, branches, and knows where it has been', () => {
    const at = session();
    at.take(0);
    at.take(1);
    at.go(0);
    at.take(1);
    expect(at.node).toBe(3);
    at.back();
    expect(sketch(at).slice(0, 2)).toEqual([
      '0 main read 11 to 1',
      "1 pin interrupt atomic 20 pin.event false→true pin.wake false→true pin.level 'low'→'high' to 3",
    ]);
    at.take(1);
    at.back();
    at.take(0);
    at.take(1);
    const { tree, trace } = at.view();
    expect(
      tree.map(({ number, parent, depth, children, same }) => ({ number, parent, depth, children, same })),
    ).toEqual([
      { number: 0, parent: null, depth: 0, children: [1, 3], same: null },
      { number: 1, parent: 0, depth: 1, children: [2], same: null },
      { number: 2, parent: 1, depth: 2, children: [], same: null },
      { number: 3, parent: 0, depth: 1, children: [], same: null },
    ]);
    expect(trace.schedule).toBe('u1.01');
  });

  test('says what is wrong, and the path is a trace that can be replayed', () => {
    const at = session();
    at.follow([0, 1, 0]);
    const { wrong } = at.view();
    expect(wrong).toEqual([
      {
        kind: 'idle',
        name: 'no event is left behind',
        explanation:
          "'no event is left behind' is false (pin.event is true) while nothing can run until time passes or something outside happens: event 1 of 'pin interrupt' arrived between line 11 and line 15 of main.",
      },
    ]);
    const trace = at.trace();
    expect(trace.property).toBe('no event is left behind');
    expect(replayBuilt(built, trace)).toMatchObject({ fits: true, trace: { schedule: 'u1.010' } });
  });

  test('refuses steps and places that do not exist', () => {
    const at = session();
    expect(() => at.take(7)).toThrow(
      new UserError(
        'UPY351',
        'there is no step 7 here',
        null,
        'the page shows another state than the session is in: it was moved from another window',
        'load the page again',
      ),
    );
    expect(() => at.go(7)).toThrow(
      expect.objectContaining({ code: 'UPY351', what: 'there is no place 7 in this session' }),
    );
    expect(at.node).toBe(0);
  });
});

describe('a session that runs', () => {
  test('stops where somebody blocks', () => {
    const at = session();
    expect(at.run('block')).toEqual({ kind: 'reached' });
    expect(at.trace().steps.map(({ process, operation }) => `${process} ${operation}`)).toEqual([
      'main read',
      'main write',
    ]);
  });

  test('stops where another goes on', () => {
    const at = session();
    expect(at.run('switch')).toEqual({ kind: 'reached' });
    expect(at.trace().steps.map(({ process, operation }) => `${process} ${operation}`)).toEqual([
      'main read',
      'main write',
      'pin interrupt atomic',
    ]);
  });

  test('stops at what is wrong', () => {
    const at = session();
    expect(at.run('end')).toEqual({ kind: 'wrong' });
    expect(at.view().wrong.map(({ name }) => name)).toEqual(['counted once']);
    expect(at.view().choices).toEqual([]);
    expect(at.run('end')).toEqual({ kind: 'wrong' });
    expect(replayBuilt(built, at.trace()).fits).toBe(true);
  });
});

describe('what can be reached', () => {
  const ask = async (target: Parameters<typeof reach>[1], maxStates?: number) => {
    const at = session();
    const answer = await reach(at, target, maxStates === undefined ? {} : { maxStates });
    return { ...answer, schedule: at.trace().schedule };
  };

  test('a property: violated, or true for the first time', async () => {
    expect(await ask({ kind: 'property', name: 'no event is left behind' })).toMatchObject({
      kind: 'reached',
      steps: 3,
      schedule: 'u1.010',
    });
    expect(await ask({ kind: 'property', name: 'the event is handled' })).toMatchObject({
      kind: 'reached',
      steps: 4,
    });
    expect(await ask({ kind: 'property', name: 'it is counted three times' })).toMatchObject({
      kind: 'never',
      schedule: 'u1.',
    });
    expect(await ask({ kind: 'property', name: 'deadlock' })).toMatchObject({ kind: 'never' });
  });

  test('a step that fails', async () => {
    const at = session();
    expect(await reach(at, { kind: 'property', name: 'counted once' })).toMatchObject({
      kind: 'reached',
    });
    expect(at.view().wrong.map(({ name }) => name)).toEqual(['counted once']);
  });

  test('what cannot be evaluated in a property', async () => {
    const broken = FIRST.replace(
      "idle('no event is left behind', () => !pin.event)",
      "always('at most one', () => { check(seen.count < 1, 'none'); return true; }), idle('the next one', () => list[2 * Number(pin.event)]! > 0)",
    )
      .replace('{ idle,', '{ always, idle,')
      .replace('const seen', 'const list = [5, 6]; const seen');
    const model = buildVariant(inlineScenario(broken, 'first.ts'), 'late');
    const at = new LiveSession(model);
    expect(await reach(at, { kind: 'property', name: 'none' })).toMatchObject({ kind: 'reached' });
    expect(at.view().wrong).toEqual([
      {
        kind: 'check',
        name: 'none',
        explanation:
          "'none' fails as 'at most one' is evaluated (first.ts:37). That is so after step 7: late (first.ts:28): seen.count went from 0 to 1.",
      },
    ]);
    const then = new LiveSession(model);
    expect(await reach(then, { kind: 'property', name: 'index out of range' })).toMatchObject({
      kind: 'reached',
    });
    expect(then.view().wrong[0]?.explanation).toContain(
      "index out of range as 'the next one' is evaluated (first.ts:37): the index is outside of 0 … 1.",
    );
  });

  test('a condition', async () => {
    expect(
      await ask({ kind: 'condition', text: 'seen.handled && pin.event == false && !(seen.count != 1)' }),
    ).toMatchObject({ kind: 'reached', steps: 7 });
    expect(await ask({ kind: 'condition', text: 'seen.count > 2' })).toMatchObject({ kind: 'never' });
    expect(await ask({ kind: 'condition', text: "pin.level == 'low' && pin.wake" })).toMatchObject({
      kind: 'never',
    });
    expect(await ask({ kind: 'condition', text: 'pin.level == high' })).toMatchObject({
      kind: 'reached',
      steps: 1,
    });
    expect(await ask({ kind: 'condition', text: 'pin.event == seen.handled' })).toMatchObject({
      kind: 'reached',
      steps: 0,
    });
  });

  test('a line', async () => {
    expect(await ask({ kind: 'line', process: 'main', file: 'first.ts', line: 12 })).toMatchObject({
      kind: 'reached',
      steps: 2,
    });
    expect(await ask({ kind: 'line', process: null, file: 'first.ts', line: 28 })).toMatchObject({
      kind: 'reached',
    });
  });

  test('from where the session is, and within a bound', async () => {
    const at = session();
    at.follow([0, 1]);
    expect(await reach(at, { kind: 'condition', text: 'pin.wake == false' })).toMatchObject({
      kind: 'reached',
      steps: 1,
    });
    expect(at.trace().schedule).toBe('u1.010');
    expect(await reach(at, { kind: 'condition', text: 'seen.handled' })).toMatchObject({ kind: 'never' });
    expect(await ask({ kind: 'condition', text: 'seen.count == 1' }, 4)).toMatchObject({
      kind: 'not within',
    });
  });

  test.each([
    ['pin.evnt == true', "there is no variable 'pin.evnt'"],
    ['pin.event ==', "the condition 'pin.event ==' cannot be understood: pin.event is never nothing"],
    ['pin.event == 3', "the condition 'pin.event == 3' cannot be understood: pin.event is never 3"],
    ['pin.level == up', "the condition 'pin.level == up' cannot be understood: pin.level is never up"],
    ['(pin.event', "the condition '(pin.event' cannot be understood: a ')' is missing"],
    [
      'pin.event pin.wake',
      "the condition 'pin.event pin.wake' cannot be understood: 'pin.wake' stands where nothing more is expected",
    ],
    ['', "the condition '' ends too early"],
  ])('%s is refused', async (text, what) => {
    await expect(ask({ kind: 'condition', text })).rejects.toMatchObject({ code: 'UPY352', what });
  });

  test('what does not exist is refused, with what does', async () => {
    await expect(ask({ kind: 'property', name: 'x' })).rejects.toMatchObject({
      code: 'UPY353',
      remedy:
        'ask for one of: no event is left behind, the event is handled, it is counted three times, counted once, deadlock; or for a condition',
    });
    await expect(ask({ kind: 'line', process: 'main', file: 'first.ts', line: 9 })).rejects.toMatchObject({
      code: 'UPY353',
      what: 'no step of main begins at first.ts:9',
      remedy: 'there are: 11, 12, 13, 15, 16',
    });
  });
});
