import { describe, expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { difference, type Opinion } from './opinions.ts';
import { compareBatch, type Different } from './random_batch.ts';

const SEED = 20;

/** A search that does what it must not, and what is said about it. */
async function wrong(opinion: Omit<Opinion, 'name'>): Promise<readonly Different[]> {
  const ask = (built: BuiltVariant, turn: number) =>
    difference(built, turn, undefined, [{ ...opinion, name: 'wrong' }]);
  return (await compareBatch({ seed: SEED, models: 3 }, ask, 10)).different;
}

const TOO_SHALLOW = { reduce: 'none', maxDepth: 1 } as const;

test('a search that ends too early is noticed, with the text of a model', async () => {
  const [first] = await wrong({ options: TOO_SHALLOW });
  expect(first?.found).toMatch(/^wrong: .* undecided, not (holds|violated)$/);
  expect(first?.text).toContain("scenario('random'");
}, 60_000);

test('a search that finds too few states is noticed', async () => {
  const [first] = await wrong({ options: TOO_SHALLOW, partial: true, sameCounts: true });
  expect(first?.found).toMatch(/^wrong: \d+ states and \d+ transitions, not \d+ and \d+$/);
}, 60_000);

describe('regressions', () => {
  test.each([
    [
      'fingerprints said that there is no timelock, and had not looked',
      "timing: 'prompt',",
      "const k = clock(); process('p', () => { k.arm(5); while (!k.expired) pause(); });",
    ],
    [
      'partial order reduction left timelocks open where no time passes',
      "timing: 'prompt',",
      "const s = { i: 0 }; process('p', () => { while (true) { pause(); s.i = 1 - s.i; } });",
    ],
    [
      'of two steps that fail with the same error, replay took the first',
      '',
      "const a = [1, 2]; const s = { i: 1 }; process('p', () => { s.i = 5; a[s.i] = 3; }); process('q', () => { a[s.i] = 4; });",
    ],
  ])('%s', async (_, spec, body) => {
    const text = `import { scenario } from 'upy-check';
import { clock, pause, process } from 'upy-check/model';
export default scenario('regression', { about: 'x', ${spec} variants: { only: { holds: true } }, build() { ${body} } });`;
    expect(await difference(buildVariant(inlineScenario(text), 'only'), 0)).toBeNull();
  });
});
