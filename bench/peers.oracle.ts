import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needSpin } from '../checker/export/testing.ts';
import { root } from '../checker/language/own.ts';
import { type Bench, spin } from './engines.ts';
import { QUICK, sizeOf } from './entries.ts';

/**
 * The models that were written by hand, in Promela: SPIN counts the states and edges that counts.test.ts expects of
 * upy-check.
 */

const bench: Bench = { root, scratch: mkdtempSync(join(tmpdir(), 'upy-check-peers-')), gnuTime: false };
beforeAll(needSpin);
afterAll(() => rmSync(bench.scratch, { recursive: true }));

const entries = QUICK.map((entry) => ({ name: `${entry.model} ${sizeOf(entry)}`, entry }));

test.for(entries)('$name', async ({ entry }, { task }) => {
  const [engine] = await spin(bench, entry, 1);
  const run = await engine?.run();
  const expected = { states: entry.states, transitions: entry.transitions };
  const same = run?.states === expected.states && run.transitions === expected.transitions;
  task.meta.compared = [{ oracle: 'SPIN, bench/peers', models: 1, different: same ? 0 : 1 }];
  expect(run).toMatchObject(expected);
});
