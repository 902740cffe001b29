import type { SourceFile } from '../../model/intrinsics/metadata.ts';
import type { Lane } from '../../model/intrinsics/process.ts';

/**
 * The intermediate representation: one control-flow graph per process over integer variables. A block with
 * a `cut` is a *location*; a step runs from one location to the next. Everything is a number: booleans are 0
 * and 1, references and symbols are indices into their group, `null` first.
 */

/** A place in the source, with the chain of inlined calls that leads there. */
export interface Site {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly frame: FrameInfo;
}

/** One activation of a function, as traces show it. */
export interface FrameInfo {
  readonly name: string;
  /** `null`: the body of the process or a property. */
  readonly caller: Site | null;
  /** Compiled once and called from several places: the caller is `callers[value of returnTo]`. */
  readonly shared: { readonly returnTo: Variable; readonly callers: Site[] } | null;
  /** Entered through a hook or a callback table. */
  readonly hook: boolean;
}

/** What the values of a variable are, for packing and for people. */
export type Domain =
  | { readonly kind: 'bool' }
  | {
      readonly kind: 'int';
      readonly declared: readonly [lo: number, hi: number] | null;
      /** Names of its numbers in the source. */
      readonly labels?: Map<number, string>;
    }
  /** Index into `members`. */
  | { readonly kind: 'symbol'; readonly members: readonly unknown[] }
  /** Integers as they are, symbols as `MIXED + index`. */
  | { readonly kind: 'mixed'; readonly members: readonly unknown[] }
  /** The location of a process; 0: not alive. */
  | { readonly kind: 'location'; readonly process: number };

/** Where symbols begin in a variable that may also hold integers: beyond every 32-bit integer. */
export const MIXED = 2 ** 33;

export interface Variable {
  readonly id: number;
  /**
   * `state`: a property of an elaborated object; `hidden`: of the engine (location, busy, timeout, monitor);
   * `local`: of an activation, in the state only where it is live.
   */
  readonly kind: 'state' | 'hidden' | 'local';
  readonly name: string;
  /** Owner of a local or hidden variable; -1: none. */
  readonly process: number;
  domain: Domain;
  readonly initial: number;
  /** Locals: assigned at one place only, so its value cannot change while it is in use. */
  readonly fixed: boolean;
}

/** Variables that are selected by an index known at run time only; `null`: no variable there. */
export interface Family {
  readonly id: number;
  readonly name: string;
  readonly elements: readonly (Variable | null)[];
}

export type UnaryOperator = '-' | '~' | '!';
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '%'
  | 'idiv'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '>>>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '=='
  | '!='
  | '&&'
  | '||';

/** Pure expressions over the current values; indices are known to be in range. */
export type Expr =
  | { readonly kind: 'const'; readonly value: number }
  | { readonly kind: 'var'; readonly variable: Variable }
  | { readonly kind: 'element'; readonly family: Family; readonly index: Expr }
  | { readonly kind: 'unary'; readonly op: UnaryOperator; readonly a: Expr }
  | { readonly kind: 'binary'; readonly op: BinaryOperator; readonly a: Expr; readonly b: Expr }
  | { readonly kind: 'cond'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: 'table'; readonly values: readonly number[]; readonly index: Expr }
  /** The run condition of a process, in the state before the step. */
  | { readonly kind: 'runs'; readonly process: number };

/** A way a model can go wrong at a place. */
export interface Failure {
  readonly number: number;
  readonly kind:
    | 'check'
    | 'context'
    | 'uncaught throw'
    | 'model error'
    | 're-entry'
    | 'within'
    | 'data race'
    | 'overflow';
  /** The property's name. */
  readonly name: string;
  readonly site: Site | null;
  /** Cause and remedy, for model errors. */
  readonly detail: string | null;
}

/** A word of a `note`, or a value with what is needed to show it. */
export type NoteWord =
  | { readonly text: string; readonly constant: unknown }
  | { readonly expr: Expr; readonly domain: Domain; readonly tuple?: readonly NoteWord[] }
  | { readonly tuple: readonly NoteWord[] };

/** What coverage counts: a statement, or one way of a statement that branches. */
export interface Point {
  readonly source: SourceFile;
  /** Where the statement begins. */
  readonly start: number;
  /** `null`: the statement itself. */
  readonly way: number | null;
}

