import {
  expressionsOf,
  readsOf,
  reversePostorder,
  terminatorExpression,
} from '../language/analysis/graph.ts';
import type { Block, Expr, Program, SequenceCode, Site, Variable } from '../language/ir.ts';

/** All entries of a program's code: bodies, run conditions, properties. */
export function entriesOf({ processes, properties }: Program): Block[] {
  return [
    ...processes.flatMap(({ entry, runs }) => [entry, ...(runs === null ? [] : [runs.entry])]),
    ...properties.flatMap(({ predicate, goal }) => [predicate.entry, ...(goal === null ? [] : [goal.entry])]),
  ];
}

/** State variables that are written at most: what they hold makes no difference to any step or property. */
export function unread(program: Program): Set<Variable> {
  const found = new Set(program.variables.filter(({ kind }) => kind === 'state'));
  const read = (variable: Variable): void => {
    found.delete(variable);
  };
  for (const entry of entriesOf(program)) {
    for (const { code, end } of reversePostorder(entry)) {
      for (const instruction of code) {
        expressionsOf(instruction, (expr) => readsOf(expr, read));
        if (instruction.kind === 'remove' || instruction.kind === 'insert')
          for (const element of instruction.family.elements) if (element !== null) read(element);
      }
      const expr = terminatorExpression(end);
      if (expr !== null) readsOf(expr, read);
    }
  }
  for (const { left, period, latched } of program.clocks)
    for (const part of [left, period, latched]) if (typeof part === 'object') read(part);
  for (const { length, parts } of program.sequences) {
    read(length);
    for (const { elements } of parts) for (const element of elements) if (element !== null) read(element);
  }
  return found;
}

/**
 * Sequences of which code reads an element that may not be in use, with a place: what stands there is 0, which is no value
 * of theirs. A read is safe after an assertion in the same block, or a test in the same condition, that its index is below
 * the length.
 */
export function readBeyondLength(program: Program): Map<SequenceCode, Site | null> {
  const found = new Map<SequenceCode, Site | null>();
  const owner = new Map<unknown, SequenceCode>();
  for (const sequence of program.sequences) for (const part of sequence.parts) owner.set(part, sequence);
  for (const entry of entriesOf(program)) {
    for (const { code, end } of reversePostorder(entry)) {
      const safe: Expr[] = [];
      for (const instruction of code) {
        const site = instruction.site;
        expressionsOf(instruction, (expr) => inspect(expr, safe, (s) => found.set(s, site)));
        if (instruction.kind === 'assert') safe.push(...conjuncts(instruction.condition));
        else if (instruction.kind !== 'note') forget(safe, instruction);
      }
      const expr = terminatorExpression(end);
      if (expr !== null) inspect(expr, safe, (s) => found.set(s, null));
    }
  }
  return found;

  function inspect(expr: Expr, safe: readonly Expr[], note: (sequence: SequenceCode) => void): void {
    if (expr.kind === 'binary' && expr.op === '&&') {
      inspect(expr.a, safe, note);
      inspect(expr.b, [...safe, ...conjuncts(expr.a)], note);
      return;
    }
    if (expr.kind === 'element') {
      const sequence = owner.get(expr.family);
      if (sequence !== undefined && !safe.some((test) => proves(test, expr.index, sequence.length)))
        note(sequence);
    } else if (expr.kind === 'var') {
      const sequence = program.sequences.find(({ parts }) =>
        parts.some(({ elements }) => elements.includes(expr.variable)),
      );
      if (sequence !== undefined) note(sequence);
    }
    for (const part of partsOf(expr)) inspect(part, safe, note);
  }
}

function partsOf(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'element':
    case 'table':
      return [expr.index];
    case 'unary':
      return [expr.a];
    case 'binary':
      return [expr.a, expr.b];
    case 'cond':
      return [expr.test, expr.yes, expr.no];
    default:
      return [];
  }
}

function conjuncts(expr: Expr): Expr[] {
  return expr.kind === 'binary' && expr.op === '&&' ? [...conjuncts(expr.a), ...conjuncts(expr.b)] : [expr];
}

/** Whether `test` says that `index` is below `length`. */
function proves(test: Expr, index: Expr, length: Variable): boolean {
  if (test.kind !== 'binary') return false;
  const { op, a, b } = test;
  const isLength = (e: Expr): boolean => e.kind === 'var' && e.variable === length;
  if (op === '<' && isLength(b)) return same(a, index);
  return op === '>' && isLength(a) && index.kind === 'const' && b.kind === 'const' && b.value >= index.value;
}

function same(a: Expr, b: Expr): boolean {
  if (a.kind === 'const' && b.kind === 'const') return a.value === b.value;
  return a.kind === 'var' && b.kind === 'var' && a.variable === b.variable;
}

/** After a write, what was known of the variables that are written is no longer. */
function forget(safe: Expr[], instruction: Parameters<typeof expressionsOf>[0]): void {
  const written = new Set<Variable>();
  if (instruction.kind === 'set' || instruction.kind === 'choose') written.add(instruction.variable);
  else if (instruction.kind === 'store' || instruction.kind === 'insert' || instruction.kind === 'remove')
    for (const element of instruction.family.elements) if (element !== null) written.add(element);
  const kept = safe.filter((test) => {
    let touched = false;
    readsOf(test, (variable) => {
      touched ||= written.has(variable);
    });
    return !touched;
  });
  safe.splice(0, safe.length, ...kept);
}
