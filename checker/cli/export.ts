import { closeSync, writeSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { ExportCommand } from './commands.ts';
import { EXIT_CODES } from './exit.ts';
import { openFile } from './open_file.ts';
import { selectOne } from './selection.ts';
import { usage } from './values.ts';
import type { World } from './world.ts';

/** `upy-check export`: the compiled model of one variant, for another checker. */
export async function runExport(command: ExportCommand, world: World): Promise<number> {
  const { path, to } = command;
  const out = command.out === '-' ? null : command.out;
  const name = to === 'tla' && out !== null ? moduleName(out) : undefined;
  const engine = await world.engine();
  const all = await engine.loadScenarios(resolve(world.cwd, path));
  const { loaded, variant, parameters } = selectOne(
    all,
    path,
    command.scenario,
    command.variant,
    command.assignments,
  );
  if (to === 'promela') write(engine.exportPromela(loaded, variant, parameters), out, world);
  else {
    const { module, cfg } = engine.exportTla(loaded, variant, parameters, name);
    if (out === null) world.stdout.write(`${module}\n(* The configuration:\n\n${cfg}*)\n`);
    else {
      write(module, out, world);
      write(cfg, out.replace(/\.tla$/, '.cfg'), world);
    }
  }
  return EXIT_CODES['as expected'];
}

function write(text: string, out: string | null, world: World): void {
  if (out === null) {
    world.stdout.write(text);
    return;
  }
  const descriptor = openFile(resolve(world.cwd, out), out);
  writeSync(descriptor, text);
  closeSync(descriptor);
}

/** TLA+ wants a module in a file of its name. */
function moduleName(out: string): string {
  const name = /^([A-Za-z]\w*)\.tla$/.exec(basename(out))?.[1];
  if (name !== undefined) return name;
  throw usage(
    `--out ${out} cannot hold a TLA+ module`,
    'its file must have the name of the module, and the ending .tla',
    'give a name of letters, digits and underscores: --out Wake.tla',
  );
}
