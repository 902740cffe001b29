/** For terminals that have nothing else: the characters that reports draw with. Names and texts of a model stay as they are. */
const PLAIN: Readonly<Record<string, string>> = {
  '█': '#',
  '│': '|',
  '┊': ':',
  '║': '=',
  '·': '.',
  '▲': '^',
  '■': 'X',
  '┌': '.',
  '└': "'",
  '─': '-',
  '┼': '+',
  '═': '=',
  '…': '~',
  '→': '->',
  '←': '<-',
  '↯': '!',
  '⇄': '<>',
  '↺': '@',
  '»': '>',
  '›': '>',
  '✓': 'ok',
  '✗': 'FAIL',
  µ: 'u',
  '×': 'x',
};

const DRAWN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

export function ascii(text: string): string {
  return text.replace(DRAWN, (character) => PLAIN[character] ?? character);
}
