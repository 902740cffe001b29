import type { Compiled } from './language/compile.ts';
import type { Variable } from './language/ir.ts';
import { type Cell, type Layout, readCell, valueOfRaw } from './machine/layout.ts';
import type { VisitedStates } from './machine/store.ts';
import type { Tape } from './machine/tape.ts';
import type { Onlooker } from './search/search.ts';

/** The first look is at so many states or more; each further one at twice as many as the last. */
const FIRST_LOOK_STATES = 64;
/** What is growing has left its range since the search had this fraction of its states. */
const FRACTION = 8;

/** What a variable has been up to a look: pairs (smallest, largest), in the order of the variables. */
interface Look {
  readonly states: number;
  readonly extremes: readonly number[];
}

/**
 * Which integers without a declared range have new values as long as a search goes on. It looks at all states whenever their
 * number has doubled, so that the answer is the same for every search that keeps its states: a level may end, or memory.
 */
export class Growth implements Onlooker {
  readonly #variables: readonly Variable[];
  readonly #cells: readonly Cell[];
  #looks: readonly Look[] = [];

  constructor({ program, intervals }: Compiled, layout: Layout) {
    this.#variables = program.variables.filter((variable) => {
      const { domain, kind } = variable;
      const isInteger = kind === 'state' && domain.kind === 'int' && domain.declared === null;
      return isInteger && !intervals.isBounded(variable);
    });
    this.#cells = this.#variables.map((variable) => layout.cells.get(variable) as Cell);
  }

  get dueStates(): number {
    if (this.#cells.length === 0) return Infinity;
    return 2 * (this.#looks.at(-1)?.states ?? FIRST_LOOK_STATES / 2);
  }

  look(visited: VisitedStates, states: number): void {
    const cells = this.#cells;
    const extremes = [...(this.#looks.at(-1)?.extremes ?? cells.flatMap(() => [Infinity, -Infinity]))];
    visited.scan((words, at) => {
      for (let i = 0; i < cells.length; i++) {
        const cell = cells[i] as Cell;
        const value = valueOfRaw(cell, readCell(cell, words, at));
        if (value < (extremes[2 * i] as number)) extremes[2 * i] = value;
        if (value > (extremes[2 * i + 1] as number)) extremes[2 * i + 1] = value;
      }
    });
    this.#looks = [...this.#looks, { states, extremes }];
  }

  /** Names of the variables whose range was larger at the last look than long before. */
  get growing(): string[] {
    const last = this.#looks.at(-1);
    const before = this.#looks.findLast(({ states }) => FRACTION * states <= (last?.states ?? 0));
    if (last === undefined || before === undefined) return [];
    const isNew = (entry: number): boolean => last.extremes[entry] !== before.extremes[entry];
    return this.#variables.filter((_, i) => isNew(2 * i) || isNew(2 * i + 1)).map(({ name }) => name);
  }

  save(tape: Tape): void {
    tape.writeList(this.#looks.flatMap(({ states, extremes }) => [states, ...extremes]));
  }

  load(tape: Tape): void {
    const numbers = tape.read();
    const length = 1 + 2 * this.#cells.length;
    for (let i = 0; i < numbers.length; i += length)
      this.#looks = [
        ...this.#looks,
        { states: numbers[i] as number, extremes: numbers.slice(i + 1, i + length) },
      ];
  }
}
