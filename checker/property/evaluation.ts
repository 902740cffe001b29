import type { Explored } from '../explore.ts';
import type { PropertyCode } from '../language/ir.ts';
import { placeOf } from '../trace/frames.ts';
import { statesAlong } from '../trace/past.ts';
import { type Finding, recordTrace } from '../trace/record.ts';
import type { PropertyKind, PropertyVerdict } from '../verdict.ts';
import { calmest, endsInProperty, endsInQuiescent } from './endings.ts';

/** What keeps the predicates of properties from being evaluated in a state that the search has found; see `PropertyCode.fails`. */
export function evaluationVerdicts(explored: Explored): PropertyVerdict[] {
  const { machine, search } = explored;
  const inState = machine.stateProperties.map((property, bit) =>
    asked(explored, property, search.propertyFindings.found.get(bit), endsInProperty(explored, bit)),
  );
  const quiescent = machine.quiescentProperties.map((property, bit) =>
    asked(explored, property, search.quiescentFindings.found.get(bit), endsInQuiescent(explored, bit)),
  );
  return [...inState, ...quiescent].flatMap((found) => found ?? []);
}

function asked(
  explored: Explored,
  { fails, predicate }: PropertyCode,
  first: { readonly state: number } | undefined,
  ending: Parameters<typeof calmest>[2],
): PropertyVerdict | null {
  if (fails === null || first === undefined) return null;
  const kind = fails.kind as PropertyKind;
  const found: Finding = {
    kind,
    name: fails.name,
    path: explored.search.pathTo(first.state),
    failure: -1,
    victim: -1,
    detail: null,
  };
  const told = calmest(explored, found, ending);
  const { interpreter } = explored;
  const end = statesAlong(interpreter, told.path).at(-1);
  const failure = end === undefined ? null : interpreter.failureOf(predicate, end);
  if (failure === null)
    throw new Error(
      `the reference interpreter evaluates what the generated code cannot ('${fails.name}'), please report`,
    );
  return {
    name: fails.name,
    kind,
    status: 'violated',
    place: failure.site === null ? null : placeOf(failure.site),
    trace: recordTrace(explored, { ...told, detail: failure.detail, asked: failure.site }),
    detail: failure.detail,
  };
}
