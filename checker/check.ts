import { type BuiltVariant, buildVariant, parametersOf } from './build_variant.ts';
import { coverageOf } from './coverage.ts';
import { type Explored, explore } from './explore.ts';
import { Interpreter } from './machine/interpreter.ts';
import type { CheckOptions, Profile, StepListing, Stop } from './options.ts';
import { profileOf } from './profile.ts';
import { deciding } from './property/decide.ts';
import { compare, confirm } from './property/expectation.ts';
import type { Parameters, Scenario } from './scenario.ts';
import { stateGraphOf } from './state_graph.ts';
import { listSteps } from './steps.ts';
import { explain } from './trace/explain.ts';
import { isUnexplained, unexplainedBy } from './trace/history.ts';
import { type Finding, traceOf } from './trace/record.ts';
import { closes, explainLoop } from './trace/repeats.ts';
import { readSchedule } from './trace/schedule.ts';
import { Walk } from './trace/walk.ts';
import type { Trace } from './trace.ts';
import type { Figures, Limit, PropertyVerdict, VariantResult, Verdict } from './verdict.ts';

/** A scenario with the file it was loaded from, as shown to people. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly file: string;
}

/** Checks the variants of a scenario one after the other. Returns data; throws `UserError`. */
export async function* check(
  loaded: LoadedScenario,
  options: CheckOptions = {},
): AsyncGenerator<VariantResult & { readonly profile: Profile | null }> {
  for (const variant of options.variants ?? Object.keys(loaded.scenario.spec.variants)) {
    yield await checkBuilt(buildVariant(loaded, variant, options.parameters, options.coverage), options);
  }
}

/** Checks a variant that was built before. */
export async function checkBuilt(
  built: BuiltVariant,
  options: CheckOptions = {},
): Promise<VariantResult & { readonly profile: Profile | null }> {
  const explored = await explore(built, options);
  const result = await resultOf(explored, options);
  return { ...result, profile: options.profile === true ? profileOf(explored, result.figures) : null };
}

async function resultOf(explored: Explored, options: CheckOptions): Promise<VariantResult> {
  const { built } = explored;
  const { scenario, file } = built.loaded;
  const { properties, stopped } = await decided(explored, options);
  const limit = limitOf({ ...explored, stopped }, properties);
  const verdict = verdictOf(properties, limit);
  const expected = scenario.spec.variants[built.variant] as VariantResult['expected'];
  const because = compare(expected, verdict, properties);
  const reason = because.length === 0 ? confirm(expected, properties) : null;
  return {
    scenario: scenario.name,
    about: scenario.spec.about,
    file,
    variant: built.variant,
    parameters: built.parameters,
    verdict,
    expected,
    asExpected: because.length === 0,
    because,
    ...(reason === null ? {} : { reason }),
    properties,
    figures: figuresOf(explored),
    limit,
    assumptions: assumptionsOf(built),
    coverage: coverageOf(explored),
    ...(options.graph === true ? { graph: stateGraphOf(explored) } : {}),
  };
}

/** The verdicts, and why the monitor has ended the search or what came after it. */
async function decided(explored: Explored, options: CheckOptions) {
  const { search, built } = explored;
  const known = { scenario: built.loaded.scenario.name, variant: built.variant, depth: search.depth };
  const steps = deciding(explored, options.witnesses === true, options);
  let { stopped } = explored;
  for (let next = steps.next(null); ; next = steps.next(stopped)) {
    if (next.done === true) return { properties: next.value, stopped };
    const { size: states, frontier, storeBytes } = next.value;
    const progress = { ...known, states, transitions: search.transitions, frontier, storeBytes };
    stopped ??= (await options.monitor?.(progress)) ?? null;
  }
}

/** A violation is a violation however the search ended; *holds* needs a complete one. */
function verdictOf(properties: readonly PropertyVerdict[], limit: Limit | null): Verdict {
  if (properties.some(({ status }) => status === 'violated')) return 'violated';
  return limit === null ? 'holds' : 'incomplete';
}

