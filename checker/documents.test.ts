/** Every command and every code block of the documents is executed, with the built program. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
  'docs/command-line.md',
  'docs/coverage.md',
  'docs/explore.md',
  'docs/freertos.md',
  'docs/modelling.md',
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

/** The anchors of a page, as GitHub makes them of headings. */
function anchorsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8').replaceAll(/^```[\s\S]*?^```$/gmu, '');
  return [...text.matchAll(/^#+ (.*)$/gmu)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('links between documents lead somewhere', () => {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const outer = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
  for (const document of [...outer, ...pages.map((name) => `docs/${name}`)]) {
    const path = join(root, document);
    const text = readFileSync(path, 'utf8');
    const links = [...text.matchAll(/\]\(([^)\s:]+)\)|^\[\w+\]: ([^\s:]+)$/gmu)].map(
      ([, target, defined]) => target ?? defined ?? '',
    );
    const missing = links.filter((target) => {
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? path : join(dirname(path), file);
      return !existsSync(found) || (anchor !== undefined && !anchorsOf(found).includes(anchor));
    });
    expect({ document, missing }).toEqual({ document, missing: [] });
  }
});

test('docs/README.md leads to every page', () => {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const pages = readdirSync(join(root, 'docs')).filter(
    (name) => name.endsWith('.md') && name !== 'README.md',
  );
  expect(pages.filter((name) => !index.includes(`(${name})`))).toEqual([]);
});

test('files that ARCHITECTURE.md names exist', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const names = [...text.matchAll(/`((?:model|checker|reports|scenarios|bench)\/[\w./-]*)`/gu)].map(
    ([, name = '']) => name,
  );
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});
