import { expect, test } from 'vitest';
import { summaryOf } from './summary.ts';

test('an oracle has one line, whatever the number of tests that asked it', () => {
  const lines = summaryOf([
    { oracle: 'SPIN, random models', models: 3, different: 0 },
    { oracle: 'interpreter', models: 10, different: 1 },
    { oracle: 'SPIN, random models', models: 4, different: 2 },
  ]);
  expect(lines).toBe(
    'oracle: SPIN, random models: 7 compared, 2 differ\noracle: interpreter: 10 compared, 1 differ\n',
  );
});

test('nobody asked, nothing said', () => {
  expect(summaryOf([])).toBe('');
});
