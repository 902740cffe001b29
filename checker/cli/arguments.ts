import type { Argv } from 'yargs';
import type { StoreKind } from '../machine/store_for.ts';
import type { Reduce, SearchOrder } from '../options.ts';
import { CHECK_OPTIONS, type CheckOption } from './check_options.ts';
import { plainOptions } from './plain.ts';
import { parseShard, type Shard } from './shard.ts';
import { translated } from './usage.ts';
import {
  type Assignment,
  parseAssignment,
  parseBytes,
  parseCount,
  parseDuration,
  parseReporter,
  parseSeed,
  parseWhole,
  parseWorkers,
  type ReporterChoice,
  usage,
} from './values.ts';

export interface CheckCommand {
  readonly command: 'check';
  readonly paths: readonly string[];
  readonly variants: readonly string[];
  readonly assignments: readonly Assignment[];
  readonly reporters: readonly ReporterChoice[];
  readonly out: string | null;
  readonly traces: 'unexpected' | 'all' | 'none';
  readonly reduce: Reduce | null;
  readonly store: StoreKind;
  readonly search: SearchOrder;
  readonly workers: number | null;
  readonly preemptions: number | null;
  readonly runs: number | null;
  readonly bugDepth: number | null;
  readonly maxStates: number | null;
  readonly maxMemory: number | null;
  readonly maxTimeMs: number | null;
  readonly maxDepth: number | null;
  readonly profile: boolean;
  /** Of all files, not only the scenarios' own. */
  readonly coverage: boolean;
  readonly witnesses: boolean;
  readonly list: boolean;
  readonly seed: number | null;
  readonly shard: Shard | null;
  readonly checkpoint: string | null;
  readonly checkpointEveryMs: number | null;
}

export interface StepsCommand {
  readonly command: 'steps';
  readonly path: string;
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly assignments: readonly Assignment[];
}

export interface ReplayCommand {
  readonly command: 'replay';
  readonly path: string;
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly schedule: string | null;
  readonly property: string | null;
  readonly assignments: readonly Assignment[];
}

export interface SimulateCommand {
  readonly command: 'simulate';
  readonly path: string;
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly assignments: readonly Assignment[];
  readonly seed: number | null;
  readonly steps: number | null;
}

export interface ExportCommand {
  readonly command: 'export';
  readonly path: string;
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly assignments: readonly Assignment[];
  readonly to: 'promela' | 'tla';
  readonly out: string | null;
}

export interface MergeCommand {
  readonly command: 'merge';
  readonly files: readonly string[];
  readonly reporters: readonly ReporterChoice[];
  readonly out: string | null;
  readonly traces: CheckCommand['traces'];
}

/** What the command line asks for. `print`: help or version, already text. */
export type Command =
  | CheckCommand
  | StepsCommand
  | ReplayCommand
  | SimulateCommand
  | ExportCommand
  | MergeCommand
  | { readonly command: 'print'; readonly text: string };

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['$0 scenarios/', 'check every scenario in a folder'],
  ['$0 scenarios/wake.ts --variant fixed', 'one variant of one scenario'],
  ['$0 scenarios/ --reporter junit=out.xml', 'a report for CI beside the console'],
  ['$0 replay scenarios/wake.ts --variant buggy --schedule u1.0a3', 'show a trace again'],
];
const EXITS =
  'Exit: 0 every verdict as expected, 1 not as expected, 2 usage or scenario error, 3 incomplete, 130 interrupted.';

type Raw = Readonly<Record<string, unknown>>;

