import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, type LoadedScenario } from '../checker/check.ts';
import { loadScenarios } from '../checker/language/loader.ts';
import type { VariantResult } from '../checker/verdict.ts';

async function load(model: string): Promise<LoadedScenario> {
  const [loaded] = await loadScenarios(join(import.meta.dirname, 'models', `${model}.ts`));
  if (loaded === undefined) throw new Error(`${model} exports no scenario`);
  return loaded;
}

const ueventWake = await load('uevent-wake');
const wide = await load('wide');

async function explored(
  loaded: LoadedScenario,
  variant: string,
  parameters: Readonly<Record<string, number>>,
): Promise<VariantResult> {
  for await (const result of check(loaded, { variants: [variant], parameters })) return result;
  throw new Error(`${loaded.scenario.name} has no variant '${variant}'`);
}

function counts({ figures: { states, transitions, depth }, verdict }: VariantResult) {
  return { states, transitions, depth, verdict };
}

/** Every number is SPIN's: breadth first, all reductions off, its transitions less one (see README.md). */
describe('uevent-wake has the states and edges that SPIN counts', () => {
  test.each([
    [1, 1, 0, 1, 'fixed', 57, 81, 19],
    [1, 1, 0, 1, 'buggy', 48, 71, 15],
    [1, 1, 1, 1, 'fixed', 196, 416, 22],
    [1, 1, 1, 1, 'buggy', 172, 373, 20],
    [1, 1, 1, 4, 'fixed', 352, 746, 28],
    [1, 1, 1, 4, 'buggy', 316, 679, 26],
    [2, 2, 1, 1, 'fixed', 14_463, 45_244, 37],
    [2, 2, 1, 1, 'buggy', 10_379, 32_004, 35],
    [2, 2, 1, 4, 'fixed', 24_561, 76_816, 43],
    [2, 2, 1, 4, 'buggy', 18_461, 56_796, 41],
    [2, 3, 1, 1, 'fixed', 69_401, 225_505, 47],
    [2, 3, 1, 1, 'buggy', 49_606, 158_358, 45],
    [2, 3, 2, 1, 'fixed', 184_888, 709_134, 48],
    [2, 3, 2, 1, 'buggy', 136_032, 514_660, 46],
    [3, 2, 2, 1, 'fixed', 1_225_716, 5_406_832, 48],
  ])('k %i n %i m %i s %i %s', async (k, n, m, s, variant, states, transitions, depth) => {
    const result = await explored(ueventWake, variant, { k, n, m, s });
    const verdict = variant === 'fixed' ? 'holds' : 'violated';
    expect(counts(result)).toEqual({ states, transitions, depth, verdict });
  });
});

test.each([
  [1, 1, 0],
  [2, 2, 1],
  [2, 3, 2],
])('a lost wakeup of uevent-wake takes 9 steps with k %i n %i m %i', async (k, n, m) => {
  const { properties } = await explored(ueventWake, 'buggy', { k, n, m });
  const lost = properties.find(({ name }) => name === 'no lost wakeup');
  expect(lost).toMatchObject({ status: 'violated', trace: { shortest: true } });
  expect(lost?.trace?.steps).toHaveLength(9);
});

describe('wide has the states and edges that SPIN counts', () => {
  test.each([
    [2, 1, 1, 1, 94, 192, 16],
    [2, 2, 2, 2, 1_278, 3_356, 32],
    [2, 3, 2, 2, 11_422, 31_502, 48],
    [3, 2, 2, 2, 45_405, 141_387, 54],
  ])('d %i n %i q %i o %i', async (d, n, q, o, states, transitions, depth) => {
    const result = await explored(wide, 'fixed', { d, n, q, o });
    expect(counts(result)).toEqual({ states, transitions, depth, verdict: 'holds' });
  });

  test('in more than 300 bits', async () => {
    const { figures } = await explored(wide, 'fixed', { d: 3, n: 2, q: 2, o: 2 });
    expect(figures.bitsPerState).toBeGreaterThan(300);
  });
});
