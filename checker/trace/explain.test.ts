import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';

/** The explanations of what is violated, by kind. */
async function explained(body: string, without = ''): Promise<Record<string, string | undefined>> {
  const loaded = inlineScenario(`import { scenario } from 'upy-check';
import { always, alwaysPossible, atomic, check, clock, idle, lostWakeup, process, rest, stuck, until, within } from 'upy-check/model';
export default scenario('tiny', { about: 'x', ${without}variants: { only: { holds: true } }, build() {
${body}
} });`);
  const found: Record<string, string | undefined> = {};
  for await (const { properties } of check(loaded))
    for (const { kind, status, trace } of properties)
      if (status === 'violated') found[kind] = trace?.explanation;
  return found;
}

describe('explanations', () => {
  test('a wake-up that finds the sleeper awake, and what it would have done later', async () => {
    const { idle } = await explained(`const queue = { items: 0 }, task = { asleep: false };
process('main', () => { while (true) {
  if (queue.items > 0) atomic(() => { queue.items--; });
  atomic(() => { task.asleep = true; });
  rest(() => !task.asleep);
} });
function xTaskResumeFromISR() { atomic(() => { task.asleep = false; }); }
process('interrupt', () => { queue.items++; xTaskResumeFromISR(); }, { lane: { kind: 'isr', core: '0' } });
idle('the queue is empty', () => queue.items === 0);`);
    expect(idle).toBe(
      "'the queue is empty' is false (queue.items is 1) while nothing can run until time passes or something outside happens: " +
        '`xTaskResumeFromISR` (inline.ts:10) of interrupt came between line 6 and line 7 of main; nothing will wake main. ' +
        'The `xTaskResumeFromISR` (inline.ts:10) of interrupt finds main awake, changes nothing and is lost; only then main goes to sleep, in line 8. ' +
        'Had it come after line 7, `xTaskResumeFromISR` of interrupt would have woken main.',
    );
  });

  test('a lost update: what the property has seen, and the order; that main rests is no matter', async () => {
    const { idle } = await explained(`const s = { n: 0, all: 0 };
process('main', () => { const seen = s.n; atomic(() => { s.n = seen + 1; s.all++; }); rest(() => false); });
process('tick', () => atomic(() => { s.n++; s.all++; }), { outside: true });
idle('all are counted', () => s.n === s.all);`);
    expect(idle).toMatchInlineSnapshot(
      `"'all are counted' is false (s.n is 1, s.all is 2) while nothing can run until time passes or something outside happens: event 1 of 'tick' arrived between steps 1 and 3, both in line 5 of main."`,
    );
  });

  test('always: of what the last step has changed, what the property looks at', async () => {
    const { always } = await explained(`const s = { a: 0, b: 0, c: 0 };
process('p', () => { atomic(() => { s.a = 1; s.b = 2; s.c = 3; }); });
always('b stays small', () => s.b < 2);`);
    expect(always).toBe("'b stays small' is false after step 1: p (inline.ts:5): s.b went from 0 to 2.");
  });

  test('alwaysPossible: the step with which it is lost, and nobody is said to sleep', async () => {
    const { alwaysPossible } = await explained(
      `const s = { key: true, open: false };
process('p', () => { if (s.key) s.open = true; });
process('q', () => { s.key = false; });
alwaysPossible('the door opens', () => s.open);`,
    );
    expect(alwaysPossible).toMatchInlineSnapshot(
      `"'the door opens' is lost for good with step 1: no run goes on to a state in which it is true (s.open is false). That step is q (inline.ts:6): s.key went from true to false."`,
    );
  });

  test('within: since when, and who does what meanwhile', async () => {
    const { within } = await explained(`const s = { asked: false }; const late = clock();
process('main', () => { s.asked = true; late.arm(50); until(() => late.expired); s.asked = false; });
within('answered', 30, () => s.asked);`);
    expect(within).toMatchInlineSnapshot(
      `"'answered' is not met: pending since step 1 at 0 µs (main, inline.ts:5), and at 30 µs its time of 30 µs is over. Meanwhile main could go on in line 5, and takes its time."`,
    );
  });

  test('a section of an interrupt is named by who asked for it', async () => {
    const { check } = await explained(`const s = { n: 0 };
const scheduler = { atomicSection: (section: () => void) => atomic(section) };
function mp_sched_schedule() { scheduler.atomicSection(() => { check(s.n === 0, 'none'); s.n++; }); }
process('a', () => mp_sched_schedule());
process('b', () => mp_sched_schedule());`);
    expect(check).toMatchInlineSnapshot(`"'none' fails in b, \`mp_sched_schedule\` (inline.ts:6)."`);
  });

  test('who sleeps where, and that nobody interrupts who has given the core away', async () => {
    const [loaded] = await loadScenarios(join(root, 'scenarios/uevent-wake.ts'));
    if (loaded === undefined) throw new Error('no scenario');
    for await (const { properties } of check(loaded, { variants: ['no-wake'] })) {
      const trace = properties.find(({ status }) => status === 'violated')?.trace;
      expect(trace?.explanation).toMatch(
        /^what poll waits for is there, .* arrived after `poll` \(pin\.ts:\d+\) of main; main sleeps in `ulTaskNotifyTake` \(notify\.ts:\d+\), and nothing will wake it\.$/u,
      );
      const interrupts = trace?.steps.flatMap(({ process, moments }) =>
        moments.flatMap((moment) => (moment.kind === 'interrupt' ? [[process, moment.of]] : [])),
      );
      expect(interrupts).toEqual([
        ['crosscore core 1', 'main'],
        ['pin 4 interrupt', null],
      ]);
    }
  });
});
