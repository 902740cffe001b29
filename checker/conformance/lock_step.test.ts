import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runCase } from './run_case.ts';

const folder = new URL('./two-cores/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(`${name}.json`, folder), 'utf8');

describe('a program on two cores that does what the real kernel did', { timeout: 60_000 }, () => {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace('.json', ''));
  test('there are so many', () => expect(names.length).toBe(23));
  test.each(names)('%s', (name) => {
    expect(runCase(read(name))).toEqual({ name, failure: null, lines: null });
  });
});

describe('the first difference is told', () => {
  const name = 'smp_same_instant_order';
  const change = (from: string, to: string) => {
    const text = read(name);
    expect(text).toContain(from);
    return runCase(text.replace(from, to)).failure;
  };

  test('the core that acts first is the first one', () => {
    expect(change('"C",5,"A",1,1', '"C",5,"A",1,0')).toEqual({
      kind: 'different',
      difference: { where: 'task A, record 3', expected: ['C', 5, 'A', 1, 0], got: ['C', 5, 'A', 1, 1] },
    });
  });
});
