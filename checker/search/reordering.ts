import type { ProcessCode } from '../language/ir.ts';
import type { Attributed, Generated } from '../machine/generated.ts';
import type { Ending } from './shortest_runs.ts';

/** A step of a run by who takes it, not by where: so it can be taken elsewhere. */
interface Move {
  /** -1: time. */
  readonly process: number;
  /** Which of the process's successors, where it chooses. */
  readonly choice: number;
}

/** What is asked of the reordered runs. */
export interface Question {
  /** A run with the finding. */
  readonly path: readonly number[];
  readonly ending: Ending;
  /** The finding is a failure of the last state itself, not of a step. */
  readonly inState: boolean;
  /** Whether a run goes on through time when nothing else can be done, until all is well. */
  readonly throughTime: boolean;
  /** The finding is about how a run ends: a run that was merely left off does not avoid it. */
  readonly atEnd: boolean;
  /** Whether all is well in a state: that a run merely goes on without the finding is not enough. */
  met(state: Int32Array): boolean;
}

/** A run in which the step at `later` comes before the one at `earlier`, and all else stays as near as can be. */
export interface Reordered {
  /** 0-based indices of the steps in the original run; the failing step comes after the path. */
  readonly earlier: number;
  readonly later: number;
  readonly path: readonly number[];
}

/** States looked at for one question, at most. */
const EXPANSIONS_MAX = 60_000;
/** Steps of a run beyond those of the original. */
const TAIL_MAX = 300;
/** Longer runs are not looked at. */
const STEPS_MAX = 400;
/** Two steps are exchanged only if they are not further apart. */
const APART_MAX = 80;

/**
 * Looks for the nearest run without a finding: one step, and what depends on it, is held back until another has come; then everybody
 * goes on in the old order as soon as he can. Nearest: the fewest pairs of steps in another order, and of these the latest.
 */
export class Reorderings {
  readonly #moves: Move[] = [];
  /** Before each move. */
  readonly #states: Int32Array[] = [];
  #expansions = 0;

  constructor(
    private readonly generated: Generated,
    private readonly attributed: Attributed,
    private readonly processes: readonly Pick<ProcessCode, 'outside' | 'background' | 'lane'>[],
    private readonly question: Question,
  ) {
    let state: Int32Array = generated.initial.slice();
    for (const ordinal of question.path) {
      this.#expand(state);
      const process = this.#ownerOf(ordinal);
      this.#moves.push({ process, choice: ordinal - this.#range(process)[0] });
      this.#states.push(state);
      state = this.#successor(ordinal);
    }
    this.#states.push(state);
    const { failures } = question.ending;
    if (failures === null || question.inState) return;
    this.#expand(state);
    const at = generated.failures.findIndex((number, i) => i % 2 === 0 && failures.has(number));
    this.#moves.push({ process: this.#failing(at), choice: 0 });
  }

  /** `null`: no exchange of two steps avoids the finding; undefined: that was too much to look for. */
  nearest(): Reordered | null | undefined {
    return this.#moves.length > STEPS_MAX ? undefined : this.#first(this.#pairs());
  }

