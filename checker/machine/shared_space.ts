/**
 * The memory that the workers of a parallel search share: a table of visited states, pages of states, and the ranges of
 * states that make up a level. Only the thread that leads the search makes more of it, while the others wait.
 */

/** Words that all workers read and write with `Atomics`; a cache line apart, so that writers do not disturb each other. */
export const Word = {
  /** What to do now: see `order`. Workers sleep on it. */
  Order: 0,
  /** Workers that are done with the order. The leader sleeps on it. */
  Arrived: 1,
  /** Not 0: somebody needs more room; all stop. */
  Hold: 2,
  /** For how many states, at most. */
  Needed: 3,
  /** Threads that have come up. */
  Ready: 4,
  /** Number plus 1 of a worker that has failed. */
  Failed: 5,
  /** Of the map that the order needs. */
  Version: 6,
  Level: 7,
  /** States stored, and those that are being inserted. */
  Count: 8,
  /** Most states that the table takes. */
  Capacity: 9,
  /** Next range of the level that nobody has taken. */
  NextRange: 10,
  /** Ranges of the level that is expanded, and of the one that is found. */
  Ranges: 11,
  RangesFound: 12,
  /** Chunks handed out, and those that there are. */
  NextChunk: 13,
  Chunks: 14,
  /** Chunks to be used again. */
  FreeChunks: 15,
  /** Next part of the old table (or of the states) to be put into the new one. */
  NextBlock: 16,
  /** Bits of properties, and of properties of quiescent states, that nobody has seen yet. */
  Properties: 17,
  Quiescent: 18,
} as const;

const STRIDE = 16;
const WORDS = 19;

/** Where a word stands in the control array. */
export const at = (word: number): number => word * STRIDE;

export const CONTROL_WORDS = WORDS * STRIDE;

export const Command = { Expand: 0, Rehash: 1, End: 2 } as const;

/** Most workers: the order has so much room. */
export const WORKERS_MAX = 64;

/** One word says it all, so that a worker never sees half of an order: a serial number, who takes part, what to do. */
export function order(serial: number, participants: number, command: number): number {
  return (serial << 9) | (participants << 2) | command;
}

export const participantsOf = (word: number): number => (word >>> 2) & 127;
export const commandOf = (word: number): number => word & 3;

/** States in a chunk: what one worker fills, and what a range lies in. */
export const CHUNK_STATES = 512;

/** Numbers of states to places in pages. A page is a number of chunks, and behind them how full each is. */
export interface Pagination {
  readonly words: number;
  /** log2 of the states per page. */
  readonly shift: number;
  readonly mask: number;
  readonly chunks: number;
  /** Words of a page. */
  readonly length: number;
}

/** Pages of about half a megabyte. */
export function pagination(words: number): Pagination {
  const states = Math.max(CHUNK_STATES, 2 ** Math.floor(Math.log2(2 ** 17 / words)));
  const chunks = states / CHUNK_STATES;
  return {
    words,
    shift: Math.log2(states),
    mask: states - 1,
    chunks,
    length: states * words + chunks,
  };
}

/** All shared arrays that grow. A new map is handed out when one of them has been replaced or added. */
export interface SpaceMap {
  readonly version: number;
  readonly table: Int32Array;
  /** The table before it grew, as long as its keys are on the way. */
  readonly old: Int32Array | null;
  readonly pages: readonly Int32Array[];
  /** Pairs (number of the first state, states): ranges of the levels with even numbers, and with odd ones. */
  readonly ranges: readonly [Int32Array, Int32Array];
  /** Chunks that may be used again. */
  readonly free: Int32Array;
}

/** How states are kept: as their own keys (62 bits in at most two words), or whole beside a table of their numbers. */
export type SharedKind = 'inline' | 'indexed';

/** What never moves. */
export interface Shared {
  readonly kind: SharedKind;
  readonly words: number;
  /** Workers at most, the leader included. */
  readonly workers: number;
  readonly control: Int32Array;
  /** What each worker has seen: see `Reports`. */
  readonly reports: Float64Array;
  readonly failureKinds: number;
}

/** In the report of a worker. */
export const Report = { Transitions: 0, Properties: 1, Quiescent: 2, Deadlock: 3, Failures: 4 } as const;

/** Numbers in one report: for each failure number whether it was seen, and its smallest attempt. */
export function reportLength(failureKinds: number): number {
  return Report.Failures + 2 * failureKinds;
}

export function share(kind: SharedKind, words: number, workers: number, failureKinds: number): Shared {
  const reports = workers * reportLength(failureKinds);
  return {
    kind,
    words,
    workers,
    failureKinds,
    control: new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS)),
    reports: new Float64Array(new SharedArrayBuffer(8 * reports)),
  };
}
