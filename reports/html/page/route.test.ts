import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OVERVIEW, readRoute, writeRoute } from './route.ts';

test('an address reads back as what it was written from', () => {
  const name = fc.option(fc.string({ unit: 'grapheme', minLength: 1 }));
  const route = fc.record({
    scenario: name,
    variant: name,
    property: name,
    file: name,
    kind: name,
    step: fc.nat(),
  });
  fc.assert(
    fc.property(route, (each) => {
      expect(readRoute(writeRoute(each))).toEqual(each);
    }),
  );
});

test('anything else is the beginning', () => {
  expect(readRoute('')).toEqual(OVERVIEW);
  expect(readRoute('#step=-3')).toEqual(OVERVIEW);
  expect(readRoute('#step=1e99')).toEqual(OVERVIEW);
  expect(readRoute('#anchor')).toEqual(OVERVIEW);
});