  /**
   * The other side of a window: if an event must come earlier than it does, then how much later would do, and the other way round.
   * An event is what the world outside does, or else an interrupt.
   */
  otherSide({ earlier, later }: Reordered): Reordered | null {
    const [a, b] = [this.#eventRank(earlier), this.#eventRank(later)];
    if (a === b) return null;
    const pairs = this.#pairs().filter(([from, to]) => (a > b ? to === earlier : from === later));
    return this.#first(pairs) ?? null;
  }

  #eventRank(move: number): 0 | 1 | 2 {
    const process = this.processes[this.#moves[move]?.process ?? -1];
    if (process?.outside === true) return 2;
    return process?.lane?.kind === 'isr' ? 1 : 0;
  }

  #first(pairs: readonly (readonly [earlier: number, later: number])[]): Reordered | null | undefined {
    for (const [earlier, later] of pairs) {
      if (this.#expansions > EXPANSIONS_MAX) return undefined;
      const path = this.#exchanged(earlier, later);
      if (path !== null) return { earlier, later, path };
    }
    return null;
  }

  /** Pairs of steps of different processes, those with the fewest steps to exchange first. */
  #pairs(): (readonly [earlier: number, later: number])[] {
    const moves = this.#moves;
    const pairs: [earlier: number, later: number, cost: number][] = [];
    for (const [earlier, { process }] of moves.entries()) {
      let [held, cost] = [1, 0];
      for (let later = earlier + 1; later < moves.length && later - earlier <= APART_MAX; later++) {
        if (moves[later]?.process === process) held++;
        else {
          cost += held;
          pairs.push([earlier, later, cost]);
        }
      }
    }
    return pairs.sort((a, b) => a[2] - b[2] || b[0] - a[0]).map(([earlier, later]) => [earlier, later]);
  }

