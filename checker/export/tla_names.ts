import {
  expressionsOf,
  readsOf,
  reversePostorder,
  terminatorExpression,
  writesOf,
} from '../language/analysis/graph.ts';
import type { Compiled } from '../language/compile.ts';
import type { Block, ProcessCode, Variable } from '../language/ir.ts';
import { show } from '../language/lower/names.ts';
import { Interpreter } from '../machine/interpreter.ts';
import { placeOf } from '../trace/frames.ts';

/** What the values of a variable are in TLA+: truth values, numbers, or labels of a process. */
export type Sort = 'bool' | 'int' | 'label';

/** Where a process stands that is not alive. */
export const NOT_ALIVE = 'not alive';

/** Words of the language and of the modules that an exported one extends. */
const RESERVED =
  `ASSUME ASSUMPTION AXIOM BOOLEAN CASE CHOOSE CONSTANT CONSTANTS DOMAIN ELSE ENABLED EXCEPT EXTENDS FALSE IF IN
INSTANCE LAMBDA LET LOCAL MODULE NEW OTHER RECURSIVE SF_ STRING SUBSET THEN THEOREM TRUE UNCHANGED UNION VARIABLE VARIABLES WF_
WITH Nat Int Real Seq Len Head Tail Append SubSeq SelectSeq ACTION ASSUMPTION BY COROLLARY DEF DEFINE DEFS HAVE HIDE LEMMA OBVIOUS
OMITTED ONLY PICK PROOF PROPOSITION PROVE QED STATE SUFFICES TAKE TEMPORAL USE WITNESS`.split(/\s+/);

/** A name that TLA+ allows. */
export function tlaIdentifier(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(plain) && !/^[WS]F_/.test(plain) ? plain : `v_${plain}`;
}

/** The names of an exported module: variables by those of the source, places by process, line and what is done there. */
export class TlaNames {
  /** The variables of a state. */
  readonly cells: readonly Variable[];
  private readonly interpreter: Interpreter;
  private readonly taken = new Set(RESERVED);
  private readonly variables = new Map<Variable, string>();
  private readonly processes: readonly string[];
  private readonly labels: readonly (readonly string[])[];
  private readonly initialState;

  constructor(
    readonly compiled: Compiled,
    own: readonly string[],
  ) {
    for (const name of own) this.taken.add(name);
    const { program } = compiled;
    this.interpreter = new Interpreter(compiled);
    this.initialState = this.interpreter.initial();
    this.cells = this.interpreter.variables;
    this.processes = program.processes.map(({ name }) => this.fresh(name));
    for (const variable of this.cells) this.variables.set(variable, this.fresh(this.nameOf(variable)));
    this.labels = program.processes.map(labelsOf);
  }

  /** A name of the whole module that nothing else has. */
  fresh(wanted: string): string {
    const plain = tlaIdentifier(wanted);
    let name = plain;
    for (let i = 2; this.taken.has(name); i++) name = `${plain}_${i}`;
    this.taken.add(name);
    return name;
  }

  /** Whether a name within a definition would hide another. */
  isTaken(name: string): boolean {
    return this.taken.has(name);
  }

  of(variable: Variable): string {
    return this.variables.get(variable) as string;
  }

  isCell(variable: Variable): boolean {
    return this.variables.has(variable);
  }

  initial(variable: Variable): number {
    return this.interpreter.get(this.initialState, variable);
  }

  process(index: number): string {
    return this.processes[index] as string;
  }

  /** Where a process stands; 0: not alive. */
  label(process: number, location: number): string {
    return location === 0 ? NOT_ALIVE : (this.labels[process]?.[location - 1] as string);
  }

  sort({ domain }: Variable): Sort {
    return domain.kind === 'bool' ? 'bool' : domain.kind === 'location' ? 'label' : 'int';
  }

  /** The word of the source for a number that stands for something; `null`: it is a number. */
  word({ domain }: Variable, value: number): string | null {
    if (domain.kind === 'symbol') return show(domain.members[value], this.compiled.names);
    return domain.kind === 'int' ? (domain.labels?.get(value) ?? null) : null;
  }

  private nameOf({ name, kind, process, domain }: Variable): string {
    if (domain.kind === 'location') return `pc_${this.process(domain.process)}`;
    const owner = kind === 'state' ? undefined : this.compiled.program.processes[process];
    return owner === undefined || name.startsWith(owner.name) ? name : `${owner.name}_${name}`;
  }
}

/** `L42_read_flag`: line, operation and what is read or written, if that is one variable. */
function labelsOf({ locations }: ProcessCode): string[] {
  const taken = new Map<string, number>();
  return locations.map(({ cut }) => {
    if (cut === null) return 'begin';
    const variable = cut.access?.length === 1 ? cut.access[0]?.name : undefined;
    const what = variable === undefined || variable.length > 30 ? '' : `_${variable}`;
    const label = tlaIdentifier(`L${placeOf(cut.site).line}_${cut.operation}${what}`);
    const times = (taken.get(label) ?? 0) + 1;
    taken.set(label, times);
    return times === 1 ? label : `${label}__${times}`;
  });
}

/** Every local in the code of a process, and those that are live where it may stand. */
export function localsOf({ entry, locations, live }: ProcessCode): Set<Variable> {
  const found = new Set<Variable>(live.flat());
  const add = (variable: Variable): void => {
    if (variable.kind === 'local') found.add(variable);
  };
  for (const block of new Set<Block>([entry, ...locations].flatMap(reversePostorder))) {
    for (const instruction of block.code) {
      if (instruction.kind === 'note') continue;
      writesOf(instruction, add);
      expressionsOf(instruction, (expr) => readsOf(expr, add));
    }
    const expr = terminatorExpression(block.end);
    if (expr !== null) readsOf(expr, add);
  }
  return found;
}
