import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildVariant } from '../build_variant.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { disagreement } from './agreement.ts';

const FOLDERS = ['scenarios', 'checker/language/corpus/scenarios'];
const STATES = 3000;

describe('scenarios', async () => {
  for (const folder of FOLDERS) {
    for (const file of readdirSync(join(root, folder))) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      for (const loaded of await loadScenarios(join(root, folder, file))) {
        for (const variant of Object.keys(loaded.scenario.spec.variants)) {
          test(`${loaded.scenario.name} ${variant}`, () => {
            expect(disagreement(buildVariant(loaded, variant), STATES)).toBeNull();
          });
        }
      }
    }
  }
});
