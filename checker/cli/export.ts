import { closeSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ExportCommand } from './arguments.ts';
import { EXIT_CODES } from './exit.ts';
import { openFile } from './outputs.ts';
import { selectOne } from './selection.ts';
import type { World } from './world.ts';

/** `upy-check export`: the compiled model of one variant, for another checker. */
export async function runExport(command: ExportCommand, world: World): Promise<number> {
  const { path, out } = command;
  const engine = await world.engine();
  const all = await engine.loadScenarios(resolve(world.cwd, path));
  const { loaded, variant, parameters } = selectOne(
    all,
    path,
    command.scenario,
    command.variant,
    command.assignments,
  );
  const text = engine.exportPromela(loaded, variant, parameters);
  if (out === null || out === '-') world.stdout.write(text);
  else {
    const descriptor = openFile(resolve(world.cwd, out), out);
    writeSync(descriptor, text);
    closeSync(descriptor);
  }
  return EXIT_CODES['as expected'];
}
