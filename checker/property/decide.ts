import type { Explored } from '../explore.ts';
import type { Failure, PropertyCode } from '../language/ir.ts';
import { type Generated, Status } from '../machine/generated.ts';
import { endless } from '../machine/interpreter_run.ts';

import { UserError } from '../options.ts';
import { timePasses } from '../reduction/choice.ts';
import { backward } from '../search/backward.ts';
import { exhaustive, type Search } from '../search/search.ts';
import type { Ending } from '../search/shortest_runs.ts';
import { placeOf } from '../trace/frames.ts';
import { type Finding, recordTrace } from '../trace/record.ts';
import type { Trace } from '../trace.ts';
import type { PropertyKind, PropertyVerdict } from '../verdict.ts';
import { decisiveOf } from './decisive.ts';
import {
  calmest,
  endsBeyond,
  endsInDeadlock,
  endsInFailure,
  endsInProperty,
  endsInQuiescent,
} from './endings.ts';
import { evaluationVerdicts } from './evaluation.ts';
import { type Limits, linearizabilityVerdicts } from './linearizability.ts';
import { livenessVerdicts } from './liveness.ts';
import { type Deciding, toEnd } from './product.ts';
import { worstOf } from './worst.ts';

/** The verdict of every property of an explored variant, with traces of violations. */
export function decide(explored: Explored, witnesses: boolean): PropertyVerdict[] {
  return toEnd(deciding(explored, witnesses, {}));
}

/** The same, with limits and pauses for what is explored after the search. */
export function* deciding(
  explored: Explored,
  witnesses: boolean,
  limits: Limits,
): Deciding<PropertyVerdict[]> {
  const verdicts = [
    ...failureVerdicts(explored, witnesses),
    ...stateVerdicts(explored, witnesses),
    ...quiescentVerdicts(explored),
    ...possibleVerdicts(explored),
  ];
  const without = explored.built.loaded.scenario.spec.without ?? [];
  if (!without.includes('deadlock')) verdicts.push(deadlockVerdict(explored));
  if (explored.built.compiled.program.timing === 'prompt' && !without.includes('timelock'))
    verdicts.push(timelockVerdict(explored));
  verdicts.push(...(yield* livenessVerdicts(explored, limits)));
  verdicts.push(...(yield* linearizabilityVerdicts(explored, limits)));
  return without.includes('lost wakeup') ? verdicts.filter(({ kind }) => kind !== 'lost wakeup') : verdicts;
}

/** Why a search that did not keep every state cannot answer. */
const NEEDS_ALL_STATES = 'needs a finished exact search';

const complete = ({ search }: Explored): boolean => search.outcome === 'finished';

function finding(
  kind: PropertyKind,
  name: string,
  path: readonly number[],
  more: Partial<Finding> = {},
): Finding {
  return { kind, name, path, failure: -1, victim: -1, detail: null, ...more };
}

function verdict(
  explored: Explored,
  kind: PropertyKind,
  name: string,
  property: PropertyCode | null,
  violated: Finding | null,
  ending: Ending | null = null,
): PropertyVerdict {
  const place = property === null ? null : placeOf(property.predicate.site);
  const status = violated !== null ? 'violated' : complete(explored) ? 'holds' : 'undecided';
  return {
    name,
    kind,
    status,
    place,
    trace: violated === null ? null : traceTo(explored, violated, ending),
    detail: null,
  };
}

function traceTo(explored: Explored, found: Finding, ending: Ending | null): Trace {
  if (ending === null || explored.shortest === null) return recordTrace(explored, found);
  const told = calmest(explored, found, ending);
  return recordTrace(explored, { ...told, decisive: decisiveOf(explored, told, ending) });
}

// ---- checks, throws, model errors, deadlines ----

