import { expect, type TestContext } from 'vitest';
import type { BuiltVariant } from '../build_variant.ts';
import { OPINIONS } from './opinions.ts';
import { compareBatch, type Kind } from './random_batch.ts';
import { randomOpinions } from './random_opinions.ts';
import { Asked } from './summary.ts';

const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 5);

/** A test: asks every opinion about `models` random models of a kind, and reports how many were compared. */
export async function askEverybody({ task }: TestContext, kind: Kind, models: number): Promise<void> {
  const asked = new Asked();
  const ask = (built: BuiltVariant, turn: number, text: string) =>
    randomOpinions(built, turn, text, asked.count);
  const { compared, different } = await compareBatch({ seed: SEED, models, kind }, ask);
  task.meta.compared = asked.compared;
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(0.4 * models);
  expect(OPINIONS.filter(({ name }) => !asked.isAsked(name))).toEqual([]);
}
