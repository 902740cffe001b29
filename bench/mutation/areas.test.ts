import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { AREAS, type Area, mutantsIn, SAMPLE, stageOf, stagesFor } from './areas.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const areaOf = (name: string): Area => AREAS.find((area) => area.name === name) as Area;

test.each(AREAS.map((area) => [area.name, area] as const))(
  '%s: has mutants, and tests that exist',
  (_, area) => {
    expect(mutantsIn(ROOT, area).length).toBeGreaterThan(100);
    expect(area.stages.flat().filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  },
);

test('a hundred mutants of an area are tried, of the models all', () => {
  expect(AREAS.map(({ name, sample = SAMPLE }) => [name, sample])).toEqual([
    ['lowering', 100],
    ['codegen', 100],
    ['store', 100],
    ['search', 100],
    ['models', Number.POSITIVE_INFINITY],
    ['atomicity', 100],
  ]);
});

describe('who is asked about a mutant', () => {
  const search = (name: string) =>
    stagesFor(ROOT, areaOf('search'), `checker/search/${name}.ts`).map((stage) =>
      stage.map((file) => file.slice('checker/'.length, -'.test.ts'.length)).join(' '),
    );

  test('first the test beside the file, then those that it is part of', () => {
    expect(search('pct')).toEqual([
      'search/pct',
      'search/fewest_switches',
      'search/depth_first_models',
      'search/fewest_switches_models',
      'search/pct_models',
      'property/verdicts',
    ]);
    expect(search('subjects')).toEqual([
      'search/backward',
      'search/breadth_first',
      'search/depth_first',
      'search/breadth_first_models',
    ]);
  });

  test('who has noticed is named by the stages of the area', () => {
    expect(stageOf(areaOf('search'), ['checker/search/links.test.ts'])).toBe(2);
    expect(stageOf(areaOf('store'), ['checker/machine/hash.test.ts'])).toBe(1);
  });

  test('of models all, whatever they import', () => {
    const models = areaOf('models');
    expect(stagesFor(ROOT, models, 'model/hardware/core.ts')).toBe(models.stages);
  });
});
