import type { Expr, Family } from '../language/ir.ts';
import type { Names } from './c_names.ts';

/** How the C code of an exported model reads what is not a variable. */
export interface Reader {
  readonly names: Names;
  /** The name of the constant table with the numbers of a family's elements. */
  family(family: Family): string;
  table(values: readonly number[]): string;
  /** The array that run conditions look at: the state before the step. */
  readonly before: string;
}

/** Functions of `PRELUDE` for the operators whose meaning in C differs from that in the language. */
const CALLS: Readonly<Record<string, string>> = {
  '%': 'remainder_of',
  idiv: 'quotient_of',
  '&': 'bits_and',
  '|': 'bits_or',
  '^': 'bits_xor',
  '<<': 'shift_left',
  '>>': 'shift_right',
  '>>>': 'shift_right_unsigned',
};

/** The C text of an expression over the array `X`. Arithmetic has 128 bits: what is stored is checked, not what is between. */
export function expressionText(expr: Expr, reader: Reader): string {
  const text = (e: Expr): string => expressionText(e, reader);
  switch (expr.kind) {
    case 'const':
      return constantText(expr.value);
    case 'var':
      return `X[${reader.names.of(expr.variable)}]`;
    case 'element':
      return `element(X, ${reader.family(expr.family)}, ${expr.family.elements.length}, ${text(expr.index)})`;
    case 'unary':
      return expr.op === '!'
        ? `(!${text(expr.a)})`
        : expr.op === '-'
          ? `(-(huge)${text(expr.a)})`
          : `bits_not(${text(expr.a)})`;
    case 'binary': {
      const call = CALLS[expr.op];
      if (call !== undefined) return `${call}(${text(expr.a)}, ${text(expr.b)})`;
      const wide = expr.op === '+' || expr.op === '-' || expr.op === '*' ? '(huge)' : '';
      return `(${wide}${text(expr.a)} ${expr.op} ${text(expr.b)})`;
    }
    case 'cond':
      return `(${text(expr.test)} ? ${text(expr.yes)} : ${text(expr.no)})`;
    case 'table':
      return `table_entry(${reader.table(expr.values)}, ${expr.values.length}, ${text(expr.index)})`;
    case 'runs':
      return `runs_${expr.process}(${reader.before})`;
  }
}

export function constantText(value: number): string {
  return Math.abs(value) < 2 ** 31 ? (value < 0 ? `(${value})` : String(value)) : `(${value}LL)`;
}
