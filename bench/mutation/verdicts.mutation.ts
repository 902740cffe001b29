/** What a mutated model must change: the verdict of at least one variant of one scenario. Only the mutation run loads this. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { check } from '../../checker/check.ts';
import { loadScenarios } from '../../checker/language/loader.ts';

const folder = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const all = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^[^_]*(?<!\.test)\.ts$/u.test(name))
    .sort();
/** Those that reach the mutant, in the order that the mutation run gives; all, if it does not say. */
const files = process.env.UPY_CHECK_SCENARIOS?.split(',') ?? all();

test.each(files)('%s', { timeout: 1_200_000 }, async (name) => {
  for (const loaded of await loadScenarios(`${folder}${name}`))
    for await (const { variant, because } of check(loaded)) expect([variant, ...because]).toEqual([variant]);
});
