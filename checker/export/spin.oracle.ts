import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { randomScenario } from '../machine/random_program.ts';
import { UserError } from '../options.ts';
import { comparison, needSpin } from './testing.ts';

/** The second opinion of SPIN: as many states and the same verdicts, on scenarios, benchmarks and random models. */

const STATES_MAX = 200_000;
/** More for a longer run: UPY_CHECK_RANDOM_MODELS=10000, with another UPY_CHECK_RANDOM_SEED. */
const RANDOM_MODELS = Number(process.env.UPY_CHECK_RANDOM_MODELS ?? 200);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 5);
/** Random models are to be many rather than large. */
const RANDOM_STATES_MAX = 5_000;

const tally = { compared: 0, different: 0, tooLarge: [] as string[] };

beforeAll(needSpin);
afterAll(() => {
  const { compared, different, tooLarge } = tally;
  const large = tooLarge.length === 0 ? '' : `; more than ${STATES_MAX} states: ${tooLarge.join(', ')}`;
  process.stdout.write(`SPIN: ${compared} models compared, ${different} differ${large}\n`);
});

async function agree(built: BuiltVariant, maxStates: number): Promise<'agrees' | 'too large'> {
  const found = await comparison(built, maxStates);
  if (found === 'too large') return found;
  tally.compared++;
  if (found === 'agrees') return found;
  tally.different++;
  throw new Error(found);
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .sort();
}

/** The first variant that is small enough. */
async function oneVariant(file: string): Promise<void> {
  for (const loaded of await loadScenarios(join(root, file))) {
    const { name, spec } = loaded.scenario;
    const variants = Object.keys(spec.variants);
    let small = false;
    for (const variant of variants) {
      small ||= (await agree(buildVariant(loaded, variant), STATES_MAX)) === 'agrees';
      if (small) break;
    }
    if (!small) tally.tooLarge.push(name);
  }
}

describe.each(['scenarios', 'bench/models'])('%s', (folder) => {
  test.each(filesIn(folder))('%s', oneVariant);
});

test('random models', async () => {
  const property = fc.asyncProperty(randomScenario, async (text) => {
    let built: BuiltVariant;
    try {
      built = buildVariant(inlineScenario(text, 'random.ts'), 'only');
    } catch (error) {
      if (error instanceof UserError) return;
      throw error;
    }
    await agree(built, RANDOM_STATES_MAX);
  });
  await fc.assert(property, { numRuns: RANDOM_MODELS, seed: SEED });
});
