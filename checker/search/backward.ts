import { type Generated, Status } from '../machine/generated.ts';
import type { VisitedStates } from '../machine/store.ts';
import { exhaustive, type Search } from './search.ts';

export interface BackwardOptions {
  /** Whether a state is good; not needed with `goodStatus`. */
  readonly good?: (states: Int32Array, at: number) => boolean;
  /** States whose expansion shows any of these `Status` bits are good: `Status.Time` to find timelocks. */
  readonly goodStatus?: number;
  /** Leave the time step out of the graph: it is the last successor of a state with `Status.Time`. */
  readonly ignoreTime?: boolean;
  /** Which edges count, by target and ordinal; default all. Must depend on its arguments only. */
  readonly edge?: (targets: Int32Array, at: number, ordinal: number) => boolean;
}

export interface BackwardResult {
  /** Stored states from which no good state can be reached. */
  readonly bad: number;
  /** The first bad state in the order of the search: its number, for `pathTo`; null when there is none. */
  readonly firstBad: number | null;
  /** Sweeps over the stored states that it took. */
  readonly sweeps: number;
  /** Whether a state of the finished search is among the good ones or reaches one. */
  reaches(states: Int32Array, at: number): boolean;
}

/** A set of small integers. */
class BitSet {
  readonly #words: Int32Array;

  constructor(limit: number) {
    this.#words = new Int32Array((limit + 31) >>> 5);
  }

  has(index: number): boolean {
    return (((this.#words[index >>> 5] as number) >>> (index & 31)) & 1) !== 0;
  }

  add(index: number): void {
    this.#words[index >>> 5] = (this.#words[index >>> 5] as number) | (1 << (index & 31));
  }
}

/**
 * The states from which a good state can be reached (EF good), hence whether AG EF good holds: no edges are
 * stored; sweeps over the stored states regenerate the successors of those not yet good, until nothing changes.
 * A sweep uses what it has just found, and directions alternate, so few are needed: reverse order of discovery
 * (indexed store) first, because edges mostly lead to later states. One bit per state or slot.
 *
 * @param search a finished search with an exact store
 */
export function backward(generated: Generated, search: Search, options: BackwardOptions): BackwardResult {
  if (!exhaustive(search)) {
    throw new Error(
      `a backward search needs a finished exact search, not ${search.outcome} ${search.visited?.kind}`,
    );
  }
  const { visited: store } = search;
  const marks = new BitSet(store.indexLimit());
  const reachesGood = edgeTest(generated, store, options, marks);
  let bad = search.states;
  let sweeps = 0;
  for (let before = Number.POSITIVE_INFINITY; bad > 0 && bad < before; sweeps++) {
    before = bad;
    const first = sweeps === 0;
    const backwards = sweeps % 2 === 0;
    store.scan((states, at, index) => {
      if (marks.has(index)) return;
      if (!(first && options.good?.(states, at) === true) && !reachesGood(states, at)) return;
      marks.add(index);
      bad--;
    }, backwards);
  }
  generated.failures.length = 0;
  const reaches = (states: Int32Array, at: number): boolean => {
    const index = store.indexOf(states, at);
    return index >= 0 && marks.has(index);
  };
  const firstBad = bad === 0 ? null : search.first((states, at) => !reaches(states, at));
  return { bad, firstBad, sweeps, reaches };
}

/** Whether a state is good by its status, or has an edge to a marked state. */
function edgeTest(
  generated: Generated,
  store: VisitedStates,
  options: BackwardOptions,
  marks: BitSet,
): (states: Int32Array, at: number) => boolean {
  const { words, status } = generated;
  const { edge, ignoreTime = false, goodStatus = 0 } = options;
  generated.reserve(generated.fanOut * words);
  return (states, at) => {
    const end = generated.expand(states, at, 0);
    const seen = status[0] as number;
    if (generated.failures.length > 0) generated.failures.length = 0;
    if ((seen & goodStatus) !== 0) return true;
    const count = end / words - (ignoreTime && (seen & Status.Time) !== 0 ? 1 : 0);
    const targets = generated.buffer();
    for (let ordinal = 0; ordinal < count; ordinal++) {
      const to = ordinal * words;
      if (edge !== undefined && !edge(targets, to, ordinal)) continue;
      if (marks.has(store.indexOf(targets, to))) return true;
    }
    return false;
  };
}