function limitOf(explored: Explored, properties: readonly PropertyVerdict[]): Limit | null {
  const { search, stopped, built, growing } = explored;
  if (stopped !== null) return { ...(stopped as Stop), growing };
  if (search.limit !== null) {
    const { kind, value, sample } = search.limit;
    return { kind, value: String(value), ...(sample && { sample }), growing };
  }
  const reentry = [...search.failures.keys()]
    .map((n) => built.compiled.program.failures[n])
    .find((f) => f?.kind === 're-entry');
  if (reentry !== undefined)
    return { kind: 're-entry', value: `${reentry.name} (${reentry.detail})`, growing: [] };
  const open = properties.filter(({ status }) => status === 'undecided');
  if (open.length > 0)
    return {
      kind: 'unsupported',
      value: open.map(({ name, detail }) => `'${name}' ${detail ?? ''}`.trim()).join('; '),
      growing: [],
    };
  return null;
}

function figuresOf({ search, machine, built, reduction }: Explored): Figures {
  const { processes } = built.compiled.program;
  return {
    states: search.states,
    transitions: search.transitions,
    depth: search.depth,
    bitsPerState: machine.layout.bits,
    storeBytes: search.peakBytes,
    processes: processes.length,
    locations: processes.reduce((sum, { locations }) => sum + locations.length, 0),
    omissionProbability: search.omissionProbability,
    reduction,
  };
}

function assumptionsOf({ compiled: { program } }: BuiltVariant): string[] {
  return program.timeUnit > 0
    ? [...program.assumptions, `events from outside fall on multiples of ${program.timeUnit} µs`]
    : [...program.assumptions];
}

// ---- replay ----

/** What a replay found. */
export type ReplayResult =
  | { readonly fits: true; readonly trace: Trace }
  | {
      readonly fits: false;
      /** The steps that still fit. */
      readonly trace: Trace;
      /** 1-based index of the first step that does not. */
      readonly failedAt: number;
      /** What the trace has there, and what the scenario can do instead. */
      readonly expected: string;
      readonly possible: readonly string[];
    };

/** Re-executes a recorded trace step by step on the reference interpreter. */
export async function replay(loaded: LoadedScenario, trace: Trace): Promise<ReplayResult> {
  return replayBuilt(buildVariant(loaded, trace.variant, trace.parameters), trace);
}

/** The same on a variant that was built before. */
export function replayBuilt(built: BuiltVariant, trace: Trace): ReplayResult {
  const walk = new Walk(new Interpreter(built.compiled), built.compiled.names);
  for (const [i, step] of trace.steps.entries()) {
    const expected = describe(step);
    const taken = step.ordinal >= 0 ? walk.take(step.ordinal) : failLike(walk, trace.property, expected);
    const now = walk.steps[i];
    if (taken && now !== undefined && describe(now) === expected) continue;
    const fitting = new Walk(walk.interpreter, walk.names);
    for (const { ordinal } of trace.steps.slice(0, i)) fitting.take(ordinal);
    return {
      fits: false,
      trace: { ...traceOf(built, fitting, plain(trace), trace.shortest), explanation: trace.explanation },
      failedAt: i + 1,
      expected,
      possible: possibilities(fitting),
    };
  }
  const again = traceOf(built, walk, plain(trace), trace.shortest);
  if (trace.history !== undefined && !isUnexplained(walk, plain(trace)))
    return { fits: false, ...explained(walk, again) };
  if (trace.loop !== undefined && !closes(walk, plain(trace))) return { fits: false, ...open(walk, again) };
  return { fits: true, trace: { ...again, explanation: trace.explanation } };
}

function plain({ property, steps, loop, history }: Trace): Finding {
  const path = steps.filter(({ ordinal }) => ordinal >= 0).map(({ ordinal }) => ordinal);
  const repeats = loop === undefined ? {} : { loop: loop - 1 };
  const kind = history === undefined ? 'check' : 'linearizability';
  return { kind, name: property, path, ...repeats, failure: -1, victim: -1, detail: null };
}

/** The steps fit, but an order of the operations explains them now. */
function explained(walk: Walk, trace: Trace): Omit<ReplayResult & { fits: false }, 'fits'> {
  return {
    trace: { ...trace, explanation: 'An order of the operations explains the trace now.' },
    failedAt: trace.steps.length + 1,
    expected: 'a result that no order of the operations explains',
    possible: possibilities(walk),
  };
}

