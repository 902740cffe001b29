import type { Program, Site, Variable } from '../language/ir.ts';
import { type Exchange, Exchanges } from './exchange.ts';
import { Mismatch } from './renaming.ts';

/** Interchangeable members, each some processes with the variables that are theirs. */
export interface Group {
  /** Process indices by member. */
  readonly processes: readonly (readonly number[])[];
  /** By member, in corresponding order. */
  readonly variables: readonly (readonly Variable[])[];
  /** Variables that may hold ids of members: rows of values, one for each member. */
  readonly ids: ReadonlyMap<Variable, readonly (readonly number[])[]>;
}

/** Two processes that do the same and cannot be exchanged. */
export interface Asymmetry {
  readonly processes: readonly [string, string];
  readonly because: string;
  readonly site: Site | null;
}

export interface Symmetry {
  readonly groups: readonly Group[];
  readonly asymmetries: readonly Asymmetry[];
  /** Variables that are written at most: with them, equal states would differ. */
  readonly ignored: ReadonlySet<Variable>;
  /** Why symmetry is not used at all. */
  readonly off: string | null;
}

/** The largest group looked for: with more members, the orders to try would be too many. */
const MEMBERS_MAX = 64;

/**
 * The symmetric groups of a program. Each rests on exchanges of its first member with each other one, every one an
 * automorphism: together they generate all permutations of the members.
 */
export function findSymmetry(program: Program): Symmetry {
  const exchanges = new Exchanges(program);
  const groups: Group[] = [];
  const asymmetries: Asymmetry[] = [];
  const taken = new Set<number>();
  /** Sources of which two processes are known to differ: one reason is enough. */
  const told = new Set<string>();
  const count = program.processes.length;
  for (let p = 0; p < count; p++) {
    if (taken.has(p)) continue;
    const found: Exchange[] = [];
    for (let q = p + 1; q < count && found.length < MEMBERS_MAX - 1; q++) {
      if (taken.has(q) || !exchanges.comparable(p, q)) continue;
      const exchange = exchanges.find(p, q);
      if (exchange instanceof Mismatch) {
        const source = exchanges.sourceOf(p);
        if (!told.has(source)) asymmetries.push(asymmetry(program, p, q, exchange));
        told.add(source);
        continue;
      }
      if (groupOf(program, [...found, exchange]) !== null) found.push(exchange);
    }
    const group = groupOf(program, found);
    if (group === null || !apart(group, groups)) continue;
    groups.push(group);
    for (const own of group.processes) for (const process of own) taken.add(process);
  }
  return { groups, asymmetries, ignored: exchanges.ignored, off: null };
}

function asymmetry({ processes }: Program, p: number, q: number, { message, site }: Mismatch): Asymmetry {
  return { processes: [processes[p]?.name ?? '', processes[q]?.name ?? ''], because: message, site };
}

/** The group that exchanges of one member with others generate; `null`: they do not act as permutations of members. */
function groupOf(program: Program, exchanges: readonly Exchange[]): Group | null {
  const processes = blocks(exchanges.map((exchange) => exchange.processes));
  const variables = blocks(exchanges.map((exchange) => exchange.variables));
  if (processes === null || variables === null) return null;
  const ids = new Map<Variable, number[][]>();
  const everything = [...program.variables, ...program.processes.flatMap(({ live }) => live.flat())];
  for (const variable of new Set(everything)) {
    const values = blocks(exchanges.map((exchange) => exchange.values(variable)));
    if (values === null) return null;
    const rows = (values[0] as number[]).map((_, row) => values.map((block) => block[row] as number));
    if (rows.length > 0) ids.set(variable, rows);
  }
  return { processes, variables, ids };
}

/**
 * What belongs to each member, in corresponding order: each exchange maps the first block to one of the others and moves
 * nothing else. With two members it does not matter which of a pair is in which block, as both move together.
 */
function blocks<T>(maps: readonly ReadonlyMap<T, T>[]): T[][] | null {
  const [first, ...others] = maps;
  if (first === undefined) return null;
  const own: T[] = [];
  const seen = new Set<T>();
  for (const [item, partner] of first) {
    if (seen.has(item) || !others.every((map) => map.has(item))) continue;
    own.push(item);
    seen.add(item);
    seen.add(partner);
  }
  const result = [own, ...maps.map((map) => own.map((item) => map.get(item) as T))];
  const all = new Set(result.flat());
  const disjoint = all.size === own.length * result.length;
  return disjoint && maps.every((map) => map.size === 2 * own.length) ? result : null;
}

/** Groups of which a member holds ids, of its own group or another: they can only be brought into order together. */
export function entangled(groups: readonly Group[]): number[][] {
  const parent = groups.map((_, i) => i);
  const root = (i: number): number => (parent[i] === i ? i : root(parent[i] as number));
  const held = new Set<number>();
  for (const [group, { ids }] of groups.entries()) {
    for (const variable of ids.keys()) {
      const home = groups.findIndex(({ variables }) => variables.some((own) => own.includes(variable)));
      if (home < 0) continue;
      parent[root(group)] = root(home);
      held.add(group).add(home);
    }
  }
  const clusters = new Map<number, number[]>();
  for (const group of [...held].sort((a, b) => a - b))
    clusters.set(root(group), [...(clusters.get(root(group)) ?? []), group]);
  return [...clusters.values()];
}

/** Whether a group moves nothing that another moves. */
function apart(group: Group, others: readonly Group[]): boolean {
  const variables = new Set(group.variables.flat());
  return others.every(
    (other) =>
      !other.variables.flat().some((variable) => variables.has(variable)) &&
      [...group.ids].every(([variable, rows]) => {
        const theirs = new Set(other.ids.get(variable)?.flat());
        return !rows.flat().some((value) => theirs.has(value));
      }),
  );
}