function failureVerdicts(explored: Explored, witnesses: boolean): PropertyVerdict[] {
  const { search, built, machine } = explored;
  const { program } = built.compiled;
  const found = new Map<string, { failure: Failure; depth: number; state: number; number: number }>();
  for (const [number, { state, depth, attempt }] of search.failures) {
    if (number >= machine.ranges.first) continue;
    const failure = program.failures[number] ?? endlessAt(explored, attempt);
    const key =
      failure.kind === 'model error'
        ? `${failure.name}|${failure.site?.start}`
        : `${failure.kind}|${failure.name}`;
    const known = found.get(key);
    if (known === undefined || depth < known.depth) found.set(key, { failure, depth, state, number });
  }
  const verdicts = [...found.values()].map(({ failure, state, number }): PropertyVerdict => {
    const kind = failure.kind as PropertyKind;
    const path = search.pathTo(state);
    const own = explored.quotient?.failureAfter(path, number, built.compiled.program.failures) ?? number;
    const trace = traceTo(
      explored,
      finding(kind, failure.name, path, { failure: own, detail: failure.detail }),
      endsInFailure([own]),
    );
    // A bound that was exceeded decides nothing, but how it was reached is worth knowing.
    const status = kind === 're-entry' ? 'undecided' : 'violated';
    return {
      name: failure.name,
      kind,
      status,
      place: failure.site === null ? null : placeOf(failure.site),
      trace,
      detail: failure.detail,
    };
  });
  const all = [...verdicts, ...evaluationVerdicts(explored)];
  return [
    ...all,
    ...quietChecks(explored, new Set(all.map(({ name }) => name)), witnesses),
    ...quietRaces(explored, verdicts),
  ];
}

function endlessAt({ built }: Explored, where: number): Failure {
  const process = built.compiled.program.processes[Math.floor(where / 65536)];
  const block = process?.locations[(where % 65536) - 1];
  if (block === undefined) {
    throw new UserError(
      'UPY214',
      'a property or run condition has a loop that does not end',
      null,
      'it waits for something to change, but a predicate is read at one instant',
      'return the condition itself; wait in a process, with until()',
    );
  }
  return endless(built.compiled, block);
}

/** Checks and deadlines that were never violated. */
function quietChecks(
  explored: Explored,
  violated: ReadonlySet<string>,
  witnesses: boolean,
): PropertyVerdict[] {
  const seen = new Set(violated);
  const verdicts: PropertyVerdict[] = [];
  const { failures, properties } = explored.built.compiled.program;
  for (const { kind, name, site } of failures) {
    if ((kind !== 'check' && kind !== 'context' && kind !== 'within') || seen.has(name)) continue;
    seen.add(name);
    const known = {
      name,
      kind,
      status: complete(explored) ? ('holds' as const) : ('undecided' as const),
      place: site === null ? null : placeOf(site),
      trace: null,
      detail: null,
    };
    const property = properties.find((p) => p.kind === kind && p.name === name);
    verdicts.push(property === undefined ? known : withWorst(explored, property, known, witnesses));
  }
  return verdicts;
}

/** Data races that were asked for and not found. */
function quietRaces(explored: Explored, found: readonly PropertyVerdict[]): PropertyVerdict[] {
  if (explored.built.compiled.program.races === null || found.some(({ kind }) => kind === 'data race'))
    return [];
  return [verdict(explored, 'data race', 'data race', null, null)];
}

/** Adds the worst case to what holds, and how it comes about if asked for. */
function withWorst(
  explored: Explored,
  property: PropertyCode,
  known: PropertyVerdict,
  witnesses: boolean,
): PropertyVerdict {
  const found = known.status === 'holds' ? worstOf(explored, property) : null;
  if (found === null) return known;
  const { worst } = found;
  const first = witnesses ? found.first() : null;
  if (first === null) return { ...known, worst };
  const path = explored.search.pathTo(first);
  return { ...known, worst, trace: recordTrace(explored, finding(known.kind, known.name, path, { worst })) };
}

// ---- properties of states ----

function stateVerdicts(explored: Explored, witnesses: boolean): PropertyVerdict[] {
  const { machine, search } = explored;
  return machine.stateProperties.flatMap((property, bit): PropertyVerdict[] => {
    if (property.fails !== null) return [];
    const first = search.propertyFindings.found.get(bit);
    const path = first === undefined ? null : search.pathTo(first.state);
    const { kind, name } = property;
    if (kind === 'always' || kind === 'overtaking') {
      const run = path === null ? null : finding(kind, name, path);
      const found = verdict(explored, kind, name, property, run, endsInProperty(explored, bit));
      return [kind === 'overtaking' ? withWorst(explored, property, found, witnesses) : found];
    }
    const place = placeOf(property.predicate.site);
    const trace =
      path !== null && witnesses
        ? traceTo(explored, finding('sometimes', property.name, path), endsInProperty(explored, bit))
        : null;
    const status = path !== null ? 'holds' : complete(explored) ? 'violated' : 'undecided';
    const known: PropertyVerdict = {
      name: property.name,
      kind: 'sometimes',
      status,
      place,
      trace,
      detail: null,
    };
    return [first !== undefined && search.traces === 'shortest' ? { ...known, steps: first.depth } : known];
  });
}

