import { type Generated, Status } from '../machine/generated.ts';
import { SharedKeys1, SharedKeys2 } from '../machine/shared_keys.ts';
import { ChunkWriter } from '../machine/shared_pages.ts';
import {
  at,
  Command,
  commandOf,
  participantsOf,
  Report,
  reportLength,
  type Shared,
  type SpaceMap,
  Word,
} from '../machine/shared_space.ts';
import { SharedStates } from '../machine/shared_states.ts';
import type { SharedTable } from '../machine/shared_table.ts';
import { scratch } from '../machine/store.ts';

/** As in breadth_first.ts, where they were measured. */
const BATCH_STATES = 256;
const BATCH_SUCCESSORS = 1024;

/** What the workers are to watch. */
export interface Watched {
  readonly deadlock: boolean;
}

export type Receive = (version: number) => SpaceMap;

/**
 * One worker of a parallel search: it takes ranges of the level that is expanded, inserts their successors into the shared table
 * and writes those that are new into ranges of the next level. It does nothing without an order of the leader, and
 * never waits itself: `step` says when there is nothing to do.
 */
export class Part {
  /** States that this part has expanded. */
  expanded = 0;
  readonly table: SharedTable;
  readonly #writer: ChunkWriter;
  readonly #generated: Generated;
  readonly #shared: Shared;
  readonly #watched: Watched;
  readonly #index: number;
  readonly #receive: Receive;
  readonly #report: number;
  readonly #ends = new Int32Array(BATCH_STATES);
  #fresh: Int32Array = new Int32Array(0);
  #version = -1;
  #map: SpaceMap | null = null;
  #order = 0;
  #doing: number | null = null;
  /** The range that is being expanded. */
  #from = 0;
  #to = 0;
  /** Properties that nobody had seen before the level. */
  #pending = 0;
  #quiescent = 0;