export type Instruction =
  | { readonly kind: 'set'; readonly variable: Variable; readonly expr: Expr; readonly site: Site }
  | {
      readonly kind: 'store';
      readonly family: Family;
      readonly index: Expr;
      readonly expr: Expr;
      readonly site: Site;
    }
  /** Elements above `index` move down by one; the last becomes 0. */
  | { readonly kind: 'remove'; readonly family: Family; readonly index: Expr; readonly site: Site }
  /** Elements from `index` on move up by one; the last is lost. */
  | {
      readonly kind: 'insert';
      readonly family: Family;
      readonly index: Expr;
      readonly expr: Expr;
      readonly site: Site;
    }
  | { readonly kind: 'assert'; readonly condition: Expr; readonly failure: Failure; readonly site: Site }
  | { readonly kind: 'choose'; readonly variable: Variable; readonly count: Expr; readonly site: Site }
  /** `next`: between two steps, shown with the one that follows. */
  | {
      readonly kind: 'note';
      readonly words: readonly NoteWord[];
      readonly next: boolean;
      readonly site: Site;
    }
  /** Nothing but a mark for coverage. */
  | { readonly kind: 'reach'; readonly point: Point; readonly site: Site }
  /** The process begins at its first statement, with fresh locals. */
  | { readonly kind: 'start'; readonly process: number; readonly site: Site }
  /** The process is gone. */
  | { readonly kind: 'kill'; readonly process: number; readonly site: Site }
  /** An operation on a specified object begins or ends here; nothing changes. */
  | { readonly kind: 'mark'; readonly mark: Mark; readonly values: readonly Expr[]; readonly site: Site };

/** What `mark` tells of an operation on an object that has a specification. */
export interface Mark {
  readonly number: number;
  /** `kill`: the operations of `process` are cut short. */
  readonly event: 'invoke' | 'return' | 'throw' | 'kill';
  /** Index in `Program.specified`; -1: any. */
  readonly object: number;
  /** Index among its operations. */
  readonly operation: number;
  readonly process: number;
  /** How many operations of the process on this object are open already: callbacks may call one within another. */
  readonly depth: number;
}

/** What the values of a mark are: a scalar, the items of a tuple, or either. */
export interface Shape {
  readonly domain: Domain | null;
  readonly items: readonly Shape[] | null;
}

/** An operation of a specification, as a process that does it in one step and marks what it returns. */
export interface OperationCode {
  readonly name: string;
  /** Where the step finds its arguments, in the order of the values of `invoke`. */
  readonly arguments: readonly Variable[];
  readonly parameters: readonly Shape[];
  readonly result: Shape;
  readonly exception: Shape;
  readonly process: ProcessCode;
}

/** An object whose operations a sequential specification explains. */
export interface SpecifiedObject {
  readonly name: string;
  /** Of the object, as its source calls it. */
  readonly object: string;
  readonly site: Site | null;
  readonly operations: readonly OperationCode[];
  /** The specification's own state. */
  readonly variables: readonly Variable[];
  readonly families: readonly Family[];
}

export type Terminator =
  | { readonly kind: 'goto'; to: Block }
  | { readonly kind: 'branch'; readonly test: Expr; yes: Block; no: Block }
  | { readonly kind: 'switch'; readonly on: Expr; readonly targets: Block[] }
  /** The process ends. */
  | { readonly kind: 'end' }
  /** A predicate's value; `failure`: of one that asks whether others can be evaluated, where they cannot. */
  | { readonly kind: 'result'; readonly expr: Expr; readonly failure?: Failure }
  /** The step is not enabled: nothing has happened. */
  | { readonly kind: 'abort' }
  /** An `assume` is false: the execution is not looked at. */
  | { readonly kind: 'cutoff' }
  | { readonly kind: 'fail'; readonly failure: Failure; readonly site: Site };

export interface Cut {
  /** What the step does first: `read`, `write`, `atomic`, `until`, `rest`, … */
  readonly operation: string;
  readonly site: Site;
  /** A cut for an access: it stands only if one of these is shared. Otherwise `null`: it always stands. */
  readonly access: readonly Variable[] | null;
  /** A cut before bookkeeping: it stands only where a `busy` may be what comes before it. */
  readonly afterBusy?: boolean;
  /** Standing here when nothing can run is a deadlock (`until`), or in order (`rest`). */
  wait: 'until' | 'rest' | null;
}

