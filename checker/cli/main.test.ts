import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BINARY, ended, startProgram } from './program/testing.ts';

/** The built program on copies of the fixtures in a folder of their own. */
let folder = '';

const start = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess =>
  startProgram(folder, args, environment);

const cli = (...args: string[]) => ended(start(args));
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
/** Figures of time differ from run to run. */
const timeless = (text: string) =>
  text.replaceAll(/\d+\.\d s/gu, '0.0 s').replaceAll(/[\d,]+ states\/s/gu, '0 states/s');

beforeAll(() => {
  if (!existsSync(BINARY)) throw new Error('the program is not built: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'upy-check-'));
  cpSync(join(import.meta.dirname, 'fixtures'), folder, { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('without the engine', { timeout: 30_000 }, () => {
  test('--version and --help', async () => {
    expect(await cli('--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/u),
    });
    expect((await cli('--help')).out).toContain('Exit code: 0 every verdict as expected');
    expect((await cli('replay', '--help')).out).toContain('--schedule');
  });

  test.each([
    [[], 'UPY310', 'upy-check --help'],
    [['holds.ts', '--max-sates', '3'], 'UPY310', "did you mean '--max-states'?"],
    [['holds.ts', '--store', 'exat'], 'UPY310', "did you mean 'exact'?"],
    [['holds.ts', '--reporter', 'jnit'], 'UPY310', "did you mean 'junit'?"],
    [['holds.ts', '--max-time', 'soon'], 'UPY310', '--max-time 60s'],
    [['holds.ts', '--set', 'rounds'], 'UPY310', '--set rounds=3'],
    [['holds.ts', '--reporter', 'json', '--reporter', 'junit'], 'UPY310', '--reporter junit=out.xml'],
    [['stpes', 'holds.ts'], 'UPY310', "did you mean 'steps'?"],
    [['hold.ts'], 'UPY300', "did you mean 'holds.ts'?"],
    [['nothing*.ts'], 'UPY311', 'nothing*.ts'],
    [['holds.ts', '--reporter', 'json=.'], 'UPY309', 'another file'],
    [['replay', 'holds.ts'], 'UPY310', '--schedule'],
    [['replay', 'missing.json'], 'UPY300', 'missing.json'],
  ])('%j is refused with %s and says %s', async (args, code, text) => {
    const { code: exit, out, err } = await cli(...args);
    expect(err).toContain(`error ${code}: `);
    expect(err).toContain(text);
    expect(err).not.toMatch(/^\s+at .*\.js:\d+/mu);
    expect(exit).toBe(2);
    expect(out).toBe('');
  });
});

describe('scenarios', { timeout: 60_000 }, () => {
  test('all as expected: 0', async () => {
    const { code, out, err } = await cli('holds.ts', 'violated.ts');
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toMatch(/✓ fixed +holds .* states, /u);
    expect(out).toMatch(/✓ racy +violated as expected .*\n {4}violated: no count is lost/u);
    expect(out).toContain('4 variants in 2 scenarios: 4 as expected');
  });

  test('not as expected: 1, with the trace and a replay command that works', async () => {
    const { code, out } = await cli('wrong_expectation.ts');
    expect(code).toBe(1);
    expect(out).toMatch(/✗ racy +violated /u);
    expect(out).toMatch(/✗ fixed +holds /u);
    expect(out).toContain('What went wrong');
    const command =
      /^ {2}npx upy-check (replay wrong_expectation\.ts --variant racy --schedule u1\.\S+)$/mu.exec(out)?.[1];
    expect(command).toBeDefined();
    const replayed = await cli(...(command ?? '').split(' '));
    expect(replayed.out).toContain('✓ the scenario does exactly this');
    expect(replayed.code).toBe(0);
  });

  test('a model that does nothing: 1', async () => {
    const { code, out } = await cli('silent.ts');
    expect(code).toBe(1);
    expect(out).toContain("the model never comes to 'both edges are seen'");
  });

  test.each([
    [['--max-states', '1k'], '--max-states 1,000'],
    [['--max-depth', '10'], '--max-depth 10'],
    [['--max-time', '300ms'], '--max-time 300ms'],
    [['--max-memory', '1M'], '--max-memory'],
  ])('incomplete with %j: 3', async (args, text) => {
    const { code, out } = await cli('incomplete.ts', ...args);
    expect(code).toBe(3);
    expect(out).toMatch(/\? endless +incomplete /u);
    expect(out).toContain(`stopped by ${text}`);
  });

  test('an error beside a good scenario: 2, and the good one is checked', async () => {
    const { code, out } = await cli('refused.ts', 'holds.ts');
    expect(code).toBe(2);
    expect(out).toMatch(/error UPY1\d\d: /u);
    expect(out).toContain('refused.ts:9:');
    expect(out.match(/error UPY/gu)).toHaveLength(1);
    expect(out).toMatch(/✓ fixed/u);
  });

  test.each([
    ['throws.ts', /UPY302: throws\.ts throws while it is loaded/u],
    ['throws_in_build.ts', /UPY2\d\d: .*the board has no pin 99/u],
    ['none.ts', /UPY301: none\.ts exports no scenario/u],
  ])('%s: 2, without a stack', async (file, message) => {
    const { code, out, err } = await cli(file);
    expect(out).toMatch(message);
    expect(out + err).not.toMatch(/^\s+at .*\.js:\d+/mu);
    expect(code).toBe(2);
  });

  test('a folder: files without a scenario and tests are passed over', async () => {
    mkdirSync(join(folder, 'sub/deep'), { recursive: true });
    cpSync(join(folder, 'holds.ts'), join(folder, 'sub/deep/holds.ts'));
    cpSync(join(folder, 'none.ts'), join(folder, 'sub/none.ts'));
    writeFileSync(join(folder, 'sub/holds.test.ts'), 'throw new Error("scenario tests are not run");');
    expect(await cli('sub')).toMatchObject({
      code: 0,
      out: expect.stringContaining('2 variants in 1 scenario: 2 as expected'),
    });
    expect(await cli('sub/**/h*.ts')).toMatchObject({ code: 0 });
  });

  test('--variant: one of them; a name that nobody has is UPY304', async () => {
    expect((await cli('holds.ts', 'violated.ts', '--variant', 'racy')).out).toContain(
      '1 variant in 1 scenario: 1 as expected',
    );
    const { code, out } = await cli('holds.ts', '--variant', 'fixd');
    expect(code).toBe(2);
    expect(out).toContain("UPY304: scenario 'holds' has no variant 'fixd'");
    expect(out).toContain("did you mean 'fixed'?");
  });

  test('--set: the value reaches build(); unknown names and wrong types are refused', async () => {
    const [one, three] = [
      await cli('holds.ts', '--reporter', 'json'),
      await cli('holds.ts', '--reporter', 'json', '--set', 'rounds=3'),
    ];
    expect(JSON.parse(three.out).results[0].parameters.rounds).toBe(3);
    expect(JSON.parse(three.out).results[0].figures.states).toBeGreaterThan(
      JSON.parse(one.out).results[0].figures.states,
    );
    expect((await cli('holds.ts', '--set', 'round=3')).out).toContain("did you mean 'rounds'?");
    expect((await cli('holds.ts', '--set', 'rounds=many')).out).toContain(
      "UPY306: --set rounds=many: 'rounds' is a number",
    );
  });

  test('--list', async () => {
    const { code, out } = await cli('holds.ts', '--list');
    expect(code).toBe(0);
    expect(out).toContain(
      '  --variant fixed  holds\n  --variant also   holds\n  --set rounds=1  --set label=x  --set loud=false\n',
    );
    expect(JSON.parse((await cli('holds.ts', '--list', '--reporter', 'json')).out).schema).toBe(
      'upy-check/list@1',
    );
  });

  test('several reporters, to files and to the console', async () => {
    const { code, out } = await cli(
      'violated.ts',
      '--reporter',
      'junit=out/j.xml',
      '--reporter',
      'json=out/r.json',
      '--reporter',
      'github',
      '--reporter',
      'console',
    );
    expect(code).toBe(0);
    expect(out).toContain('::notice title=upy-check%3A as expected::');
    expect(out).toMatch(/✓ racy/u);
    expect(read('out/j.xml')).toMatch(/^<\?xml .*<testsuite name="violated" /su);
    expect(JSON.parse(read('out/r.json')).schema).toBe('upy-check/report@1');
  });

  test('a file reporter does not silence the console; --out takes the report that has no file', async () => {
    expect((await cli('holds.ts', '--reporter', 'junit=j.xml')).out).toContain('2 as expected');
    expect((await cli('holds.ts', '--reporter', 'json', '--out', 'o.json')).out).toContain('2 as expected');
    expect(JSON.parse(read('o.json')).exit).toEqual({ code: 0, reason: 'as expected' });
    expect((await cli('holds.ts', '--out', 'o.txt')).out).toContain('2 as expected');
    expect(timeless(read('o.txt'))).toContain('2 as expected');
  });

  test('replay of a JSON report, and of one trace out of it', async () => {
    await cli('violated.ts', '--reporter', 'json=report.json');
    expect(await cli('replay', 'report.json')).toMatchObject({
      code: 0,
      out: expect.stringContaining('the scenario does exactly this'),
    });
    const [racy] = JSON.parse(read('report.json')).results;
    const trace = racy.properties.find((each: { trace: unknown }) => each.trace !== null).trace;
    writeFileSync(join(folder, 'trace.json'), JSON.stringify(trace));
    expect(await cli('replay', 'trace.json')).toMatchObject({ code: 0 });
    writeFileSync(join(folder, 'other.json'), JSON.stringify({ ...trace, variant: 'fixed' }));
    expect(await cli('replay', 'other.json')).toMatchObject({
      code: 1,
      out: expect.stringContaining('no longer does this'),
    });
    expect(await cli('replay', 'report.json', '--property', 'no count lost')).toMatchObject({
      code: 2,
      err: expect.stringContaining('UPY307'),
    });
    expect(await cli('replay', 'violated.ts', '--variant', 'racy', '--schedule', 'u9.00')).toMatchObject({
      code: 2,
      err: expect.stringContaining('UPY3'),
    });
  });

  test('replay of a scenario that has changed says where the trace no longer fits', async () => {
    cpSync(join(folder, 'violated.ts'), join(folder, 'changed.ts'));
    await cli('changed.ts', '--reporter', 'json=changed.json');
    const schedule = JSON.parse(read('changed.json')).results[0].properties.find(
      (each: { trace: unknown }) => each.trace !== null,
    ).trace.schedule as string;
    expect(await cli('replay', 'changed.json')).toMatchObject({ code: 0 });
    writeFileSync(
      join(folder, 'changed.ts'),
      read('violated.ts').replace("if (variant === 'racy')", 'if (false)'),
    );
    const { code, out } = await cli('replay', 'changed.json');
    expect(code).toBe(1);
    expect(out).toMatch(/✗ the scenario no longer does this: step \d+ does not fit/u);
    expect(out).toMatch(/the trace has there: .*seen\.count/u);
    expect(out).toMatch(/the scenario can do instead:\n {2}(left|right): /u);
    const scheduled = await cli('replay', 'changed.ts', '--variant', 'racy', '--schedule', schedule);
    expect(scheduled.out).toMatch(/✗ the scenario no longer does this: step \d+ does not fit/u);
    expect(scheduled.code).toBe(1);
  });

  test('a file with two scenarios: the replay command names the one', async () => {
    const { out } = await cli('several.ts', '--trace', 'all');
    expect(out).toContain('upy-check replay several.ts --scenario second --variant only --schedule u1.');
    expect(await cli('steps', 'several.ts')).toMatchObject({
      code: 2,
      err: expect.stringContaining('UPY308'),
    });
    expect(await cli('steps', 'several.ts', '--scenario', 'first')).toMatchObject({ code: 0 });
  });

  test('steps: marks where a process can be preempted, and by whom', async () => {
    const { code, out } = await cli('steps', 'violated.ts', '--variant', 'racy');
    expect(code).toBe(0);
    expect(out).toMatch(/│seen\.count\+\+.*← right/u);
  });

  test('--profile, --witnesses, --trace, --reduce, --store, --seed', async () => {
    const { code, out } = await cli(
      'holds.ts',
      '--variant',
      'fixed',
      '--profile',
      '--witnesses',
      '--reduce',
      'none',
      '--seed',
      '42',
    );
    expect(code).toBe(0);
    expect(out).toContain('Where the states are');
    expect(out).toContain('reached: both are done');
    const symmetric = await cli('holds.ts', '--variant', 'fixed', '--profile', '--reduce', 'symmetry');
    expect(symmetric).toMatchObject({ code: 0, out: expect.stringContaining('\nSymmetry\n') });
    const print = await cli('holds.ts', '--store', 'fingerprint', '--reporter', 'json', '--seed', '42');
    expect(JSON.parse(print.out).settings).toMatchObject({ seed: 42, store: 'fingerprint' });
    expect((await cli('holds.ts', '--store', 'fingerprint')).out).toMatch(
      /states are told apart by 64-bit fingerprints; one was missed with probability \d/u,
    );
    for (const store of ['bitstate', 'hash-compact']) {
      const found = await cli(
        'holds.ts',
        '--store',
        store,
        '--reporter',
        'console',
        '--reporter',
        'json=l.json',
      );
      expect(found.code).toBe(3);
      expect(found.out).toMatch(
        /stopped by the store, which takes some states for others: one was missed with\s+probability \d/u,
      );
      for (const { verdict, limit, properties } of JSON.parse(read('l.json')).results) {
        expect([verdict, limit.kind]).toEqual(['incomplete', 'omission']);
        expect(properties.filter((each: { kind: string }) => each.kind === 'deadlock')).toMatchObject([
          { status: 'undecided' },
        ]);
      }
    }
    expect((await cli('violated.ts', '--trace', 'all')).out).toContain('What went wrong');
    expect((await cli('wrong_expectation.ts', '--trace', 'none')).out).not.toContain('What went wrong');
  });

  test('hostile names reach no terminal, and leave XML and JSON whole', async () => {
    const { code, out } = await cli(
      'hostile.ts',
      '--reporter',
      'console',
      '--reporter',
      'github',
      '--reporter',
      'junit=h.xml',
      '--reporter',
      'json=h.json',
    );
    expect(code).toBe(1);
    expect(out).not.toContain('\u001b[31m');
    expect(out.split('\n').filter((line) => line.startsWith('::error'))).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the question
    expect(read('h.xml')).not.toMatch(/[\u0000-\u0008\u001b]/u);
    expect(JSON.parse(read('h.json')).results[0].scenario).toContain('\u001b[31m');
  });

  test('colours: none in a pipe, unless forced', async () => {
    expect((await cli('holds.ts')).out).not.toContain('\u001b[');
    expect((await ended(start(['holds.ts'], { NO_COLOR: '1' }))).out).not.toContain('\u001b[');
    expect((await ended(start(['holds.ts'], { FORCE_COLOR: '0' }))).out).not.toContain('\u001b[');
    expect((await ended(start(['holds.ts'], { FORCE_COLOR: '1' }))).out).toContain('\u001b[32m✓');
    expect((await ended(start(['holds.ts'], { FORCE_COLOR: '1', NO_COLOR: '1' }))).out).toContain(
      '\u001b[32m✓',
    );
  });
});

describe('Ctrl-C', { timeout: 60_000 }, () => {
  test('ends with what was found so far: 130', async () => {
    const child = start([
      'incomplete.ts',
      '--reporter',
      'json=i.json',
      '--reporter',
      'console',
      '--max-time',
      '30s',
    ]);
    const end = ended(child);
    // It listens once it has opened its reports.
    await vi.waitUntil(() => existsSync(join(folder, 'i.json')), { timeout: 20_000 });
    setTimeout(() => child.kill('SIGINT'), 2000);
    const { code, out, err } = await end;
    expect(code).toBe(130);
    expect(err).toContain('stopping; Ctrl-C again to end at once');
    expect(out).toMatch(/\? endless +incomplete /u);
    expect(out).toContain('Interrupted: what is above is what was found so far.');
    expect(JSON.parse(read('i.json')).exit).toEqual({ code: 130, reason: 'interrupted' });
  });
});