  /**
   * @param index 0: the part of the leader
   * @param receive the map of this version; it has been sent
   */
  constructor(generated: Generated, shared: Shared, watched: Watched, index: number, receive: Receive) {
    this.#generated = generated;
    this.#shared = shared;
    this.#watched = watched;
    this.#index = index;
    this.#receive = receive;
    this.#report = index * reportLength(shared.failureKinds);
    const { words, kind, control } = shared;
    this.#writer = new ChunkWriter(words, control, kind === 'indexed');
    this.table =
      kind === 'indexed'
        ? new SharedStates(words, this.#writer)
        : words === 1
          ? new SharedKeys1()
          : new SharedKeys2();
    generated.failures.length = 0;
  }

  /** Whether the search is over for this part. */
  get ended(): boolean {
    return this.#doing === Command.End;
  }

  /** Reads the order, and works on it for a moment. False: nothing to do until there is another one. */
  step(): boolean {
    const order = Atomics.load(this.#shared.control, at(Word.Order));
    if (order !== this.#order) {
      this.#order = order;
      if (this.#index < participantsOf(order)) this.begin(commandOf(order));
    }
    switch (this.#doing) {
      case Command.Expand:
        return this.#expandSome();
      case Command.Rehash:
        return this.#rehashSome();
      default:
        return false;
    }
  }

  /** The order that was read last. */
  get order(): number {
    return this.#order;
  }

  /** Begins to work on an order. The leader calls this for levels that are not worth waking others. */
  begin(command: number): void {
    const { control } = this.#shared;
    this.#doing = command;
    if (command === Command.End) return;
    const level = Atomics.load(control, at(Word.Level));
    const version = Atomics.load(control, at(Word.Version));
    if (version !== this.#version) {
      this.#map = this.#receive(version);
      this.#version = version;
      this.table.attach(this.#map);
    }
    this.#writer.attach(this.#map as SpaceMap, level + 1);
    this.#pending = Atomics.load(control, at(Word.Properties));
    this.#quiescent = Atomics.load(control, at(Word.Quiescent));
  }

  /** Puts the initial state in, as the range of level 0. The leader does that, alone. */
  plant(initial: Int32Array): void {
    this.#fresh = scratch(this.#fresh, 1);
    this.#writer.reserve(1);
    this.#inspect(initial, this.#insert(initial, 1));
    this.#writer.endLevel();
  }

  #arrive(): false {
    const { control } = this.#shared;
    this.#doing = null;
    this.#writer.settle();
    Atomics.add(control, at(Word.Arrived), 1);
    Atomics.notify(control, at(Word.Arrived));
    return false;
  }

  #rehashSome(): boolean {
    const block = Atomics.add(this.#shared.control, at(Word.NextBlock), 1);
    return this.table.rehash(block) || this.#arrive();
  }

  /** One batch, or the end of this part's work. */
  #expandSome(): boolean {
    const { control } = this.#shared;
    if (Atomics.load(control, at(Word.Hold)) !== 0) return this.#arrive();
    if (this.#from === this.#to && !this.#takeRange()) {
      this.#writer.endLevel();
      return this.#arrive();
    }
    const { shift, mask, words } = this.#writer.pagination;
    const page = this.#writer.pages[this.#from >>> shift] as Int32Array;
    const count = Math.min(BATCH_STATES, this.#to - this.#from);
    const parents = this.#expand(page, (this.#from & mask) * words, count);
    const successors = this.#ends[parents - 1] as number;
    if (!this.#reserve(successors)) return this.#arrive();
    this.#fresh = scratch(this.#fresh, successors);
    const buffer = this.#generated.buffer();
    const added = this.#insert(buffer, successors);
    this.#inspect(buffer, added);
    if (added < successors) Atomics.sub(control, at(Word.Count), successors - added);
    this.#note(Report.Transitions, this.#noted(Report.Transitions) + successors);
    this.#from += parents;
    this.expanded += parents;
    return true;
  }

  #takeRange(): boolean {
    const { control } = this.#shared;
    const taken = Atomics.add(control, at(Word.NextRange), 1);
    if (taken >= Atomics.load(control, at(Word.Ranges))) return false;
    const ranges = this.#map?.ranges[Atomics.load(control, at(Word.Level)) & 1] as Int32Array;
    this.#from = ranges[2 * taken] as number;
    this.#to = this.#from + (ranges[2 * taken + 1] as number);
    return true;
  }

  /** Room in the table and in the pages; otherwise all stop, and these states are expanded again. */
  #reserve(states: number): boolean {
    const { control } = this.#shared;
    const before = Atomics.add(control, at(Word.Count), states);
    const full = before + states > Atomics.load(control, at(Word.Capacity));
    if (!full && this.#writer.reserve(states)) return true;
    Atomics.sub(control, at(Word.Count), states);
    for (let needed = Atomics.load(control, at(Word.Needed)); needed < states; )
      needed = Atomics.compareExchange(control, at(Word.Needed), needed, states);
    Atomics.store(control, at(Word.Hold), 1);
    return false;
  }

  #insert(buffer: Int32Array, count: number): number {
    const added = this.table.insert(buffer, count, this.#fresh);
    if (this.#shared.kind === 'inline') this.#writer.append(buffer, this.#fresh, added);
    return added;
  }

  /** Generates successors; returns how many states it expanded, with the end positions of each in `#ends`. */
  #expand(states: Int32Array, first: number, count: number): number {
    const generated = this.#generated;
    const { status, words } = generated;
    const ends = this.#ends;
    const enough = BATCH_SUCCESSORS * words;
    generated.reserve(enough + generated.fanOut * words);
    let from = first;
    let out = 0;
    let done = 0;
    while (done < count && out < enough) {
      out = generated.expand(states, from, out);
      const seen = status[0] as number;
      if ((seen & (Status.System | Status.Failed)) !== Status.System) this.#remark(seen, states, from);
      from += words;
      ends[done++] = out / words;
    }
    return done;
  }

  /** The rare cases of an expanded state: see `Watching`. */
  #remark(status: number, states: Int32Array, from: number): void {
    const { failures } = this.#generated;
    for (let i = 0; i < failures.length; i += 2)
      this.#failed(failures[i] as number, failures[i + 1] as number);
    failures.length = 0;
    if ((status & Status.System) !== 0) return;
    if (this.#quiescent !== 0) {
      const seen = this.#generated.quiescent(states, from) & this.#quiescent;
      this.#quiescent &= ~seen;
      if (seen !== 0) this.#note(Report.Quiescent, this.#noted(Report.Quiescent) | seen);
    }
    const alive = Status.Background | Status.Outside | Status.Time | Status.Busy;
    if (this.#watched.deadlock && (status & (alive | Status.Blocked)) === Status.Blocked)
      this.#note(Report.Deadlock, 1);
  }

  #failed(failure: number, attempt: number): void {
    const entry = Report.Failures + 2 * failure;
    const known = this.#noted(entry) !== 0;
    if (known && this.#noted(entry + 1) <= attempt) return;
    this.#note(entry, 1);
    this.#note(entry + 1, attempt);
  }

  /** Evaluates the properties of the `added` new states at positions `#fresh` of `buffer`. */
  #inspect(buffer: Int32Array, added: number): void {
    const generated = this.#generated;
    const { words } = generated;
    const fresh = this.#fresh;
    for (let i = 0; i < added && this.#pending !== 0; i++) {
      const seen = generated.properties(buffer, (fresh[i] as number) * words) & this.#pending;
      if (seen === 0) continue;
      this.#pending &= ~seen;
      this.#note(Report.Properties, this.#noted(Report.Properties) | seen);
    }
  }

  #noted(entry: number): number {
    return this.#shared.reports[this.#report + entry] as number;
  }

  #note(entry: number, value: number): void {
    this.#shared.reports[this.#report + entry] = value;
  }
}
