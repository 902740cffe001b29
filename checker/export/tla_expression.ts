import type { BinaryOperator, Expr, Variable } from '../language/ir.ts';
import { MIXED } from '../language/ir.ts';
import { commentText, tight } from './tla_form.ts';
import type { TlaNames } from './tla_names.ts';

/** What an exported module needs beside the standard ones: each definition with those that it uses. */
export const OPERATORS: Readonly<Record<string, { needs: readonly string[]; text: string }>> = {
  Bit: { needs: [], text: 'Bit(b) == IF b THEN 1 ELSE 0' },
  Symbols: {
    needs: [],
    text: '\\* Where null and symbols begin in variables that may also hold integers: those must be below.\nSymbols == 2147000000',
  },
  Holds: {
    needs: [],
    text: '\\* A disjunction as one truth value: in an action TLC would take it as several steps.\nHolds(b) == b = TRUE',
  },
  Fits32: { needs: [], text: 'Fits32(a) == -2147483647 - 1 <= a /\\ a <= 2147483647' },
  At: {
    needs: [],
    text: '\\* The element that an index selects; there is none outside.\nAt(list, i, none) == IF 0 <= i /\\ i < Len(list) THEN list[i + 1] ELSE none',
  },
  Quotient: {
    needs: [],
    text: `\\* Division and remainder of C: towards zero.
Quotient(a, b) ==
  IF b = 0 THEN 0
  ELSE IF b > 0 THEN IF a >= 0 THEN a \\div b ELSE -((-a) \\div b)
  ELSE IF a >= 0 THEN -(a \\div (-b)) ELSE (-a) \\div (-b)`,
  },
  Remainder: { needs: ['Quotient'], text: 'Remainder(a, b) == IF b = 0 THEN 0 ELSE a - b * Quotient(a, b)' },
  Wrap32: {
    needs: [],
    text: `\\* The lowest 32 bits, with a sign.
Wrap32(a) == IF -2147483647 - 1 <= a /\\ a <= 2147483647 THEN a ELSE ((a + 2^31) % 2^32) - 2^31`,
  },
  Unsigned32: { needs: [], text: 'Unsigned32(a) == IF a >= 0 THEN a ELSE a + 2^32' },
  BitAnd: {
    needs: [],
    text: `\\* Bit operators on two's complement.
RECURSIVE BitAnd(_, _)
BitAnd(a, b) ==
  IF a = 0 \\/ b = 0 THEN 0
  ELSE IF a = -1 THEN b
  ELSE IF b = -1 THEN a
  ELSE 2 * BitAnd(a \\div 2, b \\div 2) + (IF a % 2 = 1 /\\ b % 2 = 1 THEN 1 ELSE 0)`,
  },
  BitOr: { needs: ['BitAnd'], text: 'BitOr(a, b) == -1 - BitAnd(-1 - a, -1 - b)' },
  BitXor: { needs: ['BitAnd', 'BitOr'], text: 'BitXor(a, b) == BitAnd(BitOr(a, b), -1 - BitAnd(a, b))' },
};

/** What a variable has at the moment, as text of its sort. */
export type Environment = (variable: Variable) => string;

