import {
  expressionsOf,
  readsOf,
  reversePostorder,
  successorsOf,
  terminatorExpression,
  writesOf,
} from '../language/analysis/graph.ts';
import type { Compiled } from '../language/compile.ts';
import type { Block, ProcessCode, Variable } from '../language/ir.ts';
import { type Cell, type Layout, readCell } from './layout.ts';
import { nodesOf, stepGraph } from './step_graph.ts';

/** A set of variables by their index. */
type Bits = Int32Array;

/** The footprints that decide whether processes stand still, by process and location. */
export interface StandstillTable {
  /** Where the location of each process stands in a state. */
  readonly locations: readonly Cell[];
  readonly reads: readonly (readonly (Bits | null)[])[];
  readonly writes: readonly (readonly Bits[])[];
  readonly time: Bits;
}

/**
 * Processes that wait for each other for ever while others go on (a tick, an interrupt): each stands at an `until` that is
 * false, and nobody outside of the set can ever write what it looks at. Decided from the footprints of the code that each
 * process may still execute, so it may miss a deadlock but never invents one.
 */
export class Standstill {
  private readonly index = new Map<Variable, number>();
  private readonly size: number;
  /** By process: all that it ever writes, with the processes that it starts. */
  private readonly whole: Bits[];
  /** By process and location: what a false `until` looks at, what may still be written; `time`: what time itself writes. */
  readonly reads: (Bits | null)[][];
  readonly writes: Bits[][];
  readonly time: Bits;

  constructor(
    private readonly compiled: Compiled,
    private readonly layout: Layout,
  ) {
    const { processes, variables, clocks } = compiled.program;
    for (const [i, variable] of variables.entries()) this.index.set(variable, i);
    this.size = (variables.length + 31) >>> 5;
    this.reads = processes.map((process) => process.locations.map((block) => this.waitReads(block)));
    this.whole = processes.map(() => this.empty());
    for (let grown = true; grown; ) {
      grown = false;
      for (const [i, process] of processes.entries())
        for (const block of reversePostorder(process.entry))
          grown = join(this.whole[i] as Bits, this.ownWrites(block, process.location)) || grown;
    }
    this.writes = processes.map((process) => this.futureWrites(process));
    this.time = this.empty();
    for (const { left, latched } of clocks)
      for (const part of [left, latched]) if (typeof part === 'object') this.add(this.time, part);
    for (const { timeout } of processes) if (timeout !== null) this.add(this.time, timeout);
  }

  /** What deciding it takes, as plain data; `null`: no process waits with `until` at all. */
  get table(): StandstillTable | null {
    if (this.reads.every((list) => list.every((bits) => bits === null))) return null;
    const { reads, writes, time } = this;
    const cells = this.compiled.program.processes.map(
      ({ location }) => this.layout.cells.get(location) as Cell,
    );
    return { locations: cells, reads, writes, time };
  }

  private empty(): Bits {
    return new Int32Array(this.size);
  }

  private add(bits: Bits, variable: Variable): void {
    const i = this.index.get(variable);
    if (i !== undefined) bits[i >>> 5] = (bits[i >>> 5] as number) | (1 << (i & 31));
  }

  /** What the attempt at an `until` looks at; `null`: the location is not a wait. */
  private waitReads(block: Block): Bits | null {
    if (block.cut?.wait !== 'until') return null;
    const bits = this.empty();
    const read = (variable: Variable): void => this.add(bits, variable);
    for (const { code, end } of nodesOf(stepGraph(this.compiled.program, block))) {
      for (const instruction of code)
        if (instruction.kind !== 'place') expressionsOf(instruction, (expr) => readsOf(expr, read));
      const expr = terminatorExpression(end as never);
      if (expr !== null) readsOf(expr, read);
    }
    return bits;
  }

  /** What may still be written from each location on. */
  private futureWrites(process: ProcessCode): Bits[] {
    const future = new Map<Block, Bits>();
    this.gather(process.entry, process.location, future);
    for (const block of process.locations)
      if (!future.has(block)) this.gather(block, process.location, future);
    return process.locations.map((block) => future.get(block) as Bits);
  }

  /** For all blocks from `entry` on: what they and those after them write. A fixpoint, successors first. */
  private gather(entry: Block, location: Variable, future: Map<Block, Bits>): void {
    const blocks = reversePostorder(entry).reverse();
    for (const block of blocks) if (!future.has(block)) future.set(block, this.ownWrites(block, location));
    for (let grown = true; grown; ) {
      grown = false;
      for (const block of blocks) {
        const bits = future.get(block) as Bits;
        for (const next of successorsOf(block.end)) grown = join(bits, future.get(next) as Bits) || grown;
      }
    }
  }

  private ownWrites({ code }: Block, location: Variable): Bits {
    const bits = this.empty();
    this.add(bits, location);
    for (const instruction of code) {
      writesOf(instruction, (variable) => this.add(bits, variable));
      if (instruction.kind === 'start' || instruction.kind === 'kill')
        this.addLocation(bits, instruction.process);
      if (instruction.kind === 'start') join(bits, this.whole[instruction.process] as Bits);
    }
    return bits;
  }

  private addLocation(bits: Bits, index: number): void {
    const process = this.compiled.program.processes[index];
    if (process !== undefined) this.add(bits, process.location);
  }
}

/** The processes of which it is known whether they are blocked: as many as there are bits without the sign. */
export const BLOCKED_MAX = 31;

/**
 * Whether some processes wait for each other for ever.
 *
 * @param blocked bit p: process p runs and its attempt is false.
 */
export function standsStill(
  table: StandstillTable,
  states: Int32Array,
  at: number,
  blocked: number,
): boolean {
  const locations = table.locations.map((cell) => readCell(cell, states, at));
  let members = locations.flatMap((location, p) =>
    p < BLOCKED_MAX && (blocked >>> p) & 1 && table.reads[p]?.[location - 1] ? [p] : [],
  );
  for (let before = -1; members.length !== before; ) {
    before = members.length;
    const inside = new Set(members);
    members = members.filter(
      (p) => !canChange(table, table.reads[p]?.[(locations[p] as number) - 1] as Bits, inside, locations),
    );
  }
  return members.length > 0;
}

/** Whether time, or a process that is not `inside`, may still write one of `bits`. */
function canChange(
  { writes, time }: StandstillTable,
  bits: Bits,
  inside: ReadonlySet<number>,
  locations: readonly number[],
): boolean {
  if (meet(bits, time)) return true;
  return locations.some((location, p) => {
    // Who is not alive does nothing; what it will do when it is started counts for whoever starts it.
    if (location === 0 || inside.has(p)) return false;
    return meet(bits, writes[p]?.[location - 1] as Bits);
  });
}

/** Adds `more` to `bits`; whether that was more. */
function join(bits: Bits, more: Bits): boolean {
  let grown = false;
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i] as number;
    const both = word | (more[i] as number);
    if (both === word) continue;
    bits[i] = both;
    grown = true;
  }
  return grown;
}

export function meet(a: Bits, b: Bits): boolean {
  for (let i = 0; i < a.length; i++) if (((a[i] as number) & (b[i] as number)) !== 0) return true;
  return false;
}
