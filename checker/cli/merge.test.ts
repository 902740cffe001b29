import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckedVariant } from '../../reports/events.ts';
import { cut, expectedViolation, holds, surprise } from '../../reports/fake.ts';
import type { JsonReport } from '../../reports/json.ts';
import { parseCommandLine } from './arguments.ts';
import type { CheckCommand, MergeCommand } from './commands.ts';
import { runMerge } from './merge.ts';
import { runCheck } from './run.ts';
import { parseShard } from './shard.ts';
import { fakeWorld, isUserError, loaded, userError } from './testing.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'upy-check-merge-'));
  for (const name of ['a', 'b', 'bad']) writeFileSync(join(folder, `${name}.ts`), '// scenario');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const OUTCOMES: Readonly<Record<string, CheckedVariant>> = { holds, expectedViolation, surprise, cut };
const FILES: Readonly<Record<string, readonly string[]>> = {
  a: ['holds', 'expectedViolation', 'holds2'],
  b: ['holds', 'cut', 'surprise', 'refused'],
};

const coverage = (file: string, reached: boolean) => [
  {
    file,
    statements: [
      { line: 1, column: 1, text: 'one', reached },
      { line: 2, column: 1, text: 'two', reached: false },
    ],
    branches: [],
  },
];

async function command(args: string) {
  return await parseCommandLine(args.split(' '), '0.1.0');
}

function worldOf(version = '0.1.0') {
  return fakeWorld(
    folder,
    {
      loadScenarios: async (path) => {
        const name = path.slice(folder.length + 1, -3);
        if (name === 'bad') throw userError('UPY302');
        return [loaded(name, FILES[name] as string[], {}, `${name}.ts`)];
      },
      async *check({ file, scenario }, { variants = [] } = {}) {
        const variant = variants[0] as string;
        if (variant === 'refused') throw userError('UPY101');
        const result = OUTCOMES[variant.replace(/\d$/u, '')] as CheckedVariant;
        yield {
          ...result,
          scenario: scenario.name,
          variant,
          file,
          coverage: coverage(file, variant === 'holds'),
        };
      },
    },
    { version },
  );
}

async function check(args: string, version?: string): Promise<JsonReport> {
  await runCheck((await command(`${args} --reporter json=out.json`)) as CheckCommand, worldOf(version).world);
  return JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as JsonReport;
}

async function merge(
  reports: readonly unknown[],
  args = '',
): Promise<JsonReport & { readonly text: string }> {
  const names = reports.map((report, i) => {
    writeFileSync(join(folder, `part${i}.json`), JSON.stringify(report));
    return `part${i}.json`;
  });
  const fake = worldOf();
  const asked = await command(`merge ${names.join(' ')} --reporter json=merged.json${args}`);
  const code = await runMerge(asked as MergeCommand, fake.world);
  const merged = JSON.parse(readFileSync(join(folder, 'merged.json'), 'utf8')) as JsonReport;
  expect(merged.exit.code).toBe(code);
  return { ...merged, text: fake.text.out };
}

const shards = async (args: string, of: number): Promise<JsonReport[]> => {
  const parts: JsonReport[] = [];
  for (let index = 1; index <= of; index++) parts.push(await check(`${args} --shard ${index}/${of}`));
  return parts;
};

describe.each(['a.ts', 'a.ts b.ts', 'a.ts b.ts bad.ts', 'b.ts --variant cut', 'a.ts --coverage'])(
  '%s',
  (args) => {
    test.each([1, 2, 3, 4, 5])('%i shards are the whole run', async (of) => {
      const whole = await check(args);
      const parts = await shards(args, of);
      const { text: _, ...merged } = await merge([...parts].reverse());
      expect(merged).toEqual(whole);
      const names = ({ results }: JsonReport): string[] =>
        results.map((r) => `${r.scenario}/${r.variant}`).sort();
      expect(parts.flatMap(names).sort()).toEqual(names(whole));
    });
  },
);

