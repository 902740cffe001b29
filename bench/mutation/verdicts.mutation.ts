/** What a mutated model must change: the verdict of at least one variant of one scenario. Only the mutation run loads this. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { check } from '../../checker/check.ts';
import { loadScenarios } from '../../checker/language/loader.ts';

const folder = fileURLToPath(new URL('../../scenarios/', import.meta.url));
/** Those that reach the mutant; all, if the mutation run does not say. */
const chosen = process.env.UPY_CHECK_SCENARIOS?.split(',');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /^[^_]*(?<!\.test)\.ts$/u.test(name) && (chosen?.includes(name) ?? true),
);

test.each(files.sort())('%s', { timeout: 120_000 }, async (name) => {
  for (const loaded of await loadScenarios(`${folder}${name}`))
    for await (const { variant, because } of check(loaded)) expect([variant, ...because]).toEqual([variant]);
});
