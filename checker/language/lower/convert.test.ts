import { expect, test } from 'vitest';
import type { Expr } from '../ir.ts';
import { binary, not } from './convert.ts';
import { number } from './value.ts';

const [no, yes, seven] = [number(0), number(1), number(7)];
const open: Expr = { kind: 'runs', process: 0 };

test.each([
  ['&&', no, open, no],
  ['&&', yes, open, open],
  ['&&', open, yes, open],
  ['&&', open, no, { kind: 'binary', op: '&&', a: open, b: no }],
  ['||', no, open, open],
  ['||', seven, open, seven],
  ['||', open, no, open],
  ['||', open, yes, { kind: 'binary', op: '||', a: open, b: yes }],
  ['+', no, yes, { kind: 'binary', op: '+', a: no, b: yes }],
] as const)('%s folds what is known of its operands', (op, a, b, folded) => {
  expect(binary(op, a, b)).toEqual(folded);
});

test('not', () => {
  expect([not(no), not(seven), not(open)]).toEqual([yes, no, { kind: 'unary', op: '!', a: open }]);
});
