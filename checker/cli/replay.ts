import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { colorLevel, paint } from '../../reports/paint.ts';
import { misfitText, replayText } from '../../reports/replay.ts';
import { stepsText } from '../../reports/steps.ts';
import type { TraceStyle } from '../../reports/trace_steps.ts';
import type { ReplayResult } from '../check.ts';
import type { ReplayCommand, StepsCommand } from './commands.ts';
import { EXIT_CODES } from './exit.ts';
import { selectOne } from './selection.ts';
import { readTrace } from './trace_file.ts';
import { writeRun } from './trace_output.ts';
import { usage } from './values.ts';
import { type World, widthOf } from './world.ts';

function style(world: World) {
  return {
    paint: paint(colorLevel(world.environment, world.stdout.isTerminal)),
    width: widthOf(world.stdout),
  };
}

/** `upy-check steps`. */
export async function runSteps(command: StepsCommand, world: World): Promise<number> {
  const engine = await world.engine();
  const all = await engine.loadScenarios(resolve(world.cwd, command.path));
  const { loaded, variant, parameters } = selectOne(
    all,
    command.path,
    command.scenario,
    command.variant,
    command.assignments,
  );
  world.stdout.write(`${stepsText(engine.steps(loaded, variant, { parameters }), style(world))}\n`);
  return EXIT_CODES['as expected'];
}

/** `upy-check replay`: 0 when the scenario does what the trace says, 1 when it no longer does. */
export async function runReplay(command: ReplayCommand, world: World): Promise<number> {
  const isFile = command.path.endsWith('.json');
  const { result, alone } = isFile ? await replayFile(command, world) : await replaySchedule(command, world);
  const exit = result.fits ? 'as expected' : 'not as expected';
  const text = (style: TraceStyle): string => replayText(result, { ...style, alone });
  writeRun(result.trace, command, 'steps', text, exit, world);
  const isRead = command.to === null || command.to === 'steps' || command.to === 'timeline';
  const isSeen = command.out === null && isRead;
  if (!result.fits && !isSeen) world.stderr.write(`${misfitText(result, style(world).paint)}\n`);
  return EXIT_CODES[exit];
}

interface Replayed {
  readonly result: ReplayResult;
  readonly alone: boolean;
}

async function replaySchedule(command: ReplayCommand, world: World): Promise<Replayed> {
  const { path, schedule } = command;
  if (schedule === null) {
    throw usage(
      `replay ${path} needs a schedule`,
      'a scenario alone does not say which of its runs to show',
      `upy-check replay ${path} --variant <name> --schedule u1.…, as a report prints it`,
    );
  }
  const engine = await world.engine();
  const all = await engine.loadScenarios(resolve(world.cwd, path));
  const { loaded, variant, parameters, alone } = selectOne(
    all,
    path,
    command.scenario,
    command.variant,
    command.assignments,
  );
  if (command.variant === null && Object.keys(loaded.scenario.spec.variants).length > 1) {
    throw usage(
      `replay ${path} needs a variant`,
      `the scenario has ${Object.keys(loaded.scenario.spec.variants).join(', ')}`,
      'name the one that the schedule was recorded in: --variant <name>',
    );
  }
  return { result: await engine.replaySchedule(loaded, variant, schedule, { parameters }), alone };
}

async function replayFile(command: ReplayCommand, world: World): Promise<Replayed> {
  const path = resolve(world.cwd, command.path);
  if (command.schedule !== null || command.assignments.length > 0) {
    throw usage(
      'a trace file is replayed as it was recorded',
      '--schedule and --set belong to a scenario file',
      `upy-check replay ${command.path}`,
    );
  }
  const { property, variant, scenario } = command;
  const scenarios = scenario === null ? null : [scenario];
  const trace = readTrace(path, command.path, { property, variant, scenarios });
  const engine = await world.engine();
  const beside = resolve(dirname(path), trace.file);
  const here = resolve(world.cwd, trace.file);
  const all = await engine.loadScenarios(existsSync(here) ? here : beside);
  const { loaded, alone } = selectOne(all, trace.file, trace.scenario, trace.variant, []);
  return { result: await engine.replay(loaded, trace), alone };
}
