import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { check } from '../../checker/check.ts';
import { loadScenarios } from '../../checker/language/loader.ts';
import { AREAS } from './areas.ts';
import { pathOf, type Reached, scenariosOf } from './reached.ts';

const reached: Reached = {
  'a.ts': { 'model/x.ts': ['3:5'] },
  'b.ts': { 'model/x.ts': ['3:16', '7:5'], 'model/y.ts': ['1:1'] },
};

test.each([
  ['model/x.ts', ['3:5'], ['a.ts']],
  ['model/x.ts', ['3:16'], ['b.ts']],
  ['model/x.ts', ['6:5'], []],
  ['model/y.ts', ['1:1'], ['b.ts']],
  ['model/z.ts', ['1:1'], []],
  // The body of an arrow function that has no coverage of its own, and one that is handed over when the model is built.
  ['model/x.ts', ['3:9', '3:5'], ['a.ts']],
  ['model/x.ts', ['6:9', '6:5'], ['a.ts', 'b.ts']],
  ['model/z.ts', ['6:9', '6:5'], []],
])('who executes %s, %s', (file, within, scenarios) => {
  expect(scenariosOf(reached, { file, within })).toEqual(scenarios);
});

test('what coverage calls the files of the models is where their mutants are', async () => {
  const [loaded] = await loadScenarios(
    fileURLToPath(new URL('../../scenarios/uevent-wake.ts', import.meta.url)),
  );
  if (loaded === undefined) throw new Error('no scenario');
  const files = new Set<string>();
  const variants = ['notify-from-isr'];
  for await (const { coverage } of check(loaded, { coverage: true, variants }))
    for (const { file } of coverage) files.add(pathOf(file));
  const models = AREAS.find(({ name }) => name === 'models');
  expect([...files].filter((file) => models?.files.test(file)).length).toBeGreaterThan(3);
});
