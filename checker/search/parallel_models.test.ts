import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { checkBuilt } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { generate, type Machine } from '../machine/codegen.ts';
import { instantiate } from '../machine/instantiate.ts';
import { Interpreter } from '../machine/interpreter.ts';
import { layOut } from '../machine/layout.ts';
import { pack } from '../machine/packed.ts';
import { randomScenario } from '../machine/random_program.ts';
import { sharedKind } from '../machine/shared_kind.ts';
import { Report, reportLength } from '../machine/shared_space.ts';
import { randomModel } from '../oracles/random_model.ts';
import { BreadthFirst } from './breadth_first.ts';
import type { Job } from './crew.ts';
import { interleaved, interleavedWorkers } from './interleaved_crew.ts';
import type { Search } from './search.ts';

/** Every worker makes its own machine from the source, as a thread does. */

/** Deeper states are left to both alike. */
const STATES = 4000;

function machineOf({ compiled }: BuiltVariant): Machine {
  const interpreter = new Interpreter(compiled);
  const layout = layOut(compiled, new Map());
  return generate(compiled, layout, pack(interpreter, layout, interpreter.initial()));
}

function findings(search: Search) {
  const path = ({ state, depth }: { state: number; depth: number }) => [depth, search.pathTo(state)];
  const paths = (found: ReadonlyMap<number, { state: number; depth: number }>) =>
    [...found].sort(([a], [b]) => a - b).map(([bit, finding]) => [bit, ...path(finding)]);
  return {
    figures: [search.outcome, search.states, search.transitions, search.depth],
    properties: paths(search.propertyFindings.found),
    quiescent: paths(search.quiescentFindings.found),
    deadlock: search.deadlock === null ? null : path(search.deadlock),
    failures: [...search.failures.values()].map((finding) => [finding.failure, ...path(finding)]),
  };
}

/** Level by level, until there are enough states. */
function compare(machine: Machine, seed: number): void {
  const { source } = machine;
  const asked = { properties: 0x7fffffff, quiescent: 0x7fffffff };
  const probe = new BreadthFirst(machine.generated, { maxStates: STATES, links: false });
  probe.run();
  const limits = probe.outcome === 'finished' ? asked : { ...asked, maxDepth: Math.max(0, probe.depth - 1) };
  const plain = new BreadthFirst(machine.generated, limits);
  plain.run();
  const options = {
    ...limits,
    workers: 3,
    failureKinds: source.failureKinds,
    kind: sharedKind(machine.layout),
  };
  const search = interleaved(() => instantiate(source).generated, options, seed);
  search.run();
  expect(findings(search)).toEqual(findings(plain));
}

describe('scenarios', async () => {
  for (const file of readdirSync(join(root, 'scenarios'))) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    for (const loaded of await loadScenarios(join(root, 'scenarios', file))) {
      for (const variant of Object.keys(loaded.scenario.spec.variants)) {
        test(`${loaded.scenario.name} ${variant}`, () => {
          compare(machineOf(buildVariant(loaded, variant)), 1);
        }, 60_000);
      }
    }
  }
});

/** `npm run test:oracles` asks about thousands. More here: UPY_CHECK_RANDOM_PROGRAMS=1000, with another UPY_CHECK_RANDOM_SEED. */
const PROGRAMS = Number(process.env.UPY_CHECK_RANDOM_PROGRAMS ?? 80);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 21);

test('random programs', () => {
  let compared = 0;
  const agree = (text: string, seed: number): void => {
    const built = randomModel(text);
    if (built === null) return;
    compared++;
    compare(machineOf(built), seed);
  };
  fc.assert(fc.property(randomScenario, fc.nat(), agree), { numRuns: PROGRAMS, seed: SEED });
  expect(compared).toBeGreaterThan(0.9 * PROGRAMS);
}, 600_000);

test('the interleaved workers of a check share the states of a small model', async () => {
  const text = `import { scenario } from 'upy-check';
import { pause, process } from 'upy-check/model';
export default scenario('counters', { about: 'x', without: ['deadlock'], variants: { only: { holds: true } }, build() {
for (const name of ['a', 'b', 'c']) process(name, () => { for (let i = 0; i < 6; i++) pause(); });
} });`;
  const built = buildVariant(inlineScenario(text), 'only');
  const jobs: Job[] = [];
  const others = interleavedWorkers(2, 1);
  const hire = (job: Job) => {
    jobs.push(job);
    return others.hire(job);
  };
  const plain = await checkBuilt(built, { reduce: 'none' });
  const parallel = await checkBuilt(built, { reduce: 'none', workers: { ...others, hire } });
  expect({ ...parallel, figures: null }).toEqual({ ...plain, figures: null });
  const counted = ({ figures: { states, transitions, depth } }: typeof plain) => [states, transitions, depth];
  expect(counted(parallel)).toEqual(counted(plain));
  expect(jobs).toHaveLength(1);
  const taken = jobs.map(({ shared: { reports, failureKinds } }) =>
    [0, 1].map((worker) => reports[worker * reportLength(failureKinds) + Report.Transitions]),
  );
  expect(taken).toEqual([[120, 762]]);
});
