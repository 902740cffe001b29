import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { refusals } from './lower/refusal.ts';
import { root } from './own.ts';
import { Workshop } from './testing.ts';

/** docs/errors.md has one section for each code, says what the code says, and its examples are true. */
const workshop = new Workshop();
afterAll(() => workshop.remove());

const sections = new Map(
  readFileSync(join(root, 'docs/errors.md'), 'utf8')
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, 6), section.split(/^## /m)[0] as string] as const),
);

test('each code that the sources use has a section, and each section a code', () => {
  const used = new Set<string>();
  for (const folder of ['model/intrinsics', 'checker'])
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || /\.test\.ts$|fixtures|corpus|testing/.test(file)) continue;
      for (const [code] of readFileSync(join(root, folder, file), 'utf8').matchAll(/UPY[123]\d\d/g))
        used.add(code);
    }
  expect([...sections.keys()].sort()).toEqual([...used].sort());
});

describe('refusals', () => {
  for (const [code, [what, likely, instead]] of Object.entries(refusals)) {
    test(`${code} says what the compiler says`, () => {
      expect(sections.get(code)).toContain(`**${what}.** Likely: ${likely}. Instead: ${instead}.`);
    });
  }
});

describe('examples', () => {
  for (const [code, section] of sections) {
    const [, example] = /^```ts\n([\s\S]*?)^```/m.exec(section) ?? [];
    if (example === undefined || !code.startsWith('UPY1')) continue;
    const [code1 = '', setup = ''] = example.split(/^\/\/ with /m);
    const [before, instead] = code1.split(/^\/\/ instead\n/m) as [string, string];
    test(`${code}: the first half is refused, the second compiles`, async () => {
      expect((await workshop.refusal(`${setup}${before}`)).slice(0, 6)).toBe(code);
      expect(await workshop.refusal(`${setup}${instead}`)).toBe('compiles');
    });
  }
});
