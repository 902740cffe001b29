/** What a search notes about single states: the first of each kind in breadth-first order, hence at minimal depth. */

/** A remarkable state. */
export interface Finding {
  /** Its number in order of discovery: see `BreadthFirst.pathTo`. */
  readonly state: number;
  /** Steps from the initial state. */
  readonly depth: number;
}

/** A failing step: it has no successor. */
export interface FailureFinding extends Finding {
  readonly failure: number;
  /** Ordinal of the attempt, as the model counts it. */
  readonly attempt: number;
}

/** The first finding for each bit of a mask. */
export class BitFindings {
  /** Bits not seen yet, of those asked for. */
  pending: number;
  readonly #found = new Map<number, Finding>();

  constructor(readonly asked: number) {
    this.pending = asked;
  }

  /** Notes the bits of `seen` that are still pending. */
  note(seen: number, state: number, depth: number): void {
    let fresh = seen & this.pending;
    this.pending &= ~seen;
    while (fresh !== 0) {
      this.#found.set(31 - Math.clz32(fresh & -fresh), { state, depth });
      fresh &= fresh - 1;
    }
  }

  /** By bit number. */
  get found(): ReadonlyMap<number, Finding> {
    return this.#found;
  }
}
