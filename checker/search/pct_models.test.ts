import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { replaySchedule } from '../check.ts';
import { explore } from '../explore.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { randomScenario } from '../machine/random_program.ts';
import { type CheckOptions, UserError } from '../options.ts';
import { decide } from '../property/decide.ts';
import { sampleOf } from './pct.ts';

vi.setConfig({ testTimeout: 300_000 });

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

const built = (body: string): BuiltVariant =>
  buildVariant(
    inlineScenario(`import { scenario } from 'upy-check';
import { always, atomic, process } from 'upy-check/model';
export default scenario('tiny', { about: 'x', variants: { only: { holds: true } }, build() { ${body} } });`),
    'only',
  );

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
});
