import type {
  Block,
  Failure,
  Instruction,
  ProcessCode,
  Program,
  RaceCode,
  RaceSite,
  Variable,
} from '../ir.ts';
import type { Registry } from '../lower/registry.ts';
import {
  expressionsOf,
  readsOf,
  reversePostorder,
  successorsOf,
  terminatorExpression,
  writesOf,
} from './graph.ts';

/** The operations of a step that is one bare access; all others are indivisible by intention. */
const PLAIN = new Set(['read', 'write', 'access']);

/** What the step of one location may access. */
interface Footprint {
  readonly process: ProcessCode;
  readonly location: number;
  readonly plain: boolean;
  readonly reads: Set<Failure>;
  readonly writes: Set<Failure>;
}

/**
 * Where two processes may make conflicting accesses: to one variable, at least one of them a write, at least one of them
 * plain (Netzer and Miller, "What are race conditions?", 1992: an actual data race, found by looking at every state). Adds
 * a hidden variable to each process that can be interrupted before such an access: whether it could run where it stands.
 */
export function findRaces(
  program: Program,
  shared: ReadonlySet<Variable>,
  registry: Pick<Registry, 'exempt' | 'failure' | 'hiddenVariable'>,
): RaceCode {
  exemptRangeChecks(program, registry.exempt);
  const watched = new Watched(program, shared, registry);
  // The world outside and hardware do not share memory with the software: what they access are registers and pins.
  const footprints = program.processes
    .filter(({ outside, prompt }) => !outside && !prompt)
    .flatMap((process) => process.locations.map((block, i) => footprint(process, block, i + 1, watched)));
  const racing = conflicting(footprints);
  const sites: (RaceSite | null)[][] = program.processes.map(({ locations }) => [
    null,
    ...locations.map(() => null),
  ]);
  const stood: (Variable | null)[] = program.processes.map(() => null);
  for (const { process, location, plain, reads, writes } of racing) {
    const { index } = process;
    (sites[index] as (RaceSite | null)[])[location] = { plain, reads, writes };
    if (!plain || process.runs === null) continue;
    const variable = registry.hiddenVariable(index, 'stood', { kind: 'bool' }, 0);
    stood[index] = variable;
    const block = process.locations[location - 1] as Block;
    block.code.unshift(forget(variable, block));
  }
  forgetKilled(program, stood);
  return { exempt: registry.exempt, failures: watched.failures, sites, stood };
}

/** A range check reads what the assignment behind it reads. */
function exemptRangeChecks({ processes }: Program, exempt: Set<Instruction>): void {
  for (const { code } of processes.flatMap(({ entry }) => reversePostorder(entry))) {
    for (const [i, instruction] of code.entries()) {
      if (instruction.kind === 'assert' && exempt.has(code[i + 1] as Instruction)) exempt.add(instruction);
    }
  }
}

/** Who takes a step stands where it has not been interrupted yet. */
function forget(variable: Variable, { cut }: Block): Instruction {
  return {
    kind: 'set',
    variable,
    expr: { kind: 'const', value: 0 },
    site: (cut as NonNullable<typeof cut>).site,
  };
}

function forgetKilled({ processes }: Program, stood: readonly (Variable | null)[]): void {
  for (const { locations } of processes) {
    for (const block of locations.flatMap((location) => within(location))) {
      for (let i = block.code.length - 1; i >= 0; i--) {
        const { kind, site, ...rest } = block.code[i] as Instruction & { kind: 'kill' };
        const variable = kind === 'kill' ? stood[rest.process] : null;
        if (variable)
          block.code.splice(i + 1, 0, { kind: 'set', variable, expr: { kind: 'const', value: 0 }, site });
      }
    }
  }
}

/** The blocks of the step that begins at `from`. */
function within(from: Block): Block[] {
  const found = new Set([from]);
  for (const block of found)
    for (const next of successorsOf(block.end)) if (next.cut === null) found.add(next);
  return [...found];
}

function footprint(process: ProcessCode, from: Block, location: number, watched: Watched): Footprint {
  const reads = new Set<Failure>();
  const writes = new Set<Failure>();
  const read = (variable: Variable): void => watched.add(variable, reads);
  for (const { code, end } of within(from)) {
    for (const instruction of code) {
      if (watched.exempt.has(instruction)) continue;
      expressionsOf(instruction, (expr) => readsOf(expr, read));
      writesOf(instruction, (variable) => watched.add(variable, writes));
    }
    const expr = terminatorExpression(end);
    if (expr !== null) readsOf(expr, read);
  }
  return { process, location, plain: PLAIN.has(from.cut?.operation ?? ''), reads, writes };
}

/** The footprints that conflict with one of another process. */
function conflicting(footprints: readonly Footprint[]): Set<Footprint> {
  const found = new Set<Footprint>();
  const by = new Map<Failure, Footprint[]>();
  for (const each of footprints) {
    for (const failure of new Set([...each.reads, ...each.writes])) {
      const list = by.get(failure);
      if (list === undefined) by.set(failure, [each]);
      else list.push(each);
    }
  }
  for (const [failure, list] of by) {
    for (const a of list) {
      const rival = (b: Footprint): boolean =>
        a.process !== b.process && (a.plain || b.plain) && (a.writes.has(failure) || b.writes.has(failure));
      if (list.some(rival)) found.add(a);
    }
  }
  return found;
}

/** The variables that count, each with what is reported for it. A sequence is one object. */
class Watched {
  readonly failures = new Map<Variable, Failure>();
  readonly exempt: ReadonlySet<Instruction>;
  private readonly names = new Map<Variable, string>();
  private readonly ignored = new Set<Variable>();

  constructor(
    { sequences, clocks }: Program,
    private readonly shared: ReadonlySet<Variable>,
    private readonly registry: Pick<Registry, 'exempt' | 'failure'>,
  ) {
    this.exempt = registry.exempt;
    for (const { name, length, parts } of sequences) {
      for (const variable of [length, ...parts.flatMap(({ elements }) => elements)])
        if (variable !== null) this.names.set(variable, name);
    }
    // Clocks are hardware.
    for (const clock of clocks) {
      for (const part of [clock.left, clock.period, clock.latched])
        if (typeof part === 'object') this.ignored.add(part);
    }
  }

  add(variable: Variable, to: Set<Failure>): void {
    if (variable.kind !== 'state' || !this.shared.has(variable) || this.ignored.has(variable)) return;
    let failure = this.failures.get(variable);
    if (failure === undefined) {
      const name = `data race: ${this.names.get(variable) ?? variable.name}`;
      failure = this.registry.failure('data race', name, null);
      this.failures.set(variable, failure);
    }
    to.add(failure);
  }
}
