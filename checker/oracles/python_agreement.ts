import { elaborate } from '../../model/intrinsics/elaboration.ts';
import { Reflection } from '../conformance/reflect.ts';
import { OPTIONS } from '../conformance/simulate.ts';
import { compileToRun } from '../language/compile.ts';
import { inlineModule } from '../language/inline_scenario.ts';
import { Interpreter } from '../machine/interpreter.ts';
import { modelText, type PythonProgram, pythonText } from './python_program.ts';
import type { RealMicroPython } from './real_micropython.ts';

/** More than this a program does not print; one that would is not compared. */
export const PRINTS_MAX = 120;

/** What a program prints on the real interpreter, callbacks included. Tracebacks of callbacks are left out. */
export function printedByInterpreter(real: RealMicroPython, program: PythonProgram): number[] {
  const { lines, error } = real.run(pythonText(program));
  if (error !== null) throw new Error(`the program is none: ${error}`);
  return lines.filter((line) => /^\d+$/.test(line)).map(Number);
}

/** What it prints as a model. There is one process, so there must be one run. */
export function printedByModel(program: PythonProgram): number[] {
  const { build } = inlineModule(modelText(program, PRINTS_MAX)) as {
    build: () => { readonly items: readonly number[] };
  };
  const { elaboration, result: printed } = elaborate(() => build());
  const executable = compileToRun(elaboration, OPTIONS);
  const interpreter = new Interpreter(executable);
  let state = interpreter.initial();
  while (true) {
    const attempts = interpreter.attempts(state);
    if (attempts.length === 0) break;
    const [attempt] = attempts;
    if (attempts.length > 1 || attempt === undefined) throw new Error('one process, and more than one run');
    const { outcome } = attempt;
    if (outcome.kind === 'failure') throw new Error(`the model fails: ${outcome.failure.name}`);
    if (outcome.kind !== 'state') throw new Error(`the model ends by ${outcome.kind}`);
    state = outcome.state;
  }
  new Reflection(interpreter, executable, elaboration).show(state);
  return [...printed.items];
}
