import type { Program } from '../language/ir.ts';
import type { Machine } from '../machine/codegen.ts';
import { BreadthFirst } from '../search/breadth_first.ts';
import { BitFindings, type FailureFinding, type Finding } from '../search/findings.ts';
import type { Outcome, Search, SearchOptions } from '../search/search.ts';
import type { Quotient } from './quotient.ts';
import { reducedPath } from './reduced_path.ts';
import { ReducedSteps } from './reduced_steps.ts';

/** States of the plain search for shortest traces: so many, or so many times those of the reduced search. */
const AGAIN_STATES = 1_000_000;
const AGAIN_FACTOR = 4;
/** States between two looks at what has been found again. */
const AGAIN_SLICE = 4096;

/**
 * A breadth-first search with partial order reduction. A reduced graph need not have the shortest run to a state, so what was
 * found is looked for again, without reduction, up to the depth where it was found. Where that is too much the run of the
 * reduced graph is told, which then is not called shortest.
 */
export class ReducedSearch implements Search {
  /** Its states are not closed under the steps: nothing that walks the graph may use them. */
  readonly visited = null;
  readonly omissionProbability = 0;
  readonly #steps: ReducedSteps;
  readonly #reduced: BreadthFirst;
  readonly #paths = new Map<number, number[]>();
  #again: BreadthFirst | null = null;
  #settled = false;

  /**
   * @param witnesses whether traces of `sometimes` properties will be told
   * @param quotient the same for `machine.generated`, if symmetry is used, too: paths are those of the quotient then
   */
  constructor(
    program: Program,
    readonly machine: Machine,
    readonly options: SearchOptions,
    readonly witnesses: boolean,
    readonly quotient: Quotient | null,
  ) {
    const quiet = (options.quiescent ?? 0) !== 0 || options.deadlock !== false;
    this.#steps = new ReducedSteps(program, machine, quiet, quotient?.canonical);
    this.#reduced = new BreadthFirst(machine.generated, {
      ...options,
      store: 'indexed',
      reduction: this.#steps,
    });
  }

  get outcome(): Outcome {
    const { outcome } = this.#reduced;
    return outcome === 'more' || outcome === 'aborted' || this.#settled ? outcome : 'more';
  }

  advance(states: number): Outcome {
    const reduced = this.#reduced;
    if (reduced.outcome === 'more') reduced.advance(states);
    else if (!this.#settled) this.#goAgain(states);
    return this.outcome;
  }

  // ---- shortest traces ----

  #goAgain(states: number): void {
    this.#again ??= this.#plain();
    for (let done = 0; done < states; done += AGAIN_SLICE) {
      if (this.#allFound() || this.#again.outcome !== 'more') {
        this.#settled = true;
        return;
      }
      this.#again.advance(AGAIN_SLICE);
    }
  }

  #plain(): BreadthFirst {
    const { onlooker: _, ...options } = this.options;
    const { maxMemory } = options;
    const reduced = this.#reduced;
    const depths = this.#wanted().map(({ state }) => this.#pathOf(state).length);
    return new BreadthFirst(this.machine.generated, {
      ...options,
      maxStates: Math.max(AGAIN_STATES, AGAIN_FACTOR * reduced.states),
      // A failing step, or no step at all, shows when the last state is expanded.
      maxDepth: depths.length === 0 ? 0 : 1 + Math.max(...depths),
      ...(maxMemory === undefined ? {} : { maxMemory: Math.max(0, maxMemory - reduced.storeBytes) }),
    });
  }

  /** What traces are told of. */
  #wanted(): Finding[] {
    const { failures, deadlock, quiescentFindings } = this.#reduced;
    return [
      ...failures.values(),
      ...(deadlock === null ? [] : [deadlock]),
      ...quiescentFindings.found.values(),
      ...this.#toldProperties().map(([, finding]) => finding),
    ];
  }

  #toldProperties(): [bit: number, finding: Finding][] {
    const { stateProperties } = this.machine;
    return [...this.#reduced.propertyFindings.found].filter(
      ([bit]) => this.witnesses || stateProperties[bit]?.kind === 'always',
    );
  }

  #allFound(): boolean {
    const [reduced, again] = [this.#reduced, this.#again as BreadthFirst];
    return (
      [...reduced.failures.keys()].every((failure) => again.failures.has(failure)) &&
      (reduced.deadlock === null || again.deadlock !== null) &&
      [...reduced.quiescentFindings.found.keys()].every((bit) => again.quiescentFindings.found.has(bit)) &&
      this.#toldProperties().every(([bit]) => again.propertyFindings.found.has(bit))
    );
  }

  // ---- what was found: by the plain search, else (marked by a negative number) by the reduced one ----

  get propertyFindings(): BitFindings {
    const [reduced, again] = [this.#reduced.propertyFindings, this.#again?.propertyFindings];
    return merged(reduced, again);
  }

  get quiescentFindings(): BitFindings {
    return merged(this.#reduced.quiescentFindings, this.#again?.quiescentFindings);
  }

  get failures(): ReadonlyMap<number, FailureFinding> {
    const found = new Map(this.#again?.failures);
    for (const [number, finding] of this.#reduced.failures)
      if (!found.has(number)) found.set(number, mark(finding));
    return found;
  }

  get deadlock(): Finding | null {
    const { deadlock } = this.#reduced;
    if (deadlock === null) return null;
    return this.#again?.deadlock ?? mark(deadlock);
  }

  get aborted(): FailureFinding | null {
    return this.#reduced.aborted;
  }

  /** Shortest where everything was found again. */
  get traces(): Search['traces'] {
    return this.#again !== null && this.#allFound() ? 'shortest' : 'any';
  }

  pathTo(state: number): number[] {
    return state < 0 ? this.#pathOf(-1 - state) : (this.#again as BreadthFirst).pathTo(state);
  }

  #pathOf(state: number): number[] {
    let path = this.#paths.get(state);
    if (path === undefined) {
      path = reducedPath(this.machine, this.#steps, this.#reduced, state, this.quotient);
      this.#paths.set(state, path);
    }
    return path;
  }

  first(): null {
    return null;
  }

  // ---- figures: of the reduced search ----

  get limit(): Search['limit'] {
    return this.#reduced.limit;
  }

  get states(): number {
    return this.#reduced.states;
  }

  get transitions(): number {
    return this.#reduced.transitions;
  }

  get depth(): number {
    return this.#reduced.depth;
  }

  get frontier(): number {
    return this.#reduced.frontier;
  }

  get storeBytes(): number {
    return this.#reduced.storeBytes + (this.#again?.storeBytes ?? 0);
  }

  get peakBytes(): number {
    return this.#reduced.peakBytes + (this.#again?.peakBytes ?? 0);
  }
}

const mark = <F extends Finding>(finding: F): F => ({ ...finding, state: -1 - finding.state });

function merged(reduced: BitFindings, again: BitFindings | undefined): BitFindings {
  const all = new BitFindings(reduced.asked);
  for (const [bit, finding] of reduced.found) {
    const { state, depth } = again?.found.get(bit) ?? mark(finding);
    all.note(1 << bit, state, depth);
  }
  return all;
}
