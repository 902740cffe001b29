import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../options.ts';
import { scenario } from '../scenario.ts';
import { completions } from './completion.ts';
import { COMPLETION_SCRIPTS, runCompletion, type Shell } from './completion_scripts.ts';
import { BINARY } from './program/testing.ts';
import { fakeWorld } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'upy-check-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WAKE = `import { scenario } from 'upy-check';
export default scenario('wake', { about: 'who wakes', parameters: { edges: 1, label: 'x' }, full: { edges: 3 },
  variants: { 'no-wake': { holds: true }, 'with wake': { holds: true } }, build: () => [] });
`;
for (const name of ['models', 'models/deep', '.hidden', 'node_modules']) mkdirSync(join(folder, name));
for (const name of [
  'wake.ts',
  'wake.test.ts',
  'models/fine.ts',
  'models/types.d.ts',
  'report.json',
  'upy-check.config.ts',
])
  writeFileSync(join(folder, name), WAKE);

const load = async (path: string) => {
  if (!path.endsWith('wake.ts')) throw new UserError('UPY301', 'none', null, '', '');
  const variants = { 'no-wake': { holds: true }, 'with wake': { holds: true } } as const;
  const spec = {
    about: 'who wakes',
    parameters: { edges: 1, label: 'x' },
    full: { edges: 3 },
    variants,
    build() {},
  };
  return [{ scenario: scenario('wake', spec), file: path }];
};
const offered = async (line: string) =>
  (await completions(line.split(' '), { cwd: folder, load })).map(({ value }) => value);

describe('what is offered', () => {
  test.each([
    [
      '',
      [
        'steps',
        'replay',
        'simulate',
        'explore',
        'export',
        'merge',
        'init',
        'completion',
        'models/',
        'wake.ts',
      ],
    ],
    ['st', ['steps']],
    ['models/', ['models/deep/', 'models/fine.ts']],
    ['nowhere/', []],
    ['wake.ts/', []],
    ['wake.ts ', ['models/', 'wake.ts']],
    ['wake.ts --max-', ['--max-states', '--max-depth', '--max-memory', '--max-time']],
    ['wake.ts --list --lis', []],
    ['wake.ts --variant a --var', ['--variant']],
    ['--ver', ['--version']],
    ['wake.ts --reporter js', ['json']],
    ['wake.ts --trace ', ['unexpected', 'all', 'none']],
    ['wake.ts --max-time ', []],
    ['wake.ts --list ', ['models/', 'wake.ts']],
    ['wake.ts --out ', ['models/', 'report.json', 'upy-check.config.ts', 'wake.test.ts', 'wake.ts']],
    ['wake.ts --variant ', ['no-wake', 'with wake']],
    ['models/fine.ts --variant ', []],
    ['wake.ts --set ', ['edges=', 'label=', 'size=full']],
    ['steps ', ['models/', 'wake.ts']],
    ['steps wake.ts ', []],
    ['steps --variant wake.ts ', ['models/', 'wake.ts']],
    ['steps wake.ts --scenario ', ['wake']],
    ['replay r', ['report.json']],
    ['replay t.json --pro', ['--property']],
    ['merge report.json ', ['models/', 'report.json']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['completion bash ', []],
  ])('%j', async (line, expected) => {
    expect(await offered(line)).toEqual(expected);
  });

  test('with descriptions', async () => {
    const around = { cwd: folder, load };
    expect(await completions(['wake.ts', '--variant', 'no'], around)).toEqual([
      { value: 'no-wake', describe: 'wake' },
    ]);
    expect(await completions(['wake.ts', '--lis'], around)).toEqual([
      { value: '--list', describe: 'List scenarios, variants, parameters; check nothing' },
    ]);
  });

  test('one line each', async () => {
    const [wake] = await load('wake.ts');
    const about = 'who\n  wakes\u001b[31m';
    const variants = { 'two\nlines': { holds: true }, one: { holds: true } } as const;
    const spec = { about, variants, build() {} };
    const around = {
      cwd: folder,
      load: async () => [{ ...wake, file: 'wake.ts', scenario: scenario('wake', spec) }],
    };
    expect(await completions(['steps', 'wake.ts', '--scenario', ''], around)).toEqual([
      { value: 'wake', describe: 'who wakes [31m' },
    ]);
    expect(await completions(['wake.ts', '--variant', ''], around)).toEqual([
      { value: 'one', describe: 'wake' },
    ]);
  });
});

describe('in real shells, which complete what the real program offers', { timeout: 60_000 }, () => {
  const bin = join(folder, '.hidden');
  beforeAll(() => {
    symlinkSync(BINARY, join(bin, 'upy-check'));
    symlinkSync(process.execPath, join(bin, 'node'));
  });
  const shell = (program: string, script: string): string => {
    const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
    const { stdout, stderr } = spawnSync(program, ['-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: environment,
    });
    expect(stderr).toBe('');
    return stdout;
  };

  /** What bash makes of the line, with its own rules for where words begin. */
  const bash = (line: string) =>
    shell(
      'bash',
      `${COMPLETION_SCRIPTS.bash}
compopt() { echo "compopt $*"; }
COMP_LINE=${JSON.stringify(line)} COMP_POINT=\${#COMP_LINE}; _upy_check; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ).trimEnd();

  test.each([
    ['upy-check st', 'steps'],
    ['upy-check wake.ts --variant ', 'no-wake\nwith\\ wake'],
    ['upy-check wake.ts --variant no', 'no-wake'],
    ['upy-check wake.ts --set edg', 'compopt -o nospace\nedges='],
    ['upy-check wake.ts --set size=f', 'full'],
    ['upy-check mod', 'compopt -o nospace\nmodels/'],
    ['upy-check broken.ts --variant ', ''],
  ])('bash: %j', (line, expected) => {
    expect(bash(line)).toBe(expected);
  });

  test('the function is bound to the program', () => {
    expect(shell('bash', `${COMPLETION_SCRIPTS.bash}\ncomplete -p upy-check`)).toContain(
      '-F _upy_check upy-check',
    );
  });
});

test.each<[Shell | null, string | undefined, Shell]>([
  ['fish', '/bin/zsh', 'fish'],
  [null, '/bin/zsh', 'zsh'],
  [null, '/usr/bin/fish', 'fish'],
  [null, '/bin/dash', 'bash'],
  [null, undefined, 'bash'],
])('completion of %s with SHELL=%s is for %s', (asked, SHELL, expected) => {
  const { world, text } = fakeWorld(folder, {}, { environment: { SHELL } });
  expect(runCompletion(asked, world)).toBe(0);
  expect(text.out).toBe(COMPLETION_SCRIPTS[expected]);
});
