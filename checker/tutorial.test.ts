/** The tutorial, word for word: in an empty folder, with the package as users get it. Slow. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './language/own.ts';
import { blocksOf, perform, type Shell } from './testing.ts';

const TUTORIAL = 'docs/tutorial.md';
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'upy-check-tutorial-')));

/** Every command of the tutorial, whatever program it names. */
const shell: Shell = (command, cwd) => {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, VITEST: ___, ...environment } = process.env;
  return spawnSync('sh', ['-c', command], {
    cwd,
    encoding: 'utf8',
    env: { ...environment, NO_COLOR: '1', npm_config_prefer_offline: 'true' },
  });
};

beforeAll(() => {
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    stdio: 'ignore',
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('the tutorial does what it shows', () => {
  perform(TUTORIAL, folder, shell);
}, 300_000);

test('it leaves out no command but the one that makes the package', () => {
  const unperformed = blocksOf(TUTORIAL).filter(
    ({ language, about }) => language !== 'console' && language !== 'diff' && about === '',
  );
  expect(unperformed.map(({ language, text }) => [language, text.split('\n')[0]])).toEqual([
    ['sh', 'npm ci && npm pack'],
    ['c', 'static volatile uint32_t put, get; // of rx[], each written by one side only'],
    ['c', '// instead of the loop:'],
  ]);
});
