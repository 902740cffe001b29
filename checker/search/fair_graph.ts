/**
 * A finite graph with who takes each edge, as the search for fair cycles sees it. Nodes are numbered in breadth-first order.
 *
 * A constraint is one Streett pair (E, F): a run that is in E infinitely often must be in F infinitely often. E are the
 * states in which somebody can move. F are the edges on which they do, and for weak fairness also the states in which they
 * cannot by themselves.
 */
export interface FairGraph {
  readonly size: number;
  /** Number of constraints: one for each process, the last for time. */
  readonly constraints: number;
  /** Whether a run may stay for ever among nodes like this one: the obligation is open. */
  open(node: number): boolean;
  /** Fills `targets`, `movers` and `ordinals` with the edges to open nodes; returns how many there are. */
  edges(node: number): number;
  readonly targets: Int32Array;
  /** The constraint that an edge fulfils; -1: none. */
  readonly movers: Int32Array;
  /** Which of all the successors an edge leads to. */
  readonly ordinals: Int32Array;
  /** Fills `marks` for one node: a combination of `Mark` for each constraint. */
  mark(node: number): void;
  readonly marks: Uint8Array;
}

export const Mark = {
  /** The node is in E. */
  Enabled: 1,
  /** The node is in F. */
  Fulfilled: 2,
} as const;

/** Whether a run may end at the node that `marks` were filled for: nobody can move who has to. */
export function mayEnd({ marks }: FairGraph): boolean {
  return marks.every((mark) => (mark & Mark.Enabled) === 0);
}

/** A run that goes wrong: first the stem, then the loop for ever. */
export interface Lasso {
  /** Ordinals of successors. */
  readonly stem: readonly number[];
  /** Empty: the run ends after the stem. */
  readonly loop: readonly number[];
}
