import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BINARY } from './program/testing.ts';

let folder = '';

beforeAll(() => {
  if (!existsSync(BINARY)) throw new Error('the program is not built: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'upy-check-traces-'));
  cpSync(join(import.meta.dirname, 'fixtures'), folder, { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function cli(...args: string[]): {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
} {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [BINARY, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, NO_COLOR: '1' },
  });
  return { code: status, out: stdout, err: stderr };
}

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('formats with one trace in a file', { timeout: 60_000 }, () => {
  test('a folder gets every trace under a name of its own, of several formats', () => {
    const reporters = ['perfetto', 'vcd', 'itf'].flatMap((name) => ['--reporter', `${name}=traces/`]);
    const { code, out, err } = cli('violated.ts', 'wrong_expectation.ts', '--trace', 'none', ...reporters);
    expect(code).toBe(1);
    expect(out).toContain('4 variants in 2 scenarios');
    expect(err).toBe('perfetto: 2 traces in traces/\nvcd: 2 traces in traces/\nitf: 2 traces in traces/\n');
    expect(readdirSync(join(folder, 'traces')).sort()).toEqual([
      'violated.racy.no-count-is-lost.itf.json',
      'violated.racy.no-count-is-lost.perfetto.json',
      'violated.racy.no-count-is-lost.vcd',
      'wrong-expectation.racy.no-count-is-lost.itf.json',
      'wrong-expectation.racy.no-count-is-lost.perfetto.json',
      'wrong-expectation.racy.no-count-is-lost.vcd',
    ]);
    expect(JSON.parse(read('traces/violated.racy.no-count-is-lost.itf.json')).vars).toContain('seen.count');
    expect(JSON.parse(read('traces/violated.racy.no-count-is-lost.perfetto.json')).otherData.variant).toBe(
      'racy',
    );
  });

  test('a folder that is there needs no slash', () => {
    mkdirSync(join(folder, 'there'));
    expect(cli('violated.ts', '--reporter', 'vcd=there', '--reporter', 'itf=there').err).toBe(
      'vcd: 1 trace in there\nitf: 1 trace in there\n',
    );
    expect(readdirSync(join(folder, 'there')).sort()).toEqual([
      'violated.racy.no-count-is-lost.itf.json',
      'violated.racy.no-count-is-lost.vcd',
    ]);
  });

  test('a number is passed over where the file is that of another report', () => {
    const reporters = ['vcd=a.x', 'itf=a-2.x', 'json=a-4.x'].flatMap((each) => ['--reporter', each]);
    const { err } = cli('violated.ts', 'wrong_expectation.ts', ...reporters);
    expect(err).toBe(
      'vcd: a.x is trace 1 of 2: violated / racy: no count is lost\n' +
        'vcd: a-3.x is trace 2 of 2: wrong-expectation / racy: no count is lost\n' +
        'itf: a-2.x is trace 1 of 2: violated / racy: no count is lost\n' +
        'itf: a-2-2.x is trace 2 of 2: wrong-expectation / racy: no count is lost\n',
    );
    expect(read('a-3.x')).toMatch(/^\$version upy-check/u);
    expect(JSON.parse(read('a-2.x'))['#meta'].scenario).toBe('violated');
    expect(JSON.parse(read('a-4.x')).schema).toBe('upy-check/report@1');
    const crossing = ['vcd=b-2.x', 'itf=b.x'].flatMap((each) => ['--reporter', each]);
    expect(cli('violated.ts', 'wrong_expectation.ts', ...crossing).err).toContain(
      'itf: b-3.x is trace 2 of 2',
    );
  });

  test('a file gets the first trace, the others stand beside it with numbers', () => {
    const { err } = cli('violated.ts', 'wrong_expectation.ts', '--reporter', 'itf=a.itf.json');
    expect(err).toBe(
      'itf: a.itf.json is trace 1 of 2: violated / racy: no count is lost\n' +
        'itf: a-2.itf.json is trace 2 of 2: wrong-expectation / racy: no count is lost\n',
    );
    expect(JSON.parse(read('a.itf.json'))['#meta'].scenario).toBe('violated');
    expect(JSON.parse(read('a-2.itf.json'))['#meta'].scenario).toBe('wrong-expectation');
  });

  test('one trace needs no words; without any there is no file', () => {
    expect(cli('violated.ts', '--reporter', 'vcd=one.vcd').err).toBe('');
    expect(read('one.vcd')).toContain('$comment violated / racy: no count is lost $end');
    expect(cli('holds.ts', '--reporter', 'vcd=one.vcd').err).toBe(
      'vcd: there is no trace, so there is no one.vcd\n',
    );
    expect(existsSync(join(folder, 'one.vcd'))).toBe(false);
  });

  test('a pipe that gets no trace stays', () => {
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    const reader = spawn('cat', [join(folder, 'pipe')], { stdio: 'ignore' });
    expect(cli('holds.ts', '--reporter', 'vcd=pipe').err).toBe('vcd: there is no trace\n');
    expect(existsSync(join(folder, 'pipe'))).toBe(true);
    reader.kill();
  });

  test('standard output gets the first trace and nothing else', () => {
    const { out, err } = cli('violated.ts', 'wrong_expectation.ts', '--reporter', 'vcd');
    expect(out).toMatch(/^\$version upy-check \$end\n\$comment violated \/ racy: /u);
    expect(err).toBe('vcd: only the first of 2 traces; --reporter vcd=traces/ writes all into a folder\n');
  });

  test('what cannot be written is refused before the search, and so are two reports in one file', () => {
    const unwritable = cli('violated.ts', '--reporter', 'vcd=holds.ts/x.vcd');
    expect([unwritable.code, unwritable.out]).toEqual([2, '']);
    expect(unwritable.err).toContain('error UPY309: holds.ts/x.vcd cannot be written');
    const underFile = cli('violated.ts', '--reporter', 'vcd=holds.ts/');
    expect([underFile.code, underFile.out]).toEqual([2, '']);
    expect(underFile.err).toMatch(
      /^error UPY309: holds\.ts\/ cannot be written: .*\n {2}likely {2}a file is in its way, .*\n {2}do {6}give another folder\n$/u,
    );
    const twice = cli('violated.ts', '--reporter', 'vcd=x', '--reporter', 'itf=./x');
    expect(twice.err).toContain('error UPY310: two reports go to ./x');
  });

  test('dot: a graph for each variant, and a sentence where it would be too large', () => {
    const { code, err } = cli('violated.ts', 'holds.ts', '--set', 'rounds=200', '--reporter', 'dot=graphs/');
    expect(code).toBe(0);
    expect(err).toMatch(
      /^dot: holds \/ \w+: [\d,]+ states are too many to draw \(at most 300\); make the model/u,
    );
    expect(readdirSync(join(folder, 'graphs'))).toEqual(expect.arrayContaining(['violated.racy.dot']));
    expect(read('graphs/violated.racy.dot')).toContain('digraph "violated / racy" {');
  });

  test('hostile names make harmless files', () => {
    cli('hostile.ts', '--trace', 'none', '--reporter', 'vcd=evil/');
    for (const name of readdirSync(join(folder, 'evil')))
      expect(name).toMatch(/^[\w-]+(?:\.[\w-]+){2}\.vcd$/u);
  });

  test.each(['perfetto', 'vcd', 'itf'])('simulate writes %s, too', (format) => {
    const run = cli('simulate', 'violated.ts', '--variant', 'racy', '--to', format);
    expect(run.code).toBe(0);
    expect(run.out).toContain('racy');
  });
});
