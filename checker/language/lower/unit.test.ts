import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { buildVariant } from '../../build_variant.ts';
import { randomScenario } from '../../machine/random_program.ts';
import { stale } from '../../oracles/lowered_afresh.ts';
import { inlineScenario } from '../inline_scenario.ts';
import { Reading } from './reading.ts';

afterEach(() => vi.restoreAllMocks());

test('what is kept from an earlier lowering is what lowering it again would give', () => {
  const holds = vi.spyOn(Reading.prototype, 'holds');
  expect(fc.sample(randomScenario, { seed: 20, numRuns: 12 }).map((text) => stale(text))).toEqual(
    Array(12).fill(null),
  );
  expect(holds.mock.results.filter(({ value }) => value === true).length).toBeGreaterThan(60);
}, 120_000);

const MODEL = `import { always, scenario } from 'upy-check';
import { process } from 'upy-check/model';
export default scenario('model', { about: 'a test', variants: { only: { holds: true } }, build() {
const s = { x: 0, y: 0 };
const t = { z: 0 };
process('early', () => { if (s.x > 0) t.z = 1; });
process('late', () => { s.x = 1; });
process('alone', () => { s.y = 1; });
always('never', () => t.z < 2);
} });
`;

test('only what was told something that has changed since is lowered again', () => {
  const holds = vi.spyOn(Reading.prototype, 'holds');
  buildVariant(inlineScenario(MODEL, 'model.ts'), 'only');
  // The first lowering marks s.x and s.y. Only in the second does 'early' come to t.z, which was no variable before.
  expect(holds.mock.results.map(({ value }) => value)).toEqual([
    ...[false, false, false, false],
    ...[false, true, true, true],
  ]);
});
