import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replaySchedule } from './check.ts';
import { inlineScenario } from './language/inline_scenario.ts';
import { randomScenario } from './machine/random_program.ts';
import { UserError } from './options.ts';
import { Random } from './search/random.ts';
import { type Simulation, simulate } from './simulate.ts';

const scenario = (body: string) =>
  inlineScenario(`import { scenario } from 'upy-check';
import { always, check, choose, pause, process, until } from 'upy-check/model';
export default scenario('tiny', { about: 'x', variants: { only: { holds: true } }, build() { ${body} } });`);

const TWO = scenario(`const s = { a: 0 };
process('p', () => { s.a = 1; s.a = 2; });
process('q', () => { s.a = 3; until(() => s.a === 2); });`);

const shown = ({ trace }: Simulation): string[] =>
  trace.steps.map(({ process, place }) => `${process}: ${place?.text}`);

test('a seed determines the run', () => {
  const runs = [0, 0, 1, 2, 3].map((seed) => simulate(TWO, 'only', { seed }));
  expect(runs.map((run) => shown(run).join('  '))).toMatchInlineSnapshot(`
    [
      "q: s.a = 3;  p: s.a = 1;  p: s.a = 2;  q: until(() => s.a === 2);",
      "q: s.a = 3;  p: s.a = 1;  p: s.a = 2;  q: until(() => s.a === 2);",
      "q: s.a = 3;  p: s.a = 1;  p: s.a = 2;  q: until(() => s.a === 2);",
      "q: s.a = 3;  p: s.a = 1;  p: s.a = 2;  q: until(() => s.a === 2);",
      "p: s.a = 1;  p: s.a = 2;  q: s.a = 3;",
    ]
  `);
  expect(runs.map(({ end }) => end)).toEqual(Array(5).fill({ kind: 'still' }));
});

test('it ends after so many steps, with a failing step, or where an always is false', () => {
  expect(simulate(TWO, 'only', { steps: 2 })).toMatchObject({ end: { kind: 'steps', steps: 2 } });
  const fails = scenario(
    "const s = { a: 0 }; process('p', () => { s.a = 1; check(s.a === 0, 'none'); s.a = 2; });",
  );
  const failed = simulate(fails, 'only');
  expect(failed.end).toEqual({ kind: 'violated', property: 'none' });
  expect(failed.trace.steps.length).toBe(1);
  const wrong = scenario(
    "const s = { a: 0 }; process('p', () => { while (true) s.a = (s.a + 1) % 8; }); always('few', () => s.a < 3);",
  );
  const ended = simulate(wrong, 'only');
  expect(ended.end).toEqual({ kind: 'violated', property: 'few' });
  expect(ended.trace.shortest).toBe(false);
});

test('every run can be drawn: six choices in three orders', () => {
  const dice = scenario(
    "const s = { a: 0 }; process('p', () => { s.a = choose(6); }); process('q', () => { s.a = 9; });",
  );
  const seen = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const { trace } = simulate(dice, 'only', { seed });
    seen.add(trace.steps.map(({ ordinal }) => ordinal).join());
  }
  expect(seen.size).toBe(18);
});

test('random programs: the schedule of a run replays to the same trace', async () => {
  let count = 0;
  const property = fc.asyncProperty(randomScenario, fc.nat(), async (text, seed) => {
    const loaded = inlineScenario(text, 'random.ts');
    let run: Simulation;
    try {
      run = simulate(loaded, 'only', { seed, steps: 30 });
    } catch (error) {
      if (error instanceof UserError) return;
      throw error;
    }
    count++;
    const again = await replaySchedule(loaded, 'only', run.trace.schedule);
    expect(again.fits).toBe(true);
    const length = run.trace.steps.filter(({ ordinal }) => ordinal >= 0).length;
    expect(again.trace.steps.slice(0, length)).toEqual(run.trace.steps.slice(0, length));
  });
  await fc.assert(property, { numRuns: 60, seed: 3 });
  expect(count).toBeGreaterThan(50);
}, 120_000);

test('numbers of a seed: the same, within the bound, even', () => {
  const draw = (seed: number, bound: number, count: number) => {
    const random = new Random(seed);
    return Array.from({ length: count }, () => random.below(bound));
  };
  expect(draw(7, 1000, 5)).toEqual(draw(7, 1000, 5));
  expect(draw(7, 1000, 5)).not.toEqual(draw(7 + 2 ** 32, 1000, 5));
  const counts = [0, 0, 0];
  for (const value of draw(1, 3, 30_000)) counts[value] = (counts[value] as number) + 1;
  for (const each of counts) expect(Math.abs(each - 10_000)).toBeLessThan(300);
});
