import type { Explored } from '../explore.ts';
import type { LivenessPredicates } from '../machine/liveness_code.ts';
import { findLasso } from '../search/lasso.ts';
import { ObligationGraph } from '../search/obligation_graph.ts';
import { placeOf } from '../trace/frames.ts';
import { recordTrace } from '../trace/record.ts';
import type { PropertyKind, PropertyVerdict } from '../verdict.ts';
import type { Limits } from './linearizability.ts';
import { type Deciding, explored as toItsEnd } from './product.ts';

/**
 * The verdicts of `eventually` and `leadsTo`: violated if there is a fair run on which what must come never comes. Decided
 * after the search, on a graph of its own; where a limit ends it, a run that was found is one all the same.
 */
export function* livenessVerdicts(
  explored: Explored,
  limits: Pick<Limits, 'maxMemory'>,
): Deciding<PropertyVerdict[]> {
  const verdicts: PropertyVerdict[] = [];
  for (const each of explored.machine.liveness.properties)
    verdicts.push(yield* livenessVerdict(explored, each, limits));
  return verdicts;
}

function* livenessVerdict(
  explored: Explored,
  predicates: LivenessPredicates,
  { maxMemory }: Pick<Limits, 'maxMemory'>,
): Deciding<PropertyVerdict> {
  const { machine, search, stopped, built } = explored;
  const { kind, name, predicate } = predicates.property;
  const known = { name, kind: kind as PropertyKind, place: placeOf(predicate.site) };
  const undecided = (detail: string): PropertyVerdict => ({
    ...known,
    status: 'undecided',
    trace: null,
    detail,
  });
  if (stopped !== null) return undecided('the search was stopped before');
  if (search.omissionProbability > 0) return undecided('needs an exact store');
  const finished = search.outcome === 'finished';
  const graph = new ObligationGraph(machine, predicates, {
    fairness: built.loaded.scenario.spec.fairness ?? 'weak',
    ...(finished ? {} : { maxStates: search.states }),
    ...(maxMemory === undefined ? {} : { maxMemory }),
  });
  if ((yield* toItsEnd(graph)) !== null) return undecided('was stopped after the search');
  const lasso = findLasso(graph, (node) => graph.pathTo(node));
  if (lasso === null) {
    if (graph.complete) return { ...known, status: 'holds', trace: null, detail: null };
    return undecided(finished ? 'needs more memory than --max-memory' : 'needs a finished search');
  }
  const trace = recordTrace(explored, {
    kind: known.kind,
    name,
    path: [...lasso.stem, ...lasso.loop],
    loop: lasso.stem.length,
    failure: -1,
    victim: -1,
    detail: null,
  });
  return { ...known, status: 'violated', trace, detail: null };
}
