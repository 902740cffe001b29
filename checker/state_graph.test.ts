import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildVariant } from './build_variant.ts';
import { checkBuilt } from './check.ts';
import { inlineScenario } from './language/inline_scenario.ts';
import { randomScenario } from './machine/random_program.ts';
import { randomModel } from './oracles/random_model.ts';
import { GRAPH_STATES_MAX } from './state_graph.ts';

const scenario = (body: string, timing = 'any', races = false) =>
  inlineScenario(`import { scenario } from 'upy-check';
import { always, busy, check, pause, process, until } from 'upy-check/model';
export default scenario('tiny', { about: 'x', timing: '${timing}', races: ${races}, variants: { only: { holds: true } }, build() { ${body} } });`);

const graphOf = async (body: string, timing?: string) => {
  const { graph, figures } = await checkBuilt(buildVariant(scenario(body, timing), 'only'), { graph: true });
  return { graph, figures };
};

test('all states and steps, with what differs between them', async () => {
  const { graph } = await graphOf(
    "const s = { a: 0, b: 7 }; process('p', () => { s.a = 1; busy(5); s.a = s.b; });",
    'prompt',
  );
  if (graph?.kind !== 'graph') throw new Error('no graph');
  expect(graph.variables).toEqual(['s.a']);
  expect(graph.states.map(({ values }) => values.join())).toMatchInlineSnapshot(`
    [
      "1",
      "7",
      "7",
      "7",
    ]
  `);
  expect(
    graph.steps.map(({ from, to, process, operation, elapsedUs, ordinal }) =>
      [from, to, process, operation, elapsedUs, ordinal].join(' '),
    ),
  ).toMatchInlineSnapshot(`
    [
      "0 1 p busy 0 0",
      "1 2  time 5 0",
      "2 3 p end 0 0",
    ]
  `);
});

test('a step that fails leads nowhere', async () => {
  const { graph } = await graphOf(
    "const s = { a: 0 }; process('p', () => { s.a = 1; check(s.a === 0, 'none'); });",
  );
  if (graph?.kind !== 'graph') throw new Error('no graph');
  expect(graph.steps.filter(({ to }) => to === null)).toMatchObject([
    { failure: 'none', process: 'p', ordinal: -1 },
  ]);
});

test('a data race is no time that passes', async () => {
  const body = "const s = { a: 0 }; process('p', () => { s.a = 1; }); process('q', () => { s.a = 2; });";
  const built = buildVariant(scenario(body, 'any', true), 'only');
  const { graph } = await checkBuilt(built, { graph: true });
  if (graph?.kind !== 'graph') throw new Error('no graph');
  expect(graph.steps.filter(({ process }) => process === null)).toMatchObject([
    { failure: 'data race: s.a', operation: 'data race', ordinal: -1 },
  ]);
});

test('too many states are said to be too many, and so are those of a search that was stopped', async () => {
  const counting = "const s = { a: 0 }; process('p', () => { while (s.a < 400) { s.a++; pause(); } });";
  const { graph, figures } = await graphOf(counting);
  expect(graph).toEqual({ kind: 'too large', statesMax: GRAPH_STATES_MAX, states: figures.states });
  const built = buildVariant(scenario(counting), 'only');
  const stopped = await checkBuilt(built, { graph: true, maxStates: 10 });
  expect(stopped.graph).toEqual({ kind: 'too large', statesMax: GRAPH_STATES_MAX, states: 10 });
});

test('nobody who does not ask gets one', async () => {
  expect(
    await checkBuilt(buildVariant(scenario("process('p', () => { pause(); });"), 'only')),
  ).not.toHaveProperty('graph');
});

test('random models: as many states as the search has found, and one place for each ordinal', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(randomScenario, async (text) => {
      const built = randomModel(text);
      if (built === null) return;
      const { graph, figures } = await checkBuilt(built, { graph: true, reduce: 'none', maxStates: 2000 });
      if (graph?.kind !== 'graph') return;
      compared++;
      expect(graph.states).toHaveLength(figures.states);
      for (const from of graph.states.keys()) {
        const own = graph.steps.filter((step) => step.from === from && step.ordinal >= 0);
        expect(own.map(({ ordinal }) => ordinal)).toEqual(own.map((_, i) => i));
      }
    }),
    { numRuns: 40, seed: 7 },
  );
  expect(compared).toBeGreaterThan(10);
});