function texts(raw: Raw, name: string): string[] {
  const value = raw[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((each) => String(each));
}

/** The last one wins. */
function text(raw: Raw, name: string): string | null {
  return texts(raw, name).at(-1) ?? null;
}

function given<T>(raw: Raw, name: string, parse: (option: string, value: string) => T): T | null {
  const value = text(raw, name);
  return value === null ? null : parse(name, value);
}

function selection(y: Argv): Argv {
  return y
    .option('scenario', {
      type: 'string',
      requiresArg: true,
      describe: 'Which scenario, if the file has several',
    })
    .option('variant', { type: 'string', requiresArg: true, describe: 'Which variant' })
    .option('set', { type: 'string', array: true, requiresArg: true, describe: 'name=value: a parameter' });
}

function checkOptions(y: Argv): Argv {
  return withOptions(
    y.positional('scenarios', { type: 'string', array: true, describe: 'Scenario files, folders or globs' }),
    CHECK_OPTIONS,
  );
}

function withOptions(y: Argv, options: readonly CheckOption[]): Argv {
  let all = y;
  for (const { name, takes, choices, describe } of options) {
    all = all.option(name, {
      describe,
      ...(takes === 'flag'
        ? { type: 'boolean' as const }
        : { type: 'string' as const, requiresArg: true, array: takes === 'many' }),
      ...(choices === undefined ? {} : { choices }),
    });
  }
  return all;
}

function checkCommand(raw: Raw): CheckCommand {
  return {
    command: 'check',
    paths: texts(raw, 'scenarios'),
    variants: texts(raw, 'variant'),
    assignments: texts(raw, 'set').map(parseAssignment),
    reporters: texts(raw, 'reporter').map(parseReporter),
    out: text(raw, 'out'),
    traces: (text(raw, 'trace') ?? 'unexpected') as CheckCommand['traces'],
    reduce: text(raw, 'reduce') as CheckCommand['reduce'],
    store: (text(raw, 'store') ?? 'exact') as CheckCommand['store'],
    search: (text(raw, 'search') ??
      (text(raw, 'preemptions') === null ? 'breadth-first' : 'fewest-switches')) as SearchOrder,
    workers: given(raw, 'workers', parseWorkers),
    preemptions: given(raw, 'preemptions', parseWhole),
    runs: given(raw, 'runs', parseCount),
    bugDepth: given(raw, 'bug-depth', parseCount),
    maxStates: given(raw, 'max-states', parseCount),
    maxMemory: given(raw, 'max-memory', parseBytes),
    maxTimeMs: given(raw, 'max-time', parseDuration),
    maxDepth: given(raw, 'max-depth', parseCount),
    profile: raw.profile === true,
    coverage: raw.coverage === true || texts(raw, 'reporter').some((each) => /^lcov(?:=|$)/u.test(each)),
    witnesses: raw.witnesses === true,
    list: raw.list === true,
    seed: given(raw, 'seed', (_, value) => parseSeed(value)),
    shard: given(raw, 'shard', (_, value) => parseShard(value)),
    checkpoint: text(raw, 'checkpoint'),
    checkpointEveryMs: given(raw, 'checkpoint-every', parseDuration),
  };
}

function simulateOptions(y: Argv): Argv {
  return selection(y.positional('path', { type: 'string', demandOption: true, describe: 'A scenario file' }))
    .option('seed', { type: 'string', requiresArg: true, describe: 'Which run [0]' })
    .option('steps', { type: 'string', requiresArg: true, describe: 'How many steps [100]' });
}

function simulateCommand(raw: Raw): SimulateCommand {
  return {
    command: 'simulate',
    path: text(raw, 'path') ?? '',
    ...selected(raw),
    seed: given(raw, 'seed', (_, value) => parseSeed(value)),
    steps: given(raw, 'steps', parseCount),
  };
}

function exportOptions(y: Argv): Argv {
  return selection(y.positional('path', { type: 'string', demandOption: true, describe: 'A scenario file' }))
    .option('to', {
      type: 'string',
      requiresArg: true,
      choices: ['promela', 'tla'],
      describe: 'For whom: promela is SPIN, tla is TLC [promela]',
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'File [standard output]' });
}

function exportCommand(raw: Raw): ExportCommand {
  return {
    command: 'export',
    path: text(raw, 'path') ?? '',
    ...selected(raw),
    to: (text(raw, 'to') ?? 'promela') as ExportCommand['to'],
    out: text(raw, 'out'),
  };
}

/** Options of `check` that say how to report, and nothing else. */
export const REPORTING = ['reporter', 'out', 'trace'];

function mergeOptions(y: Argv): Argv {
  const reports = y.positional('reports', {
    type: 'string',
    array: true,
    demandOption: true,
    describe: 'JSON reports, one of each shard',
  });
  return withOptions(
    reports,
    CHECK_OPTIONS.filter(({ name }) => REPORTING.includes(name)),
  );
}

function mergeCommand(raw: Raw): MergeCommand {
  return {
    command: 'merge',
    files: texts(raw, 'reports'),
    reporters: texts(raw, 'reporter').map(parseReporter),
    out: text(raw, 'out'),
    traces: (text(raw, 'trace') ?? 'unexpected') as CheckCommand['traces'],
  };
}

function selected(raw: Raw) {
  return {
    scenario: text(raw, 'scenario'),
    variant: text(raw, 'variant'),
    assignments: texts(raw, 'set').map(parseAssignment),
  };
}

/** The yargs parser; `found` gets what the command line asks for. */
async function parser(
  args: readonly string[],
  version: string,
  width: number,
  found: (command: Command) => void,
): Promise<{ readonly y: Argv }> {
  const { default: yargs } = await import('yargs');
  const y = yargs([...args])
    .scriptName('upy-check')
    .locale('en')
    .version(version)
    .strict()
    .recommendCommands()
    .exitProcess(false)
    .parserConfiguration({
      'greedy-arrays': false,
      'parse-positional-numbers': false,
      'parse-numbers': false,
      'dot-notation': false,
    })
    .command('$0 [scenarios..]', 'Check every interleaving of a concurrency design', checkOptions, (raw) =>
      found(checkCommand(raw)),
    )
    .command(
      'steps <path>',
      'Show where each function can be preempted, and by whom',
      (y) =>
        selection(y.positional('path', { type: 'string', demandOption: true, describe: 'A scenario file' })),
      (raw) => found({ command: 'steps', path: text(raw, 'path') ?? '', ...selected(raw) }),
    )
    .command(
      'replay <path>',
      'Show a trace again, step by step',
      (y) =>
        selection(
          y.positional('path', {
            type: 'string',
            demandOption: true,
            describe: 'trace.json, a JSON report, or a scenario file',
          }),
        )
          .option('schedule', { type: 'string', requiresArg: true, describe: 'u1.…, as a report prints it' })
          .option('property', { type: 'string', requiresArg: true, describe: 'Which trace of a report' }),
      (raw) =>
        found({
          command: 'replay',
          path: text(raw, 'path') ?? '',
          schedule: text(raw, 'schedule'),
          property: text(raw, 'property'),
          ...selected(raw),
        }),
    )
    .command('simulate <path>', 'Show one run, drawn at random', simulateOptions, (raw) =>
      found(simulateCommand(raw)),
    )
    .command('export <path>', 'Write the compiled model for another checker', exportOptions, (raw) =>
      found(exportCommand(raw)),
    )
    .command('merge <reports..>', 'Join the JSON reports of all shards into one', mergeOptions, (raw) =>
      found(mergeCommand(raw)),
    )
    .completion('completion', 'Print a completion script for the shell')
    .example(EXAMPLES.map(([command, what]) => [command, what] as [string, string]))
    .epilogue(EXITS)
    .wrap(Math.min(width, 110));
  return { y };
}

/** Reads a command line (without `node` and the script). Throws UPY310. */
export async function parseCommandLine(
  args: readonly string[],
  version: string,
  width = 100,
): Promise<Command> {
  const plain = plainOptions(args);
  return checked(plain === null ? await withYargs(args, version, width) : checkCommand(plain));
}

/** The same, whatever the command line is like. */
export async function withYargs(args: readonly string[], version: string, width: number): Promise<Command> {
  let command: Command | null = null;
  let output = '';
  let problem: string | null = null;
  let thrown: unknown = null;
  const { y } = await parser(args, version, width, (each) => {
    command = each;
  });
  await y.parse([...args], {}, (error: Error | undefined | null, _argv: unknown, text: string) => {
    // An error that a handler throws (a value out of range) is ours already.
    if (error && error.name === 'UserError') thrown = error;
    else if (error) problem = error.message;
    output = text;
  });
  if (thrown !== null) throw thrown;
  if (problem !== null) throw translated(problem, args);
  if (command === null) return { command: 'print', text: output };
  return command;
}

/** The script that `upy-check completion` prints; it asks `--get-yargs-completions`. */
export async function printCompletionScript(version: string): Promise<void> {
  const { y } = await parser([], version, 100, () => {});
  y.showCompletionScript();
}

function checked(command: Command): Command {
  if (command.command !== 'check') return command;
  refuseUnfitting(command);
  if (command.paths.length > 0) return command;
  throw usage(
    'no scenario is given',
    'the command line names no file or folder',
    'upy-check scenarios/  or  upy-check --help',
  );
}

/** Options that do not go together. */
function refuseUnfitting({
  search,
  workers,
  preemptions,
  store,
  runs,
  bugDepth,
  reduce,
  profile,
}: CheckCommand): void {
  const option = runs === null ? '--bug-depth' : '--runs';
  if (search !== 'random' && (runs ?? bugDepth) !== null) {
    throw usage(
      `${option} does not go with --search ${search}`,
      'it says how many runs are drawn, or for what',
      'add --search random',
    );
  }
  const alone =
    search !== 'breadth-first'
      ? `--search ${search}`
      : store !== 'exact'
        ? `--store ${store}`
        : reduce === 'symmetry' || reduce === 'por'
          ? `--reduce ${reduce}`
          : null;
  if (workers !== null && workers > 1 && alone !== null) {
    throw usage(
      `--workers ${workers} does not go with ${alone}`,
      'several threads search breadth first, with an exact store and without reductions',
      'leave one of the two out',
    );
  }
  if (search === 'random' && profile) {
    throw usage(
      '--profile does not go with --search random',
      'this search remembers no states',
      'leave --profile out',
    );
  }
  if (preemptions !== null && search !== 'fewest-switches') {
    throw usage(
      `--preemptions does not go with --search ${search}`,
      'only the search that looks at runs in order of their context switches can bound them',
      'leave --search out, or --search fewest-switches',
    );
  }
  if ((search === 'fewest-switches' || search === 'random') && store !== 'exact') {
    throw usage(
      `--store ${store} does not go with --search ${search}`,
      search === 'random'
        ? 'this search remembers no states'
        : 'this search comes back to states, so it must know them',
      'leave --store out, or --search breadth-first',
    );
  }
}
