import type { Program } from '../language/ir.ts';
import type { Attributed } from './generated.ts';
import { type Cell, type Layout, readCell } from './layout.ts';
import { entryLocations, softwareCore } from './software.ts';

/**
 * Counts context switches while a search goes: the entry of an interrupt, or a step of a task other than the one that
 * stepped before on the same core, while that one could still step. What it must remember is one word for each core:
 * who stepped there last.
 */
export class SwitchCount {
  /** Words that it remembers. */
  readonly words: number;
  /** For each process the index of its core; -1: hardware, the outside world. */
  readonly #core: readonly number[];
  readonly #isr: readonly boolean[];
  readonly #entries: readonly ReadonlySet<number>[];
  readonly #cells: readonly Cell[];
  readonly #ends: Int32Array;

  constructor({ processes }: Program, layout: Layout, attributed: Attributed) {
    const cores = [...new Set(processes.map(softwareCore).filter((core) => core !== null))];
    this.words = cores.length;
    this.#core = processes.map((process) => cores.indexOf(softwareCore(process) as string));
    this.#isr = processes.map(({ lane }) => lane?.kind === 'isr');
    this.#entries = processes.map(entryLocations);
    this.#cells = processes.map(({ location }) => layout.cells.get(location) as Cell);
    this.#ends = attributed.ends;
  }

  /**
   * Who takes the step to the successor that ends at this word of the output buffer, which begins with the first
   * successor; -1: time. After `expand`.
   */
  byWord(end: number): number {
    return this.#first(end, 0);
  }

  /** The same for the failure whose pair ends at this element of `failures`. */
  byFailure(end: number): number {
    return this.#first(end, 1);
  }

  /**
   * Whether a step of `process` from the state that was just expanded is a context switch.
   *
   * @param last what is remembered, at word `lastAt`
   */
  switches(process: number, states: Int32Array, at: number, last: Int32Array, lastAt: number): 0 | 1 {
    const core = process < 0 ? -1 : (this.#core[process] as number);
    if (core < 0) return 0;
    if (this.#isr[process]) {
      const location = readCell(this.#cells[process] as Cell, states, at);
      return this.#entries[process]?.has(location) ? 1 : 0;
    }
    const before = (last[lastAt + core] as number) - 1;
    return before >= 0 && before !== process && this.#canStep(before) ? 1 : 0;
  }

  /** Writes down that `process` has stepped. */
  remember(process: number, last: Int32Array, lastAt: number): void {
    const core = process < 0 || this.#isr[process] ? -1 : (this.#core[process] as number);
    if (core >= 0) last[lastAt + core] = process + 1;
  }

  #first(end: number, column: 0 | 1): number {
    for (let i = 0; i < this.#core.length; i++) if ((this.#ends[2 * i + column] as number) >= end) return i;
    return -1;
  }

  /** Whether it has a step, or one that fails, in the state that was just expanded. */
  #canStep(process: number): boolean {
    const own = 2 * process;
    const [successors, failures] = process === 0 ? [0, 0] : [this.#ends[own - 2], this.#ends[own - 1]];
    return (
      (this.#ends[own] as number) > (successors as number) ||
      (this.#ends[own + 1] as number) > (failures as number)
    );
  }
}
