/** Which lines of the models each scenario reaches, small scenarios first. Only the mutation run loads this, and says where it goes. */
import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { check } from '../../checker/check.ts';
import { loadScenarios } from '../../checker/language/loader.ts';
import { pathOf, type Reached } from './reached.ts';

const folder = fileURLToPath(new URL('../../scenarios/', import.meta.url));

test('what the scenarios reach', { timeout: 1_800_000 }, async () => {
  const found: { name: string; states: number; reached: Reached[string] }[] = [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^[^_]*(?<!\.test)\.ts$/u.test(name))
    .sort();
  for (const name of files) {
    const lines = new Map<string, Map<number, boolean>>();
    let states = 0;
    for (const loaded of await loadScenarios(`${folder}${name}`))
      for await (const { coverage, figures } of check(loaded, { coverage: true })) {
        states += figures.states;
        for (const { file, statements } of coverage) {
          const path = pathOf(file);
          const known = lines.get(path) ?? new Map<number, boolean>();
          for (const { line, reached: here } of statements) known.set(line, here || known.get(line) === true);
          lines.set(path, known);
        }
      }
    const reached = Object.fromEntries([...lines].map(([path, known]) => [path, [...known]]));
    found.push({ name, states, reached });
  }
  expect(found.length).toBeGreaterThan(10);
  found.sort((a, b) => a.states - b.states);
  const reached: Reached = Object.fromEntries(found.map((each) => [each.name, each.reached]));
  writeFileSync(process.env.UPY_CHECK_REACHED ?? '', JSON.stringify(reached));
});
