import type { Explored } from '../explore.ts';
import type { PropertyCode, Variable } from '../language/ir.ts';
import { type Cell, readCell, valueOfRaw } from '../machine/layout.ts';
import { exhaustive } from '../search/search.ts';
import type { WorstCase } from '../verdict.ts';

/** The worst case of a property, and the number of the first state that has it. */
export interface Worst {
  readonly worst: WorstCase;
  /** Searches again where the order of discovery is gone. */
  readonly first: () => number | null;
}

/**
 * The longest time that a `within` is pending in any reachable state, or the most that an `overtaking` counts: the worst-case
 * response time is read off the hidden clock. `null`: not every state is known.
 */
export function worstOf(explored: Explored, property: PropertyCode): Worst | null {
  const { search, machine } = explored;
  const { kind, monitor, counter, limitUs, bound } = property;
  const variable = kind === 'within' ? monitor : counter;
  if (variable === null || !exhaustive(search)) return null;
  const measure = (raw: number): number => (kind === 'within' ? limitUs - raw : raw >> 1);
  const cell = machine.layout.cells.get(variable as Variable) as Cell;
  const at = (states: Int32Array, offset: number): number => {
    const raw = valueOfRaw(cell, readCell(cell, states, offset));
    return raw < 0 ? -1 : measure(raw);
  };
  let value = -1;
  search.visited.scan((states, offset) => {
    value = Math.max(value, at(states, offset));
  });
  return {
    worst: {
      value: Math.max(value, 0),
      limit: kind === 'within' ? limitUs : bound,
      unit: kind === 'within' ? 'µs' : 'times',
    },
    first: () => (value <= 0 ? null : search.first((states, offset) => at(states, offset) === value)),
  };
}
