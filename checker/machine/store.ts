import type { Budget } from './budget.ts';
import type { StatePages } from './pages.ts';

/** Called for each state of a store: the state at `states[at …]` and its dense index (see `indexLimit`). */
export type Visit = (states: Int32Array, at: number, index: number) => void;

/** The states that a search has found, for what comes after it. */
export interface VisitedStates {
  readonly kind: 'inline' | 'indexed' | 'fingerprint' | 'bitstate' | 'hash-compact';
  /** Of a store that may omit states: how many it probably has. A search over it never finishes, it ends at a limit. */
  readonly expectedOmissions?: number;
  /** Whether the state at `states[at …]` is stored. */
  lookup(states: Int32Array, at: number): boolean;
  /** Index of a stored state below `indexLimit()`, -1 when absent. Valid until the next insertion. */
  indexOf(states: Int32Array, at: number): number;
  indexLimit(): number;
  /**
   * Visits the stored states (fingerprint: those still in the queue), in order of discovery when the store knows it.
   * `backwards` turns the order around.
   */
  scan(visit: Visit, backwards?: boolean): void;
}

/**
 * The visited states of a search. All calls take whole batches, so that which store it is costs nothing per state.
 */
export interface StateStore extends VisitedStates {
  /** States in order of discovery: all (indexed), or those that `release` has not given up. */
  readonly queue: StatePages;

  /** Makes room for `more` states; false when memory ends. Nothing is lost then. */
  reserve(more: number): boolean;
  /**
   * Inserts the first `count` states of `buffer` (room is reserved) and appends the new ones to the queue. Their
   * positions go to `fresh`, in order.
   * @returns how many were new
   */
  insert(buffer: Int32Array, count: number, fresh: Int32Array): number;
  /** States numbered below `number` are expanded: their copies in the queue may go. */
  release(number: number): void;
}

/** A scratch array of at least `length` words: `old` if long enough. Not counted: it is as short as a batch. */
export function scratch(old: Int32Array, length: number): Int32Array {
  return old.length >= length ? old : new Int32Array(Math.max(length, old.length * 2));
}

/** A table that replaces a full one. */
export interface Growth {
  readonly slots: number;
  readonly table: Int32Array;
}

/** Most slots of a table: beyond, word indices would leave the range of small integers. */
const SLOTS_MAX = 2 ** 29;

/**
 * A bigger table: `factor` times as big, or twice as big when that is all the budget allows; null when memory ends.
 * @param words words per slot
 */
export function grow(
  slots: number,
  words: number,
  needed: number,
  factor: number,
  budget: Budget,
): Growth | null {
  for (let by = factor; by >= 2; by /= 2) {
    let next = slots * by;
    while (next < needed) next *= 2;
    if (next > SLOTS_MAX) continue;
    const table = budget.words(next * words);
    if (table !== null) return { slots: next, table };
  }
  return null;
}
