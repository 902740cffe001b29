import type { BuiltVariant } from '../build_variant.ts';
import type { CheckOptions } from '../options.ts';
import { entangled, findSymmetry, type Group, type Symmetry } from './symmetry.ts';

/** Orders of entangled members that are tried for each state. */
const ORDERS_MAX = 720;
/** The deadlock of some processes is looked for among so many. */
const PROCESSES_MAX = 31;

/** The symmetry to use, if any is asked for; with a reason where none can be. */
export function symmetryFor(built: BuiltVariant, options: CheckOptions): Symmetry | null {
  const { reduce } = options;
  if (reduce !== 'symmetry' && reduce !== 'por,symmetry' && reduce !== 'auto') return null;
  const off = notKept(built, options);
  if (off !== null) return { groups: [], asymmetries: [], ignored: new Set(), off };
  const symmetry = findSymmetry(built.compiled.program);
  return { ...symmetry, groups: affordable(symmetry.groups) };
}

/** Whether every question of a variant, and the search, can do with symmetry. */
export function symmetryIsKept(built: BuiltVariant, options: CheckOptions): boolean {
  return notKept(built, options) === null;
}

/** Why symmetry is not used for a variant; see docs/symmetry.md. */
function notKept(
  { compiled: { program } }: BuiltVariant,
  { search, preemptions, reduce, workers }: CheckOptions,
): string | null {
  // Asked for by name, it is refused together with them.
  if (reduce === 'auto' && workers !== undefined && workers.count > 1)
    return 'it is not used by several workers';
  const graph = program.properties.find(
    ({ kind }) =>
      kind === 'alwaysPossible' || kind === 'eventually' || kind === 'leadsTo' || kind === 'overtaking',
  );
  if (graph !== undefined) return `it is not used for ${graph.kind} ('${graph.name}')`;
  const [specified] = program.specified;
  if (specified !== undefined) return `it is not used for linearizability ('${specified.name}')`;
  if (program.races !== null) return 'it is not used where data races are looked for';
  if (preemptions !== undefined || search === 'fewest-switches' || search === 'random')
    return 'it is used with breadth-first and depth-first search only';
  if (program.processes.length > PROCESSES_MAX) return `it is used for up to ${PROCESSES_MAX} processes`;
  return null;
}

/** Without the largest of entangled groups, until all orders of the others can be tried. */
function affordable(groups: readonly Group[]): readonly Group[] {
  for (const cluster of entangled(groups)) {
    const sizes = cluster.map((group) => groups[group]?.processes.length ?? 0);
    if (sizes.reduce((orders, size) => orders * factorial(size), 1) <= ORDERS_MAX) continue;
    const largest = cluster[sizes.indexOf(Math.max(...sizes))];
    return affordable(groups.filter((_, i) => i !== largest));
  }
  return groups;
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
