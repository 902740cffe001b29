import type { Elaboration } from '../../model/intrinsics/elaboration.ts';
import type { ProcessHandle } from '../../model/intrinsics/process.ts';
import { Intervals } from './analysis/intervals.ts';
import { locate } from './analysis/liveness.ts';
import { guardPrefix } from './analysis/prefix.ts';
import { findRaces } from './analysis/races.ts';
import { addRangeChecks } from './analysis/ranges.ts';
import { dropInvisibleCuts, sharedVariables } from './analysis/sharing.ts';
import { simplify } from './analysis/simplify.ts';
import { withTotalPredicates } from './analysis/total.ts';
import type { Failure, Program, Variable } from './ir.ts';
import type { Names } from './lower/names.ts';
import { type LowerOptions, lowerProgram } from './lower/program.ts';
import type { Memory, Registry } from './lower/registry.ts';

/** A system as steps between locations: what the interpreter needs to run it. */
export interface Executable {
  readonly program: Program;
  readonly names: Names;
  readonly memory: Memory;
  readonly shared: ReadonlySet<Variable>;
}

/** A variant as a transition system, ready for the machine. */
export interface Compiled extends Executable {
  readonly intervals: Intervals;
}

/** Compiles what `build()` left: lowering, then the analyses of the whole program. */
export function compile(elaboration: Elaboration, options: LowerOptions): Compiled {
  const { registry, ...executable } = cutIntoSteps(elaboration, options);
  const { program } = executable;
  const intervals = new Intervals(program);
  addRangeChecks(program, intervals, program.failures as Failure[]);
  guardPrefixes(program, elaboration);
  const races = options.races ? findRaces(program, executable.shared, registry) : null;
  return { ...executable, program: { ...program, races }, intervals };
}

/**
 * The same without what only a search needs: integers are not limited to their ranges, so nothing can be said about a
 * state that leaves them. For one run of a program that is known to end.
 */
export function compileToRun(elaboration: Elaboration, options: LowerOptions): Executable {
  const { registry: _, ...executable } = cutIntoSteps(elaboration, options);
  guardPrefixes(executable.program, elaboration);
  return executable;
}

function cutIntoSteps(elaboration: Elaboration, options: LowerOptions): Executable & { registry: Registry } {
  const { program: lowered, names, registry } = lowerProgram(elaboration, options);
  const simplified = (entry: Program['processes'][number]['entry']) => simplify(entry);
  const processes = lowered.processes.map((process) => ({
    ...process,
    entry: simplified(process.entry),
    runs: process.runs === null ? null : { ...process.runs, entry: simplified(process.runs.entry) },
  }));
  const properties = lowered.properties.map((property) => ({
    ...property,
    predicate: { ...property.predicate, entry: simplified(property.predicate.entry) },
    goal: property.goal === null ? null : { ...property.goal, entry: simplified(property.goal.entry) },
  }));
  const specified = lowered.specified.map(inOneStep);
  const program = withTotalPredicates({ ...lowered, processes, properties, specified });
  const shared = sharedVariables(program);
  dropInvisibleCuts(program, shared);
  for (const process of program.processes) {
    (process as { entry: typeof process.entry }).entry = simplified(process.entry);
    locate(process);
  }
  return { program, names, memory: registry, shared, registry };
}

/** An operation of a specification is a step, whatever it touches. */
function inOneStep(object: Program['specified'][number]): Program['specified'][number] {
  const operations = object.operations.map((operation) => {
    const process = { ...operation.process, entry: simplify(operation.process.entry) };
    locate(process);
    return { ...operation, process };
  });
  return { ...object, operations };
}

function guardPrefixes({ processes }: Program, elaboration: Elaboration): void {
  for (const process of processes) {
    if (guardPrefix(process, elaboration.processes[process.index] as ProcessHandle)) locate(process);
  }
}
