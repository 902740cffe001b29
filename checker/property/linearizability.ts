import type { Explored } from '../explore.ts';
import type { SpecifiedObject } from '../language/ir.ts';
import { HistorySearch } from '../search/history_search.ts';
import { placeOf } from '../trace/frames.ts';
import { marksOf } from '../trace/history.ts';
import { recordTrace } from '../trace/record.ts';
import type { PropertyVerdict } from '../verdict.ts';
import { Linearizations } from './linearizations.ts';
import { type Deciding, explored as toItsEnd } from './product.ts';
import { Sequential } from './sequential.ts';

/** Of what is explored after the search. */
export interface Limits {
  /** Bytes. */
  readonly maxMemory?: number | undefined;
  readonly maxStates?: number | undefined;
}

/**
 * The verdicts of `linearizable`: violated if some history has no order that the specification explains, or if no operation ever
 * returns. Decided after the search, on the product of the states with what is known of the operations.
 */
export function* linearizabilityVerdicts(explored: Explored, limits: Limits): Deciding<PropertyVerdict[]> {
  const verdicts: PropertyVerdict[] = [];
  for (const [index, object] of explored.built.compiled.program.specified.entries())
    verdicts.push(yield* linearizabilityVerdict(explored, object, index, limits));
  return verdicts;
}

function* linearizabilityVerdict(
  explored: Explored,
  { name, site }: SpecifiedObject,
  index: number,
  { maxMemory, maxStates }: Limits,
): Deciding<PropertyVerdict> {
  const { search, stopped, built, interpreter, machine } = explored;
  const { program } = built.compiled;
  const known = { name, kind: 'linearizability' as const, place: site === null ? null : placeOf(site) };
  const undecided = (detail: string): PropertyVerdict => ({
    ...known,
    status: 'undecided',
    trace: null,
    detail,
  });
  if (stopped !== null) return undecided('the search was stopped before');
  if (search.omissionProbability > 0) return undecided('needs an exact store');
  const finished = search.outcome === 'finished';
  const specification = new Sequential(program.specified[index] as SpecifiedObject, built.compiled);
  const monitor = new Linearizations(specification, index);
  const begin = marksOf(interpreter, []).passed.reduce(
    (before, { mark, values }) => (before < 0 ? before : monitor.tell(before, mark, values)),
    monitor.initial,
  );
  const product = new HistorySearch({ ...machine, marks: program.marks }, monitor, begin, {
    maxPairs: Math.min(
      maxStates ?? Number.POSITIVE_INFINITY,
      finished ? Number.POSITIVE_INFINITY : search.states,
    ),
    ...(maxMemory === undefined ? {} : { maxMemory }),
  });
  if ((yield* toItsEnd(product)) !== null) return undecided('was stopped after the search');
  if (product.unexplained !== null) {
    const trace = recordTrace(explored, {
      kind: 'linearizability',
      name,
      path: product.unexplained,
      failure: -1,
      victim: -1,
      detail: null,
    });
    return { ...known, status: 'violated', trace, detail: null };
  }
  if (product.limit === 'pairs' && finished)
    return undecided(
      `has more than --max-states ${maxStates} pairs of a state and what is known of the operations`,
    );
  if (product.limit !== null) return undecided(LIMITS[product.limit]);
  if (!finished) return undecided('needs a finished search');
  if (!monitor.returned)
    return { ...known, status: 'violated', trace: null, detail: 'no operation on the object ever returns' };
  const cost = `${product.pairs} pairs of a state and what is known of the operations there; at most ${monitor.largest} explanations at once`;
  return { ...known, status: 'holds', trace: null, detail: cost };
}

const LIMITS: Readonly<Record<NonNullable<HistorySearch['limit']>, string>> = {
  memory: 'needs more memory than --max-memory',
  pairs: 'needs a finished search',
  'cut short': 'more than 8 operations of killed processes are open',
};
