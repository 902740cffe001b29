import { resolve } from 'node:path';
import {
  type CheckedVariant,
  type ErrorFound,
  type Listed,
  publish,
  type ReportEvent,
  type Reporter,
  type RunFinished,
  type Settings,
  type Totals,
} from '../../reports/events.ts';
import { listJson, listText } from '../../reports/list.ts';
import { colorLevel, paint } from '../../reports/paint.ts';
import { problemText } from '../../reports/problem.ts';
import type { LoadedScenario } from '../check.ts';
import { type CheckOptions, UserError } from '../options.ts';
import type { FileCoverage } from '../verdict.ts';
import type { CheckCommand } from './arguments.ts';
import { CheckpointFile } from './checkpoint.ts';
import { unionOf, unreachedIn } from './coverage.ts';
import { type Candidate, discover, nothingIn } from './discover.ts';
import type { Engine } from './engine.ts';
import { exitOf } from './exit.ts';
import { Watch } from './monitor.ts';
import { openOutputs } from './outputs.ts';
import { drawnBy } from './portfolio.ts';
import { asProblem, debugText } from './problems.ts';
import { replayLast, roundReporter, selectAgain } from './round.ts';
import type { Round } from './round_channel.ts';
import { type Selected, select, variantsOf } from './selection.ts';
import { planOf, shareOf } from './shard.ts';
import { Sources } from './sources.ts';
import { usage } from './values.ts';
import { type World, widthOf } from './world.ts';

/** Stores of fixed size take half of the memory at once, so they get no more than this unless asked. */
const LOSSY_MEMORY = 2 ** 30;

