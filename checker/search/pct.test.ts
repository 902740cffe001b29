import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { check, replaySchedule } from '../check.ts';
import { explore } from '../explore.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { randomScenario } from '../machine/random_program.ts';
import { type CheckOptions, UserError } from '../options.ts';
import { decide } from '../property/decide.ts';
import { sampleOf } from './pct.ts';

vi.setConfig({ testTimeout: 300_000 });

const tiny = (body: string) =>
  inlineScenario(`import { scenario } from 'upy-check';
import { always, atomic, check, choose, process } from 'upy-check/model';
export default scenario('tiny', { about: 'x', variants: { only: { holds: true } }, build() { ${body} } });`);

const built = (body: string): BuiltVariant => buildVariant(tiny(body), 'only');

async function run(variant: BuiltVariant, options: CheckOptions) {
  const explored = await explore(variant, { search: 'random', ...options });
  return { search: explored.search, verdicts: decide(explored, true) };
}

/** What no single run shows. */
const GLOBAL = new Set<string>(['sometimes', 'alwaysPossible', 'timelock']);

test('random programs: violations are those of a complete search, and replay; nothing else is decided', async () => {
  const counts = { programs: 0, found: 0, missed: 0 };
  const property = fc.asyncProperty(randomScenario, fc.nat(), async (text, seed) => {
    let variant: BuiltVariant;
    try {
      variant = buildVariant(inlineScenario(text, 'random.ts'), 'only');
    } catch (error) {
      if (error instanceof UserError) return;
      throw error;
    }
    const plain = await explore(variant, { maxStates: 1000 });
    if (plain.search.outcome !== 'finished') return;
    counts.programs++;
    const known = new Map(decide(plain, false).map(({ kind, name, status }) => [`${kind} ${name}`, status]));
    const { search, verdicts } = await run(variant, { seed, runs: 30, maxDepth: 40 });
    expect(search.limit?.kind).toBe('sample');
    for (const { kind, name, status, trace } of verdicts) {
      const truth = known.get(`${kind} ${name}`);
      if (status === 'violated') counts.found++;
      else if (truth === 'violated' && !GLOBAL.has(kind)) counts.missed++;
      expect(status === 'undecided' || status === truth).toBe(true);
      if (status === 'holds') expect(kind).toBe('sometimes');
      if (trace === null) continue;
      expect(trace.shortest).toBe(false);
      expect((await replaySchedule(variant.loaded, 'only', trace.schedule)).fits).toBe(true);
    }
  });
  await fc.assert(property, { numRuns: 40, seed: 5, endOnFailure: true });
  expect(counts.programs).toBeGreaterThan(15);
  expect(counts.found).toBeGreaterThan(4 * counts.missed);
});

