import { describe, expect, test } from 'vitest';
import { paint } from '../../reports/paint.ts';
import { traceText } from '../../reports/trace.ts';
import { check, type LoadedScenario, replay, replaySchedule } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import type { Trace } from '../trace.ts';

const scenarioOf = (build: string, spec = ''): LoadedScenario =>
  inlineScenario(`
import { eventually, leadsTo, scenario } from 'upy-check';
import { clock, pause, process, rest, until } from 'upy-check/model';
export default scenario('test', { about: 'test', ${spec} variants: { only: { holds: true } }, build() {
${build}
} });`);

async function traceOf(loaded: LoadedScenario): Promise<Trace> {
  for await (const { properties } of check(loaded)) {
    const trace = properties.find(({ kind }) => kind === 'eventually' || kind === 'leadsTo')?.trace;
    if (trace !== null && trace !== undefined) return trace;
  }
  throw new Error('no trace');
}

/** A test-and-set lock; `release` is what the looper does with it. */
const lock = (release = 's.taken = false;') => `
const s = { taken: false, wants: false, inside: false };
const take = () => until(() => !s.taken && (s.taken = true, true));
process('waiter', () => { while (true) { s.wants = true; take(); s.inside = true; s.wants = false; s.inside = false; s.taken = false; } });
process('looper', () => { while (true) { take(); ${release} } });
return [leadsTo('the waiter gets the lock', () => s.wants, () => s.inside)];`;

const text = (trace: Trace): string => traceText(trace, { paint: paint(0), width: 100 });

describe('a loop', () => {
  test('as people see it', async () => {
    expect(text(await traceOf(scenarioOf(lock())))).toMatchInlineSnapshot(`
      "3 steps. No time passes. A numbered line is one indivisible step, with what it changed below; others
      may run between two lines.

      ── waiter ──────────────────────────────────────────────────────────────────────────────────────────
       1  waiter  inline.ts:8  write  s.wants = true;
            · s.wants: false → true
      ══ from here on it repeats for ever ════════════════════════════════════════════════════════════════
      ── looper ──────────────────────────────────────────────────────────────────────────────────────────
       2  take    inline.ts:7  until  until(() => !s.taken && (s.taken = true, true))
            · s.taken: false → true
       3  looper  inline.ts:9  write  s.taken = false;
            · s.taken: true → false   ▲ WAKE waiter
      ══ ↺ everything is as before step 2 again ══════════════════════════════════════════════════════════

      What went wrong
        'the waiter gets the lock' is not met: what must follow never comes. From step 2 on this repeats
        for ever: looper (\`take\`) goes on. Meanwhile waiter could go on now and then, but is never served
        in \`take\`.

      Where everyone stands
        waiter  can go on  inline.ts:7  until(() => !s.taken && (s.taken = true, true))
        looper  can go on  inline.ts:7  until(() => !s.taken && (s.taken = true, true))

      See it again
        npx upy-check replay inline.ts --variant only --schedule u1.0-10"
    `);
  });

  test('explained, where interrupts and turns play a part', async () => {
    const trace = await traceOf(
      scenarioOf(`
const tick = clock(); tick.every(10); const cpu = { level: 0 }, s = { done: false };
process('isr', () => { while (true) { rest(() => tick.expired && (cpu.level = 1, true)); tick.clear(); } });
process('task', () => { s.done = true; }, { runs: () => cpu.level === 0 && tick.expired });
return [eventually('done', () => s.done)];`),
    );
    expect(trace.explanation).toBe(
      "'done' never comes true. From step 3 on this repeats for ever: isr and time go on. Meanwhile task never gets its turn in `task`.",
    );
  });
});

describe('an end', () => {
  test('as people see it', async () => {
    const trace = await traceOf(
      scenarioOf(`
const s = { asked: false, answered: false };
process('world', () => { s.asked = true; }, { outside: true });
process('server', () => { rest(() => s.asked); s.answered = true; });
return [eventually('answered', () => s.answered)];`),
    );
    expect(text(trace)).toMatchInlineSnapshot(`
      "0 steps. No time passes. A numbered line is one indivisible step, with what it changed below; others
      may run between two lines.

      ══ nothing has to happen any more ══════════════════════════════════════════════════════════════════

      What went wrong
        'answered' never comes true. From the start nothing has to happen any more: server rests in
        \`server\`.

      Where everyone stands
        world   may act                      inline.ts:7  s.asked = true;
        server  rests: nothing for it to do  inline.ts:8  rest(() => s.asked);

      See it again
        npx upy-check replay inline.ts --variant only --schedule u1.-"
    `);
  });
});

describe('replay', () => {
  test('of a trace and of its schedule', async () => {
    const loaded = scenarioOf(lock());
    const trace = await traceOf(loaded);
    expect([trace.schedule, trace.loop]).toEqual(['u1.0-10', 2]);
    const again = await replay(loaded, JSON.parse(JSON.stringify(trace)));
    expect([again.fits, again.trace]).toEqual([true, trace]);
    const scheduled = await replaySchedule(loaded, 'only', trace.schedule);
    expect([scheduled.fits, scheduled.trace.loop, scheduled.trace.explanation]).toEqual([
      true,
      2,
      'From step 2 on this repeats for ever: looper (`take`) goes on. Meanwhile waiter could go on now and then, but is never served in `take`.',
    ]);
    const once = await replaySchedule(loaded, 'only', trace.schedule.replace('-', ''));
    expect([once.fits, once.trace.loop]).toEqual([true, undefined]);
  });

  test('says that a loop does not close any more', async () => {
    const { schedule } = await traceOf(scenarioOf(lock()));
    const changed = scenarioOf(lock('s.taken = false; s.taken = false;'));
    const result = await replaySchedule(changed, 'only', schedule);
    expect(result.fits || [result.failedAt, result.expected, result.possible]).toEqual([
      4,
      'the state before step 2 again',
      [
        'waiter: until at `until(() => !s.taken && (s.taken = true, true))` → s.taken = true',
        'looper: write at `s.taken = false;`',
      ],
    ]);
  });

  test('says that somebody has to go on where everybody had stopped', async () => {
    const build = (more: string) => `
const s = { n: 0 };
process('p', () => { s.n = 1; ${more} });
return [eventually('three', () => s.n === 3)];`;
    const trace = await traceOf(scenarioOf(build('')));
    expect([trace.schedule, trace.loop]).toEqual(['u1.0-', 2]);
    const result = await replay(scenarioOf(build('s.n = 2;')), trace);
    expect(result.fits || [result.failedAt, result.expected, result.possible]).toEqual([
      2,
      'nothing that has to happen any more',
      ['p: write at `s.n = 2;` → s.n = 2'],
    ]);
  });
});
