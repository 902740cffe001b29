import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test, vi } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { replaySchedule } from '../check.ts';
import { explore } from '../explore.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { randomScenario } from '../machine/random_program.ts';
import { type CheckOptions, UserError } from '../options.ts';
import { decide } from '../property/decide.ts';
import type { PropertyVerdict } from '../verdict.ts';
import { BreadthFirst } from './breadth_first.ts';
import { DepthFirst } from './depth_first.ts';
import { decode, type Graph, graphMachine, replay } from './random_graph.ts';
import { LOST_WAKEUP, ueventWake } from './subjects.ts';

vi.setConfig({ testTimeout: 300_000 });

/** Depth-first order, by recursion. */
function naiveOrder({ edges }: Graph): { order: number[]; depth: number } {
  const order: number[] = [];
  let deepest = 0;
  const seen = new Set<number>();
  const visit = (node: number, depth: number): void => {
    if (seen.has(node)) return;
    seen.add(node);
    order.push(node);
    deepest = Math.max(deepest, depth);
    for (const to of edges[node] ?? []) visit(to, depth + 1);
  };
  visit(0, 0);
  return { order, depth: deepest };
}

describe('random graphs', () => {
  const graphs = fc
    .integer({ min: 1, max: 200 })
    .chain((size) =>
      fc.array(fc.array(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
    );

  for (const [words, store] of [
    [1, 'exact'],
    [2, 'inline'],
    [2, 'indexed'],
    [12, 'exact'],
    [3, 'fingerprint'],
  ] as const) {
    it(`the order, counts and findings of plain recursion: ${store}, ${words} words`, () => {
      const property = fc.property(graphs, (edges) => {
        const graph = { words, edges };
        const generated = graphMachine(graph);
        const { order, depth } = naiveOrder(graph);
        const search = new DepthFirst(generated, { store, properties: 1, quiescent: 1 });
        expect(search.run()).toBe('finished');
        expect([search.states, search.depth]).toEqual([order.length, depth]);
        const plain = new BreadthFirst(generated, { properties: 1, quiescent: 1 });
        plain.run();
        expect(search.transitions).toBe(plain.transitions);
        const remarkable = order.findIndex((node) => node % 7 === 3);
        expect(search.propertyFindings.found.get(0)?.state ?? -1).toBe(remarkable);
        const quiet = (node: number) => (edges[node] ?? []).length === 0;
        const dead = order.findIndex(quiet);
        expect(search.deadlock?.state ?? -1).toBe(dead);
        expect(search.quiescentFindings.found.get(0)?.state ?? -1).toBe(
          order.findIndex((node) => quiet(node) && node % 2 === 1),
        );
        if (dead >= 0) expect(decode(replay(generated, search.pathTo(dead)), 0)).toBe(order[dead]);
        const wanted = order[order.length >> 1] as number;
        const first = search.first((states, at) => decode(states, at) === wanted);
        expect(first).toBe(order.length >> 1);
        expect(decode(replay(generated, search.pathTo(first as number)), 0)).toBe(wanted);
      });
      fc.assert(property, { numRuns: 60, seed: 42 });
    });
  }
});

describe('uevent-wake', () => {
  it('2 3 2: the states and edges that SPIN counts, and a lost wakeup that replays', () => {
    const search = new DepthFirst(ueventWake({ K: 2, N: 3, M: 2, fixed: true }));
    expect([search.run(), search.states, search.transitions]).toEqual(['finished', 184888, 709134]);
    const generated = ueventWake({ K: 2, N: 3, M: 2, fixed: false });
    const buggy = new DepthFirst(generated, { properties: LOST_WAKEUP });
    expect([buggy.run(), buggy.states, buggy.transitions]).toEqual(['finished', 136032, 514660]);
    const state = buggy.propertyFindings.found.get(0)?.state as number;
    expect(generated.properties(replay(generated, buggy.pathTo(state)), 0) & LOST_WAKEUP).toBe(LOST_WAKEUP);
  });

  it('limits end it as incomplete', () => {
    const make = () => ueventWake({ K: 2, N: 2, M: 1, fixed: true });
    const limited = (options: ConstructorParameters<typeof DepthFirst>[1]) => {
      const search = new DepthFirst(make(), options);
      return [search.run(), search.limit, search.states];
    };
    expect(limited({ maxStates: 100 })).toEqual(['limit', { kind: 'max-states', value: 100 }, 100]);
    expect(limited({ maxStates: 14463 })).toEqual(['finished', null, 14463]);
    expect(limited({ maxDepth: 3 }).slice(0, 2)).toEqual(['limit', { kind: 'max-depth', value: 3 }]);
    expect(limited({ maxMemory: 400_000 }).slice(0, 1)).toEqual(['limit']);
  });
});

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
    let built: BuiltVariant;
    try {
      built = buildVariant(inlineScenario(text, 'random.ts'), 'only');
    } catch (error) {
      if (error instanceof UserError) return;
      throw error;
    }
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
