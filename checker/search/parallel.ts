import { Budget } from '../machine/budget.ts';
import type { Generated } from '../machine/generated.ts';
import { SharedMemory } from '../machine/shared_memory.ts';
import {
  at,
  Command,
  order,
  Report,
  reportLength,
  type Shared,
  type SharedKind,
  share,
  WORKERS_MAX,
  Word,
} from '../machine/shared_space.ts';
import { SharedVisited } from '../machine/shared_visited.ts';
import type { VisitedStates } from '../machine/store.ts';
import { UserError } from '../options.ts';
import { BreadthFirst } from './breadth_first.ts';
import type { Crew, Worth } from './crew.ts';
import { BitFindings, type FailureFinding, type Finding } from './findings.ts';
import { Part, type Watched } from './part.ts';
import { Retrace } from './retrace.ts';
import type { Outcome, Search, SearchLimit, SearchOptions } from './search.ts';

export interface ParallelOptions
  extends Omit<SearchOptions, 'store' | 'stopAt' | 'stopWhenDecided' | 'links'>,
    Worth {
  readonly workers: number;
  readonly kind: SharedKind;
  /** Failure numbers are below this. */
  readonly failureKinds: number;
  readonly hire: (shared: Shared, watched: Watched) => Crew;
}

const HIRE_AT = 1 << 16;
const ALONE_BELOW = 1 << 12;

/**
 * Level-synchronous breadth-first search by several workers over one table of visited states (see shared_table.ts). The thread
 * that calls `advance` leads: it gives orders, one for a level, and works on them like the others; between orders all rest,
 * and only then memory grows, findings are merged and limits are looked at. So what has been found, and at which depth, does
 * not depend on who was faster. Traces come from `Retrace`.
 */
export class ParallelBreadthFirst implements Search {
  readonly traces = 'shortest';
  readonly omissionProbability = 0;
  readonly propertyFindings: BitFindings;
  readonly quiescentFindings: BitFindings;
  deadlock: Finding | null = null;
  aborted: FailureFinding | null = null;
  limit: SearchLimit | null = null;
  outcome: Outcome = 'more';
  depth = 0;

  readonly #generated: Generated;
  readonly #options: ParallelOptions;
  readonly #budget: Budget;
  readonly #shared: Shared;
  readonly #memory: SharedMemory;
  readonly #watched: Watched;
  readonly #own: Part;
  #crew: Crew | null = null;
  #sent = -1;
  #serial = 0;
  #participants = 1;
  #command: number = Command.Expand;
  #closed = false;
  /** States of the levels that are complete, the last of them, and the steps that led to them. */
  #complete = 0;
  #frontier = 0;
  #transitions = 0;
  readonly #failures = new Set<number>();
  #inOrder: ReadonlyMap<number, FailureFinding> | null = null;
  #retrace: Retrace | null = null;
  /** How to get to each finding, by its number. */
  readonly #ways: (() => number[])[] = [];

  constructor(generated: Generated, options: ParallelOptions) {
    const { workers, kind, failureKinds } = options;
    if (workers > WORKERS_MAX) throw new Error(`${workers} workers, but at most ${WORKERS_MAX}`);
    this.#generated = generated;
    this.#options = options;
    this.propertyFindings = new BitFindings(options.properties ?? 0);
    this.quiescentFindings = new BitFindings(options.quiescent ?? 0);
    this.#budget = new Budget(options.maxMemory);
    this.#shared = share(kind, generated.words, workers, failureKinds);
    this.#memory = new SharedMemory(this.#shared, this.#budget);
    this.#watched = { deadlock: options.deadlock !== false };
    this.#own = new Part(generated, this.#shared, this.#watched, 0, () => this.#memory.map);
    this.#begin();
  }

  /** Those of complete levels, once the search has ended: what an unfinished one has found depends on chance. */
  get states(): number {
    return this.#running ? this.#get(Word.Count) : this.#complete;
  }

  get transitions(): number {
    return this.#running ? this.#sum(Report.Transitions) : this.#transitions;
  }

  get frontier(): number {
    return this.#frontier;
  }