describe('the bound of the paper', () => {
  /** In how many of these seeds one run finds the bug. */
  async function found(variant: BuiltVariant, bugDepth: number, maxDepth: number, seeds: number) {
    let count = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const { verdicts } = await run(variant, { seed, bugDepth, maxDepth, runs: 1 });
      if (verdicts.some(({ status }) => status === 'violated')) count++;
    }
    return count / seeds;
  }

  test('depth 1, who comes first: as often as his priority is above the other', async () => {
    const order = built(`const s = { a: 0, bad: false };
process('p', () => { s.a = 1; });
process('q', () => atomic(() => { if (s.a === 0) s.bad = true; }));
always('good', () => !s.bad);`);
    const often = await found(order, 1, 10, 200);
    expect(often).toBeGreaterThan(0.4);
    expect(often).toBeLessThan(0.6);
  });

  test('depth 2, between two steps: never without a change of priorities, and above the bound with one', async () => {
    const between = built(`const s = { a: 0, bad: false };
process('p', () => { s.a = 1; s.a = 2; s.a = 3; s.a = 0; });
process('q', () => atomic(() => { if (s.a === 2) s.bad = true; }));
always('good', () => !s.bad);`);
    expect(await found(between, 1, 4, 100)).toBe(0);
    // Who goes first, and that he is lowered after his second step of four.
    const often = await found(between, 2, 4, 400);
    expect(often).toBeGreaterThan(1 / 12);
    expect(often).toBeLessThan(0.18);
    const { probability } = sampleOf({ processes: 2, runs: 1, seed: 0, bugDepth: 2, steps: 4 });
    expect(probability).toBeCloseTo(1 / 12, 12);
  });

  test('a step that would fail is seen wherever a run comes by, whoever steps', async () => {
    const fails = built(
      "const s = { a: 0 }; process('p', () => { s.a = 1; }); process('q', () => { check(s.a === 1, 'after p'); });",
    );
    expect(await found(fails, 1, 10, 20)).toBe(1);
  });

  test('measured: changes come within the length of runs, and the runs that measured do not count', async () => {
    const short = built(`const s = { a: 0, bad: false };
process('p', () => { s.a = 1; s.a = 2; s.a = 3; s.a = 0; });
process('q', () => atomic(() => { if (s.a === 2) s.bad = true; }));
always('good', () => !s.bad);`);
    const search = async (options: CheckOptions) => (await run(short, { bugDepth: 2, ...options })).search;
    const { limit, propertyFindings } = await search({ runs: 100 });
    expect(limit?.sample).toMatchObject({ runs: 100, steps: 5, processes: 3 });
    expect(limit?.sample?.probability).toBeCloseTo(1 - (1 - 1 / 15) ** 90, 12);
    expect(propertyFindings.found.size).toBe(1);
    expect((await search({ runs: 9 })).limit?.sample).toMatchObject({ runs: 9, steps: 1000 });
    expect((await search({ runs: 100, maxDepth: 50 })).limit?.sample).toMatchObject({ steps: 50 });
    expect((await search({ runs: 1000 })).limit?.sample?.probability).toBe(
      -Math.expm1(980 * Math.log1p(-1 / 15)),
    );
  });

  test('of several runs', () => {
    const sample = sampleOf({ processes: 3, runs: 1000, seed: 1, bugDepth: 2, steps: 100 });
    expect(sample).toMatchObject({ runs: 1000, steps: 100, bugDepth: 2, processes: 4, seed: 1 });
    expect(sample.probability).toBeCloseTo(1 - (1 - 1 / 400) ** 1000, 12);
    expect(sampleOf({ processes: 0, runs: 1, seed: 1, bugDepth: 1, steps: 9 }).probability).toBe(1);
  });
});

describe('a seed determines the runs', () => {
  const dice = tiny(
    "const s = { a: 0 }; process('p', () => { s.a = choose(50); }); always('not 7', () => s.a !== 7);",
  );

  test('the verdict is violated or incomplete, never holds', async () => {
    const results = [];
    for (const seed of [1, 1, 2, 3, 4, 5, 6])
      for await (const { verdict, limit, properties } of check(dice, { search: 'random', seed, runs: 30 }))
        results.push([verdict, limit?.kind, properties[0]?.trace?.schedule ?? null]);
    expect(results[1]).toEqual(results[0]);
    expect(new Set(results.map(([verdict]) => verdict))).toEqual(new Set(['violated', 'incomplete']));
    expect(new Set(results.map(([, limit]) => limit))).toEqual(new Set(['sample']));
    for (const [verdict, , schedule] of results)
      expect(schedule).toBe(verdict === 'violated' ? 'u1.70' : null);
  });

  test('what it is worth is in the limit', async () => {
    for await (const { limit } of check(dice, {
      search: 'random',
      seed: 9,
      runs: 5,
      maxDepth: 8,
      bugDepth: 1,
    }))
      expect(limit).toEqual({
        kind: 'sample',
        value: '5',
        sample: { runs: 5, steps: 8, bugDepth: 1, seed: 9, processes: 2, probability: 1 - 0.5 ** 5 },
        growing: [],
      });
  });
});
