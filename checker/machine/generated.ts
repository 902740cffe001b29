/**
 * The one small interface between a compiled model and a search: pure, synchronous, no clock, no
 * randomness. A state is `words` 32-bit words. No search knows what a task is.
 */
export interface Generated {
  /** 32-bit words per state. */
  readonly words: number;
  /** Bits in use. With at most 63, the topmost bit of the last word is never set. */
  readonly bits: number;
  /** The initial state. */
  readonly initial: Int32Array;
  /** Most successors that a state can have, apart from those of `choose`. */
  readonly fanOut: number;

  /**
   * Appends the successors of the state at `states[at … at+words-1]` to the output buffer, beginning at word
   * `out`, in an order that depends on the state only; returns the word index after the last. The caller
   * guarantees room for `fanOut` states; `choose` grows the buffer by itself.
   * Sets `status`.
   */
  expand(states: Int32Array, at: number, out: number): number;
  /** The output buffer; may be replaced by `expand`, so fetch it again after each call. */
  buffer(): Int32Array;
  /** Makes the output buffer hold at least `words` words, keeping its contents. */
  reserve(words: number): void;

  /**
   * What `expand` saw: a combination of `Status` bits; in the second element, bit p is set when process p (below 31) runs
   * and stands at an `until` that is false.
   */
  readonly status: Int32Array;
  /**
   * What went wrong in the last `expand`: pairs (failure number, ordinal of the attempt). Emptied by the
   * search. A failing step has no successor.
   */
  readonly failures: number[];

  /**
   * Evaluates the properties of single states (`always`, `sometimes`, …): bit i of the result is set when
   * property i is *remarkable*: an `always` that is false, a `sometimes` that is true.
   */
  properties(states: Int32Array, at: number): number;
  /** The same for properties of quiescent states (`idle`, `stuck`, lost wakeup), where bit i set means violated. */
  quiescent(states: Int32Array, at: number): number;
}

/** Who takes the steps of a state: for searches that prefer some runs to others. */
export interface Attributed {
  /** `Generated.expand`, which moreover sets `ends`. */
  expand(states: Int32Array, at: number, out: number): number;
  /**
   * For each process i, the end of its successors in the output buffer (element 2i) and of its failures in `failures`
   * (2i + 1). They stand in the order of the processes; what follows the last is the step of time.
   */
  readonly ends: Int32Array;
}

/** What `expand` is made of, for searches that take only some of the steps. */
export interface StepParts {
  /** By process: tries its step, which ought to run and not be busy; appends the successors. 0: not possible. */
  readonly steps: readonly ((states: Int32Array, at: number) => number)[];
  /** By process: its run condition. */
  readonly runs: readonly ((states: Int32Array, at: number) => boolean)[];
  /** Where the next successor goes in the output buffer. */
  seek(out: number): void;
  end(): number;
}

/** The marks that the steps of the last expansion came by, in their order. */
export interface Marked {
  /** For each: its number, the word index of the successor in the output buffer, how many values, the values. */
  readonly log: readonly number[];
  /** Entries of `log` that are valid. */
  length(): number;
}

/** Bits of `Generated.status[0]`. */
export const Status = {
  /** A process that is neither outside nor background has a step (or failed in one). */
  System: 1,
  /** A background process has a step. */
  Background: 2,
  /** An outside process has a step. */
  Outside: 4,
  /** Time can pass. */
  Time: 8,
  /** A process is in `busy` and runs. */
  Busy: 16,
  /** A process whose `runs` is true stands at an `until` that is false. */
  Blocked: 32,
  /** `failures` is not empty. */
  Failed: 64,
  /** A clock is running (also when time may not pass now). */
  ClockRunning: 128,
} as const;