export interface Block {
  readonly id: number;
  cut: Cut | null;
  readonly code: Instruction[];
  end: Terminator;
  /** Location number within the process, when `cut` stands; otherwise 0. */
  location: number;
}

/** A compiled function of the state without effect: a run condition or a property. */
export interface Predicate {
  readonly entry: Block;
  readonly site: Site;
}

export interface ProcessCode {
  readonly index: number;
  readonly name: string;
  readonly entry: Block;
  readonly runs: Predicate | null;
  readonly started: boolean;
  readonly lane: Lane | null;
  readonly outside: boolean;
  readonly background: boolean;
  readonly prompt: boolean;
  readonly location: Variable;
  /** µs left of a `busy`; `null` when it never is. */
  readonly busy: Variable | null;
  /** µs left of an `until` with a timeout, -1: none. */
  readonly timeout: Variable | null;
  /** Blocks with a cut, by location number; index 0 is unused (not alive). Filled by the analysis. */
  locations: Block[];
  /** Locals that are live at each location, by location number. Filled by the analysis. */
  live: Variable[][];
}

export interface ClockVariables {
  readonly name: string;
  readonly left: Variable | number;
  readonly period: Variable | number;
  readonly latched: Variable | boolean;
}

/** A property as the machine sees it. */
export interface PropertyCode {
  readonly kind:
    | 'always'
    | 'sometimes'
    | 'alwaysPossible'
    | 'idle'
    | 'stuck'
    | 'lost wakeup'
    | 'within'
    | 'eventually'
    | 'leadsTo'
    | 'overtaking';
  readonly name: string;
  /** Asks whether the predicates of other properties can be evaluated: the way in which they cannot. See `analysis/total.ts`. */
  readonly fails: Pick<Failure, 'kind' | 'name'> | null;
  /** `leadsTo`: what it begins with; `overtaking`: who waits. */
  readonly predicate: Predicate;
  /** `leadsTo`: what must follow; `overtaking`: who passes. */
  readonly goal: Predicate | null;
  /** `within`: the hidden clock, and its limit. */
  readonly monitor: Variable | null;
  readonly limitUs: number;
  /** `overtaking`, hidden: -1 when nobody waits, otherwise twice the times that was passed, plus 1 while it is true. */
  readonly counter: Variable | null;
  /** `overtaking`: how often at most. */
  readonly bound: number;
  /** `lost wakeup`: the process that should do the work; -1: not stated. */
  readonly victim: number;
}

/** A sequence as traces show it: the elements in use, in order. */
export interface SequenceCode {
  readonly name: string;
  readonly length: Variable;
  readonly parts: readonly Family[];
}

/** Where the accesses of processes can race; see `analysis/races.ts`. */
export interface RaceCode {
  /** Instructions whose accesses do not count. */
  readonly exempt: ReadonlySet<Instruction>;
  /** What is reported for a variable that two processes may access at the same time. */
  readonly failures: ReadonlyMap<Variable, Failure>;
  /** For each process, by location number: what it may access next; `null`: nothing that may race. */
  readonly sites: readonly (readonly (RaceSite | null)[])[];
  /** For each process, hidden: it could run where it stands. `null`: it can always run, or has no such place. */
  readonly stood: readonly (Variable | null)[];
}

export interface RaceSite {
  /** The access is no step of `atomic`, `critical`, `until` …: it can be interrupted. */
  readonly plain: boolean;
  readonly reads: ReadonlySet<Failure>;
  readonly writes: ReadonlySet<Failure>;
}

/** A variant of a scenario, compiled: a transition system over integer variables. */
export interface Program {
  readonly processes: readonly ProcessCode[];
  readonly clocks: readonly ClockVariables[];
  readonly properties: readonly PropertyCode[];
  /** Objects with a specification, and what tells of their operations. */
  readonly specified: readonly SpecifiedObject[];
  readonly marks: readonly Mark[];
  /** All state and hidden variables, in the order of packing. */
  readonly variables: readonly Variable[];
  readonly families: readonly Family[];
  readonly sequences: readonly SequenceCode[];
  readonly failures: readonly Failure[];
  readonly timing: 'prompt' | 'any';
  readonly timeUnit: number;
  readonly assumptions: readonly string[];
  /** `null`: data races were not asked for. */
  readonly races: RaceCode | null;
}
