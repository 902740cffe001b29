import type { ProcessCode, Variable } from '../language/ir.ts';
import type { Interpreter, State } from './interpreter.ts';
import { type Cell, type Layout, rawOf, readCell, valueOfRaw, writeCell } from './layout.ts';

/** The state of the reference interpreter as the packed words of the generated code. A value out of range is clamped to 0. */
export function pack(interpreter: Interpreter, layout: Layout, state: State): Int32Array {
  const words = new Int32Array(layout.words);
  for (const variable of interpreter.compiled.program.variables) {
    const cell = layout.cells.get(variable) as Cell;
    writeCell(cell, words, 0, rawOf(cell, interpreter.get(state, variable)));
  }
  for (const process of interpreter.compiled.program.processes) {
    for (const variable of liveAt(process, interpreter.get(state, process.location))) {
      const cell = layout.cells.get(variable) as Cell;
      writeCell(cell, words, 0, rawOf(cell, interpreter.get(state, variable)));
    }
  }
  return words;
}

/** The packed state at `at` as a state of the reference interpreter. */
export function unpack(interpreter: Interpreter, layout: Layout, words: Int32Array, at: number): State {
  const state = new Float64Array(interpreter.variables.length);
  const set = (variable: Variable): void => {
    const cell = layout.cells.get(variable) as Cell;
    state[interpreter.index.get(variable) as number] = valueOfRaw(cell, readCell(cell, words, at));
  };
  interpreter.compiled.program.variables.forEach(set);
  for (const process of interpreter.compiled.program.processes) {
    liveAt(process, interpreter.get(state, process.location)).forEach(set);
  }
  return state;
}

function liveAt(process: ProcessCode, location: number): readonly Variable[] {
  return process.live[location - 1] ?? [];
}
