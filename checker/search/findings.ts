import type { Tape } from '../machine/tape.ts';

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

  save(tape: Tape): void {
    tape.write(this.pending);
    tape.writeList([...this.#found].flatMap(([bit, { state, depth }]) => [bit, state, depth]));
  }

  load(tape: Tape): void {
    [this.pending] = tape.read() as [number];
    const found = tape.read();
    for (let i = 0; i < found.length; i += 3)
      this.#found.set(found[i] as number, { state: found[i + 1] as number, depth: found[i + 2] as number });
  }

  /** By bit number. */
  get found(): ReadonlyMap<number, Finding> {
    return this.#found;
  }
}
