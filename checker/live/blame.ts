import type { Expr, Predicate, ProcessCode, Program, Variable } from '../language/ir.ts';
import type { Names } from '../language/lower/names.ts';
import type { Interpreter, Observer, State } from '../machine/interpreter.ts';
import { Run } from '../machine/interpreter_run.ts';
import { showValue } from '../trace/show.ts';
import type { Reading } from './view.ts';

type Variables = ReadonlySet<Variable>;
type Value = (expr: Expr) => number;

const NOTHING: Variables = new Set();

/**
 * Which variables made a condition what it was: a slice of one execution, through locals, calls and the branches that were
 * taken. Of `a && b` that is false, only the operand that is false counts.
 */
class Slice implements Observer {
  /** What the condition came to depend on. */
  last: Variables = NOTHING;
  private readonly locals = new Map<Variable, Variables>();
  /** What decided that the execution came here: for a result that is a constant. */
  private control: Variables = NOTHING;

  entered(): void {}

  executed(instruction: Parameters<Observer['executed']>[0], value: Value): void {
    if (instruction.kind !== 'set' || instruction.variable.kind !== 'local') return;
    const { expr, variable } = instruction;
    this.locals.set(variable, expr.kind === 'const' ? this.control : this.of(expr, value));
  }

  decided(on: Expr, value: Value): void {
    this.last = on.kind === 'const' ? this.control : this.of(on, value);
    this.control = union(this.control, this.last);
  }

  private of(expr: Expr, value: Value): Variables {
    switch (expr.kind) {
      case 'const':
      case 'runs':
        return NOTHING;
      case 'var':
        return this.variable(expr.variable);
      case 'element': {
        const element = expr.family.elements[value(expr.index)];
        return union(this.of(expr.index, value), element ? this.variable(element) : NOTHING);
      }
      case 'unary':
        return this.of(expr.a, value);
      case 'binary':
        return this.binary(expr, value);
      case 'cond':
        return union(this.of(expr.test, value), this.of(value(expr.test) !== 0 ? expr.yes : expr.no, value));
      case 'table':
        return this.of(expr.index, value);
    }
  }

  private binary({ op, a, b }: Extract<Expr, { kind: 'binary' }>, value: Value): Variables {
    if (op === '&&' || op === '||') {
      const decisive = (side: Expr) => (value(side) !== 0) === (op === '||');
      if (decisive(a)) return this.of(a, value);
      if (decisive(b)) return this.of(b, value);
    }
    return union(this.of(a, value), this.of(b, value));
  }

  private variable(variable: Variable): Variables {
    return this.locals.get(variable) ?? new Set([variable]);
  }
}

function union(a: Variables, b: Variables): Variables {
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  return new Set([...a, ...b]);
}

/** Why a run condition, or another predicate, is what it is in a state. */
export function readingsOfPredicate(
  { entry }: Predicate,
  interpreter: Interpreter,
  names: Names,
  state: State,
): Reading[] {
  const slice = new Slice();
  new Run(interpreter, state, state, null, [], slice).predicate(entry);
  return shown(slice.last, interpreter, names, state);
}

/** Why the next step of a process is not enabled. */
export function readingsOfGuard(
  process: ProcessCode,
  interpreter: Interpreter,
  names: Names,
  state: State,
): Reading[] {
  const slice = new Slice();
  interpreter.stepsOf(process, state, slice);
  return shown(slice.last, interpreter, names, state);
}

function shown(variables: Variables, interpreter: Interpreter, names: Names, state: State): Reading[] {
  const { program } = interpreter.compiled;
  const found = new Map<string, string>();
  for (const variable of variables) {
    const reading = clockReading(program, variable, interpreter, state) ?? {
      variable: variable.name,
      value: showValue(
        variable,
        interpreter.index.has(variable) ? interpreter.get(state, variable) : 0,
        names,
      ),
    };
    if (isSourceName(variable)) found.set(reading.variable, reading.value);
  }
  return [...found].map(([variable, value]) => ({ variable, value }));
}

/** What the compiler made for itself means nothing to a reader. */
function isSourceName({ kind, name }: Variable): boolean {
  return (
    kind === 'state' || (kind === 'hidden' && / |\.(?:timeout|busy)$/u.test(name)) || /^[\w$]+$/u.test(name)
  );
}

/** The parts of a clock, as one thing. */
function clockReading(
  { clocks }: Program,
  variable: Variable,
  interpreter: Interpreter,
  state: State,
): Reading | null {
  const clock = clocks.find(({ left, latched }) => left === variable || latched === variable);
  if (clock === undefined) return null;
  const get = (part: Variable | number | boolean): number =>
    typeof part === 'object' ? interpreter.get(state, part) : Number(part);
  const left = get(clock.left);
  const value = get(clock.latched) !== 0 || left === 0 ? 'expired' : left < 0 ? 'stopped' : `${left} µs left`;
  return { variable: clock.name, value };
}
