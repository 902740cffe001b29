import { expect, test } from 'vitest';
import { check } from './check.ts';
import { inlineScenario } from './language/inline_scenario.ts';
import { Tape } from './machine/tape.ts';
import type { CheckOptions } from './options.ts';

/** Whatever is drawn three times: a counter that grows on both sides, one that has an end, and one that wraps. */
const MODEL = `
import { always, scenario } from 'upy-check';
import { choose, process } from 'upy-check/model';
export default scenario('t', { about: 't', variants: { only: { holds: true } }, build() {
const s = { walk: 0, down: 0, started: 0, phase: 0 };
process('a', () => {
  for (let i = 0; i < 3; i++) s.started++;
  while (true) { if (choose(2) === 0) s.walk++; else s.walk--; }
});
process('b', () => { while (true) { s.down--; s.phase = (s.phase + 1) % 1000; } });
return [always('all are looked at', () => s.walk !== 99_999 && s.down < 1 && s.phase >= 0 && s.started < 9)];
} });`;

async function growingIn(options: CheckOptions): Promise<readonly string[] | undefined> {
  for await (const { limit } of check(inlineScenario(MODEL), { reduce: 'none', ...options }))
    return limit?.growing;
  return undefined;
}

test('up, down, and nothing that has an end', async () => {
  expect(await growingIn({ maxStates: 60_000 })).toEqual(['s.walk', 's.down']);
});

test('a search that is short shows nothing', async () => {
  expect(await growingIn({ maxStates: 511 })).toEqual([]);
  expect(await growingIn({ maxStates: 2000 })).toEqual(['s.walk', 's.down']);
});

test('a search that goes on from a checkpoint knows what was before', async () => {
  let saved: Tape | null = null;
  const checkpoints = {
    load: () => saved && new Tape(saved.lists, saved.arrays),
    save: (_: string, { lists, arrays }: Tape) => {
      saved = new Tape(
        lists,
        arrays.map((array) => array.slice()),
      );
    },
    due: () => false,
  };
  const once = { maxStates: 60_000, checkpoints };
  await growingIn({ ...once, monitor: () => ({ kind: 'interrupted', value: 'Ctrl-C' }) });
  expect(saved).not.toBeNull();
  expect(await growingIn(once)).toEqual(['s.walk', 's.down']);
});
