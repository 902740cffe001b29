import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BuiltVariant } from '../../build_variant.ts';
import { randomScenario } from '../../machine/random_program.ts';
import { randomModel } from '../../oracles/random_model.ts';
import { isTame } from '../testing.ts';
import { needTlc, Tally } from './testing.ts';

/** The second opinion of TLC on random models. */

/** More for a longer run: UPY_CHECK_RANDOM_MODELS=1000, with another UPY_CHECK_RANDOM_SEED. */
const MODELS = Number(process.env.UPY_CHECK_RANDOM_MODELS ?? 50);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 5);
const STATES_MAX = 1_500;

const tally = new Tally();
beforeAll(async () => void (await needTlc()));
afterAll(() => {
  process.stdout.write(`TLC, random models: ${tally}\n`);
});

/** A step that goes round for ever is an error of the model for us, and for TLC the end of its stack. */
function endless({ compiled }: BuiltVariant): boolean {
  return compiled.program.failures.some(({ name }) => name === 'a loop that does not end');
}

async function compare(text: string): Promise<boolean> {
  const built = randomModel(text);
  if (built === null) return false;
  return !endless(built) && isTame(built, STATES_MAX) && tally.agrees(built, STATES_MAX);
}

test('random models have as many states and successors, and the same verdicts', async () => {
  const different: string[] = [];
  for (const [i, text] of fc.sample(randomScenario, { numRuns: MODELS, seed: SEED }).entries()) {
    try {
      await compare(text);
    } catch (error) {
      different.push(`model ${i}: ${error}`);
    }
  }
  expect(different).toEqual([]);
});
