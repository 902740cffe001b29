import { expressionsOf, terminatorExpression } from '../language/analysis/graph.ts';
import type { Block, Expr, Family, Predicate, ProcessCode, Program, Variable } from '../language/ir.ts';
import { nodesOf, type StepInstruction, type StepNode, stepGraph } from '../machine/step_graph.ts';
import { type Bits, emptyBits, has, put } from './bits.ts';
import { channelUse } from './channel_use.ts';

/**
 * What a step may touch. The things in it are the variables of the program, and tokens: one for the pushes and one for the
 * pops of each sequence, one for each property of single states, and one for whether an outside process can step.
 */
export interface Footprint {
  readonly reads: Bits;
  readonly writes: Bits;
}

/** The footprint of the step that begins at a location, and what else is known of that step. */
export interface StepFootprint extends Footprint {
  /** What decides whether it is possible. */
  readonly guards: Bits;
  /** It may be tried and not be possible. */
  readonly waits: boolean;
  readonly chooses: boolean;
  /** No property of single states looks at what it writes. */
  readonly invisible: boolean;
  /** Nor does one of quiescent states. */
  readonly unseen: boolean;
  /** Locations where it may end; 0: the process ends. */
  readonly to: readonly number[];
  /** Processes that it starts. */
  readonly starts: readonly number[];
}

/** The things of a program, and the footprints of its steps. */
export class Footprints {
  readonly size: number;
  /** By process and location number less 1. */
  readonly steps: readonly (readonly StepFootprint[])[];
  /** What the run condition of each process reads. */
  readonly runs: readonly Bits[];
  /** The step of time. */
  readonly time: Footprint;
  readonly #index = new Map<Variable, number>();
  readonly #pushes: number;
  readonly #outside: number;
  readonly #seen: Bits;
  /** For each property of single states, what it reads. */
  readonly #state: readonly Bits[];
  readonly #firstProperty: number;

  constructor(readonly program: Program) {
    const { variables, sequences, properties, processes } = program;
    for (const [i, variable] of variables.entries()) this.#index.set(variable, i);
    const stateProperties = properties.filter(({ kind }) => kind === 'always' || kind === 'sometimes');
    this.#pushes = variables.length;
    this.#outside = this.#pushes + 2 * sequences.length;
    this.#firstProperty = this.#outside + 1;
    this.size = this.#firstProperty + stateProperties.length;
    this.#state = stateProperties.map(({ predicate }) => this.#predicate(predicate));
    this.#seen = this.#empty();
    for (const { predicate, goal } of properties) {
      this.#read(predicate, this.#seen);
      if (goal !== null) this.#read(goal, this.#seen);
    }
    this.runs = processes.map(({ runs }) => (runs === null ? this.#empty() : this.#predicate(runs)));
    this.steps = processes.map((process) => process.locations.map((block) => this.#step(process, block)));
    this.time = this.#time();
  }

  #empty(): Bits {
    return emptyBits(this.size);
  }

  #predicate(predicate: Predicate): Bits {
    const bits = this.#empty();
    this.#read(predicate, bits);
    this.#channelTokens(bits, bits);
    return bits;
  }

  #read({ entry }: Predicate, bits: Bits): void {
    for (const node of nodesOf(stepGraph(this.program, entry))) this.#readNode(node, bits, NOTHING);
  }

  // ---- single accesses ----

  #touch(bits: Bits, variable: Variable, except: ReadonlySet<Variable>): void {
    const i = this.#index.get(variable);
    if (i !== undefined && !except.has(variable)) put(bits, i);
  }