  get #running(): boolean {
    return this.outcome === 'more' && !this.#closed;
  }

  get storeBytes(): number {
    return this.#budget.used;
  }

  get peakBytes(): number {
    return this.#budget.peak;
  }

  get visited(): VisitedStates {
    return new SharedVisited(this.#shared, this.#memory.map, this.#own.table);
  }

  /** In the order of a single worker: they are derived when asked for. */
  get failures(): ReadonlyMap<number, FailureFinding> {
    if (this.#inOrder === null) {
      const retraced = this.#failures.size === 0 ? [] : this.#again().failures();
      this.#inOrder = new Map(
        retraced.map(({ failure, attempt, depth }) => {
          const state = this.#way(() => this.#again().failure(failure));
          return [failure, { failure, attempt, depth, state }];
        }),
      );
    }
    return this.#inOrder;
  }

  pathTo(state: number): number[] {
    const way = this.#ways[state];
    if (way === undefined) throw new Error(`a parallel search keeps no path to state ${state}`);
    return way();
  }

  first(wanted: (states: Int32Array, at: number) => boolean): number | null {
    const { maxMemory } = this.#options;
    const options = { deadlock: false, stopAt: wanted };
    const again = new BreadthFirst(
      this.#generated,
      maxMemory === undefined ? options : { ...options, maxMemory },
    );
    again.run();
    const { target } = again;
    return target === null ? null : this.#way(() => again.pathTo(target.state));
  }

  advance(states: number): Outcome {
    const until = this.#own.expanded + states;
    while (this.outcome === 'more' && this.#own.expanded < until) {
      if (this.#own.step()) continue;
      if (this.#get(Word.Arrived) >= this.#participants) this.#turn();
      else if (!this.#wait()) break;
    }
    return this.outcome;
  }

  /** Runs to the end. */
  run(): Outcome {
    while (this.advance(Number.POSITIVE_INFINITY) === 'more');
    return this.outcome;
  }

  /** Sends the others home. */
  close(): void {
    this.#closed = true;
    this.#crew?.end();
    this.#crew = null;
  }

  /** Lets messages of the workers in. */
  async breathe(): Promise<void> {
    await this.#crew?.breathe();
    this.#verifyCrew();
  }

  /** Waits for the others; false: it takes longer, the caller may look at the world. */
  #wait(): boolean {
    this.#verifyCrew();
    this.#crew?.pause();
    return this.#get(Word.Arrived) >= this.#participants;
  }

  #verifyCrew(): void {
    const failure = this.#crew?.failure ?? null;
    if (failure === null) return;
    this.close();
    throw new UserError(
      'UPY330',
      `a worker of the search has ended before its time: ${failure}`,
      null,
      'the machine had no memory left for it, or somebody has ended it',
      'run it again, or with --workers 1; if it happens again, please report it',
    );
  }

  // ---- orders ----

  #begin(): void {
    this.#set(Word.Level, -1);
    this.#set(Word.Properties, this.propertyFindings.pending);
    this.#set(Word.Quiescent, this.quiescentFindings.pending);
    if (!this.#memory.grow(1)) return this.#stop('max-memory', this.#options.maxMemory ?? 0);
    this.#own.begin(Command.Expand);
    this.#set(Word.Count, 1);
    this.#own.plant(this.#generated.initial);
    this.#endLevel();
  }

  /** All have arrived: decides what comes next. */
  #turn(): void {
    if (this.#command === Command.Rehash) {
      this.#memory.moved();
      this.#order(Command.Expand);
    } else if (this.#get(Word.Hold) !== 0) this.#makeRoom();
    else this.#endLevel();
  }

  #makeRoom(): void {
    const needed = this.#participants * this.#get(Word.Needed);
    if (!this.#memory.grow(needed)) {
      this.#stop('max-memory', this.#options.maxMemory ?? this.#budget.used);
      return;
    }
    this.#set(Word.Hold, 0);
    this.#set(Word.Needed, 0);
    this.#order(this.#memory.map.old === null ? Command.Expand : Command.Rehash);
  }

  /** What was found becomes what is expanded. */
  #endLevel(): void {
    const level = this.#get(Word.Level);
    const states = this.#get(Word.Count);
    this.#merge(level);
    this.#frontier = states - this.#complete;
    this.#complete = states;
    this.#transitions = this.#sum(Report.Transitions);
    if (this.#frontier > 0) this.depth = level + 1;
    if (level >= 0 && this.#shared.kind === 'inline') this.#memory.recycle(level);
    const { maxStates, maxDepth, workers, onlooker, hireAt = HIRE_AT } = this.#options;
    if (onlooker !== undefined && states >= onlooker.dueStates) onlooker.look(this.visited, states);
    if (this.outcome !== 'more') return;
    if (this.#frontier === 0) this.outcome = 'finished';
    else if (maxStates !== undefined && states >= maxStates) this.#stop('max-states', maxStates);
    else if (maxDepth !== undefined && level + 1 >= maxDepth) this.#stop('max-depth', maxDepth);
    else {
      if (this.#crew === null && workers > 1 && states >= hireAt)
        this.#crew = this.#options.hire(this.#shared, this.#watched);
      this.#set(Word.Level, level + 1);
      this.#set(Word.Ranges, this.#get(Word.RangesFound));
      this.#set(Word.RangesFound, 0);
      this.#set(Word.NextRange, 0);
      this.#order(Command.Expand);
    }
  }

  /** Gives an order to all who are there, or to the leader alone where waking others costs more than they do. */
  #order(command: number): void {
    this.#verifyCrew();
    this.#command = command;
    this.#set(Word.Arrived, 0);
    this.#set(Word.NextBlock, 0);
    const { aloneBelow = ALONE_BELOW } = this.#options;
    const alone = command === Command.Expand && this.#frontier < aloneBelow;
    this.#participants = this.#crew === null || alone ? 1 : 1 + this.#get(Word.Ready);
    if (this.#crew === null || this.#participants === 1) return this.#own.begin(command);
    const { map } = this.#memory;
    if (this.#sent !== map.version) {
      this.#crew.share(map);
      this.#sent = map.version;
    }
    this.#set(Word.Order, order(++this.#serial, this.#participants, command));
    this.#crew.wake();
  }

  // ---- findings ----

  /** What the workers have seen while they expanded this level; new states are one level deeper. */
  #merge(level: number): void {
    for (let worker = 0; worker < this.#shared.workers; worker++) {
      const seen = (entry: number): number => this.#report(worker, entry);
      this.#note(this.propertyFindings, seen(Report.Properties), level + 1, (bit) =>
        this.#again().property(bit),
      );
      this.#note(this.quiescentFindings, seen(Report.Quiescent), level, (bit) =>
        this.#again().quiescent(bit),
      );
      if (seen(Report.Deadlock) !== 0)
        this.deadlock ??= { state: this.#way(() => this.#again().deadlock()), depth: level };
    }
    this.#mergeFailures(level);
    this.#set(Word.Properties, this.propertyFindings.pending);
    this.#set(Word.Quiescent, this.quiescentFindings.pending);
  }

  #note(findings: BitFindings, seen: number, depth: number, path: (bit: number) => number[]): void {
    for (let fresh = seen & findings.pending; fresh !== 0; fresh &= fresh - 1) {
      const bit = 31 - Math.clz32(fresh & -fresh);
      findings.note(
        1 << bit,
        this.#way(() => path(bit)),
        depth,
      );
    }
  }

  /** The failure that ends the search is the one with the smallest number, and value, of those on its level. */
  #mergeFailures(level: number): void {
    const { workers, failureKinds } = this.#shared;
    for (let failure = 0; failure < failureKinds; failure++) {
      if (this.#failures.has(failure)) continue;
      const entry = Report.Failures + 2 * failure;
      let attempt = Number.POSITIVE_INFINITY;
      for (let worker = 0; worker < workers; worker++)
        if (this.#report(worker, entry) !== 0) attempt = Math.min(attempt, this.#report(worker, entry + 1));
      if (attempt === Number.POSITIVE_INFINITY) continue;
      this.#failures.add(failure);
      if (this.aborted !== null || this.#options.abortOn?.(failure) !== true) continue;
      this.aborted = { failure, attempt, state: 0, depth: level };
      this.outcome = 'aborted';
    }
  }

  #way(path: () => number[]): number {
    return this.#ways.push(path) - 1;
  }

  #again(): Retrace {
    this.#retrace ??= new Retrace(this.#generated, {
      properties: this.propertyFindings.asked & ~this.propertyFindings.pending,
      quiescent: this.quiescentFindings.asked & ~this.quiescentFindings.pending,
      deadlock: this.deadlock !== null,
      failures: this.#failures,
    });
    return this.#retrace;
  }

  // ---- small things ----

  #stop(kind: SearchLimit['kind'], value: number): void {
    this.limit = { kind, value };
    this.outcome = 'limit';
  }

  #report(worker: number, entry: number): number {
    return this.#shared.reports[worker * reportLength(this.#shared.failureKinds) + entry] as number;
  }

  #sum(entry: number): number {
    let sum = 0;
    for (let worker = 0; worker < this.#shared.workers; worker++) sum += this.#report(worker, entry);
    return sum;
  }

  #get(word: number): number {
    return Atomics.load(this.#shared.control, at(word));
  }

  #set(word: number, value: number): void {
    Atomics.store(this.#shared.control, at(word), value);
  }
}
