import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConsoleReporter } from '../../reports/console.ts';
import { type CheckedVariant, publish, type ReportEvent } from '../../reports/events.ts';
import { variant } from '../../reports/fake.ts';
import { LcovReporter } from '../../reports/lcov.ts';
import { paint } from '../../reports/paint.ts';
import type { FileCoverage } from '../verdict.ts';
import { unionOf, unreachedIn } from './coverage.ts';

const statement = (line: number, reached: boolean, column = 3) => ({
  line,
  column,
  text: `line ${line}`,
  reached,
});
const files = (file: string, reached: readonly boolean[], ways: readonly boolean[] = []): FileCoverage[] => [
  {
    file,
    statements: reached.map((each, i) => statement(i + 1, each)),
    branches: ways.length === 0 ? [] : [{ line: 2, column: 3, kind: 'if', ways }],
  },
];
const run = (name: string, coverage: FileCoverage[], over: Partial<CheckedVariant> = {}): CheckedVariant =>
  variant({ variant: name, coverage, limit: null, ...over });

test('of several variants one is enough', () => {
  expect(unionOf([files('a', [true, false]), files('b', [false]), files('a', [false, true, false])])).toEqual(
    [...files('a', [true, true, false]), ...files('b', [false])],
  );
  expect(
    unionOf([files('a', [true, true], [true, false]), files('a', [true, true], [false, false])]),
  ).toEqual(files('a', [true, true], [true, false]));
});

test('the union does not depend on order or grouping', () => {
  const one = fc
    .tuple(fc.constantFrom('a', 'b'), fc.array(fc.boolean(), { maxLength: 4 }))
    .map(([file, reached]) => files(file, reached));
  fc.assert(
    fc.property(one, one, one, (a, b, c) => {
      expect(unionOf([a, b, c])).toEqual(unionOf([unionOf([c, b]), a]));
    }),
  );
});

test('what is not reached is known only when every variant was searched to the end', () => {
  const a = run('a', files('own.ts', [true, false, false]));
  const b = run('b', files('own.ts', [true, true, false]));
  expect(unreachedIn('own.ts', ['a', 'b'], [a, b])).toEqual([statement(3, false)]);
  expect(unreachedIn('own.ts', ['a', 'b'], [a])).toBeNull();
  const limit = { kind: 'max-states', value: '9', growing: [] } as const;
  expect(unreachedIn('own.ts', ['a', 'b'], [a, { ...b, limit }])).toBeNull();
  expect(unreachedIn('other.ts', ['a'], [a])).toEqual([]);
});

const collected: ReportEvent = {
  type: 'coverage-collected',
  files: [
    ...files('own.ts', [true, true, false, false, true, false], [true, false]),
    ...files('lib.ts', [true]),
  ],
};

test('lcov: lines, branches and totals of files that are there', () => {
  let text = '';
  publish(
    [
      new LcovReporter(
        (part) => (text += part),
        (file) => file === 'own.ts',
      ),
    ],
    collected,
  );
  expect(text).toBe(`TN:
SF:own.ts
BRDA:2,0,0,1
BRDA:2,0,1,0
BRF:2
BRH:1
DA:1,1
DA:2,1
DA:3,0
DA:4,0
DA:5,1
DA:6,0
LF:6
LH:3
end_of_record
`);
});

test('lcov: the ways of a branch that was never come to are marked', () => {
  let text = '';
  publish(
    [
      new LcovReporter(
        (part) => (text += part),
        () => true,
      ),
    ],
    {
      type: 'coverage-collected',
      files: files('own.ts', [true, false], [false, false]),
    },
  );
  expect(text).toContain('BRDA:2,0,0,-\nBRDA:2,0,1,-\nBRF:2\nBRH:0\n');
});

test('the console', () => {
  let text = '';
  const console = new ConsoleReporter((part) => (text += part), {
    paint: paint(0),
    width: 80,
    traces: 'none',
  });
  publish([console], {
    type: 'scenario-finished',
    scenario: 's',
    file: 'own.ts',
    unreached: Array.from({ length: 10 }, (_, i) => statement(i + 1, false)),
  });
  publish([console], { type: 'scenario-finished', scenario: 's', file: 'own.ts', unreached: null });
  publish([console], collected);
  expect(
    text,
  ).toBe(`${[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `  never reached: own.ts:${n}  line ${n}\n`).join('')}  never reached: 2 other statements; --coverage lists their lines

Coverage
  own.ts  3 of 6 statements, 1 of 2 branches
    not reached: 3-4, 6
  lib.ts  1 of 1 statement, 0 of 0 branches
`);
});
