import { describe, expect, test } from 'vitest';
import { parseCommandLine } from './arguments.ts';
import { COMMAND_NAMES } from './command_table.ts';
import { globPattern } from './discover.ts';
import { exitOf } from './exit.ts';
import { durationText } from './monitor.ts';
import { routes } from './outputs.ts';
import { isUserError } from './testing.ts';
import { parseReporter } from './values.ts';

const parse = (line: string) =>
  parseCommandLine(
    line.split(' ').filter((word) => word !== ''),
    '0.1.0',
  );

describe('the command line', () => {
  test('without options', async () => {
    expect(await parse('a.ts 1')).toEqual({
      command: 'check',
      coverage: false,
      shard: null,
      checkpoint: null,
      checkpointEveryMs: null,
      watch: false,
      config: null,
      paths: ['a.ts', '1'],
      variants: [],
      assignments: [],
      reporters: [],
      out: null,
      traces: 'unexpected',
      timeline: false,
      ascii: false,
      workers: null,
      reduce: null,
      store: 'exact',
      search: 'breadth-first',
      preemptions: null,
      runs: null,
      bugDepth: null,
      maxStates: null,
      maxMemory: null,
      maxTimeMs: null,
      maxDepth: null,
      profile: false,
      witnesses: false,
      list: false,
      seed: null,
    });
  });

  test('repeated options take one value each; of single ones the last wins', async () => {
    expect(
      await parse('--variant a x.ts --variant b y.ts --max-states 1k --max-states 2k --set k=-1'),
    ).toMatchObject({
      paths: ['x.ts', 'y.ts'],
      variants: ['a', 'b'],
      maxStates: 2000,
      assignments: [{ name: 'k', text: '-1' }],
    });
  });

  test('a bound on switches means the search that counts them', async () => {
    expect(await parse('x.ts --preemptions 0')).toMatchObject({ search: 'fewest-switches', preemptions: 0 });
    expect(await parse('x.ts --search fewest-switches')).toMatchObject({ preemptions: null });
  });

  test.each([
    ['', /no scenario is given/u],
    ['x.ts --max-sates=3', /did you mean '--max-states'/u],
    ['x.ts --store exat', /did you mean 'exact'/u],
    ['x.ts --variant', /--variant needs a value/u],
    ['x.ts -v', /there is no option -v/u],
    ['steps', /'steps' needs a file/u],
    ['steps a.ts b.ts', /'b\.ts' is one word too many/u],
    ['x.ts --search dept-first', /--search dept-first/u],
    ['x.ts --search breadth-first --preemptions 2', /leave --search out/u],
    ['x.ts --preemptions 2 --store fingerprint', /must know them/u],
    ['x.ts --runs 10', /add --search random/u],
    ['x.ts --search random --store fingerprint', /remembers no states/u],
    ['x.ts --workers 0', /from 1 to 64/u],
    ['x.ts --workers 2 --reduce symmetry', /does not go with --reduce symmetry/u],
    ['x.ts --workers two', /from 1 to 64/u],
    ['x.ts --workers 2 --search depth-first', /does not go with --search depth-first/u],
    ['x.ts --workers 2 --store fingerprint', /does not go with --store fingerprint/u],
    ['x.ts --preemptions -1', /whole number|needs a value/u],
    ['x.ts --max-states 0', /--max-states 0/u],
    ['x.ts --watch --shard 1/2', /--watch does not go with --shard/u],
    ['completion bsh', /completion takes no 'bsh'/u],
  ])('%j is refused', async (line, message) => {
    await expect(parse(line)).rejects.toThrow(isUserError('UPY310'));
    await expect(parse(line)).rejects.toThrow(message);
  });

  test('the version is text', async () => {
    expect(await parse('--version')).toEqual({ command: 'print', text: '0.1.0' });
  });

  test('help of every command, 100 columns wide', async () => {
    const pages: string[] = [];
    for (const line of ['--help', ...COMMAND_NAMES.map((name) => `${name} --help`)]) {
      const help = await parse(line);
      if (help.command !== 'print') throw new Error('help is text');
      pages.push(`$ upy-check ${line}\n${help.text}\n`);
    }
    const all = pages.join('\n\n');
    await expect(all).toMatchFileSnapshot('goldens/help.txt');
    expect(all.split('\n').filter((row) => [...row].length > 100)).toEqual([]);
  });

  test.each([
    ['help', '--help'],
    ['-h', '--help'],
    ['x.ts --trace all -h', '--help'],
    ['help steps', 'steps --help'],
    ['steps x.ts -h', 'steps --help'],
  ])('%j is %j', async (short, long) => {
    expect(await parse(short)).toEqual(await parse(long));
  });

  test('a file may be called help', async () => {
    expect(await parse('help x.ts')).toMatchObject({ command: 'check', paths: ['help', 'x.ts'] });
  });
});

