import { expect, test } from 'vitest';
import type { Reordered } from '../search/reordering.ts';
import type { TraceStep } from '../trace.ts';
import { decisive } from './decisive.ts';
import type { Walk } from './walk.ts';

const place = { file: 'src/a.ts', line: 3, column: 1, text: 'x' };
const step = (index: number, process: string | null, functions: readonly string[]): Partial<TraceStep> => ({
  index,
  process,
  place: process === null ? null : { ...place, line: index },
  stack: functions.map((name) => ({ function: name, place, hook: false })),
});
const walk = {
  steps: [step(1, 'main', ['main', 'poll']), step(2, null, []), step(3, 'pin', ['pin']), step(4, 'main', [])],
} as unknown as Walk;
const pair = (earlier: number, later: number, ...path: number[]): Reordered => ({ earlier, later, path });
const said = (nearest: Reordered, other: Reordered | null) => decisive(walk, { nearest, other });

test('nothing, where no exchange avoids it', () => {
  expect(decisive(walk, null)).toBe(null);
});

test('two steps, one of which is time', () => {
  expect(said(pair(0, 1, 0, 1), null)).toEqual({
    steps: [1, 2],
    schedule: 'u1.01',
    text: 'Step 1 (main: `poll`, a.ts:1) comes before step 2 (time passes): that decides it. The other way round, and all else in the same order as far as possible, it does not happen.',
  });
});

test('an event that is no good before the one and no good after the other, whichever is nearer', () => {
  const text =
    'Step 3 (pin, a.ts:3) decides it: it comes after step 1 (main: `poll`, a.ts:1) and before step 4 (main, a.ts:4). Before the one or after the other this is avoided.';
  expect(said(pair(0, 2, 1), pair(2, 3, 2))).toEqual({
    steps: [1, 3],
    schedule: 'u1.1',
    text,
    other: { steps: [3, 4], schedule: 'u1.2' },
  });
  expect(said(pair(2, 3, 2), pair(0, 2, 1))).toEqual({
    steps: [3, 4],
    schedule: 'u1.2',
    text,
    other: { steps: [1, 3], schedule: 'u1.1' },
  });
});
