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
  const growing = new Set(explored.growing);
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
