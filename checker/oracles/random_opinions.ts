import type { BuiltVariant } from '../build_variant.ts';
import { unfair } from './fair_runs.ts';
import { stale } from './lowered_afresh.ts';
import { type Count, difference } from './opinions.ts';

/** By the interpreter the whole graph takes as long as all searches together. */
const LIVENESS_EVERY = 4;
/** The compiler takes as long as three searches. */
const LOWERED_AFRESH_EVERY = 10;

/** Asks everybody but SPIN about a random model: `null`, or how somebody differs. `turn` numbers the models. */
export async function randomOpinions(
  built: BuiltVariant,
  turn: number,
  text: string,
  count: Count,
): Promise<string | null> {
  return (
    (await difference(built, turn, count)) ??
    (turn % LIVENESS_EVERY === 0 ? await unfair(text, count) : null) ??
    (turn % LOWERED_AFRESH_EVERY === 0 ? stale(text, count) : null)
  );
}