/** The steps fit, but what must repeat for ever does not. */
function open(walk: Walk, trace: Trace): Omit<ReplayResult & { fits: false }, 'fits'> {
  return {
    trace: { ...trace, explanation: 'The loop of the trace does not close any more.' },
    failedAt: trace.steps.length + 1,
    expected:
      trace.loop === trace.steps.length + 1
        ? 'nothing that has to happen any more'
        : `the state before step ${trace.loop} again`,
    possible: possibilities(walk),
  };
}

/** Re-executes a schedule (`u1.…`) of one variant. */
export async function replaySchedule(
  loaded: LoadedScenario,
  variant: string,
  schedule: string,
  options: CheckOptions = {},
): Promise<ReplayResult> {
  const { path, loop } = readSchedule(schedule);
  const { walk, built } = begin(loaded, variant, options.parameters);
  const finding: Finding = {
    kind: 'check',
    name: `schedule ${schedule}`,
    path,
    ...(loop === undefined ? {} : { loop }),
    failure: -1,
    victim: -1,
    detail: null,
  };
  for (const [i, ordinal] of path.entries()) {
    if (walk.take(ordinal)) continue;
    return {
      fits: false,
      trace: {
        ...traceOf(built, walk, finding, false),
        explanation: 'The schedule does not fit the scenario any more.',
      },
      failedAt: i + 1,
      expected: `successor ${ordinal} of this state`,
      possible: possibilities(walk),
    };
  }
  const failing = walk.interpreter.attempts(walk.state).find(({ outcome }) => outcome.kind === 'failure');
  if (failing?.outcome.kind === 'failure') walk.fail(failing.outcome.failure.number);
  const trace = traceOf(built, walk, finding, false);
  if (loop === undefined) {
    const unexplained = unexplainedBy(walk, path);
    return { fits: true, trace: { ...trace, explanation: unexplained ?? endOf(failing, walk, finding) } };
  }
  if (!closes(walk, finding)) return { fits: false, ...open(walk, trace) };
  return { fits: true, trace: { ...trace, explanation: explainLoop(walk, finding) } };
}

function endOf(
  failing: ReturnType<Interpreter['attempts']>[number] | undefined,
  walk: Walk,
  finding: Finding,
): string {
  if (failing?.outcome.kind !== 'failure')
    return 'The schedule was re-executed; this is the state that it leads to.';
  const { kind, name, detail, number } = failing.outcome.failure;
  if (kind === 'data race') return explain(walk, { ...finding, kind, name, failure: number });
  return `'${name}' fails in the last step${detail === null ? '' : `: ${detail}`}.`;
}

function begin(loaded: LoadedScenario, variant: string, parameters: Parameters | undefined) {
  const built = buildVariant(loaded, variant, parameters);
  const interpreter = new Interpreter(built.compiled);
  return { built, walk: new Walk(interpreter, built.compiled.names) };
}

/** What must be the same when a step is repeated. */
function describe({ process, operation, place, changes }: Trace['steps'][number]): string {
  const changed = changes.map(({ variable, after }) => `${variable} = ${after}`).join(', ');
  return `${process ?? 'time'}: ${operation}${place === null ? '' : ` at \`${place.text}\``}${changed === '' ? '' : ` → ${changed}`}`;
}

/** Several steps may fail in a state, and with the same error: takes the one that is described so. */
function failLike(walk: Walk, property: string, expected: string): boolean {
  const attempt = walk.interpreter.attempts(walk.state).find((each) => {
    if (each.outcome.kind !== 'failure' || each.outcome.failure.name !== property) return false;
    const alone = new Walk(walk.interpreter, walk.names);
    alone.state = walk.state;
    alone.failIn(each);
    return alone.steps.every((step) => describe(step) === expected);
  });
  if (attempt !== undefined) walk.failIn(attempt);
  return attempt !== undefined;
}

function possibilities(walk: Walk): string[] {
  return walk.successors().map((_, ordinal) => {
    const next = new Walk(walk.interpreter, walk.names);
    next.state = walk.state;
    next.take(ordinal);
    const step = next.steps[0];
    return step === undefined ? '' : describe(step);
  });
}

/** Where each function of a variant can be preempted, and by whom. */
export function steps(loaded: LoadedScenario, variant: string, options: CheckOptions = {}): StepListing {
  return listSteps(buildVariant(loaded, variant, parametersOf(loaded, options.parameters)));
}
