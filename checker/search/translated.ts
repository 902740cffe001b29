import type { Search } from './search.ts';

/** A search of another graph than that of the model, whose paths are translated into runs of the model. */
export class Translated implements Search {
  constructor(
    private readonly inner: Search,
    private readonly translate: (path: readonly number[]) => number[],
  ) {}

  get outcome() {
    return this.inner.outcome;
  }
  get limit() {
    return this.inner.limit;
  }
  get propertyFindings() {
    return this.inner.propertyFindings;
  }
  get quiescentFindings() {
    return this.inner.quiescentFindings;
  }
  get failures() {
    return this.inner.failures;
  }
  get deadlock() {
    return this.inner.deadlock;
  }
  get aborted() {
    return this.inner.aborted;
  }
  get states() {
    return this.inner.states;
  }
  get transitions() {
    return this.inner.transitions;
  }
  get depth() {
    return this.inner.depth;
  }
  get frontier() {
    return this.inner.frontier;
  }
  get storeBytes() {
    return this.inner.storeBytes;
  }
  get peakBytes() {
    return this.inner.peakBytes;
  }
  get omissionProbability() {
    return this.inner.omissionProbability;
  }
  get traces() {
    return this.inner.traces;
  }
  get visited() {
    return this.inner.visited;
  }

  advance(states: number) {
    return this.inner.advance(states);
  }

  pathTo(state: number): number[] {
    return this.translate(this.inner.pathTo(state));
  }

  first(wanted: Parameters<Search['first']>[0]): number | null {
    return this.inner.first(wanted);
  }
}
