import type { Attributed, Generated } from '../machine/generated.ts';
import type { StateStore } from '../machine/store.ts';
import { Random } from './random.ts';
import type { Outcome, Sample, Search, SearchOptions } from './search.ts';
import { Watching } from './watching.ts';

export interface RandomOptions extends SearchOptions {
  /** Who can step: processes, without time. */
  readonly processes: number;
  readonly runs: number;
  readonly seed: number;
  /** The depth of the bugs that are looked for: how many steps must come in a certain order. From 1. */
  readonly bugDepth: number;
  /** Steps of a run, at most. */
  readonly steps: number;
  /**
   * Changes of priority are spread over the steps that the first runs have shown to be the length of a run; those runs do not
   * count for the bound. Default: over `steps`.
   */
  readonly measure?: boolean;
}

/** Of so many runs one measures, up to this many. */
const MEASURED_OF = 10;
const MEASURED_MAX = 20;

/**
 * Runs under random priorities: PCT (Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS 2010). In a run always the one
 * with the highest priority steps; at `bugDepth - 1` random moments whoever steps falls below all others. Time is one of
 * those who step. A bug of depth d that shows within k steps is found by a run among n whose changes are spread over k steps
 * with probability at least 1 / (n k^(d-1)).
 * It keeps no states, and never finishes: what it does not find is not known.
 */
export class RandomPriorities extends Watching implements Search {
  readonly traces = 'any';
  readonly visited: StateStore | null = null;
  readonly omissionProbability = 0;
  readonly frontier = 0;
  transitions = 0;
  depth = 0;
  /** States come by, however often. */
  states = 0;

  readonly #attributed: Attributed;
  readonly #random: Random;
  readonly #state: Int32Array;
  readonly #priorities: Int32Array;
  /** The step after which whoever took it falls to priority i + 1. */
  readonly #changes: number[] = [];
  readonly #path: number[] = [];
  readonly #found = new Map<number, readonly number[]>();
  #runs = 0;
  /** Runs that measure, and the longest of them so far. */
  readonly #measured: number;
  #longest = 1;

  constructor(
    generated: Generated,
    attributed: Attributed,
    protected override readonly options: RandomOptions,
  ) {
    super(generated, options);
    this.#attributed = attributed;
    this.#random = new Random(options.seed);
    this.#state = generated.initial.slice();
    this.#priorities = new Int32Array(options.processes + 1);
    const { measure = false, runs } = options;
    this.#measured = measure ? Math.min(MEASURED_MAX, Math.floor(runs / MEASURED_OF)) : 0;
    this.#begin();
  }

  get storeBytes(): number {
    return this.#state.byteLength;
  }

  get peakBytes(): number {
    return this.#state.byteLength;
  }

  advance(states: number): Outcome {
    const until = this.states + states;
    while (this.outcome === 'more' && this.states < until) this.#visit();
    return this.outcome;
  }

  run(): Outcome {
    return this.advance(Number.POSITIVE_INFINITY);
  }

  /** Of a state that was found, only. */
  pathTo(state: number): number[] {
    const path = this.#found.get(state);
    if (path === undefined) throw new Error(`a random search keeps no path to state ${state}`);
    return [...path];
  }

  first(): null {
    throw new Error('a random search never finishes');
  }

  /** Over how many steps the changes of priority of this run are spread. */
  get #spread(): number {
    return this.#runs < this.#measured || this.#measured === 0 ? this.options.steps : this.#longest;
  }

  /** A new run: priorities from `bugDepth` up, in random order, and the moments of change. */
  #begin(): void {
    const { bugDepth } = this.options;
    const spread = this.#spread;
    const priorities = this.#priorities;
    for (let i = 0; i < priorities.length; i++) {
      const j = this.#random.below(i + 1);
      priorities[i] = priorities[j] as number;
      priorities[j] = bugDepth + i;
    }
    for (let i = 0; i < bugDepth - 1; i++) this.#changes[i] = 1 + this.#random.below(spread);
    this.#state.set(this.generated.initial);
    this.#path.length = 0;
  }

  #visit(): void {
    const { generated } = this;
    const { maxStates, steps } = this.options;
    const length = this.#path.length;
    const number = this.states++;
    const before = this.found;
    this.inspectOne(this.#state, 0, number, length);
    generated.reserve(generated.fanOut * generated.words);
    const end = this.#attributed.expand(this.#state, 0, 0);
    this.transitions += end / generated.words;
    this.depth = Math.max(this.depth, length);
    this.remark(generated.status[0] as number, this.#state, 0, number, length);
    if (this.found !== before) this.#found.set(number, [...this.#path]);
    if (this.outcome !== 'more') return;
    this.decide();
    if (maxStates !== undefined && this.states >= maxStates) this.stop('max-states', maxStates);
    else if (end === 0 || length >= steps) this.#end();
    else this.#step(end / generated.words);
  }

  #end(): void {
    if (this.#runs < this.#measured) this.#longest = Math.max(this.#longest, this.#path.length);
    this.#runs++;
    if (this.#runs < this.options.runs) return this.#begin();
    this.stop(
      'sample',
      this.options.runs,
      sampleOf({ ...this.options, steps: this.#spread }, this.#runs - this.#measured),
    );
  }

  /** Of those that can step, the one with the highest priority does; of its choices one is drawn. */
  #step(count: number): void {
    const { words } = this.generated;
    const { ends } = this.#attributed;
    const priorities = this.#priorities;
    const time = priorities.length - 1;
    let [who, from, to] = [-1, 0, 0];
    for (let process = 0, begin = 0; process <= time; process++) {
      const end = process === time ? count : (ends[2 * process] as number) / words;
      if (end > begin && (who < 0 || (priorities[process] as number) > (priorities[who] as number)))
        [who, from, to] = [process, begin, end];
      begin = end;
    }
    const ordinal = from + (to - from === 1 ? 0 : this.#random.below(to - from));
    this.#state.set(this.generated.buffer().subarray(ordinal * words, (ordinal + 1) * words));
    this.#path.push(ordinal);
    for (const [i, at] of this.#changes.entries()) if (at === this.#path.length) priorities[who] = i + 1;
  }
}

/** What so many runs are worth. @param counted runs whose changes of priority are spread over `steps` */
export function sampleOf(
  { processes, runs, steps, bugDepth, seed }: RandomOptions,
  counted: number = runs,
): Sample {
  const one = 1 / ((processes + 1) * steps ** (bugDepth - 1));
  return {
    runs,
    steps,
    bugDepth,
    seed,
    processes: processes + 1,
    probability: one >= 1 ? 1 : -Math.expm1(counted * Math.log1p(-one)),
  };
}
