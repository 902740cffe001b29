import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from './syntax.ts';

test('words, strings, numbers and comments have their colours, over lines', () => {
  const source = "const a = 'it\\'s'; // 1\n/* two\nlines */ if (b) return `x\ny`;\n\t0x1f;";
  const shown = linesOf(source).map((line) =>
    line.filter(({ kind }) => kind !== 'plain').map(({ kind, text }) => `${kind} ${text}`),
  );
  expect(shown).toEqual([
    ['keyword const', "string 'it\\'s'", 'comment // 1'],
    ['comment /* two'],
    ['comment lines */', 'keyword if', 'keyword return', 'string `x'],
    ['string y`'],
    ['number 0x1f'],
  ]);
});

test('no text is lost, whatever it is', () => {
  const piece = fc.constantFrom(
    "'",
    '"',
    '`',
    '//',
    '/*',
    '*/',
    '\n',
    '\\',
    ' ',
    'if',
    'x1',
    '7.5',
    '(',
    '😀',
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      const lines = linesOf(text);
      expect(lines.map((line) => line.map((each) => each.text).join('')).join('\n')).toBe(text);
    }),
  );
});
