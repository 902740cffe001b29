/** Every command and every code block of the documents is executed, with the built program. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from './language/own.ts';
import { blocksOf, perform, type Shell } from './testing.ts';

const BINARY = join(root, 'dist/checker/cli/main.js');

const shell: Shell = (command, folder) => {
  expect(command).toMatch(/^npx upy-check /u);
  const args = command.slice('npx upy-check '.length).split(' ');
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...environment } = process.env;
  return spawnSync(process.execPath, [BINARY, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...environment, NO_COLOR: '1' },
  });
};

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/coverage.md',
  'docs/explore.md',
  'docs/freertos.md',
  'docs/reporters.md',
  'docs/search.md',
  'docs/shards.md',
  'docs/symmetry.md',
  'docs/trust.md',
];

describe('the documents do what they show', { timeout: 120_000 }, () => {
  test.each(DOCUMENTS)('%s', (document) => {
    if (!existsSync(BINARY)) throw new Error('the program is not built: npm run build');
    const folder = mkdtempSync(join(tmpdir(), 'upy-check-documents-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(join(root, 'scenarios'), join(folder, 'scenarios'), { recursive: true });
    expect(blocksOf(document).filter(({ language }) => language === 'console')).not.toEqual([]);
    perform(document, folder, shell);
  });
});

test('links between documents lead somewhere', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']) {
    const text = readFileSync(join(root, document), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/gu)].map(([, target = '']) => target);
    expect({ document, missing: links.filter((target) => !existsSync(join(root, target))) }).toEqual({
      document,
      missing: [],
    });
  }
});

test('files that ARCHITECTURE.md names exist', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const names = [...text.matchAll(/`((?:model|checker|reports|scenarios|bench)\/[\w./-]*)`/gu)].map(
    ([, name = '']) => name,
  );
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});
