import type { Program, Variable } from '../language/ir.ts';
import { type Cell, type Layout, rawOf, readCell } from '../machine/layout.ts';
import type { Group } from './symmetry.ts';

/** When a cell holds what its variable says: a free place of a sequence and a dead local hold nothing. */
export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'above'; readonly length: Cell; readonly index: number }
  | { readonly kind: 'at'; readonly location: Cell; readonly locations: readonly number[] };

/** A cell that may hold an id of a member of `group`. */
export interface IdCell {
  readonly cell: Cell;
  readonly group: number;
  /** Raw contents, for each kind of id: one for each member. */
  readonly rows: readonly (readonly number[])[];
  readonly when: Condition;
  /** The member that it belongs to, and its cell in each member; `null`: to none. */
  readonly home: { readonly group: number; readonly member: number; readonly places: readonly Cell[] } | null;
}

/** A group in the packed state. */
export interface Members {
  /** By member: the cells that are moved with it, in corresponding order. */
  readonly cells: readonly (readonly Cell[])[];
}

export interface Placement {
  readonly members: readonly Members[];
  readonly ids: readonly IdCell[];
}

/** Where the members of groups and their ids stand in a packed state. A cell that is not like its counterpart is an error. */
export function place(program: Program, layout: Layout, groups: readonly Group[]): Placement {
  const members = groups.map((group): Members => {
    const cells = group.variables.map((own, m) => [
      ...own.filter(({ kind }) => kind !== 'local').map((variable) => cellOf(layout, variable)),
      ...(group.processes[m] as readonly number[]).flatMap((process) => layout.slotCells[process] ?? []),
    ]);
    const [first, ...others] = cells;
    for (const other of others)
      if (other.length !== first?.length || other.some((cell, i) => !alike(cell, first[i] as Cell)))
        throw new Error('cells of exchangeable members differ, please report');
    return { cells };
  });
  const ids = groups.flatMap(({ ids: held }, group) =>
    [...held].flatMap(([variable, rows]) => idCell(program, layout, groups, variable, group, rows)),
  );
  return { members, ids };
}

const cellOf = (layout: Layout, variable: Variable): Cell => layout.cells.get(variable) as Cell;

const alike = (a: Cell, b: Cell): boolean =>
  a.width === b.width && a.lo === b.lo && a.hi === b.hi && a.symbols === b.symbols;

function idCell(
  program: Program,
  layout: Layout,
  groups: readonly Group[],
  variable: Variable,
  group: number,
  rows: readonly (readonly number[])[],
): IdCell[] {
  const cell = layout.cells.get(variable);
  if (cell === undefined || cell.width === 0) return [];
  const raw = rows
    .map((row) => row.map((value) => rawOf(cell, value)))
    .filter((row) => !row.every((value) => Number.isNaN(value)));
  if (raw.some((row) => row.some((value) => Number.isNaN(value))))
    throw new Error(`a cell of ${variable.name} is too narrow for exchangeable ids, please report`);
  if (raw.length === 0) return [];
  return [
    {
      cell,
      group,
      rows: raw,
      when: conditionOf(program, layout, variable),
      home: homeOf(layout, groups, variable),
    },
  ];
}

function conditionOf(program: Program, layout: Layout, variable: Variable): Condition {
  if (variable.kind === 'local') {
    const process = program.processes[variable.process];
    if (process === undefined) return { kind: 'always' };
    const locations = process.live.flatMap((live, i) => (live.includes(variable) ? [i + 1] : []));
    return { kind: 'at', location: cellOf(layout, process.location), locations };
  }
  for (const { length, parts } of program.sequences) {
    for (const { elements } of parts) {
      const index = elements.indexOf(variable);
      if (index >= 0) return { kind: 'above', length: cellOf(layout, length), index };
    }
  }
  return { kind: 'always' };
}

function homeOf(layout: Layout, groups: readonly Group[], variable: Variable): IdCell['home'] {
  for (const [group, { variables }] of groups.entries()) {
    for (const [member, own] of variables.entries()) {
      const at = own.indexOf(variable);
      if (at >= 0)
        return { group, member, places: variables.map((block) => cellOf(layout, block[at] as Variable)) };
    }
  }
  return null;
}

/** Whether the condition holds in a packed state. */
export function holds(when: Condition, states: Int32Array, at: number): boolean {
  if (when.kind === 'always') return true;
  if (when.kind === 'above') return readCell(when.length, states, at) + when.length.lo > when.index;
  return when.locations.includes(readCell(when.location, states, at));
}
