import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildVariant } from '../build_variant.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { needSpin, Tally } from './testing.ts';

/** The second opinion of SPIN on scenarios and benchmarks: as many states and the same verdicts. */

const STATES_MAX = 200_000;
beforeAll(needSpin);

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .sort();
}

/** The first variant that is small enough; every scenario must have one. */
async function oneVariant(file: string, tally: Tally): Promise<void> {
  for (const loaded of await loadScenarios(join(root, file))) {
    let small = false;
    for (const variant of Object.keys(loaded.scenario.spec.variants))
      small ||= await tally.agrees(buildVariant(loaded, variant), STATES_MAX);
    expect(small, `a variant of ${loaded.scenario.name} with at most ${STATES_MAX} states`).toBe(true);
  }
}

describe.each(['scenarios', 'bench/models'])('%s', (folder) => {
  test.for(filesIn(folder))('%s', async (file, { task }) => {
    const tally = new Tally(`SPIN, exported ${folder}`);
    try {
      await oneVariant(file, tally);
    } finally {
      task.meta.compared = [tally.compared];
    }
  });
});
