import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { buildVariant } from '../../build_variant.ts';
import { loadScenarios } from '../../language/loader.ts';
import { root } from '../../language/own.ts';
import { needTlc, Tally } from './testing.ts';

/** The second opinion of TLC on scenarios and benchmarks: as many states and successors, and the same verdicts. */

/** UPY_CHECK_TLC_STATES=100000: more states of more variants. */
const STATES_MAX = Number(process.env.UPY_CHECK_TLC_STATES ?? 10_000);
const tally = new Tally();
const left: string[] = [];

beforeAll(async () => void (await needTlc()));
afterAll(() => {
  const large = left.length === 0 ? '' : `; more than ${STATES_MAX} states, or too wide: ${left.join(', ')}`;
  process.stdout.write(`TLC, scenarios and benchmarks: ${tally}${large}\n`);
});

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .sort();
}

describe.each(['scenarios', 'bench/models'])('%s', (folder) => {
  test.each(filesIn(folder))('%s', async (file) => {
    const different: string[] = [];
    for (const loaded of await loadScenarios(join(root, file))) {
      const { name, spec } = loaded.scenario;
      for (const variant of Object.keys(spec.variants)) {
        try {
          const compared = await tally.agrees(buildVariant(loaded, variant), STATES_MAX);
          if (!compared) left.push(`${name} ${variant}`);
          // These take long: show how far it is.
          else process.stdout.write(`${name} ${variant}: ${tally}\n`);
        } catch (error) {
          different.push(`${name} ${variant}: ${error}`);
        }
      }
    }
    if (different.length > 0) throw new Error(different.join('\n'));
  });
});
