import type { BuiltVariant } from '../build_variant.ts';
import type { Program } from '../language/ir.ts';
import { type CheckOptions, UserError } from '../options.ts';
import { symmetryIsKept } from './symmetry_choice.ts';

/** A set of processes is a mask of bits. */
const PROCESSES_MAX = 31;

/** Properties of whole runs, which need to see every order of the steps. */
const OF_RUNS: ReadonlySet<string> = new Set([
  'alwaysPossible',
  'eventually',
  'leadsTo',
  'within',
  'data race',
  'overtaking',
]);

/** Whether reductions are used where they fit and are worth it: what is done if nothing else is asked for. */
export function isAuto({ reduce = 'auto' }: CheckOptions): boolean {
  return reduce === 'auto';
}

/** Whether any reduction could be used, as far as can be told at no cost. */
export function mayReduce(built: BuiltVariant, options: CheckOptions): boolean {
  const { checkpoints, profile, search = 'breadth-first', preemptions, store = 'exact', workers } = options;
  // What is left behind, or told, is about plain search.
  if (checkpoints !== undefined || profile === true) return false;
  if (search !== 'breadth-first' || preemptions !== undefined || store !== 'exact') return false;
  if (workers !== undefined && workers.count > 1) return false;
  return obstacleTo(built, options) === null || symmetryIsKept(built, { ...options, reduce: 'auto' });
}

/** Whether a variant is searched with partial order reduction. Refuses it where it was asked for by name and does not fit. */
export function partialOrder(built: BuiltVariant, options: CheckOptions): boolean {
  const { reduce = 'none' } = options;
  if (reduce === 'none' || reduce === 'symmetry') return false;
  const obstacle = obstacleTo(built, options);
  if (obstacle === null) return true;
  if (reduce === 'auto') return false;
  const { loaded, variant } = built;
  throw new UserError(
    'UPY316',
    `'${loaded.scenario.name}' (${variant}) cannot be searched with --reduce ${reduce}: ${obstacle}`,
    null,
    'the reduction leaves out orders of steps that only some questions cannot tell apart',
    'use --reduce auto, which leaves out what does not fit, or --reduce none',
  );
}

/** Why partial order reduction does not fit; see docs/reduction.md. */
function obstacleTo({ compiled: { program }, loaded }: BuiltVariant, options: CheckOptions): string | null {
  const { search = 'breadth-first', preemptions, store = 'exact', profile, coverage, workers } = options;
  const ofRuns = program.properties.find(({ kind }) => OF_RUNS.has(kind));
  if (ofRuns !== undefined) return `it does not keep ${ofRuns.kind} ('${ofRuns.name}')`;
  const [specified] = program.specified;
  if (specified !== undefined) return `it does not keep linearizability ('${specified.name}')`;
  if (program.races !== null) return 'it does not keep data races';
  const without = loaded.scenario.spec.without ?? [];
  if (program.timing === 'prompt' && !without.includes('timelock') && timePasses(program))
    return 'it does not keep timelock, which a prompt scenario with clocks asks for';
  if (search !== 'breadth-first' || preemptions !== undefined) return 'the search is not breadth first';
  if (store !== 'exact') return 'the store keeps fingerprints';
  if (profile === true) return 'the profile is about all states';
  if (workers !== undefined && workers.count > 1) return 'the search has several workers';
  if (coverage === true) return 'coverage is about all states';
  if (program.processes.length > PROCESSES_MAX) return `there are more than ${PROCESSES_MAX} processes`;
  return null;
}

/** Whether anything waits for time at all. */
export function timePasses({ clocks, processes }: Program): boolean {
  return (
    clocks.some(({ left }) => typeof left === 'object') ||
    processes.some(({ busy, timeout }) => busy !== null || timeout !== null)
  );
}
