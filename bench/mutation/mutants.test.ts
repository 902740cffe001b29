import { describe, expect, test } from 'vitest';
import { modelMutantsOf, mutantsOf, mutated, sampled } from './mutants.ts';

const descriptions = (text: string) =>
  mutantsOf('x.ts', text).map(({ line, description }) => `${line} ${description}`);

describe('mutants of code', () => {
  test('operators, conditions, statements and numbers, in the order of the text', () => {
    const text = 'export function f(a: number): number {\n  if (a < 2 && !b) go(a);\n  return a + 1;\n}\n';
    expect(descriptions(text)).toEqual([
      '2 a < 2 && !b → false',
      '2 a < 2 && !b → true',
      '2 < → <=',
      '2 2 → 3',
      '2 && → ||',
      '2 !b → (b)',
      '2 go(a); → (deleted)',
      '3 + → -',
      '3 1 → 2',
    ]);
  });

  test('not types, imports, or what only says that a caller is wrong', () => {
    expect(descriptions("import x from 'y';\ntype T = 1 | 2;\nif (x < 1) throw new Error('no');\n")).toEqual([
      '3 < → <=',
      '3 1 → 2',
    ]);
  });

  test('the text with one change, and only that', () => {
    const text = 'a = b - c;';
    const [whole, minus] = mutantsOf('x.ts', text);
    expect(mutated(text, whole as NonNullable<typeof whole>)).toBe(';');
    expect(mutated(text, minus as NonNullable<typeof minus>)).toBe('a = b + c;');
  });
});

describe('mutants of models', () => {
  const words = { calls: ['wake'], sections: ['atomic', 'critical'] } as const;

  test('a wake is deleted, a section is opened', () => {
    const text = 'this.wake(task);\nconst n = atomic(() => x.n);\n';
    const found = modelMutantsOf('x.ts', text, words);
    expect(found.map(({ line, description }) => `${line} ${description}`)).toEqual([
      '1 this.wake(task); → (deleted)',
      '2 atomic → openedAtomic',
    ]);
    const [, opened] = found;
    const lines = mutated(text, opened as NonNullable<typeof opened>).split('\n');
    expect(lines[1]).toBe('const n = openedAtomic(() => x.n);');
    expect(lines[3]).toBe('function openedAtomic(fn) { return fn(); }');
  });

  test('a function that only wakes does nothing; each knows where what is around it begins', () => {
    const text =
      'class A {\n  f = () => wake();\n  g() {\n    if (a) wake();\n    return critical(l, () => wake());\n  }\n}\n';
    const found = modelMutantsOf('x.ts', text, words);
    expect(found.map(({ within, description }) => `${within} ${description}`)).toEqual([
      '2:13,2:3 wake() → undefined',
      '4:12 wake(); → (deleted)',
      '5:5 critical → openedCritical',
      '5:5 wake() → undefined',
    ]);
    const [first] = found;
    expect(mutated(text, first as NonNullable<typeof first>).split('\n')[1]).toBe('  f = () => undefined;');
  });
});

test('a sample depends on its seed only, and is in order', () => {
  const all = Array.from({ length: 50 }, (_, i) => i);
  expect(sampled(all, 5, 1)).toEqual(sampled(all, 5, 1));
  expect(sampled(all, 5, 1)).not.toEqual(sampled(all, 5, 2));
  expect(sampled(all, 5, 1)).toEqual([...sampled(all, 5, 1)].sort((a, b) => a - b));
  expect(sampled(all, 99, 1)).toEqual(all);
});
