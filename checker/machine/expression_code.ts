import type { Expr, Variable } from '../language/ir.ts';

/** How a step reads what it needs. */
export interface Reader {
  variable(variable: Variable): string;
  /** Element `index` (text of a checked index) of a family. */
  element(expr: Expr & { kind: 'element' }, index: string): string;
  runs(process: number): string;
  table(values: readonly number[]): string;
}

const COMPARISONS = new Set(['<', '<=', '>', '>=', '==', '!=']);

/** Whether the text of `expr` is a JavaScript truth value rather than 0 or 1. */
function isTruthText(expr: Expr): boolean {
  if (expr.kind === 'unary') return expr.op === '!';
  return expr.kind === 'binary' && (COMPARISONS.has(expr.op) || expr.op === '&&' || expr.op === '||');
}

/** `expr` as a number. */
export function numberText(expr: Expr, reader: Reader): string {
  if (isTruthText(expr)) return `(${text(expr, reader)} ? 1 : 0)`;
  return text(expr, reader);
}

/** `expr` as a condition. */
export function truthText(expr: Expr, reader: Reader): string {
  if (isTruthText(expr)) return text(expr, reader);
  if (expr.kind === 'const') return expr.value ? 'true' : 'false';
  if (expr.kind === 'cond') {
    return `(${truthText(expr.test, reader)} ? ${truthText(expr.yes, reader)} : ${truthText(expr.no, reader)})`;
  }
  return `${text(expr, reader)} !== 0`;
}

function text(expr: Expr, reader: Reader): string {
  switch (expr.kind) {
    case 'const':
      return expr.value < 0 ? `(${expr.value})` : String(expr.value);
    case 'var':
      return reader.variable(expr.variable);
    case 'element':
      return reader.element(expr, numberText(expr.index, reader));
    case 'unary':
      return expr.op === '!'
        ? `!(${truthText(expr.a, reader)})`
        : expr.op === '-'
          ? `(0 - ${numberText(expr.a, reader)})`
          : `(~${numberText(expr.a, reader)})`;
    case 'binary':
      return binaryText(expr, reader);
    case 'cond':
      return `(${truthText(expr.test, reader)} ? ${numberText(expr.yes, reader)} : ${numberText(expr.no, reader)})`;
    case 'table':
      return tableText(expr, reader);
    case 'runs':
      return reader.runs(expr.process);
  }
}

function binaryText({ op, a, b }: Expr & { kind: 'binary' }, reader: Reader): string {
  if (op === '&&' || op === '||') return `(${truthText(a, reader)} ${op} ${truthText(b, reader)})`;
  const [x, y] = [numberText(a, reader), numberText(b, reader)];
  switch (op) {
    case '==':
      return `(${x} === ${y})`;
    case '!=':
      return `(${x} !== ${y})`;
    case 'idiv':
      return `(Math.trunc(${x} / ${y}) + 0)`;
    case '%':
      return `(${x} % ${y} + 0)`;
    default:
      return `(${x} ${op} ${y})`;
  }
}

/** Tables of truth values are masks. */
function tableText({ values, index }: Expr & { kind: 'table' }, reader: Reader): string {
  const i = numberText(index, reader);
  if (values.length <= 31 && values.every((value) => value === 0 || value === 1)) {
    const mask = values.reduce<number>((all, value, k) => all | (value << k), 0);
    return `((${mask} >>> ${i}) & 1)`;
  }
  return `${reader.table(values)}[${i}]`;
}
