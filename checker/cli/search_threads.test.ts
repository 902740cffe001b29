import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import type { check as Check } from '../check.ts';
import type { loadScenarios as Load } from '../language/loader.ts';
import { root } from '../language/own.ts';
import type { CheckOptions } from '../options.ts';
import type { VariantResult } from '../verdict.ts';
import type { threads as Threads } from './search_threads.ts';

/** Real threads, of the built package. */
vi.setConfig({ testTimeout: 120_000 });

const built = async <T>(path: string) =>
  (await import(pathToFileURL(join(root, 'dist/checker', path)).href)) as T;
const { check } = await built<{ check: typeof Check }>('index.js');
const { loadScenarios } = await built<{ loadScenarios: typeof Load }>('language/loader.js');
const { threads } = await built<{ threads: typeof Threads }>('cli/search_threads.js');

/** 184,888 states (136,032 without the mend): more than it takes to hire others. */
const PARAMETERS = { k: 2, n: 3, m: 2 };

/** 9,629,524 states: others have begun long before the end. */
const LARGE = { k: 3, n: 3, m: 2 };

async function results(
  workers: ReturnType<typeof Threads> | undefined,
  parameters = PARAMETERS,
  reduce: CheckOptions['reduce'] = 'none',
): Promise<VariantResult[]> {
  const [loaded] = await loadScenarios(join(root, 'bench/models/uevent-wake.ts'));
  if (loaded === undefined) throw new Error('no scenario');
  const all: VariantResult[] = [];
  for await (const result of check(loaded, { parameters, workers, reduce })) all.push(result);
  return all;
}

/** All but the memory: each thread keeps pages of its own. */
const withoutMemory = (all: readonly VariantResult[]) =>
  JSON.stringify(all.map((each) => ({ ...each, figures: { ...each.figures, storeBytes: 0 } })));

test('verdicts, counts and traces of one, two and three threads are the same, byte for byte', async () => {
  const one = await results(undefined);
  expect(one.map(({ variant, verdict, figures }) => [variant, verdict, figures.states])).toEqual([
    ['fixed', 'holds', 184888],
    ['buggy', 'violated', 136032],
  ]);
  expect(withoutMemory(await results(threads(2)))).toBe(withoutMemory(one));
  expect(withoutMemory(await results(threads(3)))).toBe(withoutMemory(one));
});

test('auto uses no reduction that several threads cannot', async () => {
  const many = { k: 3, n: 2, m: 2 };
  const plain = await results(undefined, many);
  expect(withoutMemory(await results(threads(2), many, 'auto'))).toBe(withoutMemory(plain));
  const alone = await results(undefined, many, 'auto');
  expect(alone[0]?.figures.states).toBeLessThan(plain[0]?.figures.states ?? 0);
});

/** Two workers, of which the other one runs this text in place of the machine's. */
function spoiled(spoil: (text: string) => string): ReturnType<typeof Threads> {
  const { count, hire } = threads(2);
  return { count, hire: (job) => hire({ ...job, source: { ...job.source, text: spoil(job.source.text) } }) };
}

test.each([
  ['ends before it begins', (text: string) => `process.exit(7);${text}`, 'exit code 7'],
  ['throws', (text: string) => `throw new Error('broken');${text}`, 'broken'],
  [
    'ends while it works and the other one waits',
    (text: string) => text.replace('function expand(A, b, out) {', '$& process.exit(7);'),
    'exit code 7',
  ],
])('a thread that %s is an error, and the search does not hang', async (_, spoil, why) => {
  await expect(results(spoiled(spoil), LARGE)).rejects.toMatchObject({
    code: 'UPY330',
    what: `a worker of the search has ended before its time: ${why}`,
  });
});
