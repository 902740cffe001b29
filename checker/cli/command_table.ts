/** The commands beside the check itself: parser, help and completion read this table. */
import { CHECK_OPTIONS, type Option } from './check_options.ts';
import { SHELLS } from './completion_scripts.ts';
import { TRACE_FORMATS } from './values.ts';

/** What stands after a command's name. */
export interface Operand {
  readonly name: string;
  readonly describe: string;
  readonly many?: boolean;
  readonly optional?: boolean;
  /** Which files a shell offers; */
  readonly files?: RegExp;
  /** or which words, and it takes no others. */
  readonly choices?: readonly string[];
}

export interface CommandShape {
  readonly name: string;
  readonly operand: Operand;
  readonly describe: string;
  readonly options: readonly Option[];
  /** Arguments of an example, without the program's and the command's name. */
  readonly example: string;
}

/** Files that may hold a scenario. */
export const SCENARIO_FILE = /(?<!\.test|\.d|\.config)\.m?[tj]s$/u;
const SCENARIO: Operand = { name: 'scenario', describe: 'A scenario file', files: SCENARIO_FILE };

/** One scenario, one variant of it. */
const SELECTION: readonly Option[] = [
  { name: 'scenario', takes: 'one', value: '<name>', describe: 'Which scenario, if the file has several' },
  { name: 'variant', takes: 'one', value: '<name>', describe: 'Which variant [the first]' },
  { name: 'set', takes: 'many', value: '<name>=<value>', describe: 'A parameter' },
];

/** How a run is written. */
function writing(initial: string): readonly Option[] {
  return [
    { name: 'to', takes: 'one', choices: TRACE_FORMATS, describe: `How to write it [${initial}]` },
    { name: 'out', takes: 'one', value: '<file>', describe: 'Where to [standard output]' },
    { name: 'ascii', takes: 'flag', describe: 'Draw with ASCII characters only' },
  ];
}

/** Options of the check that say how to report, and nothing else. */
const REPORTING = ['reporter', 'out', 'trace', 'timeline', 'ascii'];

export const COMMANDS: readonly CommandShape[] = [
  {
    name: 'steps',
    operand: SCENARIO,
    describe: 'Show the source, marked wherever others can run, and who',
    options: SELECTION,
    example: 'scenarios/wake.ts --variant fixed',
  },
  {
    name: 'replay',
    operand: {
      name: 'file',
      describe: 'A JSON report, a trace out of one, or a scenario file',
      files: /\.json$|(?<!\.test|\.d|\.config)\.m?[tj]s$/u,
    },
    describe: 'Show a trace again, and whether the model still does it',
    options: [
      ...SELECTION,
      {
        name: 'schedule',
        takes: 'one',
        value: '<u1.…>',
        describe: 'Of a scenario file: the run, as a report prints it',
      },
      {
        name: 'property',
        takes: 'one',
        value: '<name>',
        describe: 'Of a report: the trace of this property [the first]',
      },
      ...writing('steps'),
    ],
    example: 'scenarios/wake.ts --variant buggy --schedule u1.0a3',
  },
  {
    name: 'simulate',
    operand: SCENARIO,
    describe: 'Show one run, drawn at random',
    options: [
      ...SELECTION,
      { name: 'seed', takes: 'one', value: '<n>', describe: 'Which run [0]' },
      { name: 'steps', takes: 'one', value: '<n>', describe: 'How many steps at most [100]' },
      ...writing('timeline'),
    ],
    example: 'scenarios/wake.ts --variant fixed --seed 7',
  },
  {
    name: 'explore',
    operand: SCENARIO,
    describe: 'Step through a model by hand, in a browser',
    options: [
      ...SELECTION,
      {
        name: 'trace',
        takes: 'one',
        value: '<file>',
        describe: 'Begin at the end of a trace: a JSON report, or one trace',
      },
      { name: 'open', takes: 'flag', describe: 'Open the browser, too' },
    ],
    example: 'scenarios/wake.ts --variant buggy --trace report.json',
  },
  {
    name: 'export',
    operand: SCENARIO,
    describe: 'Write the compiled model for another checker',
    options: [
      ...SELECTION,
      {
        name: 'to',
        takes: 'one',
        choices: ['promela', 'tla'],
        describe: 'promela for SPIN, tla for TLC [promela]',
      },
      { name: 'out', takes: 'one', value: '<file>', describe: 'Where to [standard output]' },
    ],
    example: 'scenarios/wake.ts --variant fixed --to tla --out Wake.tla',
  },
  {
    name: 'merge',
    operand: { name: 'report', describe: 'JSON reports, one of each shard', many: true, files: /\.json$/u },
    describe: 'Join the JSON reports of all shards into one',
    options: CHECK_OPTIONS.filter(({ name }) => REPORTING.includes(name)),
    example: 'part1.json part2.json --reporter junit=design.xml',
  },
  {
    name: 'init',
    operand: {
      name: 'folder',
      describe: 'Where [the working directory]; files that are there are never overwritten',
      optional: true,
      files: /(?!)/u,
    },
    describe: 'Make a first project: scenario, test, configuration, CI workflow',
    options: [],
    example: 'my-design',
  },
  {
    name: 'completion',
    operand: {
      name: 'shell',
      describe: `${SHELLS.join(', ')} [that of $SHELL]`,
      optional: true,
      choices: SHELLS,
    },
    describe: 'Print a completion script for a shell; it says how to install it',
    options: [],
    example: 'bash',
  },
];

export const COMMAND_NAMES: readonly string[] = COMMANDS.map(({ name }) => name);

/** The options of the command that these words begin with. */
export function optionsOf([first = '']: readonly string[]): readonly Option[] {
  return COMMANDS.find(({ name }) => name === first)?.options ?? CHECK_OPTIONS;
}