  #readExpr(expr: Expr, bits: Bits, except: ReadonlySet<Variable>): void {
    const more = (part: Expr): void => this.#readExpr(part, bits, except);
    switch (expr.kind) {
      case 'const':
        return;
      case 'var':
        this.#touch(bits, expr.variable, except);
        return;
      case 'element':
        this.#family(expr.family, expr.index, bits, except);
        more(expr.index);
        return;
      case 'unary':
        more(expr.a);
        return;
      case 'binary':
        more(expr.a);
        more(expr.b);
        return;
      case 'cond':
        more(expr.test);
        more(expr.yes);
        more(expr.no);
        return;
      case 'table':
        more(expr.index);
        return;
      case 'runs': {
        const { runs } = this.program.processes[expr.process] as ProcessCode;
        if (runs !== null) this.#read(runs, bits);
      }
    }
  }

  /** The element that is selected, or all of them. */
  #family({ elements }: Family, index: Expr, bits: Bits, except: ReadonlySet<Variable>): void {
    const chosen = index.kind === 'const' ? [elements[index.value] ?? null] : elements;
    for (const variable of chosen) if (variable !== null) this.#touch(bits, variable, except);
  }

  #readNode({ code, end }: StepNode, bits: Bits, except: ReadonlySet<Variable>): void {
    for (const instruction of code) {
      if (instruction.kind === 'note' || instruction.kind === 'place') continue;
      expressionsOf(instruction, (expr) => this.#readExpr(expr, bits, except));
      if (instruction.kind === 'insert' || instruction.kind === 'remove')
        for (const variable of instruction.family.elements)
          if (variable !== null) this.#touch(bits, variable, except);
    }
    const expr = terminatorExpression(end as never);
    if (expr !== null) this.#readExpr(expr, bits, except);
  }

  #write(instruction: StepInstruction, bits: Bits, except: ReadonlySet<Variable>): void {
    switch (instruction.kind) {
      case 'set':
      case 'choose':
        this.#touch(bits, instruction.variable, except);
        return;
      case 'store':
        this.#family(instruction.family, instruction.index, bits, except);
        return;
      case 'insert':
      case 'remove':
        for (const variable of instruction.family.elements)
          if (variable !== null) this.#touch(bits, variable, except);
        return;
      case 'place': {
        const { location, busy, timeout } = this.program.processes[instruction.process] as ProcessCode;
        for (const variable of [location, busy, timeout])
          if (variable !== null) this.#touch(bits, variable, NOTHING);
        return;
      }
      default:
    }
  }

  // ---- steps ----

  #step(process: ProcessCode, block: Block): StepFootprint {
    const entry = stepGraph(this.program, block);
    const nodes = nodesOf(entry);
    const [reads, writes] = [this.#empty(), this.#empty()];
    const channels = this.#channels(process, entry, nodes, writes);
    this.#touch(reads, process.location, NOTHING);
    for (const node of nodes) {
      this.#readNode(node, reads, channels);
      for (const instruction of node.code) this.#write(instruction, writes, channels);
    }
    const ends = nodes.map(({ end }) => end);
    const to = [...new Set(ends.flatMap((end) => (end.kind === 'arrive' ? [end.location] : [])))];
    if (to.includes(0)) this.#ends(process, writes);
    this.#channelTokens(reads, writes);
    this.#propertyTokens(writes);
    if (process.outside && this.program.timeUnit > 0) put(writes, this.#outside);
    const code = nodes.flatMap((node) => node.code);
    return {
      reads,
      writes,
      guards: this.#guards(nodes, reads),
      waits: ends.some(({ kind }) => kind === 'abort' || kind === 'switch'),
      chooses: code.some(({ kind }) => kind === 'choose'),
      invisible: !this.#state.some((property) => this.#changes(writes, property)),
      unseen: !this.#isSeen(writes),
      to,
      starts: code.flatMap((each) => (each.kind === 'place' && each.location !== 0 ? [each.process] : [])),
    };
  }

  /** What it reads, the sequences that it uses as channels among it. */
  #guards(nodes: readonly StepNode[], reads: Bits): Bits {
    const guards = reads.slice();
    for (const node of nodes) this.#readNode(node, guards, NOTHING);
    this.#channelTokens(guards, guards);
    return guards;
  }

  /** A process that ends is not alive any more, and has neither `busy` nor a timeout. */
  #ends({ location, busy, timeout }: ProcessCode, writes: Bits): void {
    for (const variable of [location, busy, timeout])
      if (variable !== null) this.#touch(writes, variable, NOTHING);
  }

  /** The variables of the sequences that the step uses as channels only; that use goes into the tokens. */
  #channels(
    process: ProcessCode,
    entry: StepNode,
    nodes: readonly StepNode[],
    writes: Bits,
  ): ReadonlySet<Variable> {
    const plain = this.#empty();
    for (const node of nodes) {
      this.#readNode(node, plain, NOTHING);
      for (const instruction of node.code) this.#write(instruction, plain, NOTHING);
    }
    const inChannels = new Set<Variable>();
    for (const [i, sequence] of this.program.sequences.entries()) {
      if (!has(plain, this.#index.get(sequence.length) as number)) continue;
      const use = channelUse(entry, sequence, process.live);
      if (use === 'access') continue;
      put(writes, this.#pushes + 2 * i + (use === 'push' ? 0 : 1));
      for (const variable of this.#variablesOf(i)) inChannels.add(variable);
    }
    return inChannels;
  }

  #variablesOf(sequence: number): Variable[] {
    const { length, parts } = this.program.sequences[sequence] as Program['sequences'][number];
    return [length, ...parts.flatMap(({ elements }) => elements.filter((v) => v !== null))];
  }

  /** Who touches the variables of a sequence conflicts with its pushes and pops. */
  #channelTokens(reads: Bits, writes: Bits): void {
    for (const i of this.program.sequences.keys()) {
      const touched = this.#variablesOf(i).some((variable) => {
        const at = this.#index.get(variable) as number;
        return has(reads, at) || has(writes, at);
      });
      if (!touched) continue;
      put(reads, this.#pushes + 2 * i);
      put(reads, this.#pushes + 2 * i + 1);
    }
  }

  /** Steps that the same property sees conflict: their order matters to it. */
  #propertyTokens(writes: Bits): void {
    for (const [i, property] of this.#state.entries())
      if (this.#changes(writes, property)) put(writes, this.#firstProperty + i);
  }

  #isSeen(writes: Bits): boolean {
    return this.#changes(writes, this.#seen);
  }

  /** Whether what is written is among what is read. A push or pop writes all of its sequence. */
  #changes(writes: Bits, read: Bits): boolean {
    const { variables, sequences } = this.program;
    for (const i of variables.keys()) if (has(writes, i) && has(read, i)) return true;
    return [...sequences.keys()].some((i) => {
      const used = has(writes, this.#pushes + 2 * i) || has(writes, this.#pushes + 2 * i + 1);
      return used && this.#variablesOf(i).some((v) => has(read, this.#index.get(v) as number));
    });
  }

  // ---- time ----

  #time(): Footprint {
    const { clocks, processes, timing, timeUnit } = this.program;
    const [reads, writes] = [this.#empty(), this.#empty()];
    let passes = false;
    for (const { left, period, latched } of clocks) {
      for (const part of [left, latched]) if (typeof part === 'object') this.#touch(writes, part, NOTHING);
      if (typeof period === 'object') this.#touch(reads, period, NOTHING);
      passes ||= typeof left === 'object';
    }
    for (const { index, busy, timeout } of processes) {
      for (const part of [busy, timeout]) if (part !== null) this.#touch(writes, part, NOTHING);
      if (busy !== null) add(reads, this.runs[index] as Bits);
      passes ||= busy !== null || timeout !== null;
    }
    if (!passes) return { reads: this.#empty(), writes: this.#empty() };
    // Whether it may pass, and how far, depends on who can step.
    for (const { index, prompt, outside } of processes) {
      if (!(timing === 'any' && prompt) && !(timeUnit > 0 && outside)) continue;
      add(reads, this.runs[index] as Bits);
      // Of a channel, too: who takes from it may let such a process step, and so keep time from passing.
      for (const step of this.steps[index] ?? []) add(reads, step.guards);
    }
    if (timeUnit > 0) put(reads, this.#outside);
    this.#channelTokens(reads, writes);
    this.#propertyTokens(writes);
    return { reads, writes };
  }
}

const NOTHING: ReadonlySet<Variable> = new Set();

function add(bits: Bits, more: Bits): void {
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] as number) | (more[i] as number);
}
