import { describe, expect, test, vi } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { check } from '../check.ts';
import { explore } from '../explore.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { type Attributed, type Generated, Status } from '../machine/generated.ts';
import type { CheckOptions } from '../options.ts';
import { decide } from '../property/decide.ts';
import { type RandomOptions, RandomPriorities, sampleOf } from './pct.ts';
import { graphMachine } from './random_graph.ts';

// On machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const tiny = (body: string) =>
  inlineScenario(`import { scenario } from 'upy-check';
import { always, atomic, check, choose, process } from 'upy-check/model';
export default scenario('tiny', { about: 'x', variants: { only: { holds: true } }, build() { ${body} } });`);

const built = (body: string): BuiltVariant => buildVariant(tiny(body), 'only');

async function run(variant: BuiltVariant, options: CheckOptions) {
  const explored = await explore(variant, { search: 'random', ...options });
  return { search: explored.search, verdicts: decide(explored, true) };
}

/**
 * a steps three times, b twice with a choice each, c once, and time passes once: so many steps each has taken, in 4 bits, and in a
 * second word how often b took its second choice. A state in which b has taken both its steps is `found`.
 */
function lettered(): { generated: Generated; attributed: Attributed; runs: () => string[] } {
  const STEPS = [3, 2, 1, 1];
  const ends = new Int32Array(6);
  const runs: string[] = [];
  let [before, chosen] = [0, 0];
  const graph = graphMachine({ words: 2, edges: [[]] });
  const expand: Generated['expand'] = (states, at, out) => {
    const [counts, choices] = [states[at] as number, states[at + 1] as number];
    const buffer = graph.buffer();
    let to = out;
    for (const [who, steps] of STEPS.entries()) {
      const can = ((counts >> (4 * who)) & 15) < steps;
      for (let choice = 0; can && choice < (who === 1 ? 2 : 1); choice++) {
        buffer.set([counts + (1 << (4 * who)), choices + choice], to);
        to += 2;
      }
      if (who < 3) ends[2 * who] = to;
    }
    graph.status[0] = to > out ? Status.System : Status.Blocked;
    return to;
  };
  const properties: Generated['properties'] = (states, at) => {
    const [counts, choices] = [states[at] as number, states[at + 1] as number];
    if (counts === 0) runs.push('');
    else {
      const letter = 'abct'[Math.log2(counts - before) / 4] as string;
      runs[runs.length - 1] += choices > chosen ? letter.toUpperCase() : letter;
    }
    [before, chosen] = [counts, choices];
    return ((counts >> 4) & 15) === 2 ? 1 : 0;
  };
  const generated = { ...graph, initial: new Int32Array(2), fanOut: 5, expand, properties };
  return { generated, attributed: { expand, ends }, runs: () => runs };
}

describe('the search alone', () => {
  const OPTIONS: RandomOptions = { processes: 3, runs: 6, seed: 3, bugDepth: 1, steps: 20, properties: 3 };

  /** With a property that is never found, all runs are looked at to their ends. */
  const runsOf = (options: Partial<RandomOptions>): string[] => {
    const { generated, attributed, runs } = lettered();
    new RandomPriorities(generated, attributed, { ...OPTIONS, ...options }).run();
    return runs();
  };

  test('without changes everybody goes on to his end; a change lowers him who has just stepped', () => {
    expect(runsOf({})).toEqual(['aaactBb', 'caaaBBt', 'tcBBaaa', 'bbtcaaa', 'aaactbB', 'tbBaaac']);
    expect(runsOf({ bugDepth: 3, steps: 7 })).toEqual([
      'actbBaa',
      'tcaaabB',
      'tbbcaaa',
      'actbbaa',
      'tabbcaa',
      'cBaaatb',
    ]);
    expect(runsOf({ steps: 3 })).toEqual(['aaa', 'Bbc', 'bBt', 'tbB', 'caa', 'tbb']);
  });

  test('changes come within the longest of the runs that measure', () => {
    const MEASURED = ['aaactbb', 'tbBcaaa'];
    const [measured, plain] = [true, false].map((measure) =>
      runsOf({ bugDepth: 2, steps: 1000, runs: 24, measure }),
    );
    expect(measured?.slice(0, 2)).toEqual(MEASURED);
    expect(plain?.slice(0, 2)).toEqual(MEASURED);
    const cut = (runs: readonly string[] = []) =>
      runs.filter((run) => !/aaa/u.test(run) || !/bb/iu.test(run));
    expect(cut(plain)).toEqual([]);
    expect(cut(measured)).toEqual(['bbcaata', 'taaabcb', 'tcBaaaB', 'bbtaaca', 'aaatBcb']);
  });

  test('what it counts, and where it ends', () => {
    const { generated, attributed } = lettered();
    const search = new RandomPriorities(generated, attributed, OPTIONS);
    const counts = [2, 3, 10].map((states) => [
      ...[search.advance(states), search.states, search.transitions, search.depth],
    ]);
    expect(counts).toEqual([
      ['more', 2, 10, 1],
      ['more', 5, 22, 4],
      ['more', 15, 50, 7],
    ]);
    expect([search.run(), search.states, search.transitions, search.depth]).toEqual(['limit', 48, 132, 7]);
    expect(search.limit).toEqual({
      kind: 'sample',
      value: 6,
      sample: { runs: 6, steps: 20, bugDepth: 1, seed: 3, processes: 4, probability: 1 - 0.75 ** 6 },
    });
    expect([search.storeBytes, search.peakBytes, search.frontier]).toEqual([8, 8, 0]);
  });

  test('the way to what it has found, and to nothing else', () => {
    const { generated, attributed } = lettered();
    const search = new RandomPriorities(generated, attributed, { ...OPTIONS, seed: 4 });
    search.run();
    const found = search.propertyFindings.found.get(0);
    expect([found, search.deadlock]).toEqual([
      { state: 6, depth: 6 },
      { state: 7, depth: 7 },
    ]);
    expect([found, search.deadlock].map((each) => search.pathTo(each?.state ?? -1))).toEqual([
      [0, 0, 0, 2, 0, 1],
      [0, 0, 0, 2, 0, 1, 0],
    ]);
    expect(() => search.pathTo(1)).toThrow('a random search keeps no path to state 1');
    expect(() => search.first()).toThrow('a random search never finishes');
  });

  test('ends for other reasons', () => {
    const end = (options: Partial<RandomOptions>) => {
      const { generated, attributed } = lettered();
      const search = new RandomPriorities(generated, attributed, { ...OPTIONS, ...options });
      return [search.run(), search.limit, search.states];
    };
    expect(end({ maxStates: 5 })).toEqual(['limit', { kind: 'max-states', value: 5 }, 5]);
    expect(end({ properties: 1, deadlock: false, stopWhenDecided: true })).toEqual(['decided', null, 8]);
    expect(end({ stopAt: (states, at) => states[at] === 2 })).toEqual(['decided', null, 3]);
  });

  test('a failure that ends it does, whatever else was found in that state', () => {
    const { generated, attributed } = lettered();
    const expand: Generated['expand'] = (states, at, out) => {
      generated.failures.push(1, 2);
      return attributed.expand(states, at, out);
    };
    const options = { ...OPTIONS, abortOn: () => true, stopAt: () => true };
    const search = new RandomPriorities(generated, { ...attributed, expand }, options);
    expect([search.run(), search.states, search.target]).toEqual(['aborted', 1, { state: 0, depth: 0 }]);
    expect(search.aborted).toEqual({ failure: 1, attempt: 2, state: 0, depth: 0 });
    expect(search.pathTo(0)).toEqual([]);
  });
});