/** Counts what happens in a run, and tells the reporters. */
export class Run {
  readonly #reporters: readonly Reporter[];
  readonly world: World;
  readonly #told = new Set<string>();
  readonly #totals = {
    scenarios: 0,
    variants: 0,
    asExpected: 0,
    notAsExpected: 0,
    incomplete: 0,
    errors: 0,
    states: 0,
    transitions: 0,
    wallMs: 0,
  };
  readonly #sources = new Sources();
  #coverage: readonly FileCoverage[] = [];
  internal = false;

  constructor(reporters: readonly Reporter[], world: World) {
    this.#reporters = reporters;
    this.world = world;
  }

  publish(event: ReportEvent): void {
    if (event.type === 'scenario-started') this.#totals.scenarios++;
    if (event.type === 'error') {
      this.#totals.errors++;
      if (event.problem.code === null) this.internal = true;
    }
    if (event.type === 'variant-finished') {
      this.#count(event.result, event.wallMs);
      this.#coverage = unionOf([this.#coverage, event.result.coverage]);
      for (const source of this.#sources.readBy(event.result)) publish(this.#reporters, source);
    }
    publish(this.#reporters, event);
  }

  #count(result: Extract<ReportEvent, { type: 'variant-finished' }>['result'], wallMs: number | null): void {
    const totals = this.#totals;
    totals.variants++;
    if (result.verdict === 'incomplete') totals.incomplete++;
    else if (result.asExpected) totals.asExpected++;
    else totals.notAsExpected++;
    totals.states += result.figures.states;
    totals.transitions += result.figures.transitions;
    totals.wallMs += wallMs ?? 0;
  }

  /** The same refusal in several variants is told once. */
  error(error: unknown, where: Pick<ErrorFound, 'file' | 'scenario' | 'variant'>): void {
    const problem = asProblem(error);
    const key = JSON.stringify([problem, where.file]);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.publish({ type: 'error', problem, ...where });
    this.world.stderr.write(debugText(error, this.world.environment));
  }

  finish(interrupted: boolean, coverage: boolean): number {
    if (coverage) this.publish({ type: 'coverage-collected', files: this.#coverage });
    return this.finishAs(exitOf({ ...this.#totals, interrupted, internal: this.internal }));
  }

  /** For a command that does not exit with what its verdicts say. */
  finishAs(exit: RunFinished['exit']): number {
    const totals: Totals = { ...this.#totals };
    this.publish({ type: 'run-finished', totals, exit });
    return exit.code;
  }
}

/** `upy-check <scenarios>`: returns the exit code. Mistakes on the command line are thrown. */
export async function runCheck(
  command: CheckCommand,
  world: World,
  round: Round | null = null,
): Promise<number> {
  const files = round?.order.files ?? discover(command.paths, world.cwd);
  if (command.list) return listScenarios(command, files, world);
  const outputs = openOutputs(command, world);
  const own = round === null ? [] : [roundReporter(round)];
  const run = new Run([...outputs.reporters, ...own], world);
  const lossy = command.store === 'hash-compact' || command.store === 'bitstate';
  const maxMemory =
    command.maxMemory ?? (lossy ? Math.min(LOSSY_MEMORY, world.defaultMemory) : world.defaultMemory);
  const watch = new Watch({
    maxTimeMs: command.maxTimeMs,
    maxMemory,
    world,
    onProgress: (event) => run.publish(event),
  });
  try {
    run.publish({ type: 'run-started', version: world.version, settings: settingsOf(command, maxMemory) });
    const engine = await world.engine();
    const loaded = await load(engine, command.paths, files, (error, file) =>
      run.error(error, { file, scenario: null, variant: null }),
    );
    const all = trySelect(command, loaded, round, run);
    const { shard } = command;
    if (shard !== null) run.publish({ type: 'shard-planned', ...shard, plan: planOf(all) });
    const checkpoint = checkpointOf(command, all, world);
    const isPortfolio = shard !== null && command.search === 'random';
    const drawn = isPortfolio ? drawnBy(command, shard) : command;
    for (const selected of shard === null || isPortfolio ? all : shareOf(all, shard)) {
      if (watch.interrupted) break;
      await checkScenario(engine, selected, drawn, maxMemory, watch, run, checkpoint, round);
    }
    round?.tell({ type: 'finished' });
    return run.finish(watch.interrupted, command.coverage);
  } finally {
    watch.end();
    outputs.close();
  }
}

const CHECKPOINT_MS = 300_000;

/** A checkpoint is that of one search. */
function checkpointOf(
  { checkpoint, checkpointEveryMs }: CheckCommand,
  all: readonly Selected[],
  world: World,
): CheckpointFile | null {
  if (checkpoint === null) return null;
  const variants = all.reduce((sum, { variants: own }) => sum + own.length, 0);
  if (variants > 1)
    throw usage(
      `--checkpoint ${checkpoint} is for one variant, and ${variants} are selected`,
      'each search would overwrite the checkpoint of another',
      'add --variant, and give each variant a file of its own',
    );
  const path = resolve(world.cwd, checkpoint);
  return new CheckpointFile(path, checkpoint, world.version, checkpointEveryMs ?? CHECKPOINT_MS, world.now);
}

export function settingsOf(command: CheckCommand, maxMemory: number): Settings {
  const {
    store,
    search,
    workers,
    preemptions,
    runs,
    bugDepth,
    reduce,
    maxStates,
    maxDepth,
    maxTimeMs,
    coverage,
    seed,
  } = command;
  return {
    store,
    search,
    workers,
    preemptions,
    runs,
    bugDepth,
    reduce,
    maxStates,
    maxDepth,
    maxMemory,
    maxTimeMs,
    coverage,
    seed,
  };
}

function trySelect(
  command: CheckCommand,
  loaded: readonly LoadedScenario[],
  round: Round | null,
  run: Run,
): readonly Selected[] {
  try {
    if (round !== null) return selectAgain(round.order, command, loaded);
    return select(loaded, command.variants, command.assignments);
  } catch (error) {
    run.error(error, { file: null, scenario: null, variant: null });
    return [];
  }
}

/** Loads every file. Files that were found rather than named, and hold no scenario, are passed over. */
async function load(
  engine: Engine,
  paths: readonly string[],
  files: readonly Candidate[],
  failed: (error: unknown, file: string) => void,
): Promise<LoadedScenario[]> {
  const all: LoadedScenario[] = [];
  let failures = 0;
  for (const { file, named } of files) {
    try {
      all.push(...(await engine.loadScenarios(file)));
    } catch (error) {
      if (!named && error instanceof UserError && error.code === 'UPY301') continue;
      failures++;
      failed(error, file);
    }
  }
  if (all.length === 0 && failures === 0) failed(nothingIn(paths.join(' ')), paths.join(' '));
  return all;
}

async function checkScenario(
  engine: Engine,
  selected: Selected,
  command: CheckCommand,
  maxMemory: number,
  watch: Watch,
  run: Run,
  checkpoint: CheckpointFile | null,
  round: Round | null,
): Promise<void> {
  const { loaded, variants, parameters, alone } = selected;
  const { scenario, file } = loaded;
  run.publish({
    type: 'scenario-started',
    scenario: scenario.name,
    about: scenario.spec.about,
    file,
    variants,
    alone,
  });
  const results: CheckedVariant[] = [];
  for (const variant of variants) {
    if (watch.interrupted) break;
    // One variant at a time: a refusal of one does not hide the others, and each has its own time.
    const options: CheckOptions = {
      variants: [variant],
      parameters,
      store: command.store,
      search: command.search,
      workers: command.workers === null ? undefined : engine.threads(command.workers),
      preemptions: command.preemptions ?? undefined,
      runs: command.runs ?? undefined,
      seed: command.seed ?? undefined,
      bugDepth: command.bugDepth ?? undefined,
      reduce: command.reduce ?? undefined,
      maxStates: command.maxStates ?? undefined,
      maxDepth: command.maxDepth ?? undefined,
      maxMemory,
      monitor: watch.monitor,
      checkpoints: checkpoint ?? undefined,
      profile: command.profile,
      coverage: command.coverage,
      witnesses: command.witnesses,
      graph: command.reporters.some(({ name }) => name === 'dot'),
    };
    watch.begin();
    try {
      if (round !== null) await replayLast(round, engine, loaded, variant, run.world);
      for await (const result of engine.check(loaded, options)) {
        results.push(result);
        if (result.limit === null) checkpoint?.remove();
        run.publish({ type: 'variant-finished', result, wallMs: watch.elapsedMs() });
      }
    } catch (error) {
      run.error(error, { file, scenario: scenario.name, variant });
    }
  }
  const unreached = unreachedIn(file, variantsOf(loaded), results);
  run.publish({ type: 'scenario-finished', scenario: scenario.name, file, unreached });
}

async function listScenarios(
  command: CheckCommand,
  files: readonly Candidate[],
  world: World,
): Promise<number> {
  const style = {
    paint: paint(colorLevel(world.environment, world.stdout.isTerminal)),
    width: widthOf(world.stdout),
  };
  let errors = 0;
  let internal = false;
  const loaded = await load(await world.engine(), command.paths, files, (error) => {
    const problem = asProblem(error);
    errors++;
    internal ||= problem.code === null;
    world.stderr.write(
      `${problemText(problem, paint(colorLevel(world.environment, world.stderr.isTerminal)))}\n${debugText(error, world.environment)}`,
    );
  });
  const listed = loaded.map(
    ({ scenario, file }): Listed => ({
      scenario: scenario.name,
      about: scenario.spec.about,
      file,
      parameters: scenario.spec.parameters ?? {},
      full: (scenario.spec.full ?? null) as Listed['full'],
      variants: Object.entries(scenario.spec.variants).map(([name, expected]) => ({ name, expected })),
    }),
  );
  if (command.reporters.some((choice) => choice.name === 'json')) listJson(listed, world.stdout.write);
  else if (listed.length > 0) world.stdout.write(`${listText(listed, style)}\n`);
  return exitOf({ interrupted: false, internal, errors, notAsExpected: 0, incomplete: 0 }).code;
}
