import { expect, test } from 'vitest';
import { sketched } from '../testing.ts';
import { TraceModel } from '../trace_model.ts';
import { baseOf, chosenNames, differenceOf, historyOf } from './choice.ts';

const model = new TraceModel(
  sketched({
    processes: [{ name: 'main' }],
    variables: { 'ring.len': '0', 'Ring.max': '4', 'seen.edges': '0' },
    steps: [
      { who: 'main', set: { 'ring.len': '1' } },
      { who: 'main', set: { 'seen.edges': '1' } },
      { who: 'main', set: { 'ring.len': '0' } },
      { who: 'main' },
    ],
  }),
);

test('all variables, those that ever change, those that are otherwise than at a point', () => {
  expect(chosenNames(model, 'all', '', 0, 4)).toEqual(['ring.len', 'Ring.max', 'seen.edges']);
  expect(chosenNames(model, 'changing', '', 0, 0)).toEqual(['ring.len', 'seen.edges']);
  expect(chosenNames(model, 'different', '', 0, 2)).toEqual(['ring.len', 'seen.edges']);
  expect(chosenNames(model, 'different', '', 0, 3)).toEqual(['seen.edges']);
});

test('a filter is words in any order and case', () => {
  expect(chosenNames(model, 'all', 'RING', 0, 0)).toEqual(['ring.len', 'Ring.max']);
  expect(chosenNames(model, 'all', ' max ring', 0, 0)).toEqual(['Ring.max']);
});

test('compared is the step before, or a chosen one', () => {
  expect([baseOf(0, null), baseOf(3, null), baseOf(3, 1)]).toEqual([0, 2, 1]);
  expect(differenceOf(model, 'ring.len', 2, 3)).toEqual({
    variable: 'ring.len',
    before: '1',
    after: '0',
    now: true,
  });
  expect(differenceOf(model, 'seen.edges', 0, 4)).toEqual({
    variable: 'seen.edges',
    before: '0',
    after: '1',
    now: false,
  });
});

test('the history around a point', () => {
  expect(historyOf(model, 'ring.len', 2, 10)).toEqual({
    values: [
      { from: 0, value: '0', current: false },
      { from: 1, value: '1', current: true },
      { from: 3, value: '0', current: false },
    ],
    earlier: 0,
    later: 0,
  });
  expect(historyOf(model, 'ring.len', 4, 2)).toEqual({
    values: [
      { from: 1, value: '1', current: false },
      { from: 3, value: '0', current: true },
    ],
    earlier: 1,
    later: 0,
  });
  expect(historyOf(model, 'ring.len', 4, 3).earlier).toBe(0);
});
