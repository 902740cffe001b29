import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { randomScenario } from '../machine/random_program.ts';
import { randomModel } from '../oracles/random_model.ts';
import { isTame, needSpin, Tally } from './testing.ts';

/** The second opinion of SPIN on random models. */

/** More for a longer run: UPY_CHECK_RANDOM_MODELS=1000, with another UPY_CHECK_RANDOM_SEED. */
const MODELS = Number(process.env.UPY_CHECK_RANDOM_MODELS ?? 100);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 5);
/** Many rather than large. */
const STATES_MAX = 1_500;
/** Most of the time goes to SPIN and the C compiler, which are processes of their own. */
const AT_ONCE = 2;

const tally = new Tally('SPIN, random models');
beforeAll(needSpin);

/** False: not a model, or not tame. Throws what differs. */
async function agrees(text: string): Promise<boolean> {
  const built = randomModel(text);
  if (built === null) return false;
  return isTame(built, STATES_MAX) && tally.agrees(built, STATES_MAX);
}

test('random models have as many states and the same verdicts', async ({ task }) => {
  const texts = fc.sample(randomScenario, { numRuns: MODELS, seed: SEED });
  const different: number[] = [];
  let agreeing = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < texts.length; i = next++) {
      try {
        if (await agrees(texts[i] as string)) agreeing++;
      } catch {
        different.push(i);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  task.meta.compared = [tally.compared];
  const [first] = different.sort((a, b) => a - b);
  // Again, to find the smallest that differs.
  const property = fc.asyncProperty(randomScenario, async (text) => void (await agrees(text)));
  if (first !== undefined) await fc.assert(property, { seed: SEED, path: String(first) });
  expect(different).toEqual([]);
  expect(agreeing).toBeGreaterThan(0.4 * MODELS);
});
