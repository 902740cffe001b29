import { describe, expect, test } from 'vitest';
import { check, replaySchedule } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import type { CheckOptions } from '../options.ts';
import type { Trace } from '../trace.ts';

/** The trace of the one violation, with the steps as "process statement". */
async function violated(
  body: string,
  options: CheckOptions = {},
): Promise<{ trace: Trace; steps: string[]; replayed: string[] }> {
  const loaded = inlineScenario(`import { scenario } from 'upy-check';
import { always, atomic, check, choose, clock, idle, lostWakeup, process, rest, until, within } from 'upy-check/model';
export default scenario('tiny', { about: 'x', variants: { only: { holds: true } }, build() { ${body} } });`);
  for await (const { properties } of check(loaded, options)) {
    const trace = properties.find(({ status }) => status === 'violated')?.trace;
    if (trace === undefined || trace === null) throw new Error('nothing is violated');
    const named = (each: Trace) => each.steps.map(({ process, place }) => `${process} ${place?.text}`);
    const other = trace.decisive ? await replaySchedule(loaded, 'only', trace.decisive.schedule) : null;
    return { trace, steps: named(trace), replayed: other === null ? [] : named(other.trace) };
  }
  throw new Error('no variant');
}

const COUNTER = `const s = { n: 0, done: 0 };
process('p', () => { const seen = s.n; s.n = seen + 1; atomic(() => s.done++); });
process('q', () => { const seen = s.n; s.n = seen + 1; atomic(() => s.done++); });`;

describe('the two steps whose order decides', () => {
  test('an event in the window between the look and the sleep: it is no good earlier and no good later', async () => {
    const { trace, steps, replayed } = await violated(`const pin = { event: false, wake: false };
process('main', () => { while (true) {
if (pin.event) pin.event = false;
pin.wake = false;
rest(() => pin.wake); } });
process('pin', () => atomic(() => { pin.event = true; pin.wake = true; }), { outside: true });
idle('seen', () => !pin.event);`);
    expect(steps.map((step) => step.split(' ')[0])).toEqual(['main', 'pin', 'main']);
    expect(trace.decisive).toEqual({
      steps: [2, 3],
      schedule: trace.decisive?.schedule,
      text:
        'Step 2 (pin, inline.ts:8) decides it: it comes after step 1 (main, inline.ts:5) and before step 3 (main, inline.ts:6). ' +
        'Before the one or after the other this is avoided.',
      other: { steps: [1, 2], schedule: trace.decisive?.other?.schedule },
    });
    expect(replayed.slice(0, 3).map((step) => step.split(' ')[0])).toEqual(['main', 'main', 'pin']);
    expect(replayed.length).toBeGreaterThan(3);
  });

  test('a lost update: who has read must write before the other reads', async () => {
    const { trace, steps, replayed } = await violated(
      `${COUNTER} idle('no count is lost', () => s.done < 2 || s.n === 2);`,
    );
    const [first = 0, second = 0] = trace.decisive?.steps ?? [];
    expect([steps[first - 1], steps[second - 1]]).toEqual(['q const seen = s.n;', 'p s.n = seen + 1;']);
    expect(replayed.indexOf('p s.n = seen + 1;')).toBeLessThan(replayed.indexOf('q const seen = s.n;'));
  });

  test('a trace that is not to be explained is as the search found it', async () => {
    const body = `${COUNTER} idle('no count is lost', () => s.done < 2 || s.n === 2);`;
    const [told, found] = [await violated(body), await violated(body, { explain: false })];
    expect(told.trace.decisive).toBeDefined();
    expect(found.trace.decisive).toBeUndefined();
    const who = ({ steps }: { steps: string[] }): string => steps.map((step) => step[0]).join('');
    expect([who(told), who(found)]).toEqual(['qpppqq', 'pqppqq']);
  });

  test('that another order avoids this says nothing about what else is asked', async () => {
    const { trace } = await violated(`const s = { first: 0, done: 0 };
for (const [name, n] of [['p', 1], ['q', 2]]) process(name, () => {
atomic(() => { if (s.first === 0) s.first = n; });
atomic(() => { s.done++; }); });
always('p is not first', () => s.done < 2 || s.first !== 1);
always('q is not first', () => s.done < 2 || s.first !== 2);`);
    expect(trace.decisive?.text).toBe(
      'Step 1 (p, inline.ts:5) comes before step 3 (q, inline.ts:5): that decides it. ' +
        'The other way round, and all else in the same order as far as possible, it does not happen.',
    );
  });

  test('a check that fails is the later step', async () => {
    const { trace, replayed } = await violated(`const s = { buffer: true };
process('user', () => { check(s.buffer, 'not freed'); });
process('owner', () => { s.buffer = false; });`);
    expect(trace.decisive?.steps).toEqual([1, 2]);
    expect(replayed).toEqual(["user check(s.buffer, 'not freed');", 'owner s.buffer = false;']);
  });

  test('a deadline: time, too, is a step that may come too early', async () => {
    const { trace } = await violated(`const s = { asked: false }; const late = clock();
process('main', () => { s.asked = true; late.arm(50); until(() => late.expired); s.asked = false; });
within('answered', 30, () => s.asked);`);
    expect(trace.decisive).toBeNull();
  });

  test('where no order is to blame it says so', async () => {
    const { trace } = await violated(`const s = { n: 0 };
process('p', () => { s.n = 1; s.n = 2; });
process('q', () => { if (choose(2) === 1) s.n = 3; });
always('never 2', () => s.n !== 2);`);
    expect(trace.decisive).toBeNull();
  });

  test('two locks taken crosswise: one must have both before the other has one, which is no exchange of two steps', async () => {
    const lock = (name: string) =>
      `until(() => { if (s.${name}) return false; s.${name} = true; return true; });`;
    const { trace } = await violated(`const s = { a: false, b: false };
process('p', () => { ${lock('a')} ${lock('b')} s.b = false; s.a = false; });
process('q', () => { ${lock('b')} ${lock('a')} s.a = false; s.b = false; });`);
    expect([trace.property, trace.steps.length, trace.decisive]).toEqual(['deadlock', 2, null]);
  });
});
