import type { BuiltVariant } from './build_variant.ts';
import type { Variable } from './language/ir.ts';
import { type Cell, type Layout, readCell, valueOfRaw } from './machine/layout.ts';
import type { BreadthFirst } from './search/breadth_first.ts';

/** A variable's cell, and the values seen in it. */
interface Seen {
  readonly cell: Cell;
  lo: number;
  hi: number;
}

/** Smallest and largest value of each variable in the stored states; locals where they are live. */
export function observedRanges(
  { compiled }: BuiltVariant,
  layout: Layout,
  search: BreadthFirst,
): Map<Variable, [number, number]> {
  const seen = new Map<Variable, Seen>();
  const isInteger = ({ domain }: Variable): boolean => domain.kind === 'int' || domain.kind === 'mixed';
  const seenOf = (variable: Variable): Seen => {
    let known = seen.get(variable);
    if (known === undefined) {
      known = {
        cell: layout.cells.get(variable) as Cell,
        lo: Number.POSITIVE_INFINITY,
        hi: Number.NEGATIVE_INFINITY,
      };
      seen.set(variable, known);
    }
    return known;
  };
  const { variables, processes } = compiled.program;
  const always = variables.filter(isInteger).map(seenOf);
  const locals = processes.map(({ location, live }) => ({
    location: layout.cells.get(location) as Cell,
    live: live.map((list) => list.filter(isInteger).map(seenOf)),
  }));
  search.store.scan((states, at) => {
    for (const each of always) look(each, states, at);
    for (const { location, live } of locals) {
      const here = readCell(location, states, at);
      if (here !== 0) for (const each of live[here - 1] ?? []) look(each, states, at);
    }
  });
  return new Map([...seen].flatMap(([variable, { lo, hi }]) => (lo <= hi ? [[variable, [lo, hi]]] : [])));
}

function look(seen: Seen, states: Int32Array, at: number): void {
  const { cell } = seen;
  const value = valueOfRaw(cell, readCell(cell, states, at));
  if (cell.symbols > 0 && value > cell.hi) return;
  if (value < seen.lo) seen.lo = value;
  if (value > seen.hi) seen.hi = value;
}
