/** The options of `upy-check <scenarios>`: parser, plain reader and completion all read this table. */
import { REDUCTIONS, REPORTERS, SEARCHES } from './values.ts';

export interface CheckOption {
  readonly name: string;
  /** `flag` takes no value, `one` takes one (the last wins), `many` may be repeated. */
  readonly takes: 'flag' | 'one' | 'many';
  /** What its value may be; absent: it is parsed later. */
  readonly choices?: readonly string[];
  /** What a shell offers for its value, where that is more than `choices`. */
  readonly offers?: readonly string[];
  readonly describe: string;
}

export const CHECK_OPTIONS: readonly CheckOption[] = [
  { name: 'variant', takes: 'many', describe: 'Only this variant (repeatable)' },
  { name: 'set', takes: 'many', describe: 'name=value: a parameter (repeatable)' },
  { name: 'list', takes: 'flag', describe: 'List scenarios, variants and parameters' },
  {
    name: 'reporter',
    takes: 'many',
    offers: REPORTERS,
    describe: 'console, json, junit, github, lcov; with =file into a file (repeatable)',
  },
  { name: 'out', takes: 'one', describe: 'File for the report that has none of its own' },
  {
    name: 'trace',
    takes: 'one',
    choices: ['unexpected', 'all', 'none'],
    describe: 'Which traces to print in full [unexpected]',
  },
  { name: 'witnesses', takes: 'flag', describe: "Traces for 'sometimes' properties that hold, too" },
  { name: 'profile', takes: 'flag', describe: 'What the states are made of' },
  { name: 'coverage', takes: 'flag', describe: 'What of the model no explored state has reached' },
  { name: 'max-states', takes: 'one', describe: 'Per variant: 500k, 10M, 1G' },
  { name: 'max-depth', takes: 'one', describe: 'Per variant: steps from the start' },
  { name: 'max-memory', takes: 'one', describe: 'For states: 512M, 4G [60 % of the machine]' },
  { name: 'max-time', takes: 'one', describe: 'Per variant: 500ms, 60s, 5m, 1h' },
  { name: 'checkpoint', takes: 'one', describe: 'File to go on from after a kill; for one variant' },
  { name: 'checkpoint-every', takes: 'one', describe: 'Time between two checkpoints [5m]' },
  { name: 'shard', takes: 'one', describe: 'i/n: one of n parts of the work; upy-check merge joins them' },
  {
    name: 'store',
    takes: 'one',
    choices: ['exact', 'fingerprint', 'hash-compact', 'bitstate'],
    describe: 'How states are remembered [exact]',
  },
  {
    name: 'search',
    takes: 'one',
    choices: SEARCHES,
    describe: 'Which runs are looked at first [breadth-first]',
  },
  { name: 'workers', takes: 'one', describe: 'Threads that search breadth first, exactly [1]' },
  { name: 'preemptions', takes: 'one', describe: 'Only runs with at most so many context switches' },
  { name: 'runs', takes: 'one', describe: 'Of --search random: how many [1000]' },
  {
    name: 'bug-depth',
    takes: 'one',
    describe: 'Of --search random: how many steps must come in order [3]',
  },
  {
    name: 'reduce',
    takes: 'one',
    choices: REDUCTIONS,
    describe: 'Leave out states: by the order of steps, by symmetry of processes [auto]',
  },
  {
    name: 'seed',
    takes: 'one',
    describe: 'Which runs --search random draws [0]; other searches do not depend on it',
  },
];
