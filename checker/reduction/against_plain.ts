import type { BuiltVariant } from '../build_variant.ts';
import { generate, type Machine } from '../machine/codegen.ts';
import { Status } from '../machine/generated.ts';
import { Interpreter } from '../machine/interpreter.ts';
import { layOut } from '../machine/layout.ts';
import { pack } from '../machine/packed.ts';
import { BreadthFirst } from '../search/breadth_first.ts';
import type { SearchOptions } from '../search/search.ts';
import { ReducedSteps } from './reduced_steps.ts';

/** Test helper: a reduced search and a plain one of the same program. */

/** What came of a comparison; `states`: of the plain search and of the reduced one. */
export interface Comparison {
  readonly difference: string | null;
  readonly states: readonly [plain: number, reduced: number];
  readonly quiescent: number;
}

/** `null`: the program has too many states, or an integer leaves its cell. */
export function againstPlain(
  built: BuiltVariant,
  maxStates: number,
  make: (machine: Machine) => ReducedSteps = (machine) => reducedSteps(built, machine, true),
): Comparison | null {
  const { compiled } = built;
  const interpreter = new Interpreter(compiled);
  const layout = layOut(compiled, new Map());
  const machine = generate(compiled, layout, pack(interpreter, layout, interpreter.initial()));
  const options: SearchOptions = {
    properties: -1 >>> (32 - machine.stateProperties.length || 32),
    quiescent: -1 >>> (31 - machine.quiescentProperties.length),
    abortOn: (failure) => failure >= machine.ranges.first,
    store: 'indexed',
    maxStates,
  };
  if (machine.stateProperties.length === 0) Object.assign(options, { properties: 0 });
  const plain = new BreadthFirst(machine.generated, options);
  if (plain.run() !== 'finished') return null;
  const reduced = new BreadthFirst(machine.generated, { ...options, reduction: make(machine) });
  const outcome = reduced.run();
  const exact = compiled.program.processes.every(({ runs }) => runs === null);
  const [all, some] = [quiescentStates(machine, plain), quiescentStates(machine, reduced)];
  const differences = [
    outcome === 'finished' ? null : `the reduced search ends as ${outcome}`,
    different('properties', bits(plain.propertyFindings), bits(reduced.propertyFindings)),
    different('quiescent properties', bits(plain.quiescentFindings), bits(reduced.quiescentFindings)),
    different('failures', [...plain.failures.keys()], [...reduced.failures.keys()]),
    different('deadlock', [plain.deadlock !== null], [reduced.deadlock !== null]),
    exact ? different('quiescent states', [...all], [...some]) : null,
    different('any quiescent state', [all.size > 0], [some.size > 0]),
    missing(plain, reduced),
  ];
  return {
    difference: differences.find((each) => each !== null) ?? null,
    states: [plain.states, reduced.states],
    quiescent: all.size,
  };
}

export function reducedSteps(built: BuiltVariant, machine: Machine, quiet: boolean): ReducedSteps {
  return new ReducedSteps(built.compiled.program, machine, quiet);
}

const bits = ({ found }: BreadthFirst['propertyFindings']): number[] => [...found.keys()];

function different(what: string, plain: readonly unknown[], reduced: readonly unknown[]): string | null {
  const [a, b] = [[...plain].sort().join(' '), [...reduced].sort().join(' ')];
  return a === b ? null : `${what}: ${a} / reduced ${b}`;
}

/** The reduced search finds nothing that the plain one does not know. */
function missing(plain: BreadthFirst, reduced: BreadthFirst): string | null {
  let found: string | null = null;
  reduced.store.scan((states, at, index) => {
    if (!plain.store.lookup(states, at)) found ??= `state ${index} of the reduced search is not reachable`;
  });
  return found;
}

function quiescentStates({ generated }: Machine, search: BreadthFirst): Set<string> {
  const found = new Set<string>();
  const { words } = generated;
  search.store.scan((states, at) => {
    generated.expand(states, at, 0);
    generated.failures.length = 0;
    if (((generated.status[0] as number) & Status.System) === 0)
      found.add(states.slice(at, at + words).join());
  });
  return found;
}