describe('what runs are worth', () => {
  test('a step that would fail is seen wherever a run comes by, whoever steps', async () => {
    const fails = built(
      "const s = { a: 0 }; process('p', () => { s.a = 1; }); process('q', () => { check(s.a === 1, 'after p'); });",
    );
    for (const seed of [1, 2, 3, 4]) {
      const { verdicts } = await run(fails, { seed, bugDepth: 1, maxDepth: 10, runs: 1 });
      expect(verdicts[0]?.status).toBe('violated');
    }
  });

  test('measured: changes come within the length of runs, and the runs that measured do not count', async () => {
    const short = built(`const s = { a: 0, bad: false };
process('p', () => { s.a = 1; s.a = 2; s.a = 3; s.a = 0; });
process('q', () => atomic(() => { if (s.a === 2) s.bad = true; }));
always('good', () => !s.bad);`);
    const search = async (options: CheckOptions) => (await run(short, { bugDepth: 2, ...options })).search;
    const { limit, propertyFindings } = await search({ runs: 100 });
    expect(limit?.sample).toMatchObject({ runs: 100, steps: 5, processes: 3 });
    expect(limit?.sample?.probability).toBeCloseTo(1 - (1 - 1 / 15) ** 90, 12);
    expect(propertyFindings.found.size).toBe(1);
    expect((await search({ runs: 9 })).limit?.sample).toMatchObject({ runs: 9, steps: 1000 });
    expect((await search({ runs: 100, maxDepth: 50 })).limit?.sample).toMatchObject({ steps: 50 });
    expect((await search({ runs: 1000 })).limit?.sample?.probability).toBe(
      -Math.expm1(980 * Math.log1p(-1 / 15)),
    );
  });

  test('of several runs', () => {
    const sample = sampleOf({ processes: 3, runs: 1000, seed: 1, bugDepth: 2, steps: 100 });
    expect(sample).toMatchObject({ runs: 1000, steps: 100, bugDepth: 2, processes: 4, seed: 1 });
    expect(sample.probability).toBeCloseTo(1 - (1 - 1 / 400) ** 1000, 12);
    expect(sampleOf({ processes: 0, runs: 1, seed: 1, bugDepth: 1, steps: 9 }).probability).toBe(1);
  });
});

describe('a seed determines the runs', () => {
  const dice = tiny(
    "const s = { a: 0 }; process('p', () => { s.a = choose(50); }); always('not 7', () => s.a !== 7);",
  );

  test('the verdict is violated or incomplete, never holds', async () => {
    const results = [];
    for (const seed of [1, 1, 2, 3, 4, 5, 6])
      for await (const { verdict, limit, properties } of check(dice, { search: 'random', seed, runs: 30 }))
        results.push([verdict, limit?.kind, properties[0]?.trace?.schedule ?? null]);
    expect(results[1]).toEqual(results[0]);
    expect(new Set(results.map(([verdict]) => verdict))).toEqual(new Set(['violated', 'incomplete']));
    expect(new Set(results.map(([, limit]) => limit))).toEqual(new Set(['sample']));
    for (const [verdict, , schedule] of results)
      expect(schedule).toBe(verdict === 'violated' ? 'u1.70' : null);
  });

  test('what it is worth is in the limit', async () => {
    for await (const { limit } of check(dice, {
      search: 'random',
      seed: 9,
      runs: 5,
      maxDepth: 8,
      bugDepth: 1,
    }))
      expect(limit).toEqual({
        kind: 'sample',
        value: '5',
        sample: { runs: 5, steps: 8, bugDepth: 1, seed: 9, processes: 2, probability: 1 - 0.5 ** 5 },
        growing: [],
      });
  });
});
