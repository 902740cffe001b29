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
const twoCores = await load('two-cores');
const classics = {
  peterson: await load('peterson'),
  phils: await load('phils'),
  anderson: await load('anderson'),
  leader: await load('leader'),
  pipeline: await load('pipeline'),
};

async function explored(
  loaded: LoadedScenario,
  variant: string,
  parameters: Readonly<Record<string, number>>,
  reduce: 'none' | 'por' | 'por,symmetry' = 'none',
): Promise<VariantResult> {
  const options = { variants: [variant], parameters, reduce };
  for await (const result of check(loaded, options)) return result;
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

describe('the classics have the states and edges that SPIN counts', () => {
  test.each([
    ['peterson', { n: 2 }, 20, 34, 6],
    ['peterson', { n: 3 }, 288, 651, 14],
    ['peterson', { n: 4 }, 4_752, 13_080, 24],
    ['peterson', { n: 5 }, 88_560, 286_985, 36],
    ['phils', { n: 6 }, 729, 2_916, 16],
    ['phils', { n: 8 }, 6_561, 34_992, 22],
    ['phils', { n: 10 }, 59_049, 393_660, 28],
    ['anderson', { n: 3 }, 138, 252, 13],
    ['anderson', { n: 4 }, 772, 1_504, 18],
    ['anderson', { n: 5 }, 4_880, 9_700, 23],
    ['anderson', { n: 6 }, 35_214, 70_344, 28],
    ['leader', { n: 3 }, 144, 336, 15],
    ['leader', { n: 4 }, 1_800, 5_524, 41],
    ['leader', { n: 5 }, 6_420, 24_146, 45],
    ['leader', { n: 6 }, 27_187, 122_625, 39],
    ['leader', { n: 7 }, 195_669, 1_003_738, 77],
    ['pipeline', { t: 2, v: 3 }, 1_316, 3_790, 48],
    ['pipeline', { t: 3, v: 3 }, 4_760, 16_288, 63],
    ['pipeline', { t: 4, v: 4 }, 59_991, 256_085, 104],
  ] as const)('%s %o', async (model, parameters, states, transitions, depth) => {
    const result = await explored(classics[model], 'fixed', parameters);
    expect(counts(result)).toEqual({ states, transitions, depth, verdict: 'holds' });
  });

  test('phils 8, all right-handed: a deadlock as soon as everyone has one fork', async () => {
    const result = await explored(classics.phils, 'buggy', { n: 8 });
    expect(counts(result)).toEqual({ states: 6_560, transitions: 34_984, depth: 21, verdict: 'violated' });
    const wrong = result.properties.filter(({ status }) => status !== 'holds');
    expect(wrong).toMatchObject([{ kind: 'deadlock', status: 'violated', trace: { shortest: true } }]);
    // Nearly each takes the fork that the one before wants next, who can go on no more: the fewest context switches.
    expect(wrong[0]?.trace?.steps.map(({ process }) => process)).toEqual(
      [6, 5, 4, 3, 2, 1, 0, 7].map((i) => `philosopher ${i}`),
    );
  });
});

describe('two-cores has the states and edges that SPIN counts', () => {
  test.each([
    [1, 0, 0, 'fixed', 846, 1_484, 30],
    [1, 0, 0, 'buggy', 456, 759, 25],
    [2, 0, 0, 'fixed', 7_245, 14_296, 40],
    [2, 0, 0, 'buggy', 2_838, 5_113, 35],
    [2, 1, 0, 'fixed', 149_723, 314_009, 60],
    [2, 0, 1, 'fixed', 179_408, 444_462, 50],
    [2, 0, 1, 'buggy', 103_810, 246_007, 45],
    [1, 1, 2, 'fixed', 3_090_864, 8_911_064, 62],
  ])(
    'n %i m %i t %i %s',
    async (n, m, t, variant, states, transitions, depth) => {
      const result = await explored(twoCores, variant, { n, m, t });
      const verdict = variant === 'fixed' ? 'holds' : 'violated';
      expect(counts(result)).toEqual({ states, transitions, depth, verdict });
      expect(result.because).toEqual([]);
    },
    60_000,
  );

  test('a message stays unread after 23 steps, when the other core is not told', async () => {
    const { properties } = await explored(twoCores, 'buggy', { n: 1, m: 0, t: 0 });
    const wrong = properties.filter(({ status }) => status !== 'holds');
    expect(wrong).toMatchObject([{ name: 'no message stays unread', trace: { shortest: true } }]);
    expect(wrong[0]?.trace?.steps).toHaveLength(23);
  });
});

/** Beside it what SPIN's reductions leave. */
test.each([
  ['uevent-wake 2 3 2', ueventWake, { k: 2, n: 3, m: 2 }, 0.3 * 184_888],
  ['two-cores 2 0 1', twoCores, { n: 2, m: 0, t: 1 }, 0.5 * 179_408],
  ['leader 7', classics.leader, { n: 7 }, 3 * 60],
  ['pipeline 4 4', classics.pipeline, { t: 4, v: 4 }, 3 * 45],
] as const)('partial order reduction of %s leaves few states', async (_, model, parameters, most) => {
  const { figures, verdict } = await explored(model, 'fixed', parameters, 'por');
  expect(verdict).toBe('holds');
  expect(figures.states).toBeLessThanOrEqual(most);
});

describe('both reductions of uevent-wake', () => {
  test.each([
    [2, 2, 1, 'fixed', 2_176, 5_120, 25],
    [2, 2, 1, 'buggy', 1_487, 3_500, 21],
    [3, 2, 2, 'fixed', 43_746, 134_541, 40],
    [3, 2, 2, 'buggy', 27_430, 81_566, 28],
  ])('k %i n %i m %i %s', async (k, n, m, variant, states, transitions, depth) => {
    const result = await explored(ueventWake, variant, { k, n, m }, 'por,symmetry');
    const verdict = variant === 'fixed' ? 'holds' : 'violated';
    expect(counts(result)).toEqual({ states, transitions, depth, verdict });
  });

  test('leave a tenth of the states of 3 2 2', async () => {
    const { figures, verdict } = await explored(ueventWake, 'fixed', { k: 3, n: 2, m: 2 }, 'por,symmetry');
    expect(verdict).toBe('holds');
    expect(figures.states).toBeLessThanOrEqual(0.1 * 1_225_716);
  });
});
