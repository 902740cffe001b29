#!/usr/bin/env node
import type { ReadConfig } from './arguments.ts';
import { expectColdCode } from './cold_code.ts';
import type { Command } from './commands.ts';
import { ROUND, type Round } from './round_channel.ts';
import type { World } from './world.ts';

/** The only place that touches the process: streams, signals, exit code. Everything else is loaded when needed. */
async function main(): Promise<number> {
  expectColdCode();
  const { openRound, packageVersion, realWorld } = await import('./process.ts');
  const round = process.argv[2] === ROUND ? await openRound() : null;
  try {
    return await perform(process.argv.slice(round === null ? 2 : 3), round, realWorld(packageVersion()));
  } finally {
    round?.close();
  }
}

async function perform(args: readonly string[], round: Round | null, world: World): Promise<number> {
  if (args[0] === '--complete') return complete(args.slice(1));
  const { parseCommandLine } = await import('./arguments.ts');
  try {
    const readConfig: ReadConfig = async (asked) =>
      (await import('./config.ts')).configured(asked, world.cwd, async (path) =>
        (await import('../language/loader.ts')).importFile(path),
      );
    const width = world.stdout.columns ?? 100;
    return await execute(await parseCommandLine(args, world.version, width, readConfig), args, round, world);
  } catch (error) {
    return await failed(error, world);
  }
}

/** Called by the scripts of `upy-check completion`. */
async function complete(words: readonly string[]): Promise<number> {
  const { completions } = await import('./completion.ts');
  const load = async (path: string) => (await import('../language/loader.ts')).loadScenarios(path);
  const offers = await completions(words, { cwd: process.cwd(), load });
  process.stdout.write(offers.map(({ value, describe }) => `${value}\t${describe}\n`).join(''));
  return 0;
}

async function execute(
  command: Command,
  args: readonly string[],
  round: Round | null,
  world: World,
): Promise<number> {
  switch (command.command) {
    case 'print':
      world.stdout.write(`${command.text}\n`);
      return 0;
    case 'check':
      // A round is checked once, by the same command line.
      if (command.watch && round === null) return (await import('./watch.ts')).runWatch(command, args, world);
      round?.tell({ type: 'paths', paths: command.paths });
      return (await import('./run.ts')).runCheck(command, world, round);
    case 'steps':
      return (await import('./replay.ts')).runSteps(command, world);
    case 'simulate':
      return (await import('./simulate.ts')).runSimulate(command, world);
    case 'explore':
      return (await import('./explore.ts')).runExplore(command, world);
    case 'export':
      return (await import('./export.ts')).runExport(command, world);
    case 'merge':
      return (await import('./merge.ts')).runMerge(command, world);
    case 'init':
      return (await import('./init.ts')).runInit(command, world);
    case 'completion':
      return (await import('./completion_scripts.ts')).runCompletion(command.shell, world);
    case 'replay':
      return (await import('./replay.ts')).runReplay(command, world);
  }
}

async function failed(error: unknown, world: World): Promise<number> {
  const [{ asProblem, debugText }, { EXIT_CODES }, { colorLevel, paint }, { problemText }] =
    await Promise.all([
      import('./problems.ts'),
      import('./exit.ts'),
      import('../../reports/paint.ts'),
      import('../../reports/problem.ts'),
    ]);
  const problem = asProblem(error);
  const colours = paint(colorLevel(world.environment, world.stderr.isTerminal));
  world.stderr.write(`${problemText(problem, colours)}\n${debugText(error, world.environment)}`);
  return EXIT_CODES[problem.code === null ? 'internal error' : 'error'];
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `error: internal error, please report: ${error instanceof Error ? error.message : error}\n`,
    );
    process.exitCode = 70;
  },
);
