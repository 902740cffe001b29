/**
 * Documents are programs: `ts name` writes a file, `diff name` changes it, `console` runs what stands behind `$` with the
 * built program and compares the output; a line `…` stands for any lines, and at the end of a line for its rest. Behind
 * `; echo $?` the last line is the exit code.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from './language/own.ts';
import { type Block, blocksOf } from './testing.ts';

const BINARY = join(root, 'dist/checker/cli/main.js');

/** Figures of time differ from run to run. */
function timeless(text: string): string {
  return text.replaceAll(/\d+\.\d s\b/gu, '0.0 s').replaceAll(/, [\d,]+ states\/s/gu, '');
}

function perform({ language, about, text }: Block, folder: string): void {
  const path = join(folder, about);
  if (language === 'ts' && about !== '') writeFileSync(path, text);
  if (language === 'diff') writeFileSync(path, changed(readFileSync(path, 'utf8'), text));
  if (language === 'console') expectOutput(text, folder);
}

function changed(text: string, diff: string): string {
  const lines = (sign: string) =>
    diff
      .split('\n')
      .filter((line) => line.startsWith(sign))
      .map((line) => line.slice(1))
      .join('\n');
  expect(text).toContain(lines('-'));
  return text.replace(lines('-'), lines('+'));
}

function expectOutput(text: string, folder: string): void {
  const [command = '', ...expected] = text.trimEnd().split('\n');
  expect(command).toMatch(/^\$ npx upy-check /u);
  const [line = '', echo] = command.slice('$ npx upy-check '.length).split('; echo $?');
  const args = line.split(' ');
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...environment } = process.env;
  const { stdout, status } = spawnSync(process.execPath, [BINARY, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...environment, NO_COLOR: '1' },
  });
  const shown = timeless(echo === undefined ? stdout : `${stdout}${status}\n`).trimEnd();
  const wanted = timeless(expected.join('\n'));
  if (!/…$/mu.test(wanted)) return expect(shown).toBe(wanted);
  if (!patternOf(wanted).test(`${shown}\n`)) expect(shown).toBe(wanted);
}

function patternOf(wanted: string): RegExp {
  const lines = wanted.split('\n').map((line) => {
    if (line === '…') return '(?:.*\\n)*?';
    const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/gu, '\\$&');
    return line.endsWith('…') ? `${literal(line.slice(0, -1))}.*\\n` : `${literal(line)}\\n`;
  });
  return new RegExp(`^${lines.join('')}$`, 'u');
}

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/coverage.md',
  'docs/freertos.md',
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
    const blocks = blocksOf(document);
    expect(blocks.filter(({ language }) => language === 'console').length).toBeGreaterThan(0);
    for (const block of blocks) perform(block, folder);
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
