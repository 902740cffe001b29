import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { buildVariant } from '../build_variant.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { needSpin, Tally } from './testing.ts';

/** The second opinion of SPIN on scenarios and benchmarks: as many states and the same verdicts. */

const STATES_MAX = 200_000;
const tally = new Tally();
const tooLarge: string[] = [];

beforeAll(needSpin);
afterAll(() => {
  const large = tooLarge.length === 0 ? '' : `; more than ${STATES_MAX} states: ${tooLarge.join(', ')}`;
  process.stdout.write(`SPIN, scenarios and benchmarks: ${tally}${large}\n`);
});

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
      small ||= await tally.agrees(buildVariant(loaded, variant), STATES_MAX);
      if (small) break;
    }
    if (!small) tooLarge.push(name);
  }
}

describe.each(['scenarios', 'bench/models'])('%s', (folder) => {
  test.each(filesIn(folder))('%s', oneVariant);
});
