import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestSpecification, Vitest } from 'vitest/node';
import tests from '../../vitest.config.ts';
import oracles from '../../vitest.oracle.config.ts';
import LongFirst from './long_first.ts';

const ROOT = join(import.meta.dirname, '../..');

/** As large as here, and as long as the last run took, if there was one. */
interface Known {
  readonly size: number;
  readonly duration?: number;
}

/** The order in which these files begin. */
async function ordered(files: Readonly<Record<string, Known>>): Promise<string[]> {
  const known = (key: string): Known => files[key.slice(1)] as Known;
  const vitest = {
    config: { root: ROOT },
    cache: {
      getFileStats: (key: string) => ({ size: known(key).size }),
      getFileTestResults: (key: string) => {
        const { duration } = known(key);
        return duration === undefined ? undefined : { failed: false, duration };
      },
    },
  };
  const project = { name: '', config: { isolate: false, sequence: { groupOrder: 0 } } };
  const specifications = Object.keys(files).map((file) => ({ moduleId: join(ROOT, file), project }));
  const sequencer = new LongFirst(vitest as unknown as Vitest);
  const sorted = await sequencer.sort(specifications as unknown as TestSpecification[]);
  return sorted.map(({ moduleId }) => moduleId.slice(ROOT.length + 1));
}

test('on a fresh clone, scenarios and random models begin before all others; in each part large files come first', async () => {
  const files = {
    'checker/oracles/long_first.test.ts': { size: 200 },
    'scenarios/uevent-wake.test.ts': { size: 100 },
    'checker/language/semantics.test.ts': { size: 9000 },
    'checker/oracles/opinions.oracle.ts': { size: 300 },
    'checker/oracles/opinions.test.ts': { size: 8000 },
    'checker/oracles/reducible_opinions.oracle.ts': { size: 290 },
    'scenarios/uevent/uevent.test.ts': { size: 200 },
  };
  expect(Object.keys(files).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(await ordered(files)).toEqual([
    'checker/oracles/opinions.oracle.ts',
    'checker/oracles/reducible_opinions.oracle.ts',
    'scenarios/uevent/uevent.test.ts',
    'scenarios/uevent-wake.test.ts',
    'checker/language/semantics.test.ts',
    'checker/oracles/opinions.test.ts',
    'checker/oracles/long_first.test.ts',
  ]);
});

test('where the last run was measured, those that took longer come first in each part', async () => {
  const order = await ordered({
    'checker/language/semantics.test.ts': { size: 9000, duration: 50 },
    'checker/oracles/opinions.test.ts': { size: 8000, duration: 70 },
    'scenarios/uevent-wake.test.ts': { size: 100, duration: 10 },
    'scenarios/uevent/uevent.test.ts': { size: 90, duration: 20 },
  });
  expect(order).toEqual([
    'scenarios/uevent/uevent.test.ts',
    'scenarios/uevent-wake.test.ts',
    'checker/oracles/opinions.test.ts',
    'checker/language/semantics.test.ts',
  ]);
});

test('tests and oracles are put into this order', () => {
  for (const { test: settings } of [tests, oracles]) expect(settings?.sequence?.sequencer).toBe(LongFirst);
});
