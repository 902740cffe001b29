import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { check } from '../../checker/check.ts';
import { loadScenarios } from '../../checker/language/loader.ts';
import { AREAS } from './areas.ts';
import { pathOf, type Reached, scenariosOf } from './reached.ts';

const reached: Reached = {
  'a.ts': {
    'model/x.ts': [
      [3, true],
      [7, false],
    ],
  },
  'b.ts': {
    'model/x.ts': [
      [3, false],
      [7, true],
    ],
    'model/y.ts': [[1, true]],
  },
};

test.each([
  ['model/x.ts', 3, false, ['a.ts']],
  ['model/x.ts', 7, false, ['b.ts']],
  ['model/x.ts', 7, true, ['b.ts']],
  ['model/y.ts', 1, false, ['b.ts']],
  // Nobody has a statement there, and only functions that are handed over may be called all the same.
  ['model/x.ts', 6, false, []],
  ['model/x.ts', 6, true, ['a.ts', 'b.ts']],
  ['model/z.ts', 1, true, []],
])('who executes %s:%i, in an arrow: %s', (file, statement, isInArrow, scenarios) => {
  expect(scenariosOf(reached, { file, statement, isInArrow })).toEqual(scenarios);
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
