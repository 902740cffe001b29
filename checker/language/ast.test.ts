import { expect, test } from 'vitest';
import { source } from '../../model/intrinsics/metadata.ts';
import { functionAt, parse, placeAt } from './ast.ts';

const µs = source(
  'scenarios/µ.ts',
  `const µ = '🙂'; const inc = (x: number) => x + 1;
class Ring {
  #head = 0;
  push<T>(element: T): void {
    if (this.#head === 0) return;
    check(
      element !== null,
    );
  }
}
`,
);
const at = (text: string, from = 0) => µs.text.indexOf(text, from);

test('offsets are UTF-16 units, also behind µ and surrogate pairs', () => {
  expect(functionAt(µs, at('(x: number)'))?.type).toBe('ArrowFunctionExpression');
  expect(functionAt(µs, at('class Ring'))?.type).toBe('ClassDeclaration');
  expect(functionAt(µs, at('<T>'))?.type).toBe('FunctionExpression');
  expect(functionAt(µs, at('push'))).toBe(null);
});

test('a file is parsed once', () => {
  expect(parse(µs)).toBe(parse(µs));
});

test.each([
  ['x + 1', { line: 1, column: 44, text: 'x + 1' }],
  ['inc', { line: 1, column: 23, text: 'const inc = (x: number) => x + 1;' }],
  ['0;', { line: 3, column: 11, text: '#head = 0;' }],
  ['return', { line: 5, column: 27, text: 'return;' }],
  ['#head === 0', { line: 5, column: 14, text: 'if (this.#head === 0) return;' }],
  ['check', { line: 6, column: 5, text: 'check(' }],
  ['element !==', { line: 7, column: 7, text: 'element !== null,' }],
])('the place of %s', (text, place) => {
  expect(placeAt(µs, at(text))).toEqual({ file: 'scenarios/µ.ts', ...place });
});

test('a syntax error has a place', () => {
  const broken = source('a.ts', 'let a = 1;\n  let b = ;\n');
  expect(() => parse(broken)).toThrow(
    'UPY100: syntax error: Unexpected token\n  at a.ts:2:11\n    let b = ;\n' +
      '  likely: a typing mistake at or shortly before this place\n' +
      '  do:     correct it; `npx tsc --noEmit` lists all errors of the file',
  );
});
