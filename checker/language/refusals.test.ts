import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCases, writeResults } from './golden.ts';
import { refusals } from './lower/refusal.ts';
import { root } from './own.ts';
import { Workshop } from './testing.ts';

/** Each refusal of the language, as its user sees it: the whole text, from real source. */
const file = join(root, 'checker/language/refusals.golden.md');
const cases = readCases(file);
const results = new Map<string, string>();
const update = process.env.UPDATE_GOLDEN === '1';
const workshop = new Workshop();
afterAll(() => {
  workshop.remove();
  if (update) writeResults(file, results);
});

for (const { title, body, declarations, options, expected } of cases) {
  test(title, async () => {
    const message = await workshop.refusal(body, declarations, options);
    results.set(title, message);
    if (!update) expect(message).toBe(expected);
    expect(message.slice(0, 6)).toBe(title.slice(0, 6));
  });
}

test('every code has a case', () => {
  const covered = new Set(cases.map(({ title }) => title.slice(0, 6)));
  expect(Object.keys(refusals).filter((code) => !covered.has(code))).toEqual([]);
});
