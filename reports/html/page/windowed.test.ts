import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowAt, rowsInView, scrollFor, topsOf } from './windowed.ts';

const heights = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 200 });

test('the row at a height is the one that covers it', () => {
  fc.assert(
    fc.property(heights, fc.nat({ max: 20_000 }), (each, y) => {
      const tops = topsOf(each, each.length);
      const covering = each.findIndex((_, i) => y < (tops[i + 1] as number));
      expect(rowAt(tops, y)).toBe(covering < 0 ? each.length - 1 : covering);
      for (const [i] of each.entries()) expect(rowAt(tops, tops[i] as number)).toBe(i);
    }),
  );
});

test('only rows in view are drawn, and some around them', () => {
  const tops = topsOf(new Array(10_000).fill(50), 10_000);
  expect(rowsInView(tops, { top: 0, height: 500 }, 100)).toEqual({ from: 0, to: 13 });
  expect(rowsInView(tops, { top: 250_000, height: 500 }, 100)).toEqual({ from: 4998, to: 5013 });
  expect(rowsInView(tops, { top: 499_500, height: 500 }, 100)).toEqual({ from: 9988, to: 10_000 });
});

test('a row that can be read does not move; another comes to where what is before it shows', () => {
  const tops = topsOf(new Array(100).fill(50), 100);
  expect(scrollFor(tops, 5, { top: 0, height: 600 })).toBeNull();
  expect(scrollFor(tops, 0, { top: 0, height: 600 })).toBeNull();
  expect(scrollFor(tops, 40, { top: 0, height: 600 })).toBe(1800);
  expect(scrollFor(tops, 0, { top: 900, height: 600 })).toBe(0);
});
