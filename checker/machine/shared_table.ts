import type { SpaceMap } from './shared_space.ts';

/**
 * A set of states that several threads insert into at the same time, without locks (Laarman, van de Pol and Weber,
 * Boosting multi-core reachability performance with shared hash tables, FMCAD 2010): a slot is claimed with one
 * compare-and-swap and never changes again.
 */
export interface SharedTable {
  /** Takes over arrays that have grown. No states are lost. */
  attach(map: SpaceMap): void;
  /**
   * Inserts the first `count` states of `buffer`; there is room. The positions of those that this call was the first to
   * insert go to `fresh`, in order.
   * @returns how many
   */
  insert(buffer: Int32Array, count: number, fresh: Int32Array): number;
  /** Puts block `block` of what the old table held into the new one; false: there is no such block. */
  rehash(block: number): boolean;
  /** Slot of a state (inline), or its number (indexed); -1 when absent. Nobody inserts meanwhile. */
  find(states: Int32Array, at: number): number;
}

/** 32 less log2 of the recent keys that each worker remembers. */
export const RECENT_SHIFT = 17;
/** Slots of the old table, or states, that a worker moves at a time. */
export const BLOCK = 1 << 14;
