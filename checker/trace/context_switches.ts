import type { ProcessCode } from '../language/ir.ts';
import type { Attempt, Interpreter, State } from '../machine/interpreter.ts';
import { entryLocations, softwareCore } from '../machine/software.ts';

/** Who stepped last on each core, without interrupts. */
export type LastOnCore = ReadonlyMap<string, number>;

/**
 * Whether a step is a context switch: the entry of an interrupt, or a step of a task other than the one that stepped
 * before on the same core, while that one could still step. By the reference interpreter; `SwitchCount` is the fast one.
 */
export function isContextSwitch(
  interpreter: Interpreter,
  state: State,
  { process: index }: Attempt,
  last: LastOnCore,
): boolean {
  const { processes } = interpreter.compiled.program;
  const process = processes[index];
  const core = process === undefined ? null : softwareCore(process);
  if (process === undefined || core === null) return false;
  if (process.lane?.kind === 'isr')
    return entryLocations(process).has(interpreter.get(state, process.location));
  const before = last.get(core);
  if (before === undefined || before === index) return false;
  const other = processes[before] as ProcessCode;
  return (
    interpreter.readiness(other, state) === 'ready' &&
    interpreter.stepsOf(other, state).some(({ outcome }) => outcome.kind !== 'cutoff')
  );
}

/** Who stepped last once this process has stepped. */
export function afterStep(
  interpreter: Interpreter,
  { process: index }: Attempt,
  last: LastOnCore,
): LastOnCore {
  const process = interpreter.compiled.program.processes[index];
  const core = process === undefined || process.lane?.kind === 'isr' ? null : softwareCore(process);
  return core === null ? last : new Map(last).set(core, index);
}
