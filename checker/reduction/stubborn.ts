import type { Program } from '../language/ir.ts';
import type { Generated, StepParts } from '../machine/generated.ts';
import type { Cell, Layout } from '../machine/layout.ts';
import { Conflicts, Question, type Row } from './conflicts.ts';

/** A set of processes is a mask of bits. */
const PROCESSES_MAX = 31;

/** What is known of a location, in `#kinds`. */
const Kind = {
  Known: 1,
  /** Its step is looked at by no property, waits for nothing, and time does not conflict with it: see `lonely`. */
  Free: 2,
  /** Its step can be tried in vain. */
  Waits: 4,
  /** Time conflicts with the step. */
  Time: 8,
  /** Time may make the step possible. */
  GuardTime: 16,
  /** Time may make the process run. */
  RunsTime: 32,
} as const;

const bitCount = (mask: number): number => {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/** Whether a program has few enough processes. */
export const fits = ({ processes }: Program): boolean => processes.length <= PROCESSES_MAX;

/**
 * Chooses, for single states, the processes whose steps are enough: a stubborn set (Valmari, "Stubborn sets for reduced
 * state space generation", 1989), with whole processes as its members. See docs/reduction.md for why that is sound.
 */
export class StubbornSets {
  readonly conflicts: Conflicts;
  readonly #count: number;
  readonly #locations: readonly Cell[];
  readonly #busies: readonly (Cell | null)[];
  /** By column of `conflicts`. */
  readonly #kinds: Uint8Array;
  readonly #rows: (Row | undefined)[] = [];
  readonly #columns: Int32Array;
  /** Processes whose steps keep time from passing in `prompt`; 0 in `any`. */
  readonly #urgent: number;
  /** Processes that a set may begin with. */
  readonly #seeds: number;

  // What is known of the state at hand.
  readonly #at: Int32Array;
  #states: Int32Array = new Int32Array(0);
  #offset = 0;
  #out = 0;
  #alive = 0;
  #busy = 0;
  #runs = 0;
  #runsKnown = 0;
  #enabled = 0;
  #enabledKnown = 0;

  /** @param quiet whether quiescent states are looked at: then a set needs an enabled step of the system */
  constructor(
    program: Program,
    layout: Layout,
    readonly generated: Generated,
    readonly parts: StepParts,
    quiet: boolean,
  ) {
    this.conflicts = new Conflicts(program);
    const { processes } = program;
    this.#count = processes.length;
    this.#locations = processes.map(({ location }) => layout.cells.get(location) as Cell);
    this.#busies = processes.map(({ busy }) => (busy === null ? null : (layout.cells.get(busy) as Cell)));
    this.#columns = Int32Array.from(this.conflicts.columns);
    this.#kinds = new Uint8Array(processes.reduce((sum, { locations }) => sum + locations.length, 0));
    this.#at = new Int32Array(processes.length);
    const mask = (chosen: (p: Program['processes'][number]) => boolean): number =>
      processes.reduce((bits, p, i) => (chosen(p) ? bits | (1 << i) : bits), 0);
    this.#urgent = program.timing === 'prompt' ? mask(({ outside }) => !outside) : 0;
    this.#seeds = mask(({ outside, background }) => !quiet || (!outside && !background));
  }

  /** The location of a process in the state of the last question. */
  at(process: number): number {
    return this.#at[process] as number;
  }

  locationIn(states: Int32Array, at: number, process: number): number {
    const { word, shift, width } = this.#locations[process] as Cell;
    return width === 0 ? 0 : ((states[at + word] as number) >>> shift) & ((1 << width) - 1);
  }

  /**
   * A mask of processes whose steps are enough in this state, or 0: all steps are needed.
   * @param out where the output buffer has room for attempts
   */
  choose(states: Int32Array, at: number, out: number): number {
    this.#load(states, at, out);
    const one = this.#single();
    if (one !== 0) return one;
    let best = 0;
    let least = PROCESSES_MAX + 1;
    for (let seeds = this.#alive & this.#seeds; seeds !== 0; seeds &= seeds - 1) {
      const p = 31 - Math.clz32(seeds & -seeds);
      if (!this.#isEnabled(p)) continue;
      const set = this.#closure(p);
      if (set === 0) continue;
      const steps = bitCount(set);
      if (steps === 1) return set;
      if (steps >= least) continue;
      least = steps;
      best = set;
    }
    return best;
  }

  // ---- the state at hand ----

  #load(states: Int32Array, at: number, out: number): void {
    this.#states = states;
    this.#offset = at;
    this.#out = out;
    this.#runs = this.#runsKnown = this.#enabled = this.#enabledKnown = 0;
    let alive = 0;
    let busy = 0;
    for (let p = 0; p < this.#count; p++) {
      const location = this.locationIn(states, at, p);
      this.#at[p] = location;
      if (location === 0) continue;
      alive |= 1 << p;
      const cell = this.#busies[p] as Cell | null;
      if (cell !== null && this.#value(cell) !== 0) busy |= 1 << p;
    }
    this.#alive = alive;
    this.#busy = busy;
  }

  #value({ word, shift, width, lo }: Cell): number {
    if (width === 0) return lo;
    const raw = (this.#states[this.#offset + word] as number) >>> shift;
    return (width === 32 ? raw : raw & (2 ** width - 1)) + lo;
  }

  #isRunning(p: number): boolean {
    const bit = 1 << p;
    if ((this.#runsKnown & bit) === 0) {
      this.#runsKnown |= bit;
      if ((this.parts.runs[p] as StepParts['runs'][number])(this.#states, this.#offset)) this.#runs |= bit;
    }
    return (this.#runs & bit) !== 0;
  }

  #isEnabled(p: number): boolean {
    const bit = 1 << p;
    if ((this.#enabledKnown & bit) === 0) {
      this.#enabledKnown |= bit;
      if (this.#tryStep(p)) this.#enabled |= bit;
    }
    return (this.#enabled & bit) !== 0;
  }

  #tryStep(p: number): boolean {
    if ((this.#busy & (1 << p)) !== 0 || !this.#isRunning(p)) return false;
    if ((this.#kind(p) & Kind.Waits) === 0) return true;
    const { failures } = this.generated;
    const before = failures.length;
    this.parts.seek(this.#out);
    const possible = (this.parts.steps[p] as StepParts['steps'][number])(this.#states, this.#offset) !== 0;
    if (failures.length > before) failures.length = before;
    return possible;
  }

  // ---- sets ----

  /** A process that is enough alone, whatever the others can do now; 0: none is. */
  #single(): number {
    for (let seeds = this.#alive & this.#seeds & ~this.#busy; seeds !== 0; seeds &= seeds - 1) {
      const p = 31 - Math.clz32(seeds & -seeds);
      const kind = this.#kind(p);
      if ((kind & Kind.Free) !== 0 && this.#others(Question.Body, p, this.#alive) === 0) {
        if (this.#isEnabled(p)) return 1 << p;
      }
    }
    return 0;
  }

  /** The enabled members of the smallest set with process `seed`, which is enabled; 0: there is none without time. */
  #closure(seed: number): number {
    const still = (this.#urgent & (1 << seed)) !== 0;
    // Before a step that keeps time from passing is done, nobody's `busy` ends.
    const able = still ? this.#alive & ~this.#busy : this.#alive;
    let set = 1 << seed;
    let steps = 0;
    for (let todo = set; todo !== 0; ) {
      const bit = todo & -todo;
      todo &= ~bit;
      const p = 31 - Math.clz32(bit);
      const kind = this.#kind(p);
      let question: Question;
      let time: number;
      if (!this.#isRunning(p)) [question, time] = [Question.Runs, kind & Kind.RunsTime];
      else if ((this.#busy & bit) !== 0) {
        if (!still) return 0;
        continue;
      } else if (this.#isEnabled(p)) {
        [question, time] = [Question.Step, kind & Kind.Time];
        steps |= bit;
      } else [question, time] = [Question.Guard, kind & Kind.GuardTime];
      if (time !== 0 && !still) return 0;
      const more = this.#others(question, p, able & ~set);
      set |= more;
      todo |= more;
    }
    return steps;
  }

  /** Those of `among` for which the answer is yes where they stand now. */
  #others(question: Question, p: number, among: number): number {
    const column = (this.#columns[p] as number) + (this.#at[p] as number);
    const key = column * 4 + question;
    let row = this.#rows[key];
    if (row === undefined) {
      row = this.conflicts.row(question, p, this.#at[p] as number);
      this.#rows[key] = row;
    }
    let found = 0;
    const { at } = row;
    for (let rest = row.some & among; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const q = 31 - Math.clz32(bit);
      if (at[(this.#columns[q] as number) + (this.#at[q] as number)] !== 0) found |= bit;
    }
    return found;
  }

  #kind(p: number): number {
    const location = this.#at[p] as number;
    const column = (this.#columns[p] as number) + location;
    const known = this.#kinds[column] as number;
    if (known !== 0) return known;
    const { conflicts } = this;
    const step = conflicts.step(p, location);
    let kind: number = Kind.Known;
    if (step.waits) kind |= Kind.Waits;
    if (conflicts.time(Question.Step, p, location)) kind |= Kind.Time;
    if (conflicts.time(Question.Guard, p, location)) kind |= Kind.GuardTime;
    if (conflicts.time(Question.Runs, p, location)) kind |= Kind.RunsTime;
    const timeless = !conflicts.time(Question.Body, p, location);
    if (timeless && step.unseen && !step.waits && !conflicts.changesOwnRuns(p, location)) kind |= Kind.Free;
    this.#kinds[column] = kind;
    return kind;
  }
}
