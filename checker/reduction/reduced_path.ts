import type { Machine } from '../machine/codegen.ts';
import type { BreadthFirst } from '../search/breadth_first.ts';
import type { ReducedSteps } from './reduced_steps.ts';

/**
 * The ordinals of plain search that lead to a state of a reduced one. Each link of the reduced search is looked up again:
 * its first step, and the forced ones after it.
 */
export function reducedPath(
  machine: Machine,
  steps: ReducedSteps,
  search: BreadthFirst,
  state: number,
): number[] {
  const { generated } = machine;
  const { words } = generated;
  const path: number[] = [];
  let at: Int32Array = generated.initial;
  for (const link of search.pathTo(state)) {
    const first = plainOrdinal(machine, steps, search, at, link);
    path.push(first);
    at = successor(machine, at, first);
    const forced: number[] = [];
    generated.buffer().set(at, 0);
    steps.follow(0, words, (process) => forced.push(process));
    for (const process of forced) {
      const ordinal = begin(machine, at, process);
      path.push(ordinal);
      at = successor(machine, at, ordinal);
    }
  }
  return path;
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
  machine.generated.failures.length = 0;
  let own = link;
  let p = 0;
  for (let rest = steps.chosen; rest !== 0; p++, rest >>>= 1) {
    if ((rest & 1) === 0) continue;
    const first = begin(machine, at, p);
    const count = (machine.attributed.ends[2 * p] as number) / machine.generated.words - first;
    if (own < count) return first + own;
    own -= count;
  }
  return link;
}

/** The ordinal of the first step of a process. */
function begin({ generated, attributed }: Machine, at: Int32Array, process: number): number {
  generated.reserve(generated.fanOut * generated.words);
  attributed.expand(at, 0, 0);
  generated.failures.length = 0;
  return process === 0 ? 0 : (attributed.ends[2 * process - 2] as number) / generated.words;
}

function successor({ generated }: Machine, at: Int32Array, ordinal: number): Int32Array {
  const { words } = generated;
  generated.reserve(generated.fanOut * words);
  generated.expand(at, 0, 0);
  generated.failures.length = 0;
  return generated.buffer().slice(ordinal * words, (ordinal + 1) * words);
}
