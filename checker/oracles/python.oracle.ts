import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRINTS_MAX, printedByInterpreter, printedByModel } from './python_agreement.ts';
import { CALLED, type PythonProgram, pythonText, REST } from './python_program.ts';
import { pythonProgram } from './random_python.ts';
import { RealMicroPython } from './real_micropython.ts';

/** More for a longer run: `npm run nightly`. */
const PROGRAMS = Number(process.env.UPY_CHECK_PYTHON_PROGRAMS ?? 400);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 5);

test('callbacks run where the real interpreter runs them', async ({ task }) => {
  const real = await RealMicroPython.load();
  const compared = { oracle: `MicroPython ${real.version()}, random programs`, models: 0, different: 0 };
  task.meta.compared = [compared];
  let callbacks = 0;
  const agree = (program: PythonProgram) => {
    const expected = printedByInterpreter(real, program);
    fc.pre(expected.length <= PRINTS_MAX);
    compared.models++;
    if (expected.findIndex((printed) => printed >= CALLED) < expected.indexOf(REST)) callbacks++;
    return printedByModel(program).join() === expected.join();
  };
  const report = fc.check(fc.property(pythonProgram, agree), { seed: SEED, numRuns: PROGRAMS });
  const [found] = report.counterexample ?? [];
  expect(found && differences(real, found)).toBe(undefined);
  expect(callbacks).toBeGreaterThan(compared.models / 3);
});

function differences(real: RealMicroPython, program: PythonProgram): string {
  const model = (): string => {
    try {
      return printedByModel(program).join(' ');
    } catch (e) {
      return String(e);
    }
  };
  return `${pythonText(program)}\nreal:  ${printedByInterpreter(real, program).join(' ')}\nmodel: ${model()}`;
}
