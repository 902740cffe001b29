import type { Program } from '../language/ir.ts';
import type { Generated, StepParts } from '../machine/generated.ts';
import type { Cell, Layout } from '../machine/layout.ts';
import { Conflicts, Question, type Row } from './conflicts.ts';
import { Decisions } from './decisions.ts';

/** A set of processes is a mask of bits. */
const PROCESSES_MAX = 31;

/** What is known of a location, in `#kinds`. */
const Kind = {
  Known: 1,
  /** Its step is looked at by no property, waits for nothing, starts nobody, and time does not conflict with it: see `#single`. */
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

/** Questions about a process, whose number is added. */
const Ask = { Busy: 0, Running: 32, Enabled: 64 } as const;

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
  /** Word, shift and mask of each location. */
  readonly #cells: Int32Array;
  readonly #busies: readonly (Cell | null)[];
  /** By column of `conflicts`. */
  readonly #kinds: Uint8Array;
  readonly #rows: (Row | undefined)[] = [];
  readonly #columns: Int32Array;
  /** By process: it has no run condition. */
  readonly #always: readonly boolean[];
  /** Processes whose steps keep time from passing in `prompt`; 0 in `any`. */
  readonly #urgent: number;
  /** Processes that a set may begin with. */
  readonly #seeds: number;

  readonly #decisions: readonly [all: Decisions, one: Decisions];
  /** Where the processes of a state stand, as one number. */
  readonly #key: (states: Int32Array, at: number) => number;

  // The state at hand, and what was asked about it.
  readonly #at: Int32Array;
  #states: Int32Array = new Int32Array(0);
  #offset = 0;
  #out = 0;
  /** Questions and answers, in turn. */
  #trail: number[] = [];
  /** By question: 0 unknown, 1 no, 2 yes. */
  readonly #answers: Uint8Array;
  #alive = 0;
  /** Processes that have a step, as their locations show. */
  #sure = 0;

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
    this.#cells = Int32Array.from(
      processes.flatMap(({ location }) => {
        const { word, shift, width } = layout.cells.get(location) as Cell;
        return [word, shift, 2 ** width - 1];
      }),
    );
    this.#busies = processes.map(({ busy }) => (busy === null ? null : (layout.cells.get(busy) as Cell)));
    this.#columns = Int32Array.from(this.conflicts.columns);
    this.#always = processes.map(({ runs }) => runs === null);
    this.#kinds = new Uint8Array(processes.reduce((sum, { locations }) => sum + locations.length, 0));
    this.#at = new Int32Array(processes.length);
    this.#answers = new Uint8Array(Ask.Enabled + 32);
    let keys = 1;
    const terms = processes.map(({ locations }, p) => {
      const [word, shift, mask] = this.#cells.subarray(3 * p, 3 * p + 3);
      const term = `((A[b + ${word}] >>> ${shift}) & ${mask}) * ${keys}`;
      keys *= locations.length + 1;
      return term;
    });
    this.#key = new Function('A', 'b', `return ${terms.join(' + ')};`) as (
      states: Int32Array,
      at: number,
    ) => number;
    this.#decisions = [new Decisions(keys), new Decisions(keys)];
    const mask = (chosen: (p: Program['processes'][number]) => boolean): number =>
      processes.reduce((bits, p, i) => (chosen(p) ? bits | (1 << i) : bits), 0);
    this.#urgent = program.timing === 'prompt' ? mask(({ outside }) => !outside) : 0;
    // In `prompt`, an event from outside may let a process of the system step, and so keep time from passing.
    const any = !quiet && program.timing === 'any';
    this.#seeds = mask(({ outside, background }) => any || (!outside && (!quiet || !background)));
  }

  locationIn(states: Int32Array, at: number, process: number): number {
    const cell = 3 * process;
    const word = states[at + (this.#cells[cell] as number)] as number;
    return (word >>> (this.#cells[cell + 1] as number)) & (this.#cells[cell + 2] as number);
  }

  /**
   * A mask of processes whose steps are enough in this state, or 0: all steps are needed.
   * @param out where the output buffer has room for attempts
   */
  choose(states: Int32Array, at: number, out: number): number {
    return this.#decide(states, at, out, 0);
  }

  /** The process whose steps alone are enough; -1: there is none. */
  chooseOne(states: Int32Array, at: number, out: number): number {
    return 31 - Math.clz32(this.#decide(states, at, out, 1));
  }

  /** @param one 1: only a set of one member is of interest */
  #decide(states: Int32Array, at: number, out: number, one: 0 | 1): number {
    const decisions = this.#decisions[one];
    const key = this.#key(states, at);
    this.#states = states;
    this.#offset = at;
    this.#out = out;
    const { question, yes, no } = decisions;
    let node = decisions.root(key);
    while (node !== 0) {
      const asked = question[node] as number;
      if (asked < 0) return yes[node] as number;
      node = (this.#answer(asked) ? yes[node] : no[node]) as number;
    }
    return this.#decideAnew(decisions, key, one);
  }

  #decideAnew(decisions: Decisions, key: number, one: 0 | 1): number {
    this.#trail.length = 0;
    this.#answers.fill(0);
    this.#survey();
    const decision = this.#smallest(one === 1 ? 1 : PROCESSES_MAX);
    decisions.add(key, this.#trail, decision);
    return decision;
  }

  /** @param most members of interest */
  #smallest(most: number): number {
    const one = this.#single();
    if (one !== 0) return one;
    let best = 0;
    let least = most + 1;
    for (let seeds = this.#alive & this.#seeds; seeds !== 0; seeds &= seeds - 1) {
      const set = this.#closure(31 - Math.clz32(seeds & -seeds), least - 1);
      if (set === 0) continue;
      best = set;
      least = bitCount(set);
      if (least === 1) return set;
    }
    return best;
  }

  // ---- the state at hand ----

  #survey(): void {
    this.#alive = this.#sure = 0;
    for (let p = 0; p < this.#count; p++) {
      this.#at[p] = this.locationIn(this.#states, this.#offset, p);
      if (this.#at[p] === 0) continue;
      this.#alive |= 1 << p;
      const isSure = (this.#kind(p) & Kind.Waits) === 0 && this.#always[p] && this.#busies[p] === null;
      if (isSure) this.#sure |= 1 << p;
    }
  }

  #ask(question: number): boolean {
    let known = this.#answers[question] as number;
    if (known === 0) {
      known = this.#answer(question) ? 2 : 1;
      this.#answers[question] = known;
      this.#trail.push(question, known - 1);
    }
    return known === 2;
  }

  #answer(question: number): boolean {
    const p = question & 31;
    switch (question & ~31) {
      case Ask.Busy:
        return this.#value(this.#busies[p] as Cell) !== 0;
      case Ask.Running:
        return (this.parts.runs[p] as StepParts['runs'][number])(this.#states, this.#offset);
      default:
        return this.#tryStep(p);
    }
  }

  #isBusy(p: number): boolean {
    return this.#busies[p] !== null && this.#ask(Ask.Busy | p);
  }

  #isRunning(p: number): boolean {
    return (this.#always[p] as boolean) || this.#ask(Ask.Running | p);
  }

  #isEnabled(p: number): boolean {
    if (this.#isBusy(p) || !this.#isRunning(p)) return false;
    return (this.#kind(p) & Kind.Waits) === 0 || this.#ask(Ask.Enabled | p);
  }

  #tryStep(p: number): boolean {
    const { failures } = this.generated;
    const before = failures.length;
    this.parts.seek(this.#out);
    const possible = (this.parts.steps[p] as StepParts['steps'][number])(this.#states, this.#offset) !== 0;
    if (failures.length > before) failures.length = before;
    return possible;
  }

  #value({ word, shift, width, lo }: Cell): number {
    if (width === 0) return lo;
    const raw = (this.#states[this.#offset + word] as number) >>> shift;
    return (width === 32 ? raw : raw & (2 ** width - 1)) + lo;
  }

  // ---- sets ----

  /** A process that is enough alone, whatever the others can do now; 0: none is. */
  #single(): number {
    for (let seeds = this.#alive & this.#seeds; seeds !== 0; seeds &= seeds - 1) {
      const p = 31 - Math.clz32(seeds & -seeds);
      if ((this.#kind(p) & Kind.Free) === 0) continue;
      if (this.#others(Question.Body, p, this.#alive) === 0 && this.#isEnabled(p)) return 1 << p;
    }
    return 0;
  }

  /**
   * The enabled members of the smallest set with process `seed`, which is enabled.
   * @returns 0 if there is none without time, or it has more than `most` of them
   */
  #closure(seed: number, most: number): number {
    const still = (this.#urgent & (1 << seed)) !== 0;
    // Before a step that keeps time from passing is done, nobody's `busy` ends.
    const able = still ? this.#notBusy() : this.#alive;
    let set = 1 << seed;
    const first = this.#others(Question.Step, seed, able & ~set);
    if (bitCount(first & this.#sure) >= most || !this.#isEnabled(seed)) return 0;
    let steps = 0;
    let room = most;
    for (let todo = set; todo !== 0; ) {
      const bit = todo & -todo;
      todo &= ~bit;
      const p = 31 - Math.clz32(bit);
      const kind = this.#kind(p);
      let question: Question = Question.Step;
      let time = kind & Kind.Time;
      if (this.#isEnabled(p)) {
        steps |= bit;
        if (--room < 0) return 0;
      } else if (!this.#isRunning(p)) {
        question = Question.Runs;
        time = kind & Kind.RunsTime;
      } else if (this.#isBusy(p)) {
        if (!still) return 0;
        continue;
      } else {
        question = Question.Guard;
        time = kind & Kind.GuardTime;
      }
      if (time !== 0 && !still) return 0;
      const more = this.#others(question, p, able & ~set);
      set |= more;
      todo |= more;
      if (bitCount((set & this.#sure) | steps) > most) return 0;
    }
    return steps;
  }

  #notBusy(): number {
    let able = this.#alive;
    for (let p = 0; p < this.#count; p++) if ((able & (1 << p)) !== 0 && this.#isBusy(p)) able &= ~(1 << p);
    return able;
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
    const alone = step.unseen && !step.waits && step.starts.length === 0;
    if (timeless && alone && !conflicts.changesOwnRuns(p, location)) kind |= Kind.Free;
    this.#kinds[column] = kind;
    return kind;
  }
}
