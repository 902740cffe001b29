import type { Generated } from '../machine/generated.ts';
import { UserError } from '../options.ts';
import { BreadthFirst } from './breadth_first.ts';
import type { FailureFinding, Finding } from './findings.ts';

/** What is looked for again. */
export interface Wanted {
  readonly properties: number;
  readonly quiescent: number;
  readonly deadlock: boolean;
  readonly failures: ReadonlySet<number>;
}

const SLICE = 1024;

/**
 * The way to what a parallel search has found: plain breadth-first search, as far as needed. So a trace is the one that a single
 * worker gives, whoever found the state first.
 */
export class Retrace {
  readonly #search: BreadthFirst;
  readonly #wanted: Wanted;

  constructor(generated: Generated, wanted: Wanted) {
    this.#wanted = wanted;
    this.#search = new BreadthFirst(generated, {
      properties: wanted.properties,
      quiescent: wanted.quiescent,
      deadlock: wanted.deadlock,
    });
  }

  property(bit: number): number[] {
    return this.#path(() => this.#search.propertyFindings.found.get(bit));
  }

  quiescent(bit: number): number[] {
    return this.#path(() => this.#search.quiescentFindings.found.get(bit));
  }

  deadlock(): number[] {
    return this.#path(() => this.#search.deadlock);
  }

  failure(number: number): number[] {
    return this.#path(() => this.#search.failures.get(number));
  }

  /** The failures that are wanted, in the order in which a single worker comes by them. */
  failures(): FailureFinding[] {
    const { failures } = this.#wanted;
    for (const number of failures) this.failure(number);
    return [...this.#search.failures.values()].filter(({ failure }) => failures.has(failure));
  }

  #path(found: () => Finding | null | undefined): number[] {
    for (let finding = found() ?? null; ; finding = found() ?? null) {
      if (finding !== null) return this.#search.pathTo(finding.state);
      const { outcome } = this.#search;
      if (outcome === 'limit') throw noMemory();
      if (outcome !== 'more') throw new Error('plain search does not find what the workers have found');
      this.#search.advance(SLICE);
    }
  }
}

function noMemory(): UserError {
  return new UserError(
    'UPY331',
    'there is no memory left to derive the trace',
    null,
    'the states that the workers have found leave no room for the search that derives the trace',
    'give a lower --max-memory, or --workers 1',
  );
}
