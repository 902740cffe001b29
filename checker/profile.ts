import { observedRanges, type Explored } from './explore.ts';
import type { ProcessCode, Variable } from './language/ir.ts';
import { type Cell, readCell, valueOf } from './machine/layout.ts';
import type { Profile } from './options.ts';
import { placeOf } from './trace/frames.ts';
import type { Figures } from './verdict.ts';

/** What the stored states are made of: states per location, and what each variable was. */
export function profileOf(explored: Explored, figures: Figures): Profile {
  const { built: { compiled }, machine: { layout }, search } = explored;
  const { processes, variables } = compiled.program;
  const counts = processes.map((process) => new Array<number>(process.locations.length + 1).fill(0));
  const values = new Map<Variable, Set<number>>(variables.map((v) => [v, new Set()]));
  search.store.scan((states, at) => {
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
      const seen = [...(values.get(variable) as Set<number>)].map((raw) => valueOf(cell, raw));
      return {
        name: variable.name, bits: cell.width, distinct: seen.length, lowest: Math.min(...seen), highest: Math.max(...seen),
        growing: growing.has(variable.name),
      };
    }),
    figures,
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

/** Variables that still had new extreme values in the last tenth of the states. */
export function growingVariables(explored: Explored): string[] {
  const { built: { compiled }, machine: { layout }, search } = explored;
  const integers = compiled.program.variables.filter(({ domain, kind }) => domain.kind === 'int' && domain.declared === null && kind === 'state');
  const late = Math.floor(search.states * 0.9);
  const extremes = new Map<Variable, [number, number]>();
  const growing = new Set<Variable>();
  let number = 0;
  search.store.scan((states, at) => {
    for (const variable of integers) {
      const cell = layout.cells.get(variable) as Cell;
      const value = valueOf(cell, readCell(cell, states, at));
      const range = extremes.get(variable);
      if (range === undefined) extremes.set(variable, [value, value]);
      else if (value < range[0] || value > range[1]) {
        if (number >= late && search.states > 100) growing.add(variable);
        extremes.set(variable, [Math.min(value, range[0]), Math.max(value, range[1])]);
      }
    }
    number++;
  });
  return [...growing].map(({ name }) => name);
}

export { observedRanges };
