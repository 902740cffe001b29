import type { Failure, Instruction, ProcessCode, RaceCode, Site, Variable } from '../language/ir.ts';
import type { Interpreter, State } from './interpreter.ts';

/** An access that a process would make in its next step. */
export interface Access {
  readonly process: ProcessCode;
  readonly failure: Failure;
  readonly write: boolean;
  readonly site: Site;
}

/** Two accesses that nothing orders. */
export interface DataRace {
  readonly failure: Failure;
  readonly accesses: readonly [Access, Access];
  /** It was interrupted before its access; `null`: both run. */
  readonly interrupted: ProcessCode | null;
}

/**
 * The data races of a state, one for each variable, in the order of the failures: every two processes, and what their next
 * steps would access. Simple rather than fast: the generated code must find the same.
 */
export function racesIn(interpreter: Interpreter, races: RaceCode, state: State): DataRace[] {
  const found = new Map<Failure, DataRace>();
  const { processes } = interpreter.compiled.program;
  const able = processes
    .map((process) => ({ process, how: ability(interpreter, races, process, state) }))
    .filter(({ how }) => how !== null);
  for (const [i, b] of able.entries()) {
    for (const a of able.slice(0, i)) {
      if (a.how === 'interrupted' && b.how === 'interrupted') continue;
      if (!isPlain(interpreter, a.process, state) && !isPlain(interpreter, b.process, state)) continue;
      const interrupted = a.how === 'interrupted' ? a.process : b.how === 'interrupted' ? b.process : null;
      for (const accesses of conflicts(interpreter, races, a.process, b.process, state)) {
        const { failure } = accesses[0];
        if (!found.has(failure)) found.set(failure, { failure, accesses, interrupted });
      }
    }
  }
  return [...found.values()].sort((a, b) => a.failure.number - b.failure.number);
}

/** Whether a process runs, or was interrupted before an access of its own; `null`: neither. */
function ability(
  interpreter: Interpreter,
  races: RaceCode,
  process: ProcessCode,
  state: State,
): 'runs' | 'interrupted' | null {
  if (process.outside || process.prompt) return null;
  const readiness = interpreter.readiness(process, state);
  if (readiness === 'ready') return 'runs';
  if (readiness !== 'suspended' || !isPlain(interpreter, process, state)) return null;
  if (process.busy !== null && interpreter.get(state, process.busy) !== 0) return null;
  const stood = races.stood[process.index] ?? null;
  return stood !== null && interpreter.get(state, stood) !== 0 ? 'interrupted' : null;
}

function isPlain(interpreter: Interpreter, process: ProcessCode, state: State): boolean {
  const cut = process.locations[interpreter.get(state, process.location) - 1]?.cut;
  return cut?.operation === 'read' || cut?.operation === 'write' || cut?.operation === 'access';
}

function conflicts(
  interpreter: Interpreter,
  races: RaceCode,
  p: ProcessCode,
  q: ProcessCode,
  state: State,
): [Access, Access][] {
  const others = accesses(interpreter, races, q, state);
  return accesses(interpreter, races, p, state).flatMap((a) =>
    others
      .filter((b) => b.failure === a.failure && (a.write || b.write))
      .map((b): [Access, Access] => [a, b]),
  );
}

/** What the next step of a process accesses, whatever it chooses; nothing if it has none. Writes first. */
function accesses(interpreter: Interpreter, races: RaceCode, process: ProcessCode, state: State): Access[] {
  const found: Access[] = [];
  const note = (variable: Variable, write: boolean, site: Site): void => {
    const failure = races.failures.get(variable);
    if (failure === undefined) return;
    if (!found.some((known) => known.failure === failure && known.write === write))
      found.push({ process, failure, write, site });
  };
  const cut = process.locations[interpreter.get(state, process.location) - 1]?.cut;
  for (const { choices } of interpreter.stepsOf(process, state)) {
    let current: Instruction | null = null;
    const site = (): Site => current?.site ?? (cut?.site as Site);
    const counts = (): boolean => current === null || !races.exempt.has(current);
    interpreter.stepsOf(
      process,
      state,
      {
        entered: () => {},
        executed: (instruction) => {
          current = instruction;
        },
        branches: () => {
          current = null;
        },
        read: (variable) => counts() && note(variable, false, site()),
        wrote: (variable) => counts() && note(variable, true, site()),
      },
      choices,
    );
  }
  return found.sort((a, b) => Number(b.write) - Number(a.write));
}
