import fc from 'fast-check';
import type { BuiltVariant } from '../build_variant.ts';
import { isTame } from '../export/testing.ts';
import { randomScenario } from '../machine/random_program.ts';
import { randomConcurrent } from '../reduction/random_concurrent.ts';
import { randomSuspended } from '../reduction/random_suspended.ts';
import { randomSymmetric } from '../reduction/random_symmetric.ts';
import { randomModel } from './random_model.ts';

/** A stretch of random models: the same seed gives the same ones. */
export interface Batch {
  readonly seed: number;
  readonly models: number;
  /** Which models; default all kinds. */
  readonly kind?: Kind;
}

export type Kind = keyof typeof KINDS;

/** What a batch came to. */
export interface BatchResult {
  /** Models that were asked about; the others are refused by the compiler, or too large. */
  readonly compared: number;
  /** A model that somebody differs about, shrunk. */
  readonly different: readonly Different[];
}

export interface Different {
  readonly seed: number;
  /** Position in its batch. */
  readonly index: number;
  /** Text of the smallest model found. */
  readonly text: string;
  readonly found: string;
}

/** Says what differs about a model, or `null`; `turn` numbers the models. */
type Asked = (built: BuiltVariant, turn: number, text: string) => Promise<string | null>;

/** Models in which there is something to reduce. */
const reducible = fc.oneof(randomConcurrent, randomSymmetric, randomSuspended);

const KINDS = {
  /** Over the whole language. */
  whole: randomScenario,
  reducible,
  all: fc.oneof(
    { arbitrary: randomScenario, weight: 2 },
    { arbitrary: randomConcurrent, weight: 1 },
    { arbitrary: randomSymmetric, weight: 1 },
    { arbitrary: randomSuspended, weight: 1 },
  ),
} as const;

/** Many rather than large. */
const STATES_MAX = 1_500;
/** Attempts to make a model smaller. */
const ATTEMPTS_MAX = 200;

/** Asks `difference` about each model of a batch; it says what differs, or `null`. */
export async function compareBatch(
  { seed, models, kind = 'all' }: Batch,
  difference: Asked,
  attemptsMax = ATTEMPTS_MAX,
): Promise<BatchResult> {
  const different: Different[] = [];
  let compared = 0;
  for (const [index, text] of fc.sample(KINDS[kind], { seed, numRuns: models }).entries()) {
    const built = builtFrom(text);
    if (built === null) continue;
    compared++;
    const found = await said(() => difference(built, index, text));
    if (found !== null)
      different.push(await smallest({ seed, models, kind }, index, { text, found }, difference, attemptsMax));
  }
  return { compared, different };
}

/** An error of the checker is a difference like another. */
async function said(ask: () => Promise<string | null>): Promise<string | null> {
  try {
    return await ask();
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** `null`: not a model, or not a small one. */
function builtFrom(text: string): BuiltVariant | null {
  const built = randomModel(text);
  return built !== null && isTame(built, STATES_MAX) ? built : null;
}

async function smallest(
  { seed, kind = 'all' }: Batch,
  index: number,
  first: { readonly text: string; readonly found: string },
  difference: Asked,
  attemptsMax: number,
): Promise<Different> {
  let last = first;
  let attempts = 0;
  const property = fc.asyncProperty(KINDS[kind], async (text) => {
    if (++attempts > attemptsMax) return true;
    const built = builtFrom(text);
    const found = built === null ? null : await said(() => difference(built, index, text));
    if (found !== null) last = { text, found };
    return found === null;
  });
  await fc.check(property, { seed, path: String(index), numRuns: 1 });
  return { seed, index, ...last };
}
