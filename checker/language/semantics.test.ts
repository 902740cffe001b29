import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { disagreement } from '../machine/agreement.ts';
import { readCases, writeResults } from './golden.ts';
import { root } from './own.ts';
import { outcome, Workshop } from './testing.ts';

/** What a model means, pinned by exact counts, final values and verdicts; and each construct alone. */
const files = ['semantics', 'constructs'].map((name) => join(root, `checker/language/${name}.golden.md`));
const cases = files.flatMap(readCases);
const results = new Map<string, string>();
const update = process.env.UPDATE_GOLDEN === '1';
const workshop = new Workshop();
afterAll(() => {
  workshop.remove();
  if (update) for (const file of files) writeResults(file, results);
});

for (const group of new Set(cases.map(({ group }) => group))) {
  // Loops that do not end are followed for a long time before they are called so.
  const endless = group.includes('do not end');
  describe(group, { timeout: endless ? 120_000 : 20_000 }, () => {
    for (const { title, body, declarations, options, expected } of cases.filter(
      (each) => each.group === group,
    )) {
      test(title, async () => {
        const built = await workshop.compile(body, declarations, options);
        const result = await outcome(built);
        results.set(title, result);
        if (!update) expect(result).toBe(expected);
        if (!endless) expect(disagreement(built, 500)).toBeNull();
      });
    }
  });
}

test('titles are unique', () => {
  expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
});
