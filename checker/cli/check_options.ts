/** The options of `upy-check <scenarios>`: parser, plain reader, help and completion all read this table. */
import { REDUCTIONS, REPORTERS, SEARCHES, STORES } from './values.ts';

export interface Option {
  readonly name: string;
  /** `flag` takes no value, `one` takes one (the last wins), `many` may be repeated. */
  readonly takes: 'flag' | 'one' | 'many';
  /** How help writes its value: `<n>`. Absent for flags, and where there are `choices`. */
  readonly value?: string;
  /** What its value may be; absent: it is parsed later. */
  readonly choices?: readonly string[];
  /** What a shell offers for its value, where that is more than `choices`. */
  readonly offers?: readonly string[];
  readonly describe: string;
}

export interface CheckOption extends Option {
  /** Under which heading help shows it. */
  readonly group: 'What to check' | 'Reports' | 'Limits, each for one variant' | 'Search';
}

export const CHECK_OPTIONS: readonly CheckOption[] = [
  { group: 'What to check', name: 'variant', takes: 'many', value: '<name>', describe: 'Only this variant' },
  {
    group: 'What to check',
    name: 'set',
    takes: 'many',
    value: '<name>=<value>',
    describe: 'A parameter; size=full for the larger values',
  },
  {
    group: 'What to check',
    name: 'list',
    takes: 'flag',
    describe: 'List scenarios, variants, parameters; check nothing',
  },
  {
    group: 'What to check',
    name: 'config',
    takes: 'one',
    value: '<file>',
    describe: 'Options in a file; options here win [upy-check.config.ts, if there is one]',
  },
  {
    group: 'What to check',
    name: 'watch',
    takes: 'flag',
    describe: 'Check again what changes, the last counterexample first; q quits',
  },
  {
    group: 'What to check',
    name: 'shard',
    takes: 'one',
    value: '<i>/<n>',
    describe: 'Part i of n parts of the work; upy-check merge joins them',
  },
  {
    group: 'Reports',
    name: 'reporter',
    takes: 'many',
    value: '<name>[=<file>]',
    offers: REPORTERS,
    describe: `${REPORTERS.join(', ')}; several at once`,
  },
  {
    group: 'Reports',
    name: 'out',
    takes: 'one',
    value: '<file>',
    describe: 'File of the reporter that has none',
  },
  {
    group: 'Reports',
    name: 'trace',
    takes: 'one',
    choices: ['unexpected', 'all', 'none'],
    describe: 'Which traces the console prints in full [unexpected]',
  },
  {
    group: 'Reports',
    name: 'timeline',
    takes: 'flag',
    describe: 'The console draws traces as lanes, time downwards',
  },
  {
    group: 'Reports',
    name: 'ascii',
    takes: 'flag',
    describe: 'The console draws with ASCII characters only',
  },
  {
    group: 'Reports',
    name: 'witnesses',
    takes: 'flag',
    describe: "Traces of 'sometimes' properties that hold, too",
  },
  { group: 'Reports', name: 'profile', takes: 'flag', describe: 'What the states are made of' },
  {
    group: 'Reports',
    name: 'coverage',
    takes: 'flag',
    describe: 'What of the model no explored state has reached',
  },
  {
    group: 'Limits, each for one variant',
    name: 'max-states',
    takes: 'one',
    value: '<n>',
    describe: 'States: 500k, 10M, 1G',
  },
  {
    group: 'Limits, each for one variant',
    name: 'max-depth',
    takes: 'one',
    value: '<n>',
    describe: 'Steps from the start',
  },
  {
    group: 'Limits, each for one variant',
    name: 'max-memory',
    takes: 'one',
    value: '<bytes>',
    describe: 'For states: 512M, 4G [60 % of the machine]',
  },
  {
    group: 'Limits, each for one variant',
    name: 'max-time',
    takes: 'one',
    value: '<time>',
    describe: '500ms, 60s, 5m, 1h',
  },
  {
    group: 'Search',
    name: 'search',
    takes: 'one',
    choices: SEARCHES,
    describe: 'Which runs are looked at first [breadth-first]',
  },
  {
    group: 'Search',
    name: 'reduce',
    takes: 'one',
    choices: REDUCTIONS,
    describe: 'Leave out states: by the order of steps, by symmetry of processes [auto]',
  },
  {
    group: 'Search',
    name: 'store',
    takes: 'one',
    choices: STORES,
    describe: 'How states are remembered [exact]',
  },
  {
    group: 'Search',
    name: 'workers',
    takes: 'one',
    value: '<n>',
    describe: 'Threads that search breadth first, exactly [1]',
  },
  {
    group: 'Search',
    name: 'preemptions',
    takes: 'one',
    value: '<n>',
    describe: 'Only runs with at most so many context switches',
  },
  {
    group: 'Search',
    name: 'runs',
    takes: 'one',
    value: '<n>',
    describe: 'Of --search random: how many [1000]',
  },
  {
    group: 'Search',
    name: 'bug-depth',
    takes: 'one',
    value: '<n>',
    describe: 'Of --search random: how many steps must come in order [3]',
  },
  {
    group: 'Search',
    name: 'seed',
    takes: 'one',
    value: '<n>',
    describe: 'Of --search random: which runs [0]',
  },
  {
    group: 'Search',
    name: 'checkpoint',
    takes: 'one',
    value: '<file>',
    describe: 'Goes on from it after a kill; for one variant',
  },
  {
    group: 'Search',
    name: 'checkpoint-every',
    takes: 'one',
    value: '<time>',
    describe: 'Time between two checkpoints [5m]',
  },
];
