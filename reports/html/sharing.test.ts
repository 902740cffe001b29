import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lostWakeup } from '../fake.ts';
import { share, unshare } from './sharing.ts';

test('what was shared is read back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const value = { a, b, again: [a, b, a], '#': [0], list: [[0], [1]] };
      expect(unshare(JSON.parse(JSON.stringify(share(value))))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('equal parts are said once, and are one object when they are read', () => {
  const value = { first: { place: { line: 1 } }, second: { place: { line: 1 } } };
  const shared = share(value);
  expect(shared).toEqual({
    nodes: [{ line: 1 }, { place: [0] }, { first: [1], second: [1] }],
    root: 2,
  });
  const read = unshare(shared) as typeof value;
  expect(read.first).toBe(read.second);
});

test('a field that is not there stays away', () => {
  expect(unshare(share({ there: 1, away: undefined }))).toEqual({ there: 1 });
});

test('a trace ten times as long takes little more', () => {
  const steps = Array.from({ length: 10 }, () => structuredClone(lostWakeup.steps)).flat();
  const long = JSON.stringify(share({ ...lostWakeup, steps }));
  expect(long.length).toBeLessThan(1.2 * JSON.stringify(share(lostWakeup)).length);
});
