/** What a trace says is enough to know the system at every step: start and changes, folded, are the state of the interpreter. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildVariant } from '../build_variant.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { Interpreter } from '../machine/interpreter.ts';
import { Random } from '../search/random.ts';
import { Walk } from './walk.ts';

const SCENARIOS = [
  'uevent-wake.ts',
  'freertos/priority-inversion.ts',
  'unix/eintr-pthreads.ts',
  'asyncio/thread-safe-flag.ts',
  'rp2/wfe-core1-no-sev.ts',
];

test.each(SCENARIOS)('in random runs of %s', async (file) => {
  const [loaded] = await loadScenarios(join(root, 'scenarios', file));
  if (loaded === undefined) throw new Error('no scenario');
  let steps = 0;
  for (const [seed, variant] of Object.keys(loaded.scenario.spec.variants).slice(0, 3).entries()) {
    const built = buildVariant(loaded, variant);
    const walk = new Walk(new Interpreter(built.compiled), built.compiled.names);
    const random = new Random(seed);
    const folded = new Map(walk.start.variables.map(({ name, value }) => [name, value]));
    const statuses = new Map(walk.start.processes.map(({ name, status }) => [name, status]));
    for (let n = 0; n < 120; n++) {
      const possible = walk.successors().length;
      if (possible === 0) break;
      walk.take(random.below(possible));
      const step = walk.steps.at(-1);
      for (const { variable, before, after } of step?.changes ?? []) {
        expect([variable, folded.get(variable)]).toEqual([variable, before]);
        folded.set(variable, after);
      }
      for (const { process, status } of step?.statuses ?? []) statuses.set(process, status);
      expect([...folded]).toEqual(walk.variables().map(({ name, value }) => [name, value]));
      expect([...statuses]).toEqual(walk.processes.map((each) => [each.name, walk.statusOf(each)]));
    }
    steps += walk.steps.length;
  }
  expect(steps).toBeGreaterThan(30);
});
