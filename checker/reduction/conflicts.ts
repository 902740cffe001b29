import type { Program } from '../language/ir.ts';
import { type Bits, meets } from './bits.ts';
import { type Footprint, Footprints, type StepFootprint } from './footprint.ts';
import { futures } from './future.ts';

/** What is asked of a step and of all that another process may still do. */
export const Question = {
  /** Whether they conflict, the run condition of the step's process included. */
  Step: 0,
  /** The same without the run condition. */
  Body: 1,
  /** Whether the other may make the step possible that is not. */
  Guard: 2,
  /** Whether the other may make the run condition true. */
  Runs: 3,
} as const;

export type Question = (typeof Question)[keyof typeof Question];
const QUESTIONS = 4;

/** One question about one step: the answers by process and location. */
export interface Row {
  /** Bit q: the answer is yes for some location of process q. */
  readonly some: number;
  /** By `column(q, location)`: 1 is yes. */
  readonly at: Uint8Array;
}

/** Which steps conflict with which futures, from the footprints. Rows are made when they are first asked for. */
export class Conflicts {
  readonly footprints: Footprints;
  /** For each process, the column of its location 1, less 1. */
  readonly columns: readonly number[];
  readonly #futures: readonly (readonly Footprint[])[];
  readonly #rows: (Row | undefined)[];
  readonly #size: number;

  constructor(program: Program) {
    this.footprints = new Footprints(program);
    this.#futures = futures(this.footprints);
    let size = 0;
    this.columns = program.processes.map(({ locations }) => {
      const first = size - 1;
      size += locations.length;
      return first;
    });
    this.#size = size;
    this.#rows = new Array<Row | undefined>(size * QUESTIONS);
  }

  step(process: number, location: number): StepFootprint {
    return this.footprints.steps[process]?.[location - 1] as StepFootprint;
  }

  row(question: Question, process: number, location: number): Row {
    const at = ((this.columns[process] as number) + location) * QUESTIONS + question;
    const known = this.#rows[at];
    if (known !== undefined) return known;
    const made = this.#make(question, process, location);
    this.#rows[at] = made;
    return made;
  }

  /** Whether time conflicts with the step, or may make it possible. */
  time(question: Question, process: number, location: number): boolean {
    return this.#answer(question, process, location, this.footprints.time);
  }

  /** Whether a step may change whether its own process runs. */
  changesOwnRuns(process: number, location: number): boolean {
    return meets(this.step(process, location).writes, this.footprints.runs[process] as Bits);
  }

  #make(question: Question, process: number, location: number): Row {
    const at = new Uint8Array(this.#size);
    let some = 0;
    for (const [q, list] of this.#futures.entries()) {
      if (q === process) continue;
      for (const [i, future] of list.entries()) {
        if (!this.#answer(question, process, location, future)) continue;
        at[(this.columns[q] as number) + i + 1] = 1;
        some |= 1 << q;
      }
    }
    return { some, at };
  }

  #answer(question: Question, process: number, location: number, future: Footprint): boolean {
    const { reads, writes, guards } = this.step(process, location);
    const runs = this.footprints.runs[process] as Bits;
    switch (question) {
      case Question.Guard:
        return meets(guards, future.writes);
      case Question.Runs:
        return meets(runs, future.writes);
      case Question.Body:
        return conflict(reads, writes, future);
      case Question.Step:
        return conflict(reads, writes, future) || meets(runs, future.writes);
    }
  }
}

function conflict(reads: Bits, writes: Bits, future: Footprint): boolean {
  return meets(writes, future.reads) || meets(writes, future.writes) || meets(reads, future.writes);
}