describe('where reports go', () => {
  const go = (reporters: string[], out: string | null = null) =>
    routes(reporters.map(parseReporter), out, import.meta.dirname).map(
      ({ name, to }) => `${name}→${typeof to === 'string' ? to : to.file}`,
    );

  test.each<[string[], string | null, string[]]>([
    [[], null, ['console→stdout']],
    [['json'], null, ['json→stdout']],
    [['json', 'console'], null, ['json→stdout', 'console→stderr']],
    [['github', 'console'], null, ['github→stdout', 'console→stdout']],
    [['junit=a.xml'], null, ['junit→a.xml', 'console→stdout']],
    [['json'], 'r.json', ['json→r.json', 'console→stdout']],
    [['json'], '-', ['json→stdout']],
    [['json=-', 'console'], null, ['json→stdout', 'console→stderr']],
    [['vcd=new/', 'itf=new/'], null, ['vcd→new/', 'itf→new/', 'console→stdout']],
    [['vcd=fixtures', 'itf=fixtures'], null, ['vcd→fixtures', 'itf→fixtures', 'console→stdout']],
    [[], 'r.txt', ['console→r.txt', 'console→stdout']],
    [['console'], 'r.txt', ['console→stdout', 'console→r.txt']],
    [['junit=a.xml'], 'r.txt', ['junit→a.xml', 'console→r.txt', 'console→stdout']],
    [['json=a.json', 'junit', 'console'], 'b.xml', ['json→a.json', 'junit→b.xml', 'console→stdout']],
  ])('%j with --out %s', (reporters, out, expected) => {
    expect(go(reporters, out)).toEqual(expected);
  });

  test.each<[string[], string | null]>([
    [['json', 'junit'], null],
    [['json', 'junit'], 'x'],
    [['json=x', 'junit=x'], null],
    [['json=x', 'junit=a/../x'], null],
    [['json=-', 'junit=-'], null],
    [['json=-', 'junit'], null],
    [['vcd=new/', 'vcd=./new/'], null],
    [['vcd=fixtures', 'vcd=fixtures/'], null],
  ])('%j with --out %s is refused', (reporters, out) => {
    expect(() => go(reporters, out)).toThrow(isUserError('UPY310'));
  });
});

test('the exit code is that of the worst', () => {
  const none = { interrupted: false, internal: false, errors: 0, notAsExpected: 0, incomplete: 0 };
  expect(
    [
      none,
      { ...none, incomplete: 1 },
      { ...none, incomplete: 1, notAsExpected: 1 },
      { ...none, notAsExpected: 1, errors: 1 },
      { ...none, errors: 1, internal: true },
      { ...none, internal: true, interrupted: true },
    ].map((outcome) => exitOf(outcome).code),
  ).toEqual([0, 3, 1, 2, 70, 130]);
});

test('globs', () => {
  const matches = (glob: string, path: string) => globPattern(glob).test(path);
  expect(matches('/s/*.ts', '/s/a.ts')).toBe(true);
  expect(matches('/s/*.ts', '/s/x/a.ts')).toBe(false);
  expect(matches('/s/**/*.ts', '/s/a.ts')).toBe(true);
  expect(matches('/s/**/*.ts', '/s/x/y/a.ts')).toBe(true);
  expect(matches('/s/{a,b}?.ts', '/s/b1.ts')).toBe(true);
  expect(matches('/s/[!a].ts', '/s/a.ts')).toBe(false);
  expect(matches('/s/a+b.ts', '/s/aab.ts')).toBe(false);
});

test('durations as they are written', () => {
  expect([500, 2000, 90_000, 120_000, 3_600_000].map(durationText)).toEqual([
    '500ms',
    '2s',
    '90s',
    '2m',
    '1h',
  ]);
});
