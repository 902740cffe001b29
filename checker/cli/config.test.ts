import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Config } from '../config.ts';
import { commandOf, parseCommandLine } from './arguments.ts';
import { CONFIG_OPTIONS, configured } from './config.ts';
import { runProgram } from './program/testing.ts';
import { isUserError } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'upy-check-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads a file with this text; what it "exports" is given. */
async function read(
  config: unknown,
  text = JSON.stringify(config),
  name = 'upy-check.config.ts',
  cwd = folder,
) {
  writeFileSync(join(folder, name), text);
  const asked = name === 'upy-check.config.ts' && cwd === folder ? null : join(folder, name);
  return configured(asked, cwd, async () => (config === undefined ? {} : { default: config }));
}

/** Each option once, so that the type and the table of options cannot differ. */
const EVERY: Required<Config> = {
  scenarios: ['a.ts', 'b/'],
  variant: 'fixed',
  set: { edges: 2, label: 'x', loud: true },
  reporter: ['console', 'junit=out.xml'],
  out: 'report.txt',
  trace: 'all',
  timeline: true,
  ascii: true,
  witnesses: true,
  profile: true,
  coverage: true,
  maxStates: '10M',
  maxDepth: 100,
  maxMemory: '1G',
  maxTime: '5m',
  search: 'random',
  reduce: 'none',
  store: 'exact',
  workers: 1,
  preemptions: 2,
  runs: '10k',
  bugDepth: 4,
  seed: 7,
  checkpoint: 'run.checkpoint',
  checkpointEvery: 60,
  shard: '1/4',
  list: false,
};

test('every option of the check can be configured, and nothing else', () => {
  expect(Object.keys(EVERY).sort()).toEqual([...CONFIG_OPTIONS.keys()].sort());
});

test('what it says is what the same options say on the command line', async () => {
  const { search: _, runs: __, bugDepth: ___, ...fitting } = EVERY;
  const line =
    'a.ts b/ --variant fixed --set edges=2 --set label=x --set loud=true --reporter console --reporter junit=out.xml ' +
    '--out report.txt --trace all --timeline --ascii --witnesses --profile --coverage --max-states 10M --max-depth 100 ' +
    '--max-memory 1G --max-time 5m --reduce none --store exact --workers 1 --preemptions 2 --seed 7 ' +
    '--checkpoint run.checkpoint --checkpoint-every 60 --shard 1/4';
  const fromFile = await parseCommandLine([], '0.1.0', 100, async () => read(fitting));
  expect(fromFile).toEqual(await parseCommandLine(line.split(' '), '0.1.0'));
  const sampled = { scenarios: 'a.ts', search: 'random', runs: '10k', bugDepth: 4 };
  expect(await parseCommandLine([], '0.1.0', 100, async () => read(sampled))).toEqual(
    await parseCommandLine('a.ts --search random --runs 10k --bug-depth 4'.split(' '), '0.1.0'),
  );
});

describe('the command line wins', () => {
  const config = { scenarios: 'all/', variant: ['a', 'b'], set: { k: 1, n: 2 }, maxTime: 5, coverage: true };
  const command = async (line: string) =>
    parseCommandLine(line.split(' ').filter(Boolean), '0.1.0', 100, async () => read(config));

  test.each([
    ['', { paths: ['all/'], variants: ['a', 'b'], maxTimeMs: 5000, coverage: true }],
    ['one.ts', { paths: ['one.ts'], variants: ['a', 'b'] }],
    ['--variant c', { paths: ['all/'], variants: ['c'] }],
    ['--max-time 1m', { maxTimeMs: 60_000 }],
    ['--no-coverage', { coverage: false }],
  ])('%j', async (line, expected) => {
    expect(await command(line)).toMatchObject(expected);
  });

  test('parameters that it does not set stay', async () => {
    expect(await command('--set n=3 --set m=4')).toMatchObject({
      assignments: [
        { name: 'k', text: '1' },
        { name: 'n', text: '2' },
        { name: 'n', text: '3' },
        { name: 'm', text: '4' },
      ],
    });
  });
});

test('which file is read', async () => {
  const asked = async (line: string) => {
    const seen: unknown[] = [];
    await commandOf(
      { check: { scenarios: ['a.ts'], config: line === '' ? undefined : line } },
      async (file) => {
        seen.push(file);
        return {};
      },
    );
    return seen;
  };
  expect(await asked('')).toEqual([null]);
  expect(await asked('other.ts')).toEqual(['other.ts']);
  const none: unknown[] = [];
  await parseCommandLine(['a.ts', '--no-config'], '0.1.0', 100, async (file) => {
    none.push(file);
    return {};
  });
  expect(none).toEqual([false]);
  expect(await configured(false, folder, async () => ({}))).toEqual({});
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  expect(await configured(null, empty, async () => ({}))).toEqual({});
});

test('an option that is undefined is not given', async () => {
  expect(await read({ maxStates: undefined, seed: 7 }, '')).toEqual({ seed: '7' });
});

