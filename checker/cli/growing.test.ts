import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, startProgram } from './program/testing.ts';

/** The built program: whoever searches, it says which variables make a model without an end. */
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'upy-check-'));
  cpSync(join(import.meta.dirname, 'fixtures/grows.ts'), join(folder, 'grows.ts'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const GROWING =
  '    still growing: seen.bytes, seen.errors; give each a maximum or let it wrap, or the model has no end';

test.each([
  '--max-states 1000',
  '--max-states 200k',
  '--max-states 200k --workers 2',
  '--max-memory 8M',
  '--max-memory 8M --workers 2',
  '--max-states 200k --reduce por',
  '--max-states 200k --store fingerprint',
  '--max-depth 150 --workers 3',
])('%s', { timeout: 60_000 }, async (options) => {
  const { code, out } = await ended(startProgram(folder, ['grows.ts', ...options.split(' ')]));
  expect(out.split('\n').filter((line) => line.includes('still growing'))).toEqual([GROWING]);
  expect(code).toBe(3);
});
