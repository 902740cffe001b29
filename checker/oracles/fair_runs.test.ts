import { expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import type { PropertyCode } from '../language/ir.ts';
import { isLiveness } from '../machine/liveness_code.ts';
import { contradiction, leastStem, unfair, withLiveness } from './fair_runs.ts';
import { compareBatch } from './random_batch.ts';

const model = (body: string): BuiltVariant => {
  const text = `import { eventually, leadsTo, scenario, within } from 'upy-check';
import { process, until } from 'upy-check/model';
export default scenario('x', { about: 'x', variants: { only: { holds: true } }, build() { ${body} } });`;
  return buildVariant(inlineScenario(text), 'only');
};

const stems = (body: string, fairness: 'weak' | 'strong'): (number | null)[] => {
  const built = model(body);
  const asked = built.compiled.program.properties.filter(isLiveness);
  return asked.map((property: PropertyCode) => leastStem(built, property, fairness));
};

test('who is shut out now and then is owed a step only under strong fairness', async () => {
  const starving = `const s = { busy: false, done: false };
process('one', () => { while (true) { until(() => !s.busy); s.busy = true; s.busy = false; } });
process('other', () => { until(() => !s.busy && (s.done = true)); });
eventually('done', () => s.done);`;
  expect(stems(starving, 'weak')).toEqual([0]);
  expect(stems(starving, 'strong')).toEqual([null]);
  for (const fairness of ['weak', 'strong'] as const)
    expect(await contradiction(model(starving), fairness)).toBeNull();
});

test('a run may end with the obligation open, after its shortest way there', () => {
  const ends = `const s = { a: 0, b: 0 };
process('p', () => { s.a = 1; s.a = 2; });
process('q', () => { s.b = s.a; });
leadsTo('b', () => s.a === 2, () => s.b === 2);
eventually('never', () => s.b === 3);
eventually('a', () => s.a === 2);`;
  expect(stems(ends, 'weak')).toEqual([4, 4, null]);
});

// Random models of seed 1 found it: the run was right, and then refused as one that does not end.
test('a run may end where only a deadline is still to be missed', async () => {
  const late = `const s = { asked: false, done: false };
process('p', () => { s.asked = true; });
within('soon', 5, () => s.asked);
eventually('done', () => s.done);`;
  expect(stems(late, 'weak')).toEqual([2]);
  for (const fairness of ['weak', 'strong'] as const)
    expect(await contradiction(model(late), fairness)).toBeNull();
});

test('what cannot be asked is left alone, and models of all kinds are asked', async () => {
  expect(withLiveness('export default 1')).toBeNull();
  expect(await unfair('export default 1')).toBeNull();
  const asked = new Map<string, number>();
  const count = (what: string): void => void asked.set(what, (asked.get(what) ?? 0) + 1);
  const { different } = await compareBatch({ seed: 3, models: 15 }, (_, __, text) => unfair(text, count));
  expect(different).toEqual([]);
  expect(asked.get('lassos and the components of the whole graph')).toBeGreaterThan(20);
  expect(asked.get('replayed lassos')).toBeGreaterThan(8);
}, 120_000);
