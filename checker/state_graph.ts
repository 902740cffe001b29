import type { Explored } from './explore.ts';
import type { Attempt, State } from './machine/interpreter.ts';
import { pack } from './machine/packed.ts';
import { placeOf } from './trace/frames.ts';
import { Walk } from './trace/walk.ts';
import type { GraphState, GraphStep, StateGraph } from './verdict.ts';

/** More than that nobody can look at. */
export const GRAPH_STATES_MAX = 300;

/** All states and steps of a variant, where they are few. */
export function stateGraphOf({ built, interpreter, machine, search }: Explored): StateGraph {
  const large: StateGraph = { kind: 'too large', statesMax: GRAPH_STATES_MAX, states: search.states };
  if (search.outcome !== 'finished' || search.states > GRAPH_STATES_MAX) return large;
  const walk = new Walk(interpreter, built.compiled.names);
  const found: State[] = [walk.state];
  const keyOf = (state: State): string => pack(interpreter, machine.layout, state).join();
  const numbers = new Map([[keyOf(walk.state), 0]]);
  const steps: GraphStep[] = [];
  for (let from = 0; from < found.length; from++) {
    const state = found[from] as State;
    let ordinal = 0;
    for (const attempt of interpreter.attempts(state)) {
      const { outcome } = attempt;
      if (outcome.kind === 'cutoff') continue;
      const about = { from, ...described(walk, attempt, state) };
      if (outcome.kind === 'failure') {
        steps.push({ ...about, to: null, failure: outcome.failure.name, ordinal: -1 });
        continue;
      }
      const key = keyOf(outcome.state);
      const to = numbers.get(key) ?? found.length;
      if (to === found.length) {
        // A search that leaves states out has counted fewer.
        if (to === GRAPH_STATES_MAX) return large;
        numbers.set(key, to);
        found.push(outcome.state);
      }
      steps.push({ ...about, to, failure: null, ordinal: ordinal++ });
    }
  }
  return { kind: 'graph', ...valuesOf(walk, found), steps };
}

function described(walk: Walk, { process, elapsedUs }: Attempt, state: State) {
  const code = walk.processes[process];
  const operation = process === -1 ? 'time' : 'data race';
  if (code === undefined) return { process: null, operation, function: null, place: null, elapsedUs };
  const cut = walk.cutOf(code, state);
  const site = cut?.site ?? null;
  return {
    process: code.name,
    operation: cut?.operation ?? 'step',
    function: site?.frame.name ?? null,
    place: site === null ? null : placeOf(site),
    elapsedUs,
  };
}

/** The variables that have more than one value, and these values in each state. */
function valuesOf(walk: Walk, found: readonly State[]): { variables: string[]; states: GraphState[] } {
  const all = found.map((state) => {
    walk.state = state;
    return walk.variables();
  });
  const names = all[0]?.map(({ name }) => name) ?? [];
  const varying = names.flatMap((_, i) =>
    all.some((values) => values[i]?.value !== all[0]?.[i]?.value) ? [i] : [],
  );
  return {
    variables: varying.map((i) => names[i] as string),
    states: all.map((values) => ({ values: varying.map((i) => values[i]?.value ?? '') })),
  };
}
