import { expect, test } from 'vitest';
import type { BuiltVariant } from '../build_variant.ts';
import { LIVENESS_EVERY, unfair } from './fair_runs.ts';
import { difference, OPINIONS } from './opinions.ts';
import { compareBatch } from './random_batch.ts';
import type { Compared } from './summary.ts';

/** More for a longer run: `npm run nightly`. */
const MODELS = Number(process.env.UPY_CHECK_RANDOM_MODELS ?? 3000);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 5);

test('no search and no store contradicts plain search about random models', async ({ task }) => {
  const asked = new Map<string, Compared>();
  const count = (oracle: string): void => {
    const sum = asked.get(oracle) ?? { oracle: `${oracle}, random models`, models: 0, different: 0 };
    asked.set(oracle, sum);
    sum.models++;
  };
  const ask = async (built: BuiltVariant, turn: number, text: string) =>
    (await difference(built, turn, count)) ?? (turn % LIVENESS_EVERY === 0 ? unfair(text, count) : null);
  const { compared, different } = await compareBatch({ seed: SEED, models: MODELS }, ask);
  task.meta.compared = [...asked.values()];
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(0.4 * MODELS);
  expect(OPINIONS.filter(({ name }) => !asked.has(name))).toEqual([]);
});
