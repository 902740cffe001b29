import type { Program } from '../language/ir.ts';
import { type Layout, readCell, writeCell } from '../machine/layout.ts';
import { canonicalText } from './canonical_code.ts';
import { holds, type IdCell, type Placement, place } from './members.ts';
import { entangled, type Symmetry } from './symmetry.ts';

/**
 * The canonical form of a packed state: one for all states that differ in the order of exchangeable members, and in what
 * nobody reads. Exact: two such states always have the same form.
 */
export interface Canonical {
  /** Replaces the state at `states[at …]` by its canonical form. */
  apply(states: Int32Array, at: number): void;
  /** Replaces the states from word `from` up to word `to`. */
  applyAll(states: Int32Array, from: number, to: number): void;
}

export function canonicalForm(program: Program, layout: Layout, symmetry: Symmetry): Canonical {
  const { groups } = symmetry;
  const placement = place(program, layout, groups);
  const clusters = entangled(groups);
  const together = new Set(clusters.flat());
  const apart = groups.flatMap((_, group) => (together.has(group) ? [] : [group]));
  const ignored = [...symmetry.ignored]
    .map((variable) => layout.cells.get(variable))
    .filter((c) => c !== undefined);
  const text = canonicalText(layout, placement, apart, ignored);
  const sort = new Function('A', 'b', text) as (states: Int32Array, at: number) => void;
  const orders = clusters.map((cluster) => new Orders(layout.words, placement, cluster));
  const apply = (states: Int32Array, at: number): void => {
    sort(states, at);
    for (const order of orders) order.apply(states, at);
  };
  return {
    apply,
    applyAll(states, from, to) {
      for (let at = from; at < to; at += layout.words) apply(states, at);
    },
  };
}

/** Groups whose members hold ids of members: the smallest of all their orders, as packed words. */
class Orders {
  readonly #orders: readonly ReadonlyMap<number, readonly number[]>[];
  readonly #ids: readonly IdCell[];
  readonly #best: Int32Array;
  readonly #next: Int32Array;

  constructor(
    private readonly words: number,
    private readonly placement: Placement,
    private readonly groups: readonly number[],
  ) {
    let orders: Map<number, readonly number[]>[] = [new Map()];
    for (const group of groups) {
      const size = (placement.members[group] as Placement['members'][number]).cells.length;
      orders = permutations(size).flatMap((order) =>
        orders.map((known) => new Map([...known, [group, order]])),
      );
    }
    this.#orders = orders;
    this.#ids = placement.ids.filter(({ group }) => groups.includes(group));
    this.#best = new Int32Array(words);
    this.#next = new Int32Array(words);
  }

  apply(states: Int32Array, at: number): void {
    const [best, next] = [this.#best, this.#next];
    let first = true;
    for (const order of this.#orders) {
      this.#permute(states, at, order);
      if (first || smaller(next, best)) best.set(next);
      first = false;
    }
    states.set(best, at);
  }

  /** Member m of each group goes to place `order[m]`. */
  #permute(states: Int32Array, at: number, order: ReadonlyMap<number, readonly number[]>): void {
    const next = this.#next;
    for (let i = 0; i < this.words; i++) next[i] = states[at + i] as number;
    for (const group of this.groups) {
      const { cells } = this.placement.members[group] as Placement['members'][number];
      const to = order.get(group) as readonly number[];
      for (const [m, own] of cells.entries()) {
        if (to[m] === m) continue;
        const target = cells[to[m] as number] as typeof own;
        for (const [c, cell] of own.entries())
          writeCell(target[c] as typeof cell, next, 0, readCell(cell, states, at));
      }
    }
    for (const { cell, group, rows, when, home } of this.#ids) {
      if (!holds(when, states, at)) continue;
      const raw = readCell(cell, states, at);
      const target =
        home === null
          ? cell
          : (home.places[order.get(home.group)?.[home.member] ?? home.member] as typeof cell);
      for (const row of rows) {
        const member = row.indexOf(raw);
        if (member >= 0) writeCell(target, next, 0, row[order.get(group)?.[member] as number] as number);
      }
    }
  }
}

function smaller(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
  return false;
}

function permutations(size: number): number[][] {
  if (size === 0) return [[]];
  return permutations(size - 1).flatMap((rest) =>
    Array.from({ length: size }, (_, i) => [...rest.slice(0, i), size - 1, ...rest.slice(i)]),
  );
}
