import type { Predicate, Variable } from '../language/ir.ts';
import type { Interpreter, Observer, State } from '../machine/interpreter.ts';
import { Run } from '../machine/interpreter_run.ts';
import { Differences, showValue } from './show.ts';
import type { Walk } from './walk.ts';

/** The states along a path, the initial one first. */
export function statesAlong(interpreter: Interpreter, path: readonly number[]): State[] {
  const states = [interpreter.initial()];
  for (const ordinal of path) {
    const steps = interpreter
      .attempts(states.at(-1) as State)
      .filter(({ outcome }) => outcome.kind === 'state');
    const outcome = steps[ordinal]?.outcome;
    if (outcome?.kind !== 'state') return states;
    states.push(outcome.state);
  }
  return states;
}

/** Index of the state from which on a predicate has its last value; 0: from the start. */
export function since(interpreter: Interpreter, predicate: Predicate, states: readonly State[]): number {
  const values = states.map((state) => interpreter.predicate(predicate, state));
  return values.findLastIndex((value) => value !== values.at(-1)) + 1;
}

/** Variables that a predicate reads in the last state, in the order in which it does. */
export function variablesRead({ interpreter, state }: Walk, { entry }: Predicate): Variable[] {
  const read = new Set<Variable>();
  const observer: Observer = {
    executed: () => {},
    entered: () => {},
    read: (variable) => read.add(variable),
  };
  new Run(interpreter, state, state, null, [], observer).predicate(entry);
  return [...read].filter(({ kind }) => kind === 'state');
}

/** More values than these are for the trace to show. */
const VALUES_MAX = 3;

/** " (s.n is 1, q is [2, 3])": what a predicate has seen in the last state; nothing where that is a lot. */
export function valuesText(walk: Walk, predicate: Predicate): string {
  const { sequences } = walk.interpreter.compiled.program;
  const differences = new Differences(walk.interpreter, walk.names);
  const values = variablesRead(walk, predicate).map((variable) => {
    const sequence = sequences.find(
      ({ length, parts }) => length === variable || parts.some(({ elements }) => elements.includes(variable)),
    );
    if (sequence !== undefined) return `${sequence.name} is ${differences.contents(sequence, walk.state)}`;
    const value = walk.interpreter.get(walk.state, variable);
    return `${variable.name} is ${showValue(variable, value, walk.names)}`;
  });
  const distinct = [...new Set(values)];
  return distinct.length === 0 || distinct.length > VALUES_MAX ? '' : ` (${distinct.join(', ')})`;
}
