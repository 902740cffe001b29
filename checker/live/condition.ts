import { MIXED, type Program, type Variable } from '../language/ir.ts';
import type { Names } from '../language/lower/names.ts';
import { UserError } from '../options.ts';
import { showValue } from '../trace/show.ts';

/** Reads a variable in a state, however that is stored. */
export type Read = (variable: Variable) => number;
export type Condition = (read: Read) => boolean;

type Operand = (read: Read) => number;
type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';

const OPERATOR = /^(===|!==|==|!=|<=|>=|<|>)/u;
const COMPARE: Readonly<Record<Operator, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/**
 * Compiles `pin.event == true && !(queue.length < 2)`: names as traces show them, compared with values as traces show them or
 * with each other, joined by `&&`, `||`, `!` and parentheses. UPY352 if it cannot be understood.
 */
export function parseCondition(text: string, program: Program, names: Names): Condition {
  const parser = new Parser(text, program, names);
  const condition = parser.any();
  parser.end();
  return condition;
}

class Parser {
  private at = 0;
  private readonly variables: ReadonlyMap<string, Variable>;
  private readonly expired: ReadonlyMap<string, Operand>;
  /** Longest first: one name may begin with another. */
  private readonly known: readonly string[];

  constructor(
    private readonly text: string,
    program: Program,
    private readonly names: Names,
  ) {
    const state = program.variables.filter(({ kind }) => kind === 'state');
    this.variables = new Map(state.map((variable) => [variable.name, variable]));
    this.expired = new Map(
      program.clocks.map(({ name, left, latched }) => [
        `${name}.expired`,
        (read) => Number(value(latched, read) !== 0 || value(left, read) === 0),
      ]),
    );
    this.known = [...this.variables.keys(), ...this.expired.keys()].sort((a, b) => b.length - a.length);
  }

  any(): Condition {
    const first = this.all();
    if (!this.skip('||')) return first;
    const second = this.any();
    return (read) => first(read) || second(read);
  }

  end(): void {
    if (this.rest() !== '') throw this.refuse(`'${this.rest()}' stands where nothing more is expected`);
  }

  private all(): Condition {
    const first = this.one();
    if (!this.skip('&&')) return first;
    const second = this.all();
    return (read) => first(read) && second(read);
  }

  private one(): Condition {
    if (this.skip('!')) {
      const negated = this.one();
      return (read) => !negated(read);
    }
    if (this.skip('(')) {
      const inner = this.any();
      if (!this.skip(')')) throw this.refuse("a ')' is missing");
      return inner;
    }
    return this.comparison();
  }

  private comparison(): Condition {
    const name = this.name();
    if (name === null) throw this.unknown();
    const variable = this.variables.get(name);
    const left = this.operand(name);
    const [operator] = OPERATOR.exec(this.rest()) ?? [];
    if (operator === undefined) return (read) => left(read) !== 0;
    this.at += operator.length;
    const compare = COMPARE[(operator.length === 3 ? operator.slice(0, 2) : operator) as Operator];
    const right = this.right(variable, name);
    return (read) => compare(left(read), right(read));
  }

  /** Another variable, or a value as the variable on the left would be shown. */
  private right(variable: Variable | undefined, name: string): Operand {
    const other = this.name();
    if (other !== null) return this.operand(other);
    const [text = ''] = /^[^&|)]*/u.exec(this.rest()) ?? [];
    this.at += text.length;
    const found = numberFor(variable, text.trim(), this.names);
    if (found === null) throw this.refuse(`${name} is never ${text.trim() || 'nothing'}`, variable);
    return () => found;
  }

  private operand(name: string): Operand {
    const variable = this.variables.get(name);
    return variable === undefined ? (this.expired.get(name) as Operand) : (read) => read(variable);
  }

  /** Takes a known name, also in backticks. */
  private name(): string | null {
    const rest = this.rest();
    const quoted = rest.startsWith('`');
    const from = quoted ? 1 : 0;
    const name = this.known.find(
      (each) => rest.startsWith(each, from) && !/^[\w$.[]/u.test(rest.slice(from + each.length)),
    );
    if (name === undefined || (quoted && rest[1 + name.length] !== '`')) return null;
    this.at += name.length + 2 * from;
    return name;
  }

  private rest(): string {
    while (/\s/u.test(this.text[this.at] ?? '')) this.at++;
    return this.text.slice(this.at);
  }

  private skip(token: string): boolean {
    if (!this.rest().startsWith(token)) return false;
    this.at += token.length;
    return true;
  }

  private unknown(): UserError {
    const [word = ''] = /^[^\s=!<>&|()]*/u.exec(this.rest()) ?? [];
    const last = word.split(/[.[]/u).at(-1) ?? '';
    const near = this.known.filter((name) => last !== '' && name.includes(last));
    const some = (near.length > 0 ? near : this.known).slice(0, 8).sort();
    return new UserError(
      'UPY352',
      word === '' ? `the condition '${this.text}' ends too early` : `there is no variable '${word}'`,
      null,
      'it is a constant, a local variable, or called otherwise in traces',
      `write it as a trace does, for example ${some.map((name) => `\`${name}\``).join(', ')}`,
    );
  }

  private refuse(what: string, variable?: Variable): UserError {
    const members =
      variable?.domain.kind === 'symbol'
        ? variable.domain.members.map((_, i) => showValue(variable, i, this.names))
        : [];
    return new UserError(
      'UPY352',
      `the condition '${this.text}' cannot be understood: ${what}`,
      null,
      members.length > 0 ? `it can be ${members.slice(0, 8).join(', ')}` : 'a typing mistake',
      'write for example pin.event == true && queue.length > 1',
    );
  }
}

function value(part: Variable | number | boolean, read: Read): number {
  return typeof part === 'object' ? read(part) : Number(part);
}

/** The number that stands for a value as people write it; `null`: the variable cannot have it. */
function numberFor(variable: Variable | undefined, text: string, names: Names): number | null {
  const domain = variable?.domain ?? { kind: 'bool' as const };
  if (domain.kind === 'bool') {
    const found = ['false', 'true'].indexOf(text);
    return found >= 0 ? found : /^[01]$/u.test(text) ? Number(text) : null;
  }
  if (domain.kind === 'int' || domain.kind === 'mixed') {
    if (/^-?\d+$/u.test(text)) return Number(text);
    if (/^0x[\da-f]+$/iu.test(text)) return Number(text);
  }
  if (domain.kind === 'int') {
    for (const [number, label] of domain.labels ?? []) if (label === text) return number;
    return text === 'true' ? 1 : text === 'false' ? 0 : null;
  }
  if (domain.kind !== 'symbol' && domain.kind !== 'mixed') return null;
  const bare = text.replace(/^(['"`])(.*)\1$/u, '$2');
  const shown = (i: number) => showValue({ domain: { kind: 'symbol', members: domain.members } }, i, names);
  const index = domain.members.findIndex(
    (_, i) => shown(i) === text || shown(i) === bare || shown(i) === `'${bare}'`,
  );
  return index < 0 ? null : domain.kind === 'mixed' ? MIXED + index : index;
}
