import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutantsOf } from './mutants.ts';
import { type Effort, Workspace } from './workspace.ts';

/** Instead of the test runner: says what it was asked, and ends as it is told. */
const RUNNER = `import { appendFileSync, readFileSync } from 'node:fs';
const [test] = process.argv.slice(-1);
appendFileSync(process.env.ASKED, test + ' ' + readFileSync('model/x.ts', 'utf8'));
if (test === 'loops') for (;;);
if (test === 'waits') setInterval(() => {}, 1000);
else process.exitCode = test === 'fails' ? 1 : 0;
`;

const root = mkdtempSync(join(tmpdir(), 'upy-check-workspace-'));
const asked = join(root, 'asked.txt');
let space: Workspace;

beforeAll(() => {
  for (const name of [
    'model',
    'checker',
    'reports',
    'scenarios',
    'bench',
    'docs',
    'dist',
    'node_modules/vitest',
  ])
    mkdirSync(join(root, name), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json']) writeFileSync(join(root, name), '{}');
  writeFileSync(join(root, 'node_modules/vitest/vitest.mjs'), RUNNER);
  writeFileSync(join(root, 'model/x.ts'), 'if (a) b();\n');
  space = new Workspace(root);
});

afterAll(() => {
  space.close();
  rmSync(root, { recursive: true });
});

const AMPLE: Effort = { timeoutMs: 60_000, cpuMs: 60_000 };

describe('what becomes of tests', () => {
  test.each([
    ['passes', AMPLE, 'survived'],
    ['fails', AMPLE, 'killed'],
    ['waits', { ...AMPLE, timeoutMs: 2_000 }, 'timeout'],
  ] as const)('%s', async (name, effort, fate) => {
    expect(await space.test([name], effort, { ASKED: asked })).toBe(fate);
  });

  test('loops: ended by processor time, where it is told', async () => {
    const effort = { timeoutMs: 20_000, cpuMs: 300 };
    expect(await space.test(['loops'], effort, { ASKED: asked })).toBe('timeout');
    expect(space.cpuMs > 300).toBe(process.platform === 'linux');
  });
});

test('a mutant is shown to one stage after the other until one notices, and is gone then', async () => {
  const stages = [['passes'], ['fails'], ['waits']];
  const [mutant] = mutantsOf('model/x.ts', readFileSync(join(root, 'model/x.ts'), 'utf8'));
  if (mutant === undefined) throw new Error('no mutant');
  writeFileSync(asked, '');
  const efforts: string[] = [];
  const effortOf = ([test]: readonly string[]): Effort => {
    efforts.push(`${test}`);
    return AMPLE;
  };
  expect(await space.judge(mutant, stages, effortOf, { ASKED: asked })).toEqual({
    fate: 'killed',
    stage: 2,
  });
  expect(efforts).toEqual(['passes', 'fails']);
  expect(await space.judge(mutant, [['passes']], effortOf, { ASKED: asked })).toEqual({
    fate: 'survived',
    stage: 0,
  });
  await space.test(['passes'], AMPLE, { ASKED: asked });
  expect(readFileSync(asked, 'utf8').trimEnd().split('\n')).toEqual([
    'passes if (false) b();',
    'fails if (false) b();',
    'passes if (false) b();',
    'passes if (a) b();',
  ]);
});
