import {
  expressionsOf,
  readsOf,
  reversePostorder,
  terminatorExpression,
  writesOf,
} from '../language/analysis/graph.ts';
import type { Compiled } from '../language/compile.ts';
import type { Block, Variable } from '../language/ir.ts';
import { Interpreter } from '../machine/interpreter.ts';

/** Integers of a Promela model; `wide` is a C type of 64 bits, for what fits in none of Promela's. */
export type CellType = 'bool' | 'byte' | 'short' | 'int' | 'wide';

/** What a variable is called in the exported model, and its type there. */
export interface Cell {
  readonly variable: Variable;
  readonly name: string;
  readonly type: CellType;
  readonly initial: number;
}

/** A name that is legal in C and Promela, and unlike every word of both: it ends in a number. */
export function identifier(name: string, number: number): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return `${/^[A-Za-z]/.test(plain) ? plain : `v_${plain}`}_${number}`;
}

function typeOf(compiled: Compiled, variable: Variable): CellType {
  const { domain } = variable;
  const upTo = (hi: number): CellType => (hi < 256 ? 'byte' : hi < 2 ** 15 ? 'short' : 'int');
  switch (domain.kind) {
    case 'bool':
      return 'bool';
    case 'symbol':
      return upTo(domain.members.length - 1);
    case 'location':
      return upTo(compiled.program.processes[domain.process]?.locations.length ?? 0);
    case 'mixed':
      return 'wide';
    case 'int': {
      const [lo, hi] = compiled.intervals.of(variable) ?? [-Infinity, Infinity];
      if (lo >= 0 && hi < 256) return 'byte';
      if (lo >= -(2 ** 15) && hi < 2 ** 15) return 'short';
      return lo >= -(2 ** 31) && hi < 2 ** 31 ? 'int' : 'wide';
    }
  }
}

/** The variables of an exported model: its cells, which are the state, and the temporaries of a step. */
export class Names {
  readonly cells: readonly Cell[];
  /** All variables, cells first, in the order of the numbers that the C code has for them. */
  readonly variables: readonly Variable[];
  private readonly names = new Map<Variable, string>();

  constructor(compiled: Compiled) {
    const interpreter = new Interpreter(compiled);
    const initial = interpreter.initial();
    const state = new Set(interpreter.variables);
    const all = new Set([...state, ...mentioned(compiled)]);
    for (const variable of all) this.names.set(variable, identifier(nameOf(compiled, variable), variable.id));
    this.variables = [...all];
    this.cells = interpreter.variables.map((variable) => ({
      variable,
      name: this.of(variable),
      type: typeOf(compiled, variable),
      initial: interpreter.get(initial, variable),
    }));
  }

  of(variable: Variable): string {
    return this.names.get(variable) as string;
  }
}

function nameOf({ program }: Compiled, { name, kind, process, domain }: Variable): string {
  const owner = domain.kind === 'location' ? domain.process : kind === 'state' ? -1 : process;
  const prefix = program.processes[owner]?.name ?? '';
  return domain.kind === 'location' ? `pc_${prefix}` : name.startsWith(prefix) ? name : `${prefix}_${name}`;
}

/** Every variable in the code of processes and predicates. */
function mentioned({ program }: Compiled): Set<Variable> {
  const found = new Set<Variable>();
  const add = (variable: Variable): void => {
    found.add(variable);
  };
  for (const entry of entriesOf(program.processes, program.properties))
    for (const { code, end } of reversePostorder(entry)) {
      for (const instruction of code) {
        if (instruction.kind === 'note' || instruction.kind === 'mark') continue;
        writesOf(instruction, add);
        expressionsOf(instruction, (expr) => readsOf(expr, add));
      }
      const expr = terminatorExpression(end);
      if (expr !== null) readsOf(expr, add);
    }
  return found;
}

function entriesOf(
  processes: Compiled['program']['processes'],
  properties: Compiled['program']['properties'],
): Block[] {
  return [
    ...processes.flatMap(({ entry, runs }) => (runs === null ? [entry] : [entry, runs.entry])),
    ...properties.flatMap(({ predicate, goal, counter }) =>
      goal === null || counter === null ? [predicate.entry] : [predicate.entry, goal.entry],
    ),
  ];
}
