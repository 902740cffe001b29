import type { Machine } from '../machine/codegen.ts';
import type { BreadthFirst } from '../search/breadth_first.ts';
import type { Quotient } from './quotient.ts';
import type { ReducedSteps } from './reduced_steps.ts';

/**
 * The ordinals of plain search that lead to a state of a reduced one. Each link of the reduced search is looked up again:
 * its first step, and the forced ones after it. With a quotient they are ordinals of its machine.
 */
export function reducedPath(
  machine: Machine,
  steps: ReducedSteps,
  search: BreadthFirst,
  state: number,
  quotient: Quotient | null = null,
): number[] {
  const { plain: generated } = machine;
  const { words } = generated;
  const path: number[] = [];
  const states: Int32Array[] = [];
  let at: Int32Array = machine.generated.initial;
  for (const link of search.pathTo(state)) {
    const first = plainOrdinal(machine, steps, search, at, link);
    path.push(first);
    at = successor(machine, at, first);
    states.push(at);
    const forced: number[] = [];
    generated.buffer().set(at, 0);
    steps.follow(0, words, (process) => forced.push(process));
    for (const process of forced) {
      const ordinal = begin(machine, at, process);
      path.push(ordinal);
      at = successor(machine, at, ordinal);
      states.push(at);
    }
    if (quotient === null) continue;
    at = at.slice();
    quotient.canonical.apply(at, 0);
  }
  return quotient === null ? path : quotient.ordinals(states);
}

/** Which step of plain search a link of the reduced one begins with. */
function plainOrdinal(
  machine: Machine,
  steps: ReducedSteps,
  search: BreadthFirst,
  at: Int32Array,
  link: number,
): number {
  search.expandEnough(steps, at, 0, 0, search.store.indexOf(at, 0));
  machine.plain.failures.length = 0;
  let own = link;
  let p = 0;
  for (let rest = steps.chosen; rest !== 0; p++, rest >>>= 1) {
    if ((rest & 1) === 0) continue;
    const first = begin(machine, at, p);
    const count = (machine.attributed.ends[2 * p] as number) / machine.plain.words - first;
    if (own < count) return first + own;
    own -= count;
  }
  return link;
}

/** The ordinal of the first step of a process. */
function begin({ plain: generated, attributed }: Machine, at: Int32Array, process: number): number {
  generated.reserve(generated.fanOut * generated.words);
  attributed.expand(at, 0, 0);
  generated.failures.length = 0;
  return process === 0 ? 0 : (attributed.ends[2 * process - 2] as number) / generated.words;
}

function successor({ plain: generated }: Machine, at: Int32Array, ordinal: number): Int32Array {
  const { words } = generated;
  generated.reserve(generated.fanOut * words);
  generated.expand(at, 0, 0);
  generated.failures.length = 0;
  return generated.buffer().slice(ordinal * words, (ordinal + 1) * words);
}
