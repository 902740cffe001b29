import type { Executable } from '../language/compile.ts';
import type { Domain, OperationCode, SpecifiedObject, Variable } from '../language/ir.ts';
import { Interpreter, type State } from '../machine/interpreter.ts';
import { UserError } from '../options.ts';
import { placeOf } from '../trace/frames.ts';
import { showCall, showResult } from '../trace/operations.ts';

/** What an operation can come to when it takes effect. */
export interface Effect {
  readonly state: number;
  readonly result: number;
}

/** A call or a result: what `outcomes` and comparisons go by is its number. */
interface Told {
  readonly event: 'invoke' | 'return' | 'throw';
  readonly operation: number;
  readonly values: readonly number[];
}

/**
 * A sequential specification as a machine over numbers: of states, of calls (an operation with its arguments) and of results. It
 * is executed by the reference interpreter, each case once.
 */
export class Sequential {
  readonly initial: number;
  readonly #object: SpecifiedObject;
  readonly #names: Executable['names'];
  readonly #interpreter: Interpreter;
  readonly #states = new Numbers<readonly number[]>();
  readonly #told = new Numbers<Told>();
  readonly #known = new Map<string, readonly Effect[]>();

  constructor(object: SpecifiedObject, compiled: Executable) {
    this.#object = object;
    this.#names = compiled.names;
    const processes = object.operations.map(({ process }) => process);
    this.#interpreter = new Interpreter({
      ...compiled,
      program: {
        ...compiled.program,
        processes,
        properties: [],
        specified: [],
        clocks: [],
        sequences: [],
        variables: [...object.variables, ...processes.map(({ location }) => location)],
        families: object.families,
      },
    });
    this.initial = this.#stateNumber(object.variables.map(({ initial }) => initial));
  }

  /** States met so far. */
  get states(): number {
    return this.#states.size;
  }

  call(operation: number, values: readonly number[]): number {
    return this.#tell({ event: 'invoke', operation, values });
  }

  result(event: 'return' | 'throw', operation: number, values: readonly number[]): number {
    return this.#tell({ event, operation, values });
  }

  /** What `call` can come to in `state`; nothing: it waits there. */
  effects(state: number, call: number): readonly Effect[] {
    const key = `${state}|${call}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#execute(this.#states.at(state), this.#told.at(call));
      this.#known.set(key, known);
    }
    return known;
  }

  #execute(from: readonly number[], { operation, values }: Told): Effect[] {
    const { process, arguments: parameters } = this.#object.operations[operation] as OperationCode;
    const machine = this.#interpreter;
    const state: State = new Float64Array(machine.variables.length);
    const put = (variable: Variable, value: number): void => {
      const index = machine.index.get(variable);
      if (index !== undefined) state[index] = value;
    };
    for (const [i, variable] of this.#object.variables.entries()) put(variable, from[i] as number);
    for (const [i, variable] of parameters.entries()) put(variable, values[i] ?? 0);
    put(process.location, 1);
    const results: number[] = [];
    const attempts = machine.stepsOf(process, state, {
      entered: () => {},
      executed: (instruction, value) => {
        if (instruction.kind !== 'mark') return;
        const { event } = instruction.mark;
        if (event !== 'return' && event !== 'throw') return;
        results.push(this.result(event, operation, instruction.values.map(value)));
      },
    });
    const effects: Effect[] = [];
    for (const { outcome } of attempts) {
      if (outcome.kind === 'failure')
        throw this.#failed(operation, outcome.failure.name, outcome.failure.site);
      if (outcome.kind !== 'state') continue;
      const next = this.#object.variables.map((variable) => machine.get(outcome.state, variable));
      for (const [i, variable] of this.#object.variables.entries())
        if (!fits(variable.domain, next[i] as number))
          throw this.#failed(operation, `${variable.name} leaves its range`, null);
      effects.push({ state: this.#stateNumber(next), result: results[effects.length] as number });
    }
    return effects;
  }

  #failed(operation: number, what: string, site: Parameters<typeof placeOf>[0] | null): UserError {
    const { name, operations } = this.#object;
    return new UserError(
      'UPY218',
      `the specification of '${name}' goes wrong in '${operations[operation]?.name}': ${what}`,
      site === null ? null : placeOf(site),
      'it is asked for every order in which the operations can take effect, also in states that the object does not come to',
      'say what the operation does in that state: until(() => …) if it waits, throw if it fails',
    );
  }

  #stateNumber(values: readonly number[]): number {
    return this.#states.of(values.join(), values);
  }

  #tell(told: Told): number {
    return this.#told.of(`${told.event}|${told.operation}|${told.values.join()}`, told);
  }

  /** `ring.push(1)`. */
  showCall(call: number): string {
    const { operation, values } = this.#told.at(call);
    return showCall(this.#object, operation, values, this.#names);
  }

  /** `1`, or `throws Full`; `null` when nothing is returned. */
  showResult(result: number): string | null {
    const { event, operation, values } = this.#told.at(result);
    return event === 'invoke' ? null : showResult(this.#object, event, operation, values, this.#names);
  }
}

/** Numbers in the order of first use. */
class Numbers<T> {
  readonly #byKey = new Map<string, number>();
  readonly #all: T[] = [];

  get size(): number {
    return this.#all.length;
  }

  of(key: string, value: T): number {
    let number = this.#byKey.get(key);
    if (number === undefined) {
      number = this.#all.push(value) - 1;
      this.#byKey.set(key, number);
    }
    return number;
  }

  at(number: number): T {
    return this.#all[number] as T;
  }
}

function fits(domain: Domain, value: number): boolean {
  if (domain.kind !== 'int') return true;
  const [lo, hi] = domain.declared ?? [-(2 ** 31), 2 ** 32 - 1];
  return value >= lo && value <= hi;
}