function quiescentVerdicts(explored: Explored): PropertyVerdict[] {
  const { machine, search } = explored;
  return machine.quiescentProperties.flatMap((property, bit) => {
    if (property.fails !== null) return [];
    const first = search.quiescentFindings.found.get(bit);
    const kind = property.kind as PropertyKind;
    return verdict(
      explored,
      kind,
      property.name,
      property,
      first === undefined
        ? null
        : finding(kind, property.name, search.pathTo(first.state), { victim: property.victim }),
      endsInQuiescent(explored, bit),
    );
  });
}

function deadlockVerdict(explored: Explored): PropertyVerdict {
  const { search, machine } = explored;
  const some = search.quiescentFindings.found.get(machine.standstillBit);
  const { deadlock: all } = search;
  const partial = some !== undefined && (all === null || some.depth < all.depth);
  const deadlock = partial ? some : all;
  return verdict(
    explored,
    'deadlock',
    'deadlock',
    null,
    deadlock === null ? null : finding('deadlock', 'deadlock', explored.search.pathTo(deadlock.state)),
    partial ? endsInQuiescent(explored, machine.standstillBit) : endsInDeadlock(),
  );
}

// ---- properties of the graph ----

function possibleVerdicts(explored: Explored): PropertyVerdict[] {
  const { machine, search } = explored;
  return machine.possible.map(({ property, holds }) => {
    if (!exhaustive(search)) {
      return {
        name: property.name,
        kind: 'alwaysPossible',
        status: 'undecided',
        place: placeOf(property.predicate.site),
        trace: null,
        detail: NEEDS_ALL_STATES,
      };
    }
    const { firstBad, reaches } = backward(machine.generated, search, { good: holds });
    return verdict(
      explored,
      'alwaysPossible',
      property.name,
      property,
      firstBad === null ? null : finding('alwaysPossible', property.name, search.pathTo(firstBad)),
      endsBeyond(explored, reaches),
    );
  });
}

/** A cycle of zero-time steps that no time step ends while a clock is armed. */
function timelockVerdict(explored: Explored): PropertyVerdict {
  const {
    machine: { generated },
    search,
  } = explored;
  if (!exhaustive(search)) {
    const open = verdict(explored, 'timelock', 'timelock', null, null);
    // Nothing can keep a clock from running on where there is none, so a reduced search will do.
    if (complete(explored) && !timePasses(explored.built.compiled.program)) return open;
    return { ...open, status: 'undecided', detail: NEEDS_ALL_STATES };
  }
  const ends = (states: Int32Array, at: number): boolean => {
    const end = generated.expand(states, at, 0);
    generated.failures.length = 0;
    return end === 0;
  };
  const { bad, reaches } = backward(generated, search, {
    good: ends,
    goodStatus: Status.Time,
  });
  if (bad === 0) return verdict(explored, 'timelock', 'timelock', null, null);
  const first = firstState(
    generated,
    (states, at) => {
      if (reaches(states, at)) return false;
      generated.expand(states, at, 0);
      generated.failures.length = 0;
      return ((generated.status[0] as number) & Status.ClockRunning) !== 0;
    },
    search,
  );
  return verdict(
    explored,
    'timelock',
    'timelock',
    null,
    first === null ? null : finding('timelock', 'timelock', search.pathTo(first)),
  );
}

/** Number of the first stored state with `wanted`, in the order of the search; `wanted` may use the machine. */
function firstState(
  { words }: Generated,
  wanted: (states: Int32Array, at: number) => boolean,
  search: Search,
): number | null {
  const candidates = new Set<string>();
  search.visited?.scan((states, at) => {
    if (wanted(states, at)) candidates.add(states.subarray(at, at + words).join());
  });
  if (candidates.size === 0) return null;
  return search.first((states, at) => candidates.has(states.subarray(at, at + words).join()));
}
