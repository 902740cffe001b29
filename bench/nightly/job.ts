import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BuiltVariant, buildVariant } from '../../checker/build_variant.ts';
import { expectColdCode } from '../../checker/cli/cold_code.ts';
import { comparison, needSpin } from '../../checker/export/testing.ts';
import { loadScenarios } from '../../checker/language/loader.ts';
import { root } from '../../checker/language/own.ts';
import { compareBatch, type Different } from '../../checker/oracles/random_batch.ts';
import { randomOpinions } from '../../checker/oracles/random_opinions.ts';
import { Asked, type Compared } from '../../checker/oracles/summary.ts';

export { summaryOf } from '../../checker/oracles/summary.ts';

/** A share of the nightly work. */
export interface Share {
  readonly models: number;
  readonly seed: number;
  /** 0-based. */
  readonly shard: number;
  readonly shards: number;
  readonly only: 'models' | 'exports' | null;
}

export interface ShareResult {
  readonly compared: readonly Compared[];
  readonly differences: readonly string[];
}

/** Models of one seed: batch b of a run has the seed of the run plus b. */
const BATCH_MODELS = 250;
/** SPIN and the C compiler take ten times as long as all others together: they are asked about a sample. */
const SPIN_EVERY = 50;
const RANDOM_STATES_MAX = 1_500;
const EXPORTED_STATES_MAX = 2_000_000;

/** Does one share of the work. What differs is data: it goes on. */
export async function work(share: Share, say: (line: string) => void): Promise<ShareResult> {
  const results: ShareResult[] = [];
  expectColdCode();
  await needSpin();
  if (share.only !== 'models') results.push(await exports(share, say));
  if (share.only !== 'exports') results.push(await models(share, say));
  return {
    compared: results.flatMap(({ compared }) => compared),
    differences: results.flatMap(({ differences }) => differences),
  };
}

// ---- random models ----

async function models({ models, seed, shard, shards }: Share, say: (line: string) => void) {
  const asked = new Asked();
  const ask = async (built: BuiltVariant, turn: number, text: string): Promise<string | null> => {
    const found = await randomOpinions(built, turn, text, asked.count);
    if (found !== null || turn % SPIN_EVERY !== 0) return found;
    asked.count('SPIN');
    const said = await comparison(built, RANDOM_STATES_MAX);
    return said === 'agrees' || said === 'too large' ? null : said;
  };
  const differences: string[] = [];
  for (let batch = shard; batch * BATCH_MODELS < models; batch += shards) {
    const size = Math.min(BATCH_MODELS, models - batch * BATCH_MODELS);
    const { compared, different } = await compareBatch({ seed: seed + batch, models: size }, ask);
    differences.push(...different.map(described));
    say(`seed ${seed + batch}: ${compared} of ${size} models compared, ${different.length} differ`);
  }
  return { compared: asked.compared, differences };
}

function described({ seed, index, found, text }: Different): string {
  return `seed ${seed}, model ${index}: ${found}\nnpm run nightly -- --only models --jobs 1 --seed ${seed} --models ${index + 1}\n${text}`;
}

// ---- exports ----

async function exports({ shard, shards }: Share, say: (line: string) => void): Promise<ShareResult> {
  const compared = { oracle: 'SPIN, all variants', models: 0, different: 0 };
  const differences: string[] = [];
  let turn = 0;
  for (const file of ['scenarios', 'bench/models'].flatMap(filesIn)) {
    for (const loaded of await loadScenarios(join(root, file))) {
      for (const variant of Object.keys(loaded.scenario.spec.variants)) {
        if (turn++ % shards !== shard) continue;
        const name = `${loaded.scenario.name} / ${variant}`;
        const found = await comparison(buildVariant(loaded, variant), EXPORTED_STATES_MAX).catch(String);
        say(`${name}: ${found.split('\n')[0]}`);
        if (found === 'too large') continue;
        compared.models++;
        if (found === 'agrees') continue;
        compared.different++;
        differences.push(`${name}:\n${found}`);
      }
    }
  }
  return { compared: [compared], differences };
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .sort();
}