  /** A run with the later step first and without the finding; `null`: there is none. */
  #exchanged(earlier: number, later: number): number[] | null {
    const moves = this.#moves;
    const last = moves[later] as Move;
    const path = [...this.question.path.slice(0, earlier)];
    let state = this.#states[earlier] as Int32Array;
    const held: Move[] = [moves[earlier] as Move];
    for (const move of moves.slice(earlier + 1, later + 1)) {
      const waits = held.some(({ process }) => process === move.process);
      const next = waits ? null : this.#take(state, move, path);
      if (next === 'found') return null;
      if (next !== null) state = next;
      else if (move === last) return null;
      else held.push(move);
    }
    return this.#goOn(state, [...held, ...moves.slice(later + 1)], path);
  }

  /** Everybody in the old order as soon as he can; then whoever can, until nothing is left to do, or for ever. */
  #goOn(from: Int32Array, moves: readonly Move[], path: number[]): number[] | null {
    let state = from;
    const left = [...moves];
    const rounds = new Rounds();
    let process = -2;
    let isOver = false;
    for (let more = left.length + TAIL_MAX; more > 0 && !isOver; more--) {
      this.#expand(state);
      if (this.#isFinding(state)) return null;
      const turn = this.question.atEnd ? rounds.turn(state, process, left.length) : null;
      const passedOver = turn === null ? -1 : this.#ableBut(turn);
      if (passedOver >= 0) process = passedOver;
      const next = this.#nextOf(left) ?? this.#anyOf(process) ?? this.#timeUnless(state);
      isOver = next === null || (turn !== null && passedOver < 0);
      if (isOver || next === null) break;
      process = next.process;
      rounds.step(process);
      const after = this.#taken(next, path);
      if (after === 'found' || after === null) return null;
      state = after;
    }
    if (this.question.atEnd && !isOver) return null;
    const all = left.every((move) => this.processes[move.process]?.outside !== true);
    return all && this.question.met(state) ? path : null;
  }

  /** Somebody who could go on and is not among these; -1: nobody. */
  #ableBut(others: ReadonlySet<number>): number {
    return this.processes.findIndex((_, i) => !others.has(i) && this.#isAble(i));
  }

  /** Time passes until all is well. */
  #timeUnless(state: Int32Array): Move | null {
    if (!this.question.throughTime || !this.#canMove(-1) || this.question.met(state)) return null;
    return { process: -1, choice: 0 };
  }

  /** The first of the moves that is possible and not after another of the same process; removes it. */
  #nextOf(left: Move[]): Move | null {
    const seen = new Set<number>();
    for (const [i, move] of left.entries()) {
      if (seen.has(move.process)) continue;
      seen.add(move.process);
      if (!this.#canMove(move.process)) continue;
      left.splice(i, 1);
      return move;
    }
    return null;
  }

  /** Whoever went on before, or else the first that can. */
  #anyOf(before: number): Move | null {
    const process = this.#isAble(before) ? before : this.processes.findIndex((_, i) => this.#isAble(i));
    return process >= 0 ? { process, choice: 0 } : null;
  }

  #isAble(process: number): boolean {
    const code = this.processes[process];
    return code !== undefined && !code.outside && !code.background && this.#canMove(process);
  }

  // ---- single steps ----

  /** Takes a step of a state; `null`: it is not possible. */
  #take(state: Int32Array, move: Move, path: number[]): Int32Array | 'found' | null {
    this.#expand(state);
    return this.#isFinding(state) ? 'found' : this.#taken(move, path);
  }

  /** The same for the state that was just expanded. */
  #taken({ process, choice }: Move, path: number[]): Int32Array | 'found' | null {
    const [first, end] = this.#range(process);
    if (first === end) return this.#failsAsAsked(process) ? 'found' : null;
    const ordinal = Math.min(first + choice, end - 1);
    path.push(ordinal);
    return this.#successor(ordinal);
  }

  #expand(state: Int32Array): void {
    const { generated } = this;
    this.#expansions++;
    generated.failures.length = 0;
    generated.reserve(generated.fanOut * generated.words);
    this.#end = this.attributed.expand(state, 0, 0) / generated.words;
  }

  #end = 0;

  #successor(ordinal: number): Int32Array {
    const { words } = this.generated;
    return this.generated.buffer().slice(ordinal * words, (ordinal + 1) * words);
  }

  /** Ordinals of the successors of a process: from … to before. */
  #range(process: number): readonly [number, number] {
    const { ends } = this.attributed;
    const { words } = this.generated;
    const before = process < 0 ? this.processes.length - 1 : process - 1;
    const first = before < 0 ? 0 : (ends[2 * before] as number) / words;
    return [first, process < 0 ? this.#end : (ends[2 * process] as number) / words];
  }

  #ownerOf(ordinal: number): number {
    return this.processes.findIndex((_, process) => ordinal < this.#range(process)[1]);
  }

  /** Whether it has a step, or one that fails. */
  #canMove(process: number): boolean {
    const [first, end] = this.#range(process);
    return end > first || this.#failuresOf(process).length > 0;
  }

  /** Numbers of the failures of a process. */
  #failuresOf(process: number): number[] {
    const { ends } = this.attributed;
    const before = process < 0 ? this.processes.length - 1 : process - 1;
    const first = before < 0 ? 0 : (ends[2 * before + 1] as number);
    const end = process < 0 ? this.generated.failures.length : ends[2 * process + 1];
    return this.generated.failures.slice(first, end).filter((_, i) => i % 2 === 0);
  }

  /** Who fails with the failure at this element of `failures`. */
  #failing(at: number): number {
    return this.processes.findIndex((_, process) => at < (this.attributed.ends[2 * process + 1] as number));
  }

  #failsAsAsked(process: number): boolean {
    const { failures } = this.question.ending;
    return failures !== null && this.#failuresOf(process).some((number) => failures.has(number));
  }

  /** Whether the state that was just expanded is the finding. */
  #isFinding(state: Int32Array): boolean {
    const { ending, inState } = this.question;
    if (ending.failures !== null) return inState && this.#failsAsAsked(-1);
    return ending.state(state, 0, this.generated.status[0] as number);
  }
}

/** Notices when a run comes back to where it has been, from where it would go on as before. */
class Rounds {
  /** By state, who goes on and what is left of the old order: the number of steps until then. */
  readonly #seen = new Map<string, number>();
  readonly #processes: number[] = [];

  step(process: number): void {
    this.#processes.push(process);
  }

  /** Who has stepped since the run was here; `null`: it was not. */
  turn(state: Int32Array, process: number, left: number): ReadonlySet<number> | null {
    const key = `${state.join()};${process};${left}`;
    const before = this.#seen.get(key);
    this.#seen.set(key, this.#processes.length);
    return before === undefined ? null : new Set(this.#processes.slice(before));
  }
}
