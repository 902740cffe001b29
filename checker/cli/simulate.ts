import { resolve } from 'node:path';
import { colorLevel, paint } from '../../reports/paint.ts';
import { simulationText } from '../../reports/simulation.ts';
import type { SimulateCommand } from './commands.ts';
import { EXIT_CODES } from './exit.ts';
import { selectOne } from './selection.ts';
import { type World, widthOf } from './world.ts';

/** `upy-check simulate`: 0 however the run ends, because it decides nothing. */
export async function runSimulate(command: SimulateCommand, world: World): Promise<number> {
  const engine = await world.engine();
  const all = await engine.loadScenarios(resolve(world.cwd, command.path));
  const { scenario, variant: wanted, assignments } = command;
  const { loaded, variant, parameters, alone } = selectOne(all, command.path, scenario, wanted, assignments);
  const seed = command.seed ?? 0;
  const simulation = engine.simulate(loaded, variant, { parameters, seed, steps: command.steps ?? 100 });
  const style = {
    paint: paint(colorLevel(world.environment, world.stdout.isTerminal)),
    width: widthOf(world.stdout),
    alone,
  };
  world.stdout.write(`${simulationText(simulation, style)}\n`);
  return EXIT_CODES['as expected'];
}
