import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { type Explored, explore } from '../explore.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import type { State } from '../machine/interpreter.ts';
import { pack } from '../machine/packed.ts';
import { type CheckOptions, UserError } from '../options.ts';
import { randomModel } from '../oracles/random_model.ts';
import { decide } from '../property/decide.ts';
import { afterStep, isContextSwitch, type LastOnCore } from '../trace/context_switches.ts';
import type { Trace } from '../trace.ts';
import { nameOf, onCores, remarkable } from './testing.ts';

vi.setConfig({ testTimeout: 300_000 });

interface Node {
  readonly state: State;
  readonly last: LastOnCore;
  readonly switches: number;
}

/** Steps and switches of the best run to each finding: all runs of no step, then of one, on the reference interpreter. */
function naive({ interpreter, machine }: Explored, stepsMax: number): Map<string, [number, number]> {
  const found = new Map<string, [number, number]>();
  const note = (name: string, steps: number, switches: number): void => {
    const [known, best] = found.get(name) ?? [steps, switches];
    found.set(name, [known, known < steps ? best : Math.min(best, switches)]);
  };
  let layer = new Map<string, Node>([['', { state: interpreter.initial(), last: new Map(), switches: 0 }]]);
  for (let steps = 0; steps <= stepsMax && layer.size > 0; steps++) {
    const next = new Map<string, Node>();
    for (const { state, last, switches } of layer.values()) {
      remarkable(machine, pack(interpreter, machine.layout, state), (name) => note(name, steps, switches));
      for (const attempt of interpreter.attempts(state)) {
        const cost = switches + (isContextSwitch(interpreter, state, attempt, last) ? 1 : 0);
        const { outcome } = attempt;
        if (outcome.kind === 'failure') note(nameOf(outcome.failure), steps + 1, cost);
        if (outcome.kind !== 'state') continue;
        const to = { state: outcome.state, last: afterStep(interpreter, attempt, last), switches: cost };
        const key = `${to.state.join()}|${[...to.last].sort().join()}`;
        if ((next.get(key)?.switches ?? Number.POSITIVE_INFINITY) > cost) next.set(key, to);
      }
    }
    layer = next;
  }
  return found;
}

async function traces(built: BuiltVariant, options: CheckOptions) {
  const explored = await explore(built, options);
  const found = decide(explored, false).filter(
    ({ status, trace }) => status === 'violated' && trace !== null,
  );
  return { explored, found: found.map(({ kind, name, trace }) => ({ kind, name, trace: trace as Trace })) };
}

/** Nothing where they do not fit. */
async function withReductions(built: BuiltVariant) {
  try {
    return (await traces(built, { reduce: 'por,symmetry' })).found;
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

async function compared(text: string): Promise<number> {
  const built = randomModel(text);
  if (built === null) return 0;
  const { explored, found } = await traces(built, { maxStates: 300 });
  if (explored.search.outcome !== 'finished') return 0;
  const best = naive(explored, Math.max(0, ...found.map(({ trace }) => trace.steps.length)));
  const reduced = await withReductions(built);
  let count = 0;
  for (const { kind, name, trace } of found) {
    const wanted = best.get(`${kind}|${name}`);
    if (wanted === undefined || trace.loop !== undefined || kind === 'timelock') continue;
    expect([kind, name, trace.steps.length, trace.switches]).toEqual([kind, name, ...wanted]);
    const other = reduced.find((each) => each.kind === kind && each.name === name);
    if (other?.trace.shortest === true) expect(other.trace.schedule).toBe(trace.schedule);
    count++;
  }
  return count;
}

/** Straight lines that set small variables and wait for each other, and a state that must not come. */
const gated = fc
  .tuple(
    fc.array(fc.array(fc.tuple(fc.boolean(), fc.nat(2), fc.nat(2)), { minLength: 2, maxLength: 4 }), {
      minLength: 2,
      maxLength: 3,
    }),
    fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
  )
  .map(([bodies, bad]) => {
    const statement = ([waits, index, value]: [boolean, number, number]) =>
      waits ? `until(() => s.${'abc'[index]} >= ${value});` : `s.${'abc'[index]} = ${value};`;
    const processes = bodies.map(
      (body, i) => `process('p${i}', () => {\n${body.map(statement).join(' ')}\n}, {});`,
    );
    return `import { scenario } from 'upy-check';
import { always, process, until } from 'upy-check/model';
export default scenario('gated', { about: 'x', variants: { only: { holds: true } }, build() {
const s = { a: 0, b: 0, c: 0 };
${processes.join('\n')}
always('never', () => s.a !== ${bad[0]} || s.b !== ${bad[1]} || s.c !== ${bad[2]});
} });`;
  });

describe('random programs: the fewest switches of all shortest runs, with and without reductions', () => {
  test.each([
    ['without cores', (text: string) => text],
    ['on two cores, with interrupts', onCores],
  ])('%s', async (_, change) => {
    let count = 0;
    const property = fc.asyncProperty(gated, async (text) => {
      count += await compared(change(text));
    });
    await fc.assert(property, { numRuns: 300, seed: 3 });
    expect(count).toBeGreaterThan(100);
  });
});

describe('the trace that is told', () => {
  const told = async (body: string) => {
    const scenario = inlineScenario(`import { idle, scenario } from 'upy-check';
import { always, process, until } from 'upy-check/model';
export default scenario('tiny', { about: 'x', variants: { only: { holds: true } }, build() { ${body} } });`);
    const { found } = await traces(buildVariant(scenario, 'only'), {});
    return found.map(({ trace }) => trace);
  };

  test('the first shortest run that is found goes to and fro, the one that is told does not', async () => {
    const [trace] = await told(`const s = { go: false, a: 0, b: 0 };
process('p', () => { until(() => s.go); s.a = 1; });
process('q', () => { s.go = true; s.b = 1; });
always('not both', () => s.a + s.b < 2);`);
    expect(trace?.steps.map(({ process, place }) => `${process} ${place?.text}`)).toEqual([
      'q s.go = true;',
      'q s.b = 1;',
      'p until(() => s.go);',
      'p s.a = 1;',
    ]);
    expect([trace?.shortest, trace?.switches]).toEqual([true, 0]);
  });

  test('one run for two findings, where it is as good for both', async () => {
    const [a, b] = await told(`const s = { a: 0, b: 0 };
process('p', () => { s.a = 1; s.a = 2; });
process('q', () => { s.b = s.a; });
return [idle('not one', () => s.b !== 1), idle('odd', () => s.b % 2 === 0)];`);
    expect(a?.schedule).toBe(b?.schedule);
    expect(a?.property).not.toBe(b?.property);
  });
});
