import type { Explored } from './explore.ts';
import type { ProcessCode, Variable } from './language/ir.ts';
import { type Cell, readCell, valueOfRaw } from './machine/layout.ts';
import type { Profile } from './options.ts';
import { placeOf } from './trace/frames.ts';
import type { Figures } from './verdict.ts';

/** What the stored states are made of: states per location, and what each variable was. */
export function profileOf(explored: Explored, figures: Figures): Profile {
  const {
    built: { compiled },
    machine: { layout },
    search,
  } = explored;
  const { processes, variables } = compiled.program;
  const counts = processes.map((process) => new Array<number>(process.locations.length + 1).fill(0));
  const values = new Map<Variable, Set<number>>(variables.map((v) => [v, new Set()]));
  search.visited?.scan((states, at) => {
    for (const process of processes) {
      const list = counts[process.index] as number[];
      const location = readCell(layout.cells.get(process.location) as Cell, states, at);
      list[location] = (list[location] as number) + 1;
    }
    for (const [variable, seen] of values) {
      if (seen.size < DISTINCT_MAX) seen.add(readCell(layout.cells.get(variable) as Cell, states, at));
    }
  });
  const growing = new Set(growingVariables(explored));
  return {
    locations: processes.flatMap((process) => locationsOf(process, counts[process.index] as number[])),
    variables: variables.map((variable) => {
      const cell = layout.cells.get(variable) as Cell;
      const seen = [...(values.get(variable) as Set<number>)].map((raw) => valueOfRaw(cell, raw));
      return {
        name: variable.name,
        bits: cell.width,
        distinct: seen.length,
        lowest: Math.min(...seen),
        highest: Math.max(...seen),
        growing: growing.has(variable.name),
      };
    }),
    symmetry: symmetryOf(explored),
    figures,
  };
}

function symmetryOf({ symmetry, built }: Explored): Profile['symmetry'] {
  if (symmetry === null) return null;
  const name = (process: number): string => built.compiled.program.processes[process]?.name ?? '';
  return {
    groups: symmetry.groups.map(({ processes }) => processes.map((own) => own.map(name))),
    asymmetries: symmetry.asymmetries.map(({ processes, because, site }) => ({
      processes,
      because,
      place: site === null ? null : placeOf(site),
    })),
    off: symmetry.off,
  };
}

/** Distinct values are counted up to here. */
const DISTINCT_MAX = 4096;

function locationsOf(process: ProcessCode, counts: readonly number[]): Profile['locations'][number][] {
  return counts.flatMap((states, location) => {
    const block = location === 0 ? null : process.locations[location - 1];
    if (states === 0) return [];
    return [{ process: process.name, place: block?.cut ? placeOf(block.cut.site) : null, states }];
  });
}

/** Smallest and largest value of a variable, and how many states have it. */
interface Extremes {
  lowest: number;
  highest: number;
  atLowest: number;
  atHighest: number;
}

/** Variables that were still growing when the search ended: extreme values that only unexpanded states have. */
export function growingVariables(explored: Explored): string[] {
  const {
    built: { compiled },
    machine: { layout },
    search,
  } = explored;
  const integers = compiled.program.variables.filter(
    ({ domain, kind }) => domain.kind === 'int' && domain.declared === null && kind === 'state',
  );
  const values = (
    states: Int32Array,
    at: number,
    visit: (variable: Variable, value: number) => void,
  ): void => {
    for (const variable of integers) {
      const cell = layout.cells.get(variable) as Cell;
      visit(variable, valueOfRaw(cell, readCell(cell, states, at)));
    }
  };
  const all = new Map<Variable, Extremes>();
  search.visited?.scan((states, at) => values(states, at, (variable, value) => count(all, variable, value)));
  const unexpanded = new Map<Variable, Extremes>();
  const { visited, unexpandedFrom } = search;
  for (let n = unexpandedFrom ?? Number.POSITIVE_INFINITY; n < search.states; n++) {
    if (visited === null || !('queue' in visited)) break;
    values(visited.queue.page(n), visited.queue.offset(n), (variable, value) =>
      count(unexpanded, variable, value),
    );
  }
  return integers
    .filter((variable) => {
      const [total, late] = [all.get(variable), unexpanded.get(variable)];
      if (total === undefined || late === undefined || total.lowest === total.highest) return false;
      const up = late.highest === total.highest && late.atHighest === total.atHighest;
      const down = late.lowest === total.lowest && late.atLowest === total.atLowest;
      return up || down;
    })
    .map(({ name }) => name);
}

function count(extremes: Map<Variable, Extremes>, variable: Variable, value: number): void {
  const known = extremes.get(variable);
  if (known === undefined) {
    extremes.set(variable, { lowest: value, highest: value, atLowest: 1, atHighest: 1 });
    return;
  }
  if (value === known.lowest) known.atLowest++;
  else if (value < known.lowest) [known.lowest, known.atLowest] = [value, 1];
  if (value === known.highest) known.atHighest++;
  else if (value > known.highest) [known.highest, known.atHighest] = [value, 1];
}
