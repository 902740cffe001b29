import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { initText } from '../../reports/init.ts';
import { colorLevel, paint } from '../../reports/paint.ts';
import { root } from '../language/own.ts';
import { UserError } from '../options.ts';
import type { InitCommand } from './commands.ts';
import { EXIT_CODES } from './exit.ts';
import { initFiles, type Needed } from './init_files.ts';
import type { World } from './world.ts';

/** `upy-check init [folder]`: writes the files of a first project, or none if one of them is there. Throws UPY309, UPY363. */
export async function runInit({ folder }: InitCommand, world: World): Promise<number> {
  const target = resolve(world.cwd, folder ?? '.');
  const shown = relative(world.cwd, target) || '.';
  if (existsSync(target) && !statSync(target).isDirectory())
    throw refusal(`${shown} is a file`, 'a folder of that name cannot be made beside it');
  const files = initFiles(nameOf(target), needed());
  const there = files.filter(({ path }) => existsSync(join(target, path)));
  const taken = there.filter(({ shared }) => !shared).map(({ path }) => join(shown, path));
  if (taken.length > 0) throw refusal(`${taken.join(', ')} is there already`, 'init was run here before');
  const made = files.filter((file) => !there.includes(file));
  try {
    for (const { path, text } of made) {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      writeFileSync(join(target, path), text, { flag: 'wx' });
    }
  } catch (error) {
    throw new UserError(
      'UPY309',
      `${shown} cannot be written: ${error instanceof Error ? error.message : error}`,
      null,
      'nothing may be written there',
      'give another folder',
    );
  }
  const result = {
    folder: shown,
    made: made.map(({ path }) => path),
    kept: there.map(({ path }) => path),
    isInstalled: isInstalled(target),
  };
  const colours = paint(colorLevel(world.environment, world.stdout.isTerminal));
  world.stdout.write(`${initText(result, colours)}\n`);
  return EXIT_CODES['as expected'];
}

function refusal(what: string, likely: string): UserError {
  return new UserError(
    'UPY363',
    what,
    null,
    likely,
    'give a folder that is new or empty: upy-check init <folder>',
  );
}

/** As npm takes it for the name of a package. */
function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z\d._-]+/gu, '-')
    .replace(/^[._-]+/u, '');
  return name === '' || name === 'upy-check' ? 'design' : name;
}

/** What this version was made and tested with. */
function needed(): Needed {
  const own = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    version: string;
    devDependencies: Record<string, string>;
  };
  const { vitest = '*', typescript = '*' } = own.devDependencies;
  return { upyCheck: `^${own.version}`, vitest, typescript };
}

/** Whether the folder finds the package without an installation of its own. */
function isInstalled(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules/upy-check/package.json'))) return true;
    if (dirname(at) === at) return false;
  }
}
