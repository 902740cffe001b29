#!/usr/bin/env node
import type { Command } from './arguments.ts';
import type { World } from './world.ts';

/** The only place that touches the process: streams, signals, exit code. Everything else is loaded when needed. */
async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const { packageVersion, realWorld } = await import('./process.ts');
  const asked = args.indexOf('--get-yargs-completions');
  if (asked >= 0) {
    const { completions } = await import('./completion.ts');
    process.stdout.write(
      completions(args.slice(asked + 2))
        .map((each) => `${each}\n`)
        .join(''),
    );
    return 0;
  }
  const { parseCommandLine, printCompletionScript } = await import('./arguments.ts');
  const version = packageVersion();
  if (args[0] === 'completion' && args.length === 1) {
    await printCompletionScript(version);
    return 0;
  }
  const world = realWorld(version);
  try {
    return await execute(await parseCommandLine(args, version, world.stdout.columns ?? 100), world);
  } catch (error) {
    return await failed(error, world);
  }
}

async function execute(command: Command, world: World): Promise<number> {
  switch (command.command) {
    case 'print':
      world.stdout.write(`${command.text}\n`);
      return 0;
    case 'check':
      return (await import('./run.ts')).runCheck(command, world);
    case 'steps':
      return (await import('./replay.ts')).runSteps(command, world);
    case 'simulate':
      return (await import('./simulate.ts')).runSimulate(command, world);
    case 'export':
      return (await import('./export.ts')).runExport(command, world);
    case 'merge':
      return (await import('./merge.ts')).runMerge(command, world);
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
