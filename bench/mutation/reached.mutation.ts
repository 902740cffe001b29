/** Which statements of the models each scenario reaches, small scenarios first. Only the mutation run loads this, and says where it goes. */
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
    const places = new Map<string, Set<string>>();
    let states = 0;
    for (const loaded of await loadScenarios(`${folder}${name}`))
      for await (const { coverage, figures } of check(loaded, { coverage: true })) {
        states += figures.states;
        for (const { file, statements } of coverage) {
          const known = places.get(pathOf(file)) ?? new Set<string>();
          for (const { line, column, reached } of statements) if (reached) known.add(`${line}:${column}`);
          places.set(pathOf(file), known);
        }
      }
    const reached = Object.fromEntries([...places].map(([path, known]) => [path, [...known]]));
    found.push({ name, states, reached });
  }
  expect(found.length).toBeGreaterThan(10);
  found.sort((a, b) => a.states - b.states);
  const reached: Reached = Object.fromEntries(found.map((each) => [each.name, each.reached]));
  writeFileSync(process.env.UPY_CHECK_REACHED ?? '', JSON.stringify(reached));
});