test('paths are relative to the file', async () => {
  const config = {
    scenarios: ['a.ts', '/abs'],
    reporter: ['junit=out.xml', 'vcd=traces/', 'json'],
    out: '-',
    checkpoint: 'c',
  };
  expect(await read(config, '', 'other.config.ts', join(folder, 'sub'))).toEqual({
    scenarios: ['../a.ts', '/abs'],
    reporter: ['junit=../out.xml', 'vcd=../traces/', 'json'],
    out: '-',
    checkpoint: '../c',
  });
});

describe('what is refused', () => {
  test.each([
    [{ maxState: 1 }, 'UPY360', "there is no option 'maxState'", "did you mean 'maxStates'?"],
    [{ config: 'x' }, 'UPY360', "there is no option 'config'", 'options: scenarios, variant'],
    [
      { maxStates: 'many' },
      'UPY361',
      `'maxStates' cannot be "many"`,
      'a positive number with or without a unit',
    ],
    [{ maxStates: Number.NaN }, 'UPY361', `'maxStates' cannot be null`, 'a string or a number'],
    [{ coverage: 'yes' }, 'UPY361', `'coverage' cannot be "yes"`, 'true or false'],
    [{ trace: 'al' }, 'UPY361', `'trace' cannot be "al"`, "did you mean 'all'?"],
    [{ set: ['k=1'] }, 'UPY361', `'set' cannot be ["k=1"]`, 'an object'],
    [{ set: { k: null } }, 'UPY361', `'set' cannot be {"k":null}`, 'an object'],
    [{ reporter: 'jnit' }, 'UPY361', `'reporter' cannot be "jnit"`, "did you mean 'junit'?"],
    [{ variant: [1, {}] }, 'UPY361', `'variant' cannot be [1,{}]`, 'a list of strings'],
    [{ shard: '4' }, 'UPY361', `'shard' cannot be "4"`, 'the form i/n'],
    [{ out: () => 1 }, 'UPY361', `'out' cannot be () => 1`, 'a string or a number'],
    [undefined, 'UPY362', 'exports no configuration', 'no default export'],
    [[], 'UPY362', 'exports no configuration', 'no object'],
  ])('%j is %s', async (config, code, what, likely) => {
    const refused = read(config, String(JSON.stringify(config)));
    await expect(refused).rejects.toThrow(isUserError(code));
    await expect(refused).rejects.toMatchObject({
      what: expect.stringContaining(what),
      likely: expect.stringContaining(likely),
    });
  });

  test('what JSON cannot show', async () => {
    const itself: Record<string, unknown> = {};
    itself.set = itself;
    for (const [config, shown] of [
      [{ maxStates: 10n }, "'maxStates' cannot be 10"],
      [itself, "'set' cannot be [object Object]"],
    ] as const)
      await expect(read(config, '')).rejects.toMatchObject({ what: expect.stringContaining(shown) });
  });

  test('at its line', async () => {
    const text = "export default defineConfig({\n  scenarios: 'maxState',\n  maxState: 3,\n});\n";
    await expect(read({ maxState: 3 }, text)).rejects.toMatchObject({
      place: { file: 'upy-check.config.ts', line: 3, column: 3, text: 'maxState: 3,' },
    });
  });

  test('a file that is not there', async () => {
    await expect(configured('nowhere.ts', folder, async () => ({}))).rejects.toThrow(isUserError('UPY300'));
  });
});

test('upy-check.config.ts: found in the working directory, typed, and the command line wins', async () => {
  const own = join(folder, 'configured');
  mkdirSync(own);
  cpSync(join(import.meta.dirname, 'fixtures/violated.ts'), join(own, 'racy.ts'));
  const write = (body: string) =>
    writeFileSync(
      join(own, 'upy-check.config.ts'),
      `import { defineConfig } from 'upy-check';\nexport default defineConfig({\n  ${body}\n});\n`,
    );
  write("scenarios: '.', variant: 'racy', reporter: ['console', 'json=out/r.json'],");
  expect(await runProgram(own)).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 variant in 1 scenario: 1 as expected'),
  });
  expect(JSON.parse(readFileSync(join(own, 'out/r.json'), 'utf8')).results).toHaveLength(1);
  expect((await runProgram(own, '--variant', 'fixed')).out).toMatch(/✓ fixed/u);
  expect(await runProgram(folder, '--config', 'configured/upy-check.config.ts')).toMatchObject({ code: 0 });
  expect(await runProgram(own, '--no-config')).toMatchObject({ code: 2 });
  write("scenarios: '.', varient: 'racy',");
  const { code, err } = await runProgram(own);
  expect(code).toBe(2);
  expect(err).toContain("error UPY360: upy-check.config.ts: there is no option 'varient'\n");
  expect(err).toContain('upy-check.config.ts:3');
  expect(err).toContain("did you mean 'variant'?");
  write('scenarios: (null as unknown as { x: string }).x,');
  expect((await runProgram(own)).err).toMatch(/UPY302: .*upy-check\.config\.ts:3:/su);
}, 60_000);
