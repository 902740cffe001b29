import { expect, test } from 'vitest';
import { Budget } from './budget.ts';
import { type StoreKind, storeFor } from './store_for.ts';

const kindOf = (words: number, bits: number, kind: StoreKind | 'inline' | 'indexed' = 'exact'): string =>
  storeFor({ words, bits }, kind, new Budget(2 ** 24)).kind;

test('up to 63 bits in two words a state is its own key', () => {
  expect([kindOf(1, 31), kindOf(2, 63), kindOf(2, 64), kindOf(3, 63), kindOf(3, 96)]).toEqual([
    'inline',
    'inline',
    'indexed',
    'indexed',
    'indexed',
  ]);
});

test('what is asked for is taken, if it can be', () => {
  const kinds = ['inline', 'indexed', 'fingerprint', 'hash-compact', 'bitstate'] as const;
  expect(kinds.map((kind) => kindOf(2, 63, kind))).toEqual(kinds);
  expect(() => kindOf(2, 64, 'inline')).toThrow('an inline store holds at most 63 bits, not 64');
});
