import type { Explored } from '../explore.ts';
import type { ProcessCode, Site } from '../language/ir.ts';
import type { Attempt } from '../machine/interpreter.ts';
import type { Nearest } from '../property/decisive.ts';
import type { Trace } from '../trace.ts';
import type { PropertyKind, WorstCase } from '../verdict.ts';
import { afterStep, isContextSwitch, type LastOnCore } from './context_switches.ts';
import { decisive } from './decisive.ts';
import { explain } from './explain.ts';
import { framesOf, placeOf } from './frames.ts';
import { type History, historyOf } from './history.ts';
import { closes } from './repeats.ts';
import { writeSchedule } from './schedule.ts';
import { Walk } from './walk.ts';

/** What a trace is the trace of. */
export interface Finding {
  readonly kind: PropertyKind;
  readonly name: string;
  /** Ordinals of the steps from the initial state. */
  readonly path: readonly number[];
  /** No run of this length has fewer context switches. */
  readonly calm?: boolean;
  /** The nearest run without it; `null`: there is none. */
  readonly decisive?: Nearest | null | undefined;
  /** Steps of the path before those that repeat for ever; all of them: nothing happens any more. */
  readonly loop?: number;
  /** A failure in the step after the path; -1: the last state itself is the finding. */
  readonly failure: number;
  /** The process that should have done the work; -1: not stated. */
  readonly victim: number;
  /** More about a failure. */
  readonly detail: string | null;
  /** Where a property fails as it is evaluated in the last state. */
  readonly asked?: Site | null;
  /** Not a violation: the worst case of what holds. */
  readonly worst?: WorstCase;
}

/** Walks to a finding with the reference interpreter and tells it as a trace. */
export function recordTrace(explored: Explored, finding: Finding): Trace {
  const walk = new Walk(explored.interpreter, explored.built.compiled.names);
  let switches = 0;
  let last: LastOnCore = new Map();
  const count = (attempt: Attempt | undefined): void => {
    if (attempt === undefined) return;
    if (isContextSwitch(walk.interpreter, walk.state, attempt, last)) switches++;
    last = afterStep(walk.interpreter, attempt, last);
  };
  // What is looked for after the search is not looked for by its switches.
  const { kind } = finding;
  const fewest =
    finding.calm === true ||
    (explored.search.traces === 'fewest switches' &&
      kind !== 'eventually' &&
      kind !== 'leadsTo' &&
      kind !== 'linearizability');
  for (const [i, ordinal] of finding.path.entries()) {
    if (fewest) count(walk.successors()[ordinal]);
    if (!walk.take(ordinal))
      throw new Error(
        `the reference interpreter has no successor ${ordinal} after step ${i}: generated code and interpreter disagree, please report`,
      );
  }
  if (fewest && finding.failure >= 0) count(walk.failing(finding.failure));
  if (finding.failure >= 0 && !walk.fail(finding.failure)) {
    throw new Error(
      `the reference interpreter does not fail where the generated code does ('${finding.name}'), please report`,
    );
  }
  if (finding.loop !== undefined && !closes(walk, finding))
    throw new Error(
      `the loop of '${finding.name}' does not close on the reference interpreter, please report`,
    );
  const trace = traceOf(
    explored.built,
    walk,
    finding,
    explored.search.traces === 'shortest' || kind === 'linearizability',
  );
  return fewest ? { ...trace, switches } : trace;
}

export function traceOf(built: Explored['built'], walk: Walk, finding: Finding, shortest: boolean): Trace {
  const history = historyFor(walk, finding);
  return {
    schema: 'upy-check/trace@1',
    scenario: built.loaded.scenario.name,
    file: built.loaded.file,
    variant: built.variant,
    parameters: built.parameters,
    property: finding.name,
    shortest: shortest && finding.loop === undefined,
    start: walk.start,
    steps: walk.steps,
    ...(finding.loop === undefined ? {} : { loop: finding.loop + 1 }),
    ...(history === null ? {} : { history: history.operations }),
    schedule: writeSchedule(finding.path, finding.loop),
    ...(finding.decisive === undefined ? {} : { decisive: decisive(walk, finding.decisive) }),
    explanation: history?.unexplained ?? explain(walk, finding),
    standing: standing(walk),
  };
}

/** The operations in the run, where they are what it is about. */
function historyFor({ interpreter }: Walk, { kind, name, path }: Finding): History | null {
  const object = interpreter.compiled.program.specified.findIndex((each) => each.name === name);
  return kind === 'linearizability' && object >= 0 ? historyOf(interpreter, path, object) : null;
}

function standing(walk: Walk): Trace['standing'] {
  return walk.processes.map((process) => {
    const cut = walk.cutOf(process);
    return {
      process: process.name,
      status: statusText(walk, process),
      place: cut === null ? null : placeOf(cut.site),
      stack: cut === null ? [] : framesOf(cut.site, walk.interpreter, walk.state),
    };
  });
}

function waitingForTurn({ lane }: ProcessCode): string {
  return lane?.kind === 'isr'
    ? 'no interrupt is pending for it'
    : 'not its turn: another has the core, or nothing calls it';
}

function statusText(walk: Walk, process: ProcessCode): string {
  switch (walk.standing(process)) {
    case 'dead':
      return walk.steps.some((step) => step.process === process.name) ? 'has ended' : 'not started';
    case 'suspended':
      return walk.sleeps(process) ? 'asleep: nothing has made it run again' : waitingForTurn(process);
    case 'busy':
      return `busy for ${process.busy === null ? 0 : walk.interpreter.get(walk.state, process.busy)} µs more`;
    case 'waiting':
      return 'waits: its condition is false';
    case 'resting':
      return 'rests: nothing for it to do';
    case 'enabled':
      return process.outside ? 'may act' : 'can go on';
  }
}