const INT32: readonly [number, number] = [-(2 ** 31), 2 ** 31 - 1];
const NEGATED: Readonly<Record<string, BinaryOperator>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
const COMPARISON: Readonly<Record<string, string>> = {
  '==': '=',
  '!=': '#',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Expressions as text. The integers of TLA+ are exact, as those of the language are between two assignments. */
export class TlaExpressions {
  /** Names in `OPERATORS`. */
  readonly used = new Set<string>();

  constructor(
    private readonly names: TlaNames,
    /** The name of the operator for a run condition. */
    private readonly runs: (process: number) => string,
  ) {}

  /** Whether the value is a truth value in TLA+. */
  private isBool(expr: Expr): boolean {
    switch (expr.kind) {
      case 'var':
        return this.names.sort(expr.variable) === 'bool';
      case 'element':
        return this.allBool(expr.family.elements);
      case 'unary':
        return expr.op === '!';
      case 'binary':
        return expr.op in COMPARISON || expr.op === '&&' || expr.op === '||';
      case 'cond':
        return this.isBool(expr.yes) && this.isBool(expr.no);
      case 'runs':
        return true;
      default:
        return false;
    }
  }

  private allBool(elements: readonly (Variable | null)[]): boolean {
    return (
      elements.some((v) => v !== null) && elements.every((v) => v === null || this.names.sort(v) === 'bool')
    );
  }

  /** In the sort of `variable`, to be assigned to it. */
  assigned(variable: Variable, expr: Expr, env: Environment): string {
    if (this.names.sort(variable) === 'bool') return this.bool(expr, env);
    const word = expr.kind === 'const' ? this.names.word(variable, expr.value) : null;
    return word === null ? this.value(expr, env) : `${this.value(expr, env)} (* ${commentText(word)} *)`;
  }

  holds(formula: string): string {
    return `${this.use('Holds')}(${formula})`;
  }

  // ---- truth values ----

  bool(expr: Expr, env: Environment): string {
    switch (expr.kind) {
      case 'const':
        return expr.value !== 0 ? 'TRUE' : 'FALSE';
      case 'unary':
        if (expr.op === '!') return this.not(expr.a, env);
        break;
      case 'binary':
        if (isFit(expr))
          return `${this.use('Fits32')}(${this.value((expr.a as Expr & { kind: 'binary' }).a, env)})`;
        if (expr.op === '&&' || expr.op === '||') return this.chain(expr, expr.op, env);
        if (expr.op in COMPARISON) return this.comparison(expr.op, expr.a, expr.b, env);
        break;
      case 'cond': {
        const [test, yes, no] = [expr.test, expr.yes, expr.no].map((e) => this.bool(e, env));
        return `IF ${test} THEN ${tight(yes as string)} ELSE ${tight(no as string)}`;
      }
      case 'table':
        if (expr.values.every((v) => v === 0 || v === 1))
          return this.membership(expr.values, expr.index, env);
        break;
      case 'runs':
        return this.runs(expr.process);
      case 'var':
        if (this.isBool(expr)) return env(expr.variable);
        break;
      case 'element':
        if (this.isBool(expr)) return this.element(expr, env);
        break;
    }
    return `${tight(this.value(expr, env))} # 0`;
  }

  not(expr: Expr, env: Environment): string {
    if (expr.kind === 'unary' && expr.op === '!') return this.bool(expr.a, env);
    if (expr.kind === 'binary') {
      const op = NEGATED[expr.op];
      if (op !== undefined) return this.comparison(op, expr.a, expr.b, env);
    }
    if (expr.kind === 'const') return expr.value === 0 ? 'TRUE' : 'FALSE';
    if (!this.isBool(expr) && expr.kind !== 'table') return `${tight(this.value(expr, env))} = 0`;
    return `~${tight(this.bool(expr, env))}`;
  }

  private chain(expr: Expr, op: '&&' | '||', env: Environment): string {
    const parts: string[] = [];
    const collect = (e: Expr): void => {
      if (e.kind === 'binary' && e.op === op) {
        collect(e.a);
        collect(e.b);
      } else parts.push(this.bool(e, env));
    };
    collect(expr);
    return parts
      .map((part) => (/^[^/\\]*$/.test(part) && !part.startsWith('IF ') ? part : tight(part)))
      .join(op === '&&' ? ' /\\ ' : ' \\/ ');
  }

  private comparison(op: BinaryOperator, a: Expr, b: Expr, env: Environment): string {
    if (a.kind === 'const' && b.kind !== 'const') {
      const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }[op as string] ?? op;
      return this.comparison(mirrored as BinaryOperator, b, a, env);
    }
    const sign = COMPARISON[op] as string;
    if (a.kind === 'var' && this.names.sort(a.variable) === 'label')
      return this.standing(a.variable, sign, b, env);
    if (this.isBool(a) && (op === '==' || op === '!=')) {
      if (b.kind === 'const' && (b.value === 0 || b.value === 1))
        return (b.value === 1) === (op === '==') ? this.bool(a, env) : this.not(a, env);
      if (this.isBool(b)) return `${tight(this.bool(a, env))} ${sign} ${tight(this.bool(b, env))}`;
    }
    if (b.kind === 'const' && op === '<=' && b.value > INT32[1] && (b.value + 1) % 65536 === 0)
      return `${tight(this.value(a, env))} \\div 65536 <= ${(b.value + 1) / 65536 - 1}`;
    return `${tight(this.value(a, env))} ${sign} ${this.operand(b, env)}${this.comment(a, b)}`;
  }

  /** What a constant stands for, if it is compared with something that stands for something. */
  private comment(a: Expr, b: Expr): string {
    const variable =
      a.kind === 'var' ? a.variable : a.kind === 'element' ? a.family.elements.find((v) => v !== null) : null;
    if (variable === null || variable === undefined || b.kind !== 'const') return '';
    const word = this.names.word(variable, b.value);
    return word === null ? '' : ` (* ${commentText(word)} *)`;
  }

  /** Whether a process is alive is asked of its location. */
  private standing(variable: Variable, sign: string, b: Expr, env: Environment): string {
    const { domain } = variable;
    if (domain.kind !== 'location' || b.kind !== 'const' || !/[=#]/.test(sign) || sign.length > 1)
      throw new Error('a location is only compared with a constant');
    return `${env(variable)} ${sign} "${this.names.label(domain.process, b.value)}"`;
  }

  private membership(values: readonly number[], index: Expr, env: Environment): string {
    const members = values.flatMap((v, i) => (v === 1 ? [i] : []));
    if (members.length === 0) return 'FALSE';
    const i = tight(this.value(index, env));
    return members.length === 1 ? `${i} = ${members[0]}` : `${i} \\in {${members.join(', ')}}`;
  }

  // ---- numbers ----

  value(expr: Expr, env: Environment): string {
    if (expr.kind === 'const') return this.number(expr.value);
    if (this.isBool(expr)) return `${this.use('Bit')}(${this.bool(expr, env)})`;
    switch (expr.kind) {
      case 'var':
        return env(expr.variable);
      case 'element':
        return this.element(expr, env);
      case 'unary':
        return expr.op === '-' ? `-${this.operand(expr.a, env)}` : `-1 - ${tight(this.bits(expr.a, env))}`;
      case 'binary':
        return this.arithmetic(expr.op, expr.a, expr.b, env);
      case 'cond':
        return `IF ${this.bool(expr.test, env)} THEN ${tight(this.value(expr.yes, env))} ELSE ${tight(this.value(expr.no, env))}`;
      case 'table': {
        const list = expr.values.map((v) => this.number(v)).join(', ');
        return `${this.use('At')}(<<${list}>>, ${this.value(expr.index, env)}, 0)`;
      }
      case 'runs':
        return this.bool(expr, env);
    }
  }

  /** As part of a larger expression. */
  private operand(expr: Expr, env: Environment): string {
    return tight(this.value(expr, env));
  }

  private element({ family, index }: Expr & { kind: 'element' }, env: Environment): string {
    const allBool = this.allBool(family.elements);
    const list = family.elements.map((variable) => {
      if (variable === null) return allBool ? 'FALSE' : '0';
      return allBool ? env(variable) : this.value({ kind: 'var', variable }, env);
    });
    return `${this.use('At')}(<<${list.join(', ')}>>, ${this.value(index, env)}, ${allBool ? 'FALSE' : '0'})`;
  }

  private arithmetic(op: BinaryOperator, a: Expr, b: Expr, env: Environment): string {
    const text = (e: Expr): string => this.operand(e, env);
    const { intervals } = this.names.compiled;
    const positive = b.kind === 'const' && b.value > 0 && (intervals.eval(a)?.[0] ?? -1) >= 0;
    switch (op) {
      case '+':
      case '-':
      case '*':
        return `${text(a)} ${op} ${text(b)}`;
      case '%':
        return positive
          ? `${text(a)} % ${text(b)}`
          : `${this.use('Remainder')}(${this.value(a, env)}, ${this.value(b, env)})`;
      case 'idiv':
        return positive
          ? `${text(a)} \\div ${text(b)}`
          : `${this.use('Quotient')}(${this.value(a, env)}, ${this.value(b, env)})`;
      case '<<':
      case '>>':
      case '>>>':
        return this.shift(op, a, b, env);
      default:
        return this.bitwise(op, a, b, env);
    }
  }

  private bitwise(op: BinaryOperator, a: Expr, b: Expr, env: Environment): string {
    // A mask of the lowest bits is a remainder; that of TLA+ is never negative.
    if (
      op === '&' &&
      b.kind === 'const' &&
      b.value > 0 &&
      b.value < 2 ** 30 &&
      Number.isInteger(Math.log2(b.value + 1))
    )
      return `${this.operand(a, env)} % ${b.value + 1}`;
    if (op === '|' && b.kind === 'const' && b.value === 0) return this.bits(a, env);
    const name = op === '&' ? 'BitAnd' : op === '|' ? 'BitOr' : 'BitXor';
    return `${this.use(name)}(${this.bits(a, env)}, ${this.bits(b, env)})`;
  }

  private shift(op: '<<' | '>>' | '>>>', a: Expr, b: Expr, env: Environment): string {
    const by = b.kind === 'const' ? String(b.value & 31) : `(${this.operand(b, env)} % 32)`;
    const bits = tight(this.bits(a, env));
    if (op === '<<') return `${this.use('Wrap32')}(${bits} * 2^${by})`;
    return op === '>>' ? `${bits} \\div 2^${by}` : `${this.use('Unsigned32')}(${bits}) \\div 2^${by}`;
  }

  /** The lowest 32 bits, as a number with a sign. */
  private bits(expr: Expr, env: Environment): string {
    const known = this.names.compiled.intervals.eval(expr);
    const fits = known !== null && known[0] >= INT32[0] && known[1] <= INT32[1];
    return fits ? this.value(expr, env) : `${this.use('Wrap32')}(${this.value(expr, env)})`;
  }

  number(value: number): string {
    if (value >= MIXED) return `${this.use('Symbols')} + ${value - MIXED}`;
    if (value > INT32[1]) return `${Math.floor(value / 65536)} * 65536 + ${value % 65536}`;
    if (value === INT32[0]) return `-${INT32[1]} - 1`;
    if (value < INT32[0]) return `-${Math.floor(-value / 65536)} * 65536 - ${-value % 65536}`;
    return String(value);
  }

  private use(name: string): string {
    this.used.add(name);
    return name;
  }
}

/** The check that an integer has no more than 32 bits. */
function isFit({ op, a, b }: Expr & { kind: 'binary' }): boolean {
  const bound = (e: Expr, sign: BinaryOperator, value: number): boolean =>
    e.kind === 'binary' && e.op === sign && e.b.kind === 'const' && e.b.value === value;
  return op === '&&' && bound(a, '>=', INT32[0]) && bound(b, '<=', INT32[1]);
}

/** The definitions that these need, in the order of `OPERATORS`. */
export function operatorTexts(used: ReadonlySet<string>): string[] {
  const all = new Set<string>();
  const add = (name: string): void => {
    for (const needed of OPERATORS[name]?.needs ?? []) add(needed);
    all.add(name);
  };
  for (const name of used) add(name);
  return Object.entries(OPERATORS).flatMap(([name, { text }]) => (all.has(name) ? [text] : []));
}
