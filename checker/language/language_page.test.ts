import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadScenarios } from './loader.ts';
import { root } from './own.ts';
import { Workshop } from './testing.ts';

/** Every example of docs/language.md compiles. */
const workshop = new Workshop();
afterAll(() => workshop.remove());

const page = readFileSync(join(root, 'docs/language.md'), 'utf8');

for (const [, example = ''] of page.matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
  test(example.split('\n')[0] ?? '', async () => {
    if (!example.startsWith('// file')) expect(await workshop.refusal(example)).toBe('compiles');
    else expect(await loadScenarios(workshop.write('lost_count.ts', example))).toHaveLength(1);
  });
}
