import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { check } from '../check.ts';
import { loadScenarios } from './loader.ts';

/** Model code that was written before the compiler: what it needs, the language has. */
const folder = fileURLToPath(new URL('./corpus/scenarios/', import.meta.url));

async function figures(file: string): Promise<string[]> {
  const lines: string[] = [];
  for (const loaded of await loadScenarios(`${folder}${file}`)) {
    for await (const { variant, verdict, because, figures: f } of check(loaded)) {
      expect(because).toEqual([]);
      lines.push(`${loaded.scenario.name}/${variant} ${verdict} ${f.states} ${f.transitions} ${f.depth}`);
    }
  }
  return lines;
}

describe('the corpus gives its stated verdicts, with these states, transitions and depths', () => {
  for (const file of readdirSync(folder).sort()) {
    test(file, { timeout: 120_000 }, async () => {
      expect((await figures(file)).join('\n')).toMatchSnapshot();
    });
  }
});
