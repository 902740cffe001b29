import type { Elaboration } from '../../model/intrinsics/elaboration.ts';
import type { SequenceHandle } from '../../model/intrinsics/sequence.ts';
import type { Executable } from '../language/compile.ts';
import { type Domain, MIXED, type Variable } from '../language/ir.ts';
import type { SequenceVariables } from '../language/lower/registry.ts';
import type { Interpreter, State } from '../machine/interpreter.ts';

/**
 * Puts states of the machine back into the objects that `build()` left, so that ordinary code can look at them. Only
 * what has changed since the last time is written.
 */
export class Reflection {
  private readonly writes: { readonly index: number; readonly write: (value: number) => void }[] = [];
  private readonly sequences: {
    readonly indices: readonly number[];
    readonly write: (state: State) => void;
  }[] = [];
  private shown: State | null = null;

  constructor(
    private readonly interpreter: Interpreter,
    { memory, program }: Executable,
    { processes }: Elaboration,
  ) {
    for (const [object, properties] of memory.properties)
      for (const [key, variable] of properties)
        this.on(variable, (value) => {
          (object as Record<string, unknown>)[key] = decode(variable.domain, value);
        });
    for (const { index, location } of program.processes)
      this.on(location, (value) => {
        (processes[index] as { started: boolean }).started = value !== 0;
      });
    for (const [handle, variables] of memory.sequences)
      this.onSequence(handle as SequenceHandle<unknown>, variables);
  }

  /** The objects are as in `state` now. */
  show(state: State): void {
    const { shown } = this;
    for (const { index, write } of this.writes)
      if (shown === null || shown[index] !== state[index]) write(state[index] as number);
    for (const { indices, write } of this.sequences)
      if (shown === null || indices.some((i) => shown[i] !== state[i])) write(state);
    this.shown = state;
  }

  private on(variable: Variable, write: (value: number) => void): void {
    const index = this.interpreter.index.get(variable);
    if (index !== undefined) this.writes.push({ index, write });
  }

  private onSequence({ items }: SequenceHandle<unknown>, { length, parts }: SequenceVariables): void {
    const indexOf = (variable: Variable | null | undefined): number =>
      variable === null || variable === undefined ? -1 : (this.interpreter.index.get(variable) ?? -1);
    const count = indexOf(length);
    const columns = parts.map(({ elements }) =>
      elements.map((variable) => ({ domain: variable?.domain, index: indexOf(variable) })),
    );
    const element = (state: State, i: number): unknown => {
      const items = columns.map((column) => {
        const { domain, index } = column[i] as (typeof column)[number];
        return domain === undefined || index < 0 ? null : decode(domain, state[index] as number);
      });
      return items.length === 1 ? items[0] : items;
    };
    this.sequences.push({
      indices: [count, ...columns.flat().map(({ index }) => index)].filter((i) => i >= 0),
      write: (state) => {
        items.length = 0;
        for (let i = 0; i < (state[count] as number); i++) items.push(element(state, i));
      },
    });
  }
}

/** The value that a number in the state stands for. */
export function decode(domain: Domain, value: number): unknown {
  switch (domain.kind) {
    case 'bool':
      return value !== 0;
    case 'symbol':
      return domain.members[value];
    case 'mixed':
      return value >= MIXED ? domain.members[value - MIXED] : value;
    default:
      return value;
  }
}
