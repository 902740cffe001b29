import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../checker/language/own.ts';

/** The smallest shares of the nightly work, as one types them. */

const run = promisify(execFile);

async function nightly(...options: string[]): Promise<string> {
  const { stdout } = await run('npm', ['run', '--silent', 'nightly', '--', ...options], { cwd: root });
  return stdout;
}

test('every variant in SPIN: the first of them', async () => {
  expect(await nightly('--only', 'exports', '--shard', '1/100000', '--jobs', '1')).toBe(
    'oracle: SPIN, all variants: 1 compared, 0 differ\nnightly: 1 comparisons, 0 differ\n',
  );
});

test('random models, in two processes', async () => {
  const lines = (await nightly('--only', 'models', '--models', '12', '--jobs', '2', '--seed', '3'))
    .trim()
    .split('\n');
  expect(lines).toContain('oracle: symmetry, random models: 10 compared, 0 differ');
  expect(lines.at(-1)).toMatch(/^nightly: \d+ comparisons, 0 differ$/);
});
