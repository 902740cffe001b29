/** docs/ci.md: its files are YAML that CI servers understand, and every `npx upy-check` in them works. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseYAML } from 'confbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './language/own.ts';
import { type Block, blocksOf, fileIn, perform } from './testing.ts';

const PAGE = 'docs/ci.md';
const BINARY = join(root, 'dist/checker/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'upy-check-ci-'));

beforeAll(() => {
  if (!existsSync(BINARY)) throw new Error('the program is not built: npm run build');
  mkdirSync(join(folder, 'design'));
  mkdirSync(join(folder, 'bin'));
  symlinkSync(BINARY, join(folder, 'bin/upy-check'));
  const scenario = 'uart-ack-unseen-flag.ts';
  cpSync(join(root, 'scenarios/interrupts', scenario), join(folder, 'design', scenario));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Executes a line of a job as a CI server's shell does, with the variables that the server sets. */
function run(command: string, variables: Readonly<Record<string, string>> = {}) {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...environment } = process.env;
  const line = command.replace(/^npx upy-check/u, `"${process.execPath}" bin/upy-check`);
  return spawnSync('sh', ['-c', line], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...environment, ...variables, NO_COLOR: '1' },
  });
}

/** Every text below `value`, in order. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The commands of a block that are ours, and how often a job executes them side by side. */
function commandsOf({ language, text }: Block): string[] {
  const lines =
    language === 'yaml'
      ? textsIn(parseYAML(text)).flatMap((each) => each.split('\n'))
      : [...text.matchAll(/sh '([^']*)'/gu)].map(([, line = '']) => line);
  return lines.filter((line) => line.startsWith('npx upy-check '));
}

const files = blocksOf(PAGE).filter(({ language }) => language === 'yaml' || language === 'groovy');

/** A command once for each job that executes it side by side, with what a CI server puts in. */
function jobsOf(command: string): { readonly line: string; readonly variables: Record<string, string> }[] {
  const parts = /matrix\.part|CI_NODE_INDEX/u.test(command) ? ['1', '2', '3', '4'] : ['1'];
  return parts.map((part) => ({
    line: command.replaceAll('${{ matrix.part }}', part),
    variables: { CI_NODE_INDEX: part, CI_NODE_TOTAL: '4', GITHUB_STEP_SUMMARY: 'summary.md' },
  }));
}

describe('the commands of', { timeout: 120_000 }, () => {
  test.each(files.map((block) => [block.about, block] as const))('%s', (_, block) => {
    const jobs = commandsOf(block).flatMap(jobsOf);
    expect(jobs).not.toEqual([]);
    for (const { line, variables } of jobs) {
      const { status, stderr } = run(line, variables);
      expect({ line, status, stderr }).toEqual({ line, status: 0, stderr: '' });
      const written = [...line.matchAll(/--reporter \w+=(\S+)/gu)].map(([, file = '']) =>
        file.replaceAll(/\$(\w+)/gu, (__, name) => variables[name] ?? ''),
      );
      expect(written.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
    }
  });
});

test('every GitHub workflow has jobs of steps, each with `run` or `uses`', () => {
  for (const { about, text } of files.filter((each) => each.about.startsWith('.github/'))) {
    const { on, jobs } = parseYAML<{ on: unknown; jobs: Record<string, Record<string, unknown>> }>(text);
    expect({ about, on: typeof on }).toEqual({ about, on: 'object' });
    for (const job of Object.values(jobs)) {
      expect(job['runs-on']).toBe('ubuntu-latest');
      for (const step of job.steps as Record<string, unknown>[])
        expect(['run', 'uses'].filter((key) => key in step)).toHaveLength(1);
    }
  }
});

test('what jobs keep is what commands write', () => {
  for (const { about, text } of files) {
    const kept = [...text.matchAll(/(?:path|junit|archiveArtifacts|sarif_file)(?:: | ')([\w.-]+\.\w+)/gu)];
    const unwritten = kept.map(([, file = '']) => file).filter((file) => !text.includes(`=${file}`));
    expect({ about, unwritten: unwritten.filter((file) => !/checkpoint$/u.test(file)) }).toEqual({
      about,
      unwritten: [],
    });
  }
});

test('what the page shows on the console', () => {
  perform(PAGE, folder, run0);
}, 60_000);

function run0(command: string) {
  return run(command);
}

test('the exit codes are those of the command line', () => {
  const help = readFileSync(join(root, 'README.md'), 'utf8');
  const codes = [...readFileSync(join(root, PAGE), 'utf8').matchAll(/^\| (\d+) /gmu)].map(([, code]) => code);
  expect(codes).toEqual(['0', '1', '2', '3', '70', '130']);
  expect(help).toContain('Exit codes: 0 every verdict as expected, 1 not as expected');
});

test('the workflow of the tutorial is one of these', () => {
  expect(
    commandsOf({
      language: 'yaml',
      about: '',
      text: fileIn('docs/tutorial.md', '.github/workflows/design.yml'),
    }),
  ).toEqual(['npx upy-check design --reporter github --reporter html=report.html --max-time 5m']);
});
