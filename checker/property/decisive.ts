import type { Explored } from '../explore.ts';
import type { PropertyCode } from '../language/ir.ts';
import type { Interpreter, State } from '../machine/interpreter.ts';
import { unpack } from '../machine/packed.ts';
import { type Reordered, Reorderings } from '../search/reordering.ts';
import type { Ending } from '../search/shortest_runs.ts';
import type { Finding } from '../trace/record.ts';

/** A bound that was exceeded is not a matter of order, nor is a loop within one step. */
const NOT_ASKED = new Set(['re-entry', 'timelock', 'sometimes', 'linearizability', 'eventually', 'leadsTo']);

/** Findings about how a run ends, or does not go on. */
const AT_END = new Set(['idle', 'stuck', 'deadlock', 'lost wakeup', 'within']);

/** The nearest run without a finding, and for an event from outside the nearest on the other side. */
export interface Nearest {
  readonly nearest: Reordered;
  readonly other: Reordered | null;
}

/**
 * The nearest run that does not violate, and the two steps whose order decides it. `null`: no exchange of two steps avoids it;
 * undefined: not asked, or too much to look for.
 */
export function decisiveOf(
  { machine, built, interpreter }: Explored,
  { kind, name, path }: Finding,
  ending: Ending,
): Nearest | null | undefined {
  if (NOT_ASKED.has(kind)) return undefined;
  const { program } = built.compiled;
  const property = program.properties.find((each) => each.kind === kind && each.name === name);
  const reorderings = new Reorderings(machine.plain, machine.attributed, program.processes, {
    path,
    ending,
    inState: kind === 'data race',
    atEnd: AT_END.has(kind),
    throughTime: kind === 'within' || kind === 'stuck' || kind === 'lost wakeup' || kind === 'deadlock',
    met: (state) =>
      property === undefined || isMet(interpreter, property, unpack(interpreter, machine.layout, state, 0)),
  });
  const nearest = reorderings.nearest();
  return nearest == null ? nearest : { nearest, other: reorderings.otherSide(nearest) };
}

/** Whether a property that is asked of ends is met at the end of a run. */
function isMet(interpreter: Interpreter, { kind, predicate }: PropertyCode, end: State): boolean {
  if (kind === 'idle' || kind === 'stuck') return interpreter.predicate(predicate, end);
  if (kind === 'lost wakeup' || kind === 'within') return !interpreter.predicate(predicate, end);
  return true;
}
