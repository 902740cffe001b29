import type { Cell } from './layout.ts';

/** All ones in `width` bits. */
export const maskOf = (width: number): number => (width === 32 ? -1 : 2 ** width - 1);

/** Text that takes `width` bits out of a word. */
export function extract(word: string, shift: number, width: number): string {
  if (width === 0) return '0';
  if (width === 32) return `(${word} >>> 0)`;
  const moved = shift === 0 ? word : `(${word} >>> ${shift})`;
  return shift + width === 32 && shift > 0 ? moved : `(${moved} & ${maskOf(width)})`;
}

/** Text of the value that a raw number stands for. */
export function decode(cell: Cell, raw: string, mixed: string): string {
  if (cell.symbols > 0) return `${mixed}(${raw}, ${cell.symbols}, ${cell.lo})`;
  return cell.lo === 0 ? raw : `(${raw} ${cell.lo < 0 ? '-' : '+'} ${Math.abs(cell.lo)})`;
}

/** Text of the raw number for a value. */
export function encode(cell: Cell, value: string, mixed: string): string {
  if (cell.symbols > 0) return `${mixed}(${value}, ${cell.symbols}, ${cell.lo})`;
  return cell.lo === 0 ? value : `(${value} ${cell.lo < 0 ? '+' : '-'} ${Math.abs(cell.lo)})`;
}
