import type { SearchOrder } from '../options.ts';
import type { CheckCommand } from './commands.ts';
import { given, type Raw, text, texts } from './raw_options.ts';
import { parseShard } from './shard.ts';
import {
  parseAssignment,
  parseBytes,
  parseCount,
  parseDuration,
  parseReporter,
  parseSeed,
  parseWhole,
  parseWorkers,
  usage,
} from './values.ts';

/** The check that these options ask for. Throws UPY310. */
export function checkCommand(raw: Raw): CheckCommand {
  return {
    command: 'check',
    paths: texts(raw, 'scenarios'),
    variants: texts(raw, 'variant'),
    assignments: texts(raw, 'set').map(parseAssignment),
    reporters: texts(raw, 'reporter').map(parseReporter),
    out: text(raw, 'out'),
    traces: (text(raw, 'trace') ?? 'unexpected') as CheckCommand['traces'],
    timeline: raw.timeline === true,
    ascii: raw.ascii === true,
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
    watch: raw.watch === true,
    config: raw.config === false ? false : text(raw, 'config'),
  };
}

/** Options that do not go together. */
export function refuseUnfitting({
  search,
  workers,
  preemptions,
  store,
  runs,
  bugDepth,
  reduce,
  profile,
  watch,
  list,
  shard,
  checkpoint,
}: CheckCommand): void {
  const once = list ? '--list' : shard !== null ? '--shard' : checkpoint !== null ? '--checkpoint' : null;
  if (watch && once !== null) {
    throw usage(
      `--watch does not go with ${once}`,
      'it checks again and again, and that is for one run',
      'leave one of the two out',
    );
  }
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
