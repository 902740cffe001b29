import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { type BuiltVariant, buildVariant } from '../../build_variant.ts';
import { generate } from '../../machine/codegen.ts';
import { layOut } from '../../machine/layout.ts';
import { randomScenario } from '../../machine/random_program.ts';
import { randomModel } from '../../oracles/random_model.ts';
import { inlineScenario } from '../inline_scenario.ts';
import { Reading } from './reading.ts';

afterEach(() => vi.restoreAllMocks());

/** Everything that a search and a trace see of a program. */
function outline({ compiled }: BuiltVariant): string {
  const { program, memory } = compiled;
  const layout = layOut(compiled, new Map());
  const { source } = generate(compiled, layout, new Int32Array(layout.words));
  const site = (at: { start: number; end: number } | null) => at && [at.start, at.end];
  return JSON.stringify({
    source,
    variables: program.variables.map(({ id, kind, name, domain, initial }) => [
      id,
      kind,
      name,
      domain.kind,
      initial,
    ]),
    live: program.processes.map((each) => each.live.map((at) => at.map(({ id, name }) => [id, name]))),
    families: program.families.map(({ id, name, elements }) => [id, name, elements.map((v) => v?.id)]),
    failures: program.failures.map((each) => [
      each.number,
      each.kind,
      each.name,
      each.detail,
      site(each.site),
    ]),
    assumptions: program.assumptions,
    counted: [...memory.coverage.functions.values()].map((each) => [...each].map(({ start }) => start)),
  });
}

test('what is kept from an earlier lowering is what lowering it again would give', () => {
  const texts = fc.sample(randomScenario, { seed: 20, numRuns: 20 });
  const outlines = (): (string | null)[] =>
    texts.map(randomModel).map((built) => (built === null ? null : outline(built)));
  const holds = vi.spyOn(Reading.prototype, 'holds');
  const kept = outlines();
  expect(holds.mock.results.filter(({ value }) => value === true).length).toBeGreaterThan(100);
  holds.mockReturnValue(false);
  expect(kept).toEqual(outlines());
}, 120_000);

const MODEL = `import { always, scenario } from 'upy-check';
import { process } from 'upy-check/model';
export default scenario('model', { about: 'a test', variants: { only: { holds: true } }, build() {
const s = { x: 0, y: 0 };
const t = { z: 0 };
process('early', () => { if (s.x > 0) t.z = 1; });
process('late', () => { s.x = 1; });
process('alone', () => { s.y = 1; });
always('never', () => t.z < 2);
} });
`;

test('only what was told something that has changed since is lowered again', () => {
  const holds = vi.spyOn(Reading.prototype, 'holds');
  buildVariant(inlineScenario(MODEL, 'model.ts'), 'only');
  // The first lowering marks s.x and s.y. Only in the second does 'early' come to t.z, which was no variable before.
  expect(holds.mock.results.map(({ value }) => value)).toEqual([
    ...[false, false, false, false],
    ...[false, true, true, true],
  ]);
});
