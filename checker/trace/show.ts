import type { Expr, NoteWord, Program, SequenceCode, Variable } from '../language/ir.ts';
import { MIXED } from '../language/ir.ts';
import { type Names, show } from '../language/lower/names.ts';
import type { Interpreter, State } from '../machine/interpreter.ts';
import type { Change, TraceVariable } from '../trace.ts';

/** A value of a variable, as its source would write it. */
export function showValue(variable: Pick<Variable, 'domain'>, value: number, names: Names): string {
  const { domain } = variable;
  switch (domain.kind) {
    case 'bool':
      return value !== 0 ? 'true' : 'false';
    case 'symbol':
      return show(domain.members[value], names);
    case 'mixed':
      return value >= MIXED ? show(domain.members[value - MIXED], names) : String(value);
    case 'int':
      return domain.labels?.get(value) ?? String(value);
    default:
      return String(value);
  }
}

/** The words of a `note`, with values as they are when it is executed. */
export function showNote(words: readonly NoteWord[], value: (expr: Expr) => number, names: Names): string {
  return words.map((word) => showWord(word, value, names)).join(' ');
}

function showWord(word: NoteWord, value: (expr: Expr) => number, names: Names): string {
  if ('text' in word) return word.text;
  const scalar = 'expr' in word ? showValue({ domain: word.domain }, value(word.expr), names) : 'tuple';
  if (word.tuple === undefined || scalar !== 'tuple') return scalar;
  return `[${word.tuple.map((item) => showWord(item, value, names)).join(', ')}]`;
}

/** What a step changed, by the names in the source: sequences as a whole, clocks as what they say to the reader. */
export class Differences {
  private readonly inSequence = new Set<Variable>();
  private readonly clockParts = new Set<Variable>();

  constructor(
    private readonly interpreter: Interpreter,
    private readonly names: Names,
  ) {
    for (const { length, parts } of this.program.sequences) {
      this.inSequence.add(length);
      for (const { elements } of parts) for (const v of elements) if (v !== null) this.inSequence.add(v);
    }
    for (const { left, period, latched } of this.program.clocks) {
      for (const part of [left, period, latched]) if (typeof part === 'object') this.clockParts.add(part);
    }
  }

  private get program(): Program {
    return this.interpreter.compiled.program;
  }

  between(before: State, after: State): Change[] {
    const changes: Change[] = [];
    for (const variable of this.program.variables) {
      if (variable.kind !== 'state' || this.inSequence.has(variable) || this.clockParts.has(variable))
        continue;
      const [a, b] = [this.interpreter.get(before, variable), this.interpreter.get(after, variable)];
      if (a !== b)
        changes.push({
          variable: variable.name,
          before: showValue(variable, a, this.names),
          after: showValue(variable, b, this.names),
        });
    }
    for (const sequence of this.program.sequences) {
      const [a, b] = [this.contents(sequence, before), this.contents(sequence, after)];
      if (a === b) continue;
      const items = this.items(sequence, after);
      changes.push({ variable: sequence.name, before: a, after: b, items });
    }
    for (const clock of this.program.clocks) this.addClock(clock, before, after, changes);
    return changes;
  }

  /** A running clock that merely runs on is no change. */
  private addClock(clock: Program['clocks'][number], before: State, after: State, changes: Change[]): void {
    const [a, b] = [this.clock(clock, before), this.clock(clock, after)];
    if (a !== b) changes.push({ variable: clock.name, before: a, after: b });
  }

  /** What a clock says to its reader. */
  private clock(clock: Program['clocks'][number], state: State): string {
    const get = (part: Variable | number | boolean): number =>
      typeof part === 'object' ? this.interpreter.get(state, part) : Number(part);
    const left = get(clock.left);
    if (get(clock.latched) !== 0 || left === 0) return 'expired';
    return left < 0 ? 'stopped' : 'running';
  }

  /** Every variable with its value in a state. */
  all(state: State): TraceVariable[] {
    const { variables, sequences, clocks } = this.program;
    const plain = variables.filter(
      (variable) =>
        variable.kind === 'state' && !this.inSequence.has(variable) && !this.clockParts.has(variable),
    );
    return [
      ...plain.map((variable) => ({
        name: variable.name,
        kind: kindOf(variable),
        value: showValue(variable, this.interpreter.get(state, variable), this.names),
      })),
      ...sequences.map((sequence) => ({
        name: sequence.name,
        kind: 'sequence' as const,
        value: this.contents(sequence, state),
        items: this.items(sequence, state),
      })),
      ...clocks.map((clock) => ({
        name: clock.name,
        kind: 'clock' as const,
        value: this.clock(clock, state),
      })),
    ];
  }

  contents(sequence: SequenceCode, state: State): string {
    return `[${this.items(sequence, state).join(', ')}]`;
  }

  private items({ length, parts }: SequenceCode, state: State): string[] {
    const count = this.interpreter.get(state, length);
    const items: string[] = [];
    for (let i = 0; i < count; i++) {
      const words = parts.map(({ elements }) => {
        const variable = elements[i];
        return variable === null || variable === undefined
          ? '?'
          : showValue(variable, this.interpreter.get(state, variable), this.names);
      });
      items.push(words.length === 1 ? (words[0] as string) : `[${words.join(', ')}]`);
    }
    return items;
  }
}

function kindOf({ domain }: Variable): TraceVariable['kind'] {
  if (domain.kind === 'bool') return 'boolean';
  return domain.kind === 'int' ? 'integer' : 'symbol';
}
