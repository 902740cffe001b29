import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { exploreText } from '../../reports/explore.ts';
import { documentOf } from '../../reports/html/document.ts';
import { colorLevel, paint } from '../../reports/paint.ts';
import { askable } from '../live/target.ts';
import type { Trace } from '../trace.ts';
import type { ExploreCommand } from './commands.ts';
import { EXIT_CODES } from './exit.ts';
import { LiveAnswers } from './live_answers.ts';
import { serveLive } from './live_server.ts';
import { packing, readPageFiles } from './page_files.ts';
import { selectOne } from './selection.ts';
import { readTrace } from './trace_file.ts';
import { usage } from './values.ts';
import type { World } from './world.ts';

/** `upy-check explore`: serves the page until Ctrl-C. */
export async function runExplore(command: ExploreCommand, world: World): Promise<number> {
  const engine = await world.engine();
  const all = await engine.loadScenarios(resolve(world.cwd, command.path));
  const names = command.scenario === null ? all.map(({ scenario }) => scenario.name) : [command.scenario];
  const trace = command.trace === null ? null : traceAt(command.trace, names, command, world);
  const { loaded, variant, parameters, alone } = selectOne(
    all,
    command.path,
    command.scenario ?? trace?.scenario ?? null,
    command.variant ?? trace?.variant ?? null,
    command.assignments,
  );
  const session = engine.openSession(loaded, variant, { ...parameters, ...trace?.parameters }, trace);
  const { scenario, file } = loaded;
  const about = {
    version: world.version,
    scenario: scenario.name,
    about: scenario.spec.about,
    file,
    variant,
    alone,
    properties: askable(session.built.compiled.program),
  };
  const answers = new LiveAnswers(session, about, { maxMemory: world.defaultMemory, breathe: world.breathe });
  const page = { title: `${scenario.name} / ${variant} – upy-check`, page: readPageFiles() };
  const server = await serveLive(documentOf({ ...page, data: null, connects: 'self' }, packing), (body) =>
    answers.answer(body),
  );
  const style = { paint: paint(colorLevel(world.environment, world.stdout.isTerminal)) };
  world.stdout.write(`${exploreText(scenario.name, variant, server.url, style)}\n`);
  if (command.open) openInBrowser(server.url, world);
  await new Promise<void>((interrupted) => {
    world.onInterrupt(interrupted);
  });
  await server.close();
  return EXIT_CODES['as expected'];
}

function traceAt(
  shown: string,
  scenarios: readonly string[],
  { variant, assignments, path: scenario }: ExploreCommand,
  world: World,
): Trace {
  if (assignments.length > 0)
    throw usage(
      'a trace is explored with the parameters that it was recorded with',
      '--set and --trace do not go together',
      `upy-check explore ${scenario} --trace ${shown}`,
    );
  return readTrace(resolve(world.cwd, shown), shown, { property: null, variant, scenarios });
}

/** By the program with which a desktop opens addresses; where there is none, the address was printed. */
function openInBrowser(url: string, world: World): void {
  const command = { darwin: 'open', win32: 'explorer.exe' }[process.platform as string] ?? 'xdg-open';
  const child = spawn(command, [url], { detached: true, stdio: 'ignore' });
  child.on('error', () => world.stderr.write(`${command} cannot be started: open the address yourself\n`));
  child.unref();
}
