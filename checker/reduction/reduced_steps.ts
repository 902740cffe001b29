import type { Program } from '../language/ir.ts';
import type { Machine } from '../machine/codegen.ts';
import type { Generated, StepParts } from '../machine/generated.ts';
import { Status } from '../machine/generated.ts';
import type { Canonical } from './canonical.ts';
import { StubbornSets } from './stubborn.ts';

/** Steps of a chain. Each takes its process to a higher location, so only processes that start each other get here. */
const CHAIN_MAX = 1000;

/** Told of each step of a chain: which process does it. */
export type ChainListener = (process: number) => void;

/**
 * The steps of a state that are enough, each followed by those that are forced: as long as one process with one invisible
 * step is enough, the state between is not worth keeping.
 */
export class ReducedSteps {
  /** Whether the last `expand` left out any steps. */
  partial = false;
  /** Processes of the last `expand` that took steps; 0: all. */
  chosen = 0;
  readonly sets: StubbornSets;
  readonly #generated: Generated;
  readonly #parts: StepParts;
  readonly #words: number;

  /** @param canonical what the successors are replaced by; `null`: they stay as they are */
  constructor(
    program: Program,
    machine: Machine,
    quiet: boolean,
    private readonly canonical: Canonical | null = null,
  ) {
    this.#generated = machine.plain;
    this.#parts = machine.parts;
    this.#words = machine.plain.words;
    this.sets = new StubbornSets(program, machine.layout, machine.plain, machine.parts, quiet);
  }

  /** `Generated.expand`, with the steps that are enough. */
  expand(states: Int32Array, at: number, out: number): number {
    const chosen = this.sets.choose(states, at, out);
    if (chosen === 0 || !this.#take(chosen, states, at, out)) return this.full(states, at, out);
    this.partial = true;
    this.chosen = chosen;
    this.#generated.status[0] = Status.System;
    return this.#chains(out);
  }

  /** The same with all steps. */
  full(states: Int32Array, at: number, out: number): number {
    this.partial = false;
    this.chosen = 0;
    this.#generated.expand(states, at, out);
    return this.#chains(out);
  }

  /** Appends the steps of the chosen processes. False: one of them fails or is cut off, so it leads nowhere. */
  #take(chosen: number, states: Int32Array, at: number, out: number): boolean {
    const { steps, seek, end } = this.#parts;
    const { failures } = this.#generated;
    seek(out);
    for (let rest = chosen; rest !== 0; rest &= rest - 1) {
      const before = end();
      const p = 31 - Math.clz32(rest & -rest);
      (steps[p] as (typeof steps)[number])(states, at);
      if (end() > before && failures.length === 0) continue;
      failures.length = 0;
      return false;
    }
    return true;
  }

  #chains(out: number): number {
    const end = this.#parts.end();
    for (let at = out; at < end; at += this.#words) this.follow(at, end, null);
    this.canonical?.applyAll(this.#generated.buffer(), out, end);
    return end;
  }

  /** Goes on from the state at `at` of the output buffer as long as there is no choice; it ends up in the same place. */
  follow(at: number, end: number, listener: ChainListener | null): void {
    const { steps, seek, end: endOf } = this.#parts;
    const words = this.#words;
    const { failures } = this.#generated;
    this.#generated.reserve(end + 2 * words);
    for (let i = 0; i < CHAIN_MAX; i++) {
      let buffer = this.#generated.buffer();
      const p = this.sets.chooseOne(buffer, at, end);
      if (p < 0) break;
      const location = this.sets.locationIn(buffer, at, p);
      const step = this.sets.conflicts.step(p, location);
      if (!step.invisible || step.chooses) break;
      const before = failures.length;
      seek(end);
      (steps[p] as (typeof steps)[number])(buffer, at);
      const failed = failures.length > before;
      if (failed) failures.length = before;
      if (failed || endOf() !== end + words) break;
      buffer = this.#generated.buffer();
      for (let w = 0; w < words; w++) buffer[at + w] = buffer[end + w] as number;
      listener?.(p);
      // A chain that closes on itself goes back in some process.
      const now = this.sets.locationIn(buffer, at, p);
      if (now !== 0 && now <= location) break;
    }
    seek(end);
  }
}
