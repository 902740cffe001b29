import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { check } from '../check.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import type { CheckOptions } from '../options.ts';
import type { Parameters } from '../scenario.ts';
import type { VariantResult } from '../verdict.ts';

// On machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

async function result(name: string, options: CheckOptions): Promise<VariantResult> {
  for (const loaded of await loadScenarios(join(root, 'bench/models', `${name}.ts`)))
    for await (const each of check(loaded, options)) return each;
  throw new Error('no variant');
}

const SMALL: Parameters = { k: 3, n: 2, m: 1 };
const LARGE: Parameters = { k: 3, n: 2, m: 2 };

async function figures(options: CheckOptions): Promise<[string, number, string]> {
  const { verdict, figures } = await result('uevent-wake', { variants: ['fixed'], ...options });
  return [verdict, figures.states, figures.reduction];
}

test('a small model is searched plainly', async () => {
  expect(await figures({ parameters: SMALL })).toEqual(['holds', 460_664, 'none']);
});

test('a model with more states is reduced, by whatever fits', async () => {
  expect(await figures({ parameters: LARGE, reduce: 'none' })).toEqual(['holds', 1_225_716, 'none']);
  expect(await figures({ parameters: LARGE })).toEqual(
    await figures({ parameters: LARGE, reduce: 'por,symmetry' }),
  );
  const [, , reduction] = await figures({ parameters: LARGE });
  expect(reduction).toBe('por,symmetry');
});

test('a limit on states below those that are searched plainly is one of plain search', async () => {
  const { verdict, limit, figures } = await result('uevent-wake', {
    variants: ['fixed'],
    parameters: LARGE,
    maxStates: 1000,
  });
  expect([verdict, limit?.kind, figures.reduction]).toEqual(['incomplete', 'max-states', 'none']);
});

test('a limit above them is one of the reduced search', async () => {
  const { verdict, limit, figures } = await result('uevent-wake', {
    variants: ['fixed'],
    parameters: LARGE,
    maxStates: 1_225_000,
  });
  expect([verdict, limit, figures.reduction]).toEqual(['holds', null, 'por,symmetry']);
});

test('profiles and other searches and stores are about all states', async () => {
  for (const options of [
    { profile: true },
    { search: 'depth-first' },
    { store: 'fingerprint' },
  ] satisfies CheckOptions[])
    expect(await figures({ ...options, parameters: LARGE })).toEqual(['holds', 1_225_716, 'none']);
});

test('a counterexample of a large model is that of plain search', async () => {
  const [plain, auto] = [
    await result('uevent-wake', { variants: ['buggy'], parameters: { k: 3, n: 2, m: 2 }, reduce: 'none' }),
    await result('uevent-wake', { variants: ['buggy'], parameters: { k: 3, n: 2, m: 2 } }),
  ];
  expect([plain.figures.reduction, auto.figures.reduction]).toEqual(['none', 'por,symmetry']);
  const lengths = [plain, auto].map(({ properties }) => properties.map(({ trace }) => trace?.steps.length));
  expect(lengths[1]).toEqual(lengths[0]);
});
