import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { replaySchedule } from '../check.ts';
import { explore } from '../explore.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { randomScenario } from '../machine/random_program.ts';
import type { CheckOptions } from '../options.ts';
import { randomModel } from '../oracles/random_model.ts';
import { decide } from '../property/decide.ts';
import type { PropertyVerdict } from '../verdict.ts';

vi.setConfig({ testTimeout: 300_000 });

const statuses = (verdicts: readonly PropertyVerdict[]): string[] =>
  verdicts.map(({ kind, name, status }) => `${kind} ${name}: ${status}`).sort();

async function run(built: BuiltVariant, options: CheckOptions) {
  const explored = await explore(built, options);
  return { search: explored.search, verdicts: decide(explored, true) };
}

/** Both complete searches; whether they were. */
async function compared(built: BuiltVariant, maxStates: number): Promise<boolean> {
  const plain = await run(built, { maxStates });
  if (plain.search.outcome !== 'finished') return false;
  const ours = await run(built, { search: 'depth-first' });
  expect([ours.search.outcome, ours.search.states, ours.search.transitions]).toEqual([
    'finished',
    plain.search.states,
    plain.search.transitions,
  ]);
  expect(statuses(ours.verdicts)).toEqual(statuses(plain.verdicts));
  for (const { trace } of ours.verdicts) {
    if (trace === null) continue;
    expect(trace.shortest).toBe(false);
    expect((await replaySchedule(built.loaded, built.variant, trace.schedule)).fits).toBe(true);
  }
  return true;
}

test('random programs: the same verdicts and states as breadth first; each trace replays', async () => {
  let count = 0;
  const property = fc.asyncProperty(randomScenario, async (text) => {
    const built = randomModel(text);
    if (built === null) return;
    if (await compared(built, 1000)) count++;
  });
  await fc.assert(property, { numRuns: 60, seed: 11 });
  expect(count).toBeGreaterThan(25);
});

describe('scenarios: the same verdicts and states', async () => {
  for (const file of readdirSync(join(root, 'checker/language/corpus/scenarios'))) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    for (const loaded of await loadScenarios(join(root, 'checker/language/corpus/scenarios', file))) {
      const variant = Object.keys(loaded.scenario.spec.variants)[0] as string;
      test(`${loaded.scenario.name} ${variant}`, async () => {
        expect(await compared(buildVariant(loaded, variant), 1_000_000)).toBe(true);
      });
    }
  }
});
