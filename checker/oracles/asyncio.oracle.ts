import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runModel } from './asyncio_model.ts';
import { prepare, programOf, runReal } from './asyncio_python.ts';
import { scripts } from './asyncio_scripts.ts';
import { RealMicroPython } from './real_micropython.ts';

/** More for a longer run. */
const SCRIPTS = Number(process.env.UPY_CHECK_ASYNCIO_SCRIPTS ?? 100);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 5);

test('the model of asyncio shows what the real one shows', async ({ task }) => {
  const real = await RealMicroPython.load();
  prepare(real);
  let compared = 0;
  fc.assert(
    fc.property(scripts, (script) => {
      compared++;
      expect({ program: programOf(script), lines: runModel(script) }).toEqual({
        program: programOf(script),
        lines: runReal(real, script),
      });
    }),
    { numRuns: SCRIPTS, seed: SEED },
  );
  task.meta.compared = [{ oracle: 'asyncio of MicroPython 1.27.0', models: compared, different: 0 }];
});
