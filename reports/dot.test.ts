import { instance } from '@viz-js/viz';
import { expect, test } from 'vitest';
import { buildVariant } from '../checker/build_variant.ts';
import { checkBuilt } from '../checker/check.ts';
import { inlineScenario } from '../checker/language/inline_scenario.ts';
import type { StateGraph } from '../checker/verdict.ts';
import { DotReporter, dotText } from './dot.ts';
import type { CheckedVariant } from './events.ts';
import { run, surprise } from './fake.ts';
import { EVIL, hostile, reported } from './testing.ts';

interface Laid {
  readonly name: string;
  readonly label: string;
  readonly objects: readonly { readonly name: string; readonly label: string }[];
  readonly edges: readonly {
    readonly tail: number;
    readonly head: number;
    readonly label: string;
    readonly color?: string;
  }[];
}

/** Graphviz itself. */
async function laidOut(text: string): Promise<Laid> {
  const viz = await instance();
  const { status, errors, output } = viz.render(text, { format: 'json' });
  // It knows no widths of characters beyond ASCII, and warns.
  const serious = errors.filter(({ message }) => !message.includes('width of non-ASCII'));
  expect([status, serious]).toEqual(['success', []]);
  return JSON.parse(output ?? '') as Laid;
}

const COUNT = `import { always, scenario } from 'upy-check';
import { atomic, process } from 'upy-check/model';

export default scenario('count', {
  about: 'count++ is a read and a write',
  variants: { racy: { violates: 'no count is lost' } },
  build() {
    const seen = { count: 0, done: 0 };
    for (const name of ['left', 'right'])
      process(name, () => {
        seen.count++;
        atomic(() => {
          seen.done++;
        });
      });
    return [always('no count is lost', () => seen.done < 2 || seen.count === 2)];
  },
});
`;

async function counted(): Promise<
  CheckedVariant & { readonly graph: Extract<StateGraph, { kind: 'graph' }> }
> {
  const built = buildVariant(inlineScenario(COUNT, 'count.ts'), 'racy');
  const result = await checkBuilt(built, { graph: true });
  if (result.graph?.kind !== 'graph') throw new Error('no graph');
  return { ...result, graph: result.graph };
}

test('a real graph: Graphviz takes it, with every state and step, and the way of the trace in red', async () => {
  const result = await counted();
  const text = dotText(result.graph, result);
  await expect(text).toMatchFileSnapshot('goldens/count.golden.dot');
  const { objects, edges } = await laidOut(text);
  expect(objects).toHaveLength(result.figures.states);
  expect(edges.map(({ tail, head }) => [objects[tail]?.name, objects[head]?.name].join())).toEqual(
    expect.arrayContaining(result.graph.steps.map(({ from, to }) => [from, to].join())),
  );
  expect(edges.filter(({ color }) => color === 'red')).toHaveLength(
    result.properties.find(({ trace }) => trace !== null)?.trace?.steps.length ?? -1,
  );
});

test('hostile names are labels', async () => {
  const place = { file: EVIL, line: 1, column: 1, text: EVIL };
  const step = { process: EVIL, operation: EVIL, function: EVIL, place, elapsedUs: 0, from: 0 };
  const graph = {
    kind: 'graph' as const,
    variables: [EVIL],
    states: [{ values: [EVIL] }, { values: ['x'] }],
    steps: [
      { ...step, to: 1, failure: null, ordinal: 0 },
      { ...step, to: null, failure: EVIL, ordinal: -1 },
    ],
  };
  const { objects, edges } = await laidOut(dotText(graph, hostile));
  expect(objects.map(({ name }) => name)).toEqual(['0', '1', 'f1']);
  expect(edges).toHaveLength(2);
  expect(edges[0]?.label).toContain('<script>');
});

test('what is too large, or was not kept, has no file but a sentence', () => {
  const said: string[] = [];
  const large = { kind: 'too large', statesMax: 300, states: 4711 } as const;
  const results = [{ ...surprise, graph: large }, { ...surprise, graph: { ...large, states: 10 } }, surprise];
  reported(
    () => new DotReporter({ save: ({ name }) => said.push(name), warn: (text) => said.push(text) }),
    run(results),
  );
  expect(said).toEqual([
    'uevent-wake / check-then-sleep: 4,711 states are too many to draw (at most 300); make the model smaller with --set, or look at its traces',
    'uevent-wake / check-then-sleep: its states were not all found, or are more than 300; make the model smaller with --set, or look at its traces',
    'uevent-wake / check-then-sleep: the states were not kept',
  ]);
});
