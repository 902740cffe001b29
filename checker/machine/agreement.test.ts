import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { randomModel } from '../oracles/random_model.ts';
import { compare, disagreement, reference } from './agreement.ts';
import { randomScenario } from './random_program.ts';

const FOLDERS = ['scenarios', 'checker/language/corpus/scenarios'];
const STATES = 3000;

describe('scenarios', async () => {
  for (const folder of FOLDERS) {
    for (const file of readdirSync(join(root, folder))) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      for (const loaded of await loadScenarios(join(root, folder, file))) {
        for (const variant of Object.keys(loaded.scenario.spec.variants)) {
          test(`${loaded.scenario.name} ${variant}`, () => {
            expect(disagreement(buildVariant(loaded, variant), STATES)).toBeNull();
          }, 60_000);
        }
      }
    }
  }
});

/** `npm run test:oracles` asks about thousands. More here: UPY_CHECK_RANDOM_PROGRAMS=1000, with another UPY_CHECK_RANDOM_SEED. */
const PROGRAMS = Number(process.env.UPY_CHECK_RANDOM_PROGRAMS ?? 50);
/** Nobody else asks about data races of random models. */
const RACING = Math.ceil(2.5 * PROGRAMS);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 20);

test('random programs', ({ task }) => {
  const compared = { oracle: 'interpreter and generated code, random models', models: 0, different: 0 };
  task.meta.compared = [compared];
  const agree = (text: string): void => {
    const built = randomModel(text);
    if (built === null) return;
    compared.models++;
    const found = disagreement(built, 60);
    if (found === null) return;
    compared.different++;
    throw new Error(`${found}\n${text}`);
  };
  fc.assert(fc.property(randomScenario, agree), { numRuns: PROGRAMS, seed: SEED });
  expect(compared.models).toBeGreaterThan(0.9 * PROGRAMS);
}, 600_000);

/** A random program with everything that needs hidden variables: data races and `overtaking`. */
const withMonitors = (text: string): string =>
  text
    .replace('granularity:', 'races: true, granularity:')
    .replace(/import \{/, "import { overtaking } from 'upy-check/model';\nimport {")
    .replace(
      /\} \}\);\s*$/,
      `overtaking('passed', 1, () => s.flag, () => s.i > 0);
} });
`,
    );

test('data races of random programs', ({ task }) => {
  let [compared, racing] = [0, 0];
  const agree = (text: string): void => {
    const built = randomModel(withMonitors(text));
    if (built === null) return;
    compared++;
    const explored = reference(built, 60);
    const found = compare(built, explored);
    if (found !== null) throw new Error(`${found}\n${text}`);
    if (explored.states.some((state) => explored.interpreter.races(state).length > 0)) racing++;
  };
  fc.assert(fc.property(randomScenario, agree), { numRuns: RACING, seed: SEED + 1 });
  task.meta.compared = [
    { oracle: 'interpreter and generated code, data races of random models', models: compared, different: 0 },
  ];
  expect(compared).toBeGreaterThan(0.88 * RACING);
  expect(racing).toBeGreaterThan(0.25 * compared);
  expect(racing).toBeLessThan(compared);
}, 600_000);

describe('regressions', () => {
  const scenario = (body: string): string => `import { scenario } from 'upy-check';
import { always, busy, clock, process, sequence, until } from 'upy-check/model';
export default scenario('regression', { about: 'x', variants: { only: { holds: true } }, build() { ${body} } });`;
  const built = (body: string): BuiltVariant => buildVariant(inlineScenario(scenario(body)), 'only');

  test.each([
    [
      'a process that ends after busy()',
      "const s = { i: 0 }; process('p', () => { s.i = 1; busy(3); }); always('i', () => s.i < 2);",
    ],
    [
      'a clock whose period is longer than its first time',
      "const k = clock(); process('p', () => { k.every(1000, 3); until(() => k.remaining > 500); });",
    ],
    [
      'a bit operator that makes an unsigned value negative',
      "const s = { i: 0, j: 0 }; process('p', () => { s.i = 2147483647; s.j = (s.i + 1) | 0; s.i = s.j & 4294967295; }); process('q', () => { s.j = s.i ^ 1; }); always('i', () => s.i + s.j < 9);",
    ],
    [
      'an integer that is null at times, in an array',
      "const a: (number | null)[] = [null, 0, 1]; const s = { i: 0 }; process('p', () => { while (s.i < 40) { s.i++; a[s.i % 3] = s.i; } }); process('q', () => { a[s.i & 1] = null; }); always('a', () => a[0] !== 99);",
    ],
    [
      '32 bits in the second word',
      "const s = { i: 0, j: 0, k: 0 }; process('p', () => { s.i = s.i * 3 + 1; s.j = s.j * 5 + 1; s.k = 7; s.i = 4; s.j = -9; }); process('q', () => { s.k = 1; }); always('k', () => s.k + s.i + s.j > -99);",
    ],
    [
      'a queue of integers that outgrows its cells',
      "const q = sequence<number>(3); const s = { i: 0 }; process('p', () => { while (s.i < 90) { s.i += 7; q.unshift(s.i); if (q.length === 3) q.shift(); } }); always('q', () => q.length < 4 && s.i < 99);",
    ],
  ])('%s', (_, body) => {
    expect(disagreement(built(body), 2000)).toBeNull();
  });

  test('what fails before the first visible operation fails in a step', () => {
    const { attempts } = reference(
      built(
        "const a = [1, 2]; const s = { i: 5 }; process('p', () => { a[s.i] = 3; }); process('q', () => {});",
      ),
      100,
    );
    expect(attempts[0]?.map(({ outcome }) => outcome.kind)).toContain('failure');
  });
});
