import { resolve } from 'node:path';
import { simulationText } from '../../reports/simulation.ts';
import type { SimulateCommand } from './commands.ts';
import { EXIT_CODES } from './exit.ts';
import { selectOne } from './selection.ts';
import { writeRun } from './trace_output.ts';
import type { World } from './world.ts';

/** `upy-check simulate`: 0 however the run ends, because it decides nothing. */
export async function runSimulate(command: SimulateCommand, world: World): Promise<number> {
  const engine = await world.engine();
  const all = await engine.loadScenarios(resolve(world.cwd, command.path));
  const { scenario, variant: wanted, assignments } = command;
  const { loaded, variant, parameters, alone } = selectOne(all, command.path, scenario, wanted, assignments);
  const seed = command.seed ?? 0;
  const simulation = engine.simulate(loaded, variant, { parameters, seed, steps: command.steps ?? 100 });
  writeRun(
    simulation.trace,
    command,
    'timeline',
    (style) => simulationText(simulation, { ...style, alone }),
    'as expected',
    world,
  );
  return EXIT_CODES['as expected'];
}
