import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { check, type LoadedScenario, replaySchedule } from '../check.ts';
import { type Explored, explore } from '../explore.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { pack } from '../machine/packed.ts';
import type { CheckOptions } from '../options.ts';
import { randomModel } from '../oracles/random_model.ts';
import { decide } from '../property/decide.ts';
import { BreadthFirst } from '../search/breadth_first.ts';
import { randomSymmetric } from './random_symmetric.ts';
import { reducedPath } from './reduced_path.ts';
import { ReducedSteps } from './reduced_steps.ts';

const STATES = 4000;

/** Statuses, and lengths of traces: both are the same in the quotient. */
function verdicts(explored: Explored): string[] {
  return decide(explored, true)
    .map(
      ({ kind, name, status, trace }) =>
        `${kind} ${name}: ${status}${trace === null ? '' : ` in ${trace.steps.length}`}`,
    )
    .sort();
}

function allStates(explored: Explored, plain: boolean): Set<string> | null {
  const { quotient } = explored;
  if (quotient === null) throw new Error('no quotient');
  const search = new BreadthFirst(plain ? quotient.plain : quotient.generated, {
    maxStates: 10 * STATES,
    abortOn: (n) => n >= explored.machine.ranges.first,
  });
  if (search.run() !== 'finished') return null;
  const found = new Set<string>();
  const words = quotient.plain.words;
  search.store.scan((states, at) => {
    const form = states.slice(at, at + words);
    if (plain) quotient.canonical.apply(form, 0);
    found.add(form.join());
  });
  return found;
}

/** What the two searches disagree in, if anything; how many states each has. */
async function compared(built: BuiltVariant): Promise<{ plain: number; reduced: number } | null> {
  const reduced = await explore(built, { reduce: 'symmetry', maxStates: STATES });
  if (reduced.quotient === null || reduced.search.outcome !== 'finished') return null;
  const plain = await explore(built, { maxStates: 10 * STATES });
  if (plain.search.outcome !== 'finished') return null;
  expect(verdicts(reduced)).toEqual(verdicts(plain));
  // With partial order reduction, where that fits.
  expect(verdicts(await explore(built, { reduce: 'auto' }))).toEqual(verdicts(plain));
  const [all, own] = [allStates(reduced, true), allStates(reduced, false)];
  if (all !== null && own !== null) {
    expect([...own].filter((state) => !all.has(state))).toEqual([]);
    expect([...all].filter((state) => !own.has(state))).toEqual([]);
  }
  return { plain: plain.search.states, reduced: reduced.search.states };
}

/** More for a longer run: UPY_CHECK_RANDOM_PROGRAMS=1000, with another UPY_CHECK_RANDOM_SEED. */
const PROGRAMS = Number(process.env.UPY_CHECK_RANDOM_PROGRAMS ?? 150);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 5);

test('random symmetric programs: the same verdicts, the same lengths, the orbits of the same states', async () => {
  let [symmetric, smaller] = [0, 0];
  const agree = async (text: string): Promise<void> => {
    const built = randomModel(text);
    if (built === null) return;
    const found = await compared(built);
    if (found === null) return;
    symmetric++;
    if (found.reduced < found.plain) smaller++;
  };
  await fc.assert(fc.asyncProperty(randomSymmetric, agree), { numRuns: PROGRAMS, seed: SEED });
  expect(symmetric).toBeGreaterThan(0.7 * PROGRAMS);
  expect(smaller).toBeGreaterThan(0.7 * symmetric);
}, 600_000);

