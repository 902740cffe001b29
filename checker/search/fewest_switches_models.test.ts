import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { BuiltVariant } from '../build_variant.ts';
import { type Explored, explore } from '../explore.ts';
import type { State } from '../machine/interpreter.ts';
import { pack } from '../machine/packed.ts';
import { randomScenario } from '../machine/random_program.ts';
import type { CheckOptions } from '../options.ts';
import { randomModel } from '../oracles/random_model.ts';
import { decide } from '../property/decide.ts';
import { afterStep, isContextSwitch, type LastOnCore } from '../trace/context_switches.ts';
import type { PropertyVerdict } from '../verdict.ts';
import { nameOf, onCores, remarkable } from './testing.ts';

vi.setConfig({ testTimeout: 300_000 });

interface Node {
  readonly state: State;
  readonly last: LastOnCore;
  readonly switches: number;
}

/**
 * The fewest context switches to each finding, by the obvious search on the reference interpreter: all that can be
 * reached with none, then with one, and so on.
 */
function naive({ interpreter, machine }: Explored): Map<string, number> {
  const found = new Map<string, number>();
  const note = (name: string, switches: number): void => {
    if (!found.has(name)) found.set(name, switches);
  };
  const seen = new Set<string>();
  let layer: Node[] = [{ state: interpreter.initial(), last: new Map(), switches: 0 }];
  while (layer.length > 0) {
    const next: Node[] = [];
    const failing: [string, number][] = [];
    for (const node of layer) {
      const key = `${node.state.join()}|${[...node.last].sort().join()}`;
      if (seen.has(key)) continue;
      seen.add(key);
      remarkable(machine, pack(interpreter, machine.layout, node.state), (name) => note(name, node.switches));
      for (const attempt of interpreter.attempts(node.state)) {
        const more = isContextSwitch(interpreter, node.state, attempt, node.last) ? 1 : 0;
        const switches = node.switches + more;
        const { outcome } = attempt;
        if (outcome.kind === 'failure') failing.push([nameOf(outcome.failure), switches]);
        if (outcome.kind !== 'state') continue;
        const to = { state: outcome.state, last: afterStep(interpreter, attempt, node.last), switches };
        (more === 0 ? layer : next).push(to);
      }
    }
    for (const [name, switches] of failing.sort((a, b) => a[1] - b[1])) {
      if ((found.get(name) ?? Number.POSITIVE_INFINITY) > switches) found.set(name, switches);
    }
    layer = next;
  }
  return found;
}

const statuses = (verdicts: readonly PropertyVerdict[]): string[] =>
  verdicts.map(({ kind, name, status }) => `${kind} ${name}: ${status}`).sort();

async function verdicts(built: BuiltVariant, options: CheckOptions) {
  const explored = await explore(built, options);
  return { explored, verdicts: decide(explored, false) };
}

async function compared(text: string, statesMax: number): Promise<boolean> {
  const built = randomModel(text);
  if (built === null) return false;
  const plain = await verdicts(built, { maxStates: statesMax });
  if (plain.explored.search.outcome !== 'finished') return false;
  const ours = await verdicts(built, { search: 'fewest-switches' });
  const { search } = ours.explored;
  expect(search.outcome).toBe('finished');
  expect([search.states, search.transitions]).toEqual([
    plain.explored.search.states,
    plain.explored.search.transitions,
  ]);
  expect(statuses(ours.verdicts)).toEqual(statuses(plain.verdicts));
  const fewest = naive(ours.explored);
  for (const { kind, name, trace } of ours.verdicts) {
    const best = fewest.get(kind === 'model error' ? '' : `${kind}|${name}`);
    if (trace === null || best === undefined) continue;
    expect({ kind, name, switches: trace.switches }).toEqual({ kind, name, switches: best });
    expect(trace.shortest).toBe(false);
    const bounded = await verdicts(built, { preemptions: best });
    expect(bounded.verdicts.find((other) => other.name === name)?.status).toBe('violated');
    if (best === 0) continue;
    const under = await verdicts(built, { preemptions: best - 1 });
    expect(under.explored.search.limit?.kind).toBe('preemptions');
    expect(under.verdicts.find((other) => other.name === name)?.status).not.toBe('violated');
  }
  return true;
}

describe('random programs: the same verdicts and states as breadth first, and the fewest switches', () => {
  test.each([
    ['without cores', (text: string) => text],
    ['on two cores, with interrupts', onCores],
  ])('%s', async (_, change) => {
    let count = 0;
    const property = fc.asyncProperty(randomScenario, async (text) => {
      if (await compared(change(text), 300)) count++;
    });
    await fc.assert(property, { numRuns: 60, seed: 7 });
    expect(count).toBeGreaterThan(20);
  });
});