test('the report for people, through the reporters', async () => {
  const { text, exit, scenarios } = await merge(await shards('a.ts', 2));
  expect(text).toContain('3 variants in 1 scenario: 3 as expected');
  expect(text).toContain('  never reached: a.ts:2  two\n');
  expect(exit).toEqual({ code: 0, reason: 'as expected' });
  expect(scenarios.map(({ unreached }) => unreached?.map(({ line }) => line))).toEqual([[2]]);
});

test('never better than the parts', async () => {
  const rank = ['as expected', 'incomplete', 'not as expected', 'error', 'internal error', 'interrupted'];
  const reasons = fc.array(fc.constantFrom('as expected', 'internal error', 'interrupted'), {
    minLength: 3,
    maxLength: 3,
  });
  const parts = await shards('a.ts b.ts', 3);
  await fc.assert(
    fc.asyncProperty(reasons, async (chosen) => {
      const changed = parts.map((part, i) => {
        const reason = chosen[i] === 'as expected' ? part.exit.reason : (chosen[i] as string);
        return { ...part, exit: { ...part.exit, reason } };
      });
      const { exit } = await merge(changed);
      for (const part of changed)
        expect(rank.indexOf(exit.reason)).toBeGreaterThanOrEqual(rank.indexOf(part.exit.reason));
    }),
    { numRuns: 20 },
  );
});

test('a shard that was interrupted lacks results, and the whole is interrupted', async () => {
  const [one, two] = (await shards('a.ts', 2)) as [JsonReport, JsonReport];
  const cutShort = { ...one, results: [], exit: { code: 130, reason: 'interrupted' } };
  expect((await merge([cutShort, two])).exit).toEqual({ code: 130, reason: 'interrupted' });
});

describe('refused', async () => {
  const refused = async (reports: readonly unknown[], code = 'UPY313') => {
    await expect(merge(reports)).rejects.toThrow(isUserError(code));
  };

  test('a shard is missing, or there twice', async () => {
    const [one, two, three] = (await shards('a.ts', 3)) as [JsonReport, JsonReport, JsonReport];
    await refused([one, three]);
    await refused([one, one, three]);
    await refused([one, two, three, two]);
  });

  test('different versions, options, scenarios, or numbers of shards', async () => {
    const [one, two] = (await shards('a.ts', 2)) as [JsonReport, JsonReport];
    await refused([one, await check('a.ts --shard 2/2', '0.2.0')]);
    await refused([one, await check('a.ts --shard 2/2 --max-states 5')]);
    await refused([one, await check('a.ts b.ts --shard 2/2')]);
    await refused([one, await check('a.ts --variant holds --shard 2/2')]);
    await refused([one, await check('a.ts --shard 2/3')]);
    expect((await merge([one, await check('a.ts --shard 2/2 --max-memory 1G')])).exit.code).toBe(0);
    await refused([one, { ...two, results: [] }]);
    await refused([one, { ...two, results: [...two.results, ...two.results] }]);
  });

  test('what is not the report of a shard', async () => {
    const [one] = await shards('a.ts', 2);
    await refused([one, await check('a.ts')], 'UPY312');
    await refused([one, { ...one, schema: 'upy-check/report@2' }], 'UPY312');
    await refused([one, { ...one, results: undefined }], 'UPY312');
    await refused([one, null], 'UPY312');
    writeFileSync(join(folder, 'cut.json'), '{"schema":');
    const asked = (await command('merge cut.json gone.json')) as MergeCommand;
    await expect(runMerge(asked, worldOf().world)).rejects.toThrow(isUserError('UPY312'));
  });

  test('--shard', () => {
    expect(parseShard('2/5')).toEqual({ index: 2, of: 5 });
    for (const text of ['0/2', '3/2', '1', '1/0', 'a/b', '1/2/3', '-1/2'])
      expect(() => parseShard(text)).toThrow(isUserError('UPY310'));
  });
});