describe('bench/models/uevent-wake', async () => {
  const [loaded] = await loadScenarios(join(root, 'bench/models/uevent-wake.ts'));
  if (loaded === undefined) throw new Error('no scenario');

  test.each([
    ['fixed', { k: 3, n: 1, m: 1 }, { plain: 13372, reduced: 2704 }],
    ['buggy', { k: 3, n: 1, m: 1 }, { plain: 10510, reduced: 2132 }],
  ])('%s %j', async (variant, parameters, states) => {
    expect(await compared(buildVariant(loaded, variant, parameters))).toEqual(states);
  });

  test('a trace is a run of the model: its schedule replays', async () => {
    const results = check(loaded, { reduce: 'symmetry', variants: ['buggy'], parameters: { k: 3 } });
    for await (const { properties, figures } of results) {
      const trace = properties.find(({ status }) => status === 'violated')?.trace;
      if (!trace) throw new Error('no trace');
      expect(figures.states).toBe(44_967);
      expect(trace.steps.map(({ process }) => process)).toEqual([
        ...Array(5).fill('main'),
        ...Array(3).fill('source 0'),
        'main',
      ]);
      const again = await replaySchedule(loaded, 'buggy', trace.schedule, { parameters: { k: 3 } });
      expect(again.fits).toBe(true);
      expect(again.trace.steps).toEqual(trace.steps);
    }
  });
});

test('a path of both reductions is a run of the model', async () => {
  const [loaded] = await loadScenarios(join(root, 'bench/models/uevent-wake.ts'));
  if (loaded === undefined) throw new Error('no scenario');
  const built = buildVariant(loaded, 'buggy', { k: 2, n: 1, m: 1 });
  const { quotient, machine, interpreter } = await explore(built, { reduce: 'symmetry' });
  if (quotient === null) throw new Error('no quotient');
  const steps = new ReducedSteps(built.compiled.program, machine, true, quotient.canonical);
  const search = new BreadthFirst(quotient.generated, {
    store: 'indexed',
    deadlock: false,
    reduction: steps,
  });
  search.run();
  const wrong: number[] = [];
  for (let number = 0; number < search.states; number++) {
    let state = interpreter.initial();
    for (const ordinal of quotient.run(reducedPath(machine, steps, search, number, quotient))) {
      const next = interpreter.attempts(state).filter(({ outcome }) => outcome.kind === 'state')[ordinal];
      if (next?.outcome.kind !== 'state') break;
      state = next.outcome.state;
    }
    const form = pack(interpreter, machine.layout, state);
    quotient.canonical.apply(form, 0);
    if (search.store.indexOf(form, 0) !== number) wrong.push(number);
  }
  expect(wrong).toEqual([]);
  expect(search.states).toBeGreaterThan(100);
});

describe('where it is not used', () => {
  const scenario = (property: string): LoadedScenario =>
    inlineScenario(`import { alwaysPossible, eventually, scenario, sometimes } from 'upy-check';
import { process } from 'upy-check/model';
export default scenario('model', { about: 'a test', variants: { only: { holds: true } }, build() {
const s = [{ n: 0 }, { n: 0 }];
for (const [i, m] of s.entries()) process(String(i), () => { m.n = 1; m.n = 2; });
${property};
} });`);
  const off = async (property: string, options: CheckOptions = {}): Promise<string | null | undefined> => {
    const explored = await explore(buildVariant(scenario(property), 'only'), {
      reduce: 'symmetry',
      ...options,
    });
    return explored.quotient === null ? explored.symmetry?.off : `${explored.search.states} states`;
  };
  const DONE = '() => s.every((m) => m.n === 2)';

  test('properties of the graph, searches that count who stepped', async () => {
    expect(await off(`sometimes('done', ${DONE})`)).toBe('6 states');
    expect(await off(`sometimes('done', ${DONE})`, { search: 'depth-first' })).toBe('6 states');
    expect(await off(`alwaysPossible('done', ${DONE})`)).toBe("it is not used for alwaysPossible ('done')");
    expect(await off(`eventually('done', ${DONE})`)).toBe("it is not used for eventually ('done')");
    const order = 'it is used with breadth-first and depth-first search only';
    expect(await off(`sometimes('done', ${DONE})`, { search: 'fewest-switches' })).toBe(order);
    expect(await off(`sometimes('done', ${DONE})`, { preemptions: 2 })).toBe(order);
  });
});
