import { expect, test } from 'vitest';
import { expectedViolation, property } from '../../fake.ts';
import type { ReportData } from '../data.ts';
import { OVERVIEW, readRoute, writeRoute } from './route.ts';
import { isAt, routeOf, tracesOf } from './traces.ts';

const of = ({ trace }: { readonly trace: unknown }) => trace !== null;
const { coverage: _, profile: __, ...shown } = expectedViolation;
const result = { ...shown, wallMs: null };
const first = result.properties.find(of) ?? property();
const twice = { ...result, properties: [first, { ...first, kind: 'idle' as const }] };
const data = { results: [twice, { ...twice, file: 'scenarios/copy.ts' }] } as unknown as ReportData;

test('traces of the same names, of another file or another kind, have addresses of their own', () => {
  const traces = tracesOf(data);
  const found = traces.map((each) => {
    const route = readRoute(writeRoute(routeOf(each)));
    return traces.filter((other) => isAt(other, route)).map((other) => traces.indexOf(other));
  });
  expect(found).toEqual([[0], [1], [2], [3]]);
});

test('names are enough to come to the first', () => {
  const { scenario, variant } = result;
  const route = { ...OVERVIEW, scenario, variant, property: first.name };
  expect(tracesOf(data).findIndex((each) => isAt(each, route))).toBe(0);
  expect(tracesOf(data).some((each) => isAt(each, { ...route, variant: 'other' }))).toBe(false);
});
