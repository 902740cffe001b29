import type { BuiltVariant } from '../build_variant.ts';
import { Interpreter } from '../machine/interpreter.ts';
import { UserError } from '../options.ts';
import { explain } from '../trace/explain.ts';
import { placeOf } from '../trace/frames.ts';
import { type Finding, traceOf } from '../trace/record.ts';
import { Walk } from '../trace/walk.ts';
import type { Trace, TraceStep } from '../trace.ts';
import type { PropertyKind } from '../verdict.ts';
import { choiceOf, type Step, stepsFrom, takeStep } from './choices.ts';
import { nextByPolicy, stopsAfter } from './going_on.ts';
import { type ReachLimits, reach } from './reach.ts';
import { Tree, type Visited } from './tree.ts';
import type { Held, LiveView, ReachAnswer, RunEnd, RunTo, Target, Wrong } from './view.ts';
import { Reasons } from './why.ts';
import { whyNoTime } from './why_time.ts';
import { violatedIn } from './wrong.ts';

/** Steps that one `run` takes at most. */
const RUN_STEPS_MAX = 1_000;

/** Walks through the states of one variant, one step at a time, back and forth. No I/O, no clock. */
export class LiveSession {
  private walk: Walk;
  private readonly tree: Tree;
  private readonly reasons: Reasons;
  private at: Visited;

  constructor(readonly built: BuiltVariant) {
    this.walk = this.begin();
    this.tree = new Tree(this.walk.state);
    this.at = this.tree.nodes[0] as Visited;
    this.reasons = new Reasons(this.walk, built.elaboration);
  }

  private begin(): Walk {
    const { compiled } = this.built;
    return new Walk(this.walk?.interpreter ?? new Interpreter(compiled), compiled.names);
  }

  /** The number of the place where it is. */
  get node(): number {
    return this.at.number;
  }

  get interpreter(): Interpreter {
    return this.walk.interpreter;
  }

  get processes(): Walk['processes'] {
    return this.walk.processes;
  }

  /** `null`: the last step has failed. */
  get state(): Visited['state'] {
    return this.at.state;
  }

  // ---- moving ----

  /** Takes the step with this number in `choices` of the view. */
  take(number: number): void {
    const step = this.steps()[number];
    if (step === undefined) throw noStep(number);
    const known = this.at.children.get(number);
    takeStep(this.walk, step);
    this.at = known ?? this.tree.add(this.at, number, step, this.walk.steps.at(-1) as TraceStep);
  }

  /** Takes a path: ordinals, as schedules have them. */
  follow(path: readonly number[]): void {
    for (const ordinal of path) {
      const number = this.steps().findIndex((step) => step.ordinal === ordinal);
      if (number < 0) throw noStep(ordinal);
      this.take(number);
    }
  }

  /** Takes the step that fails with this failure. */
  fail(failure: number): void {
    const failing = this.steps().findIndex(
      ({ attempt: { outcome } }) => outcome.kind === 'failure' && outcome.failure.number === failure,
    );
    this.take(failing);
  }

  /** Takes the step of `told`, which fails with what is called `name`. */
  failLike(name: string, told: TraceStep): void {
    const steps = this.steps();
    const fails = ({ attempt: { outcome } }: Step) =>
      outcome.kind === 'failure' && outcome.failure.name === name;
    const own = steps.findIndex(
      (step) => fails(step) && (this.processes[step.attempt.process]?.name ?? null) === told.process,
    );
    this.take(own >= 0 ? own : steps.findIndex(fails));
  }

  /** Searches from here for the nearest state that is asked for, and goes there. */
  reach(target: Target, limits: ReachLimits = {}): Promise<ReachAnswer> {
    return reach(this, target, limits);
  }

  /** Goes to a place that was visited. */
  go(number: number): void {
    const node = this.tree.nodes[number];
    if (node === undefined) throw noNode(number);
    this.walk = this.begin();
    for (const { step } of Tree.pathTo(node)) takeStep(this.walk, step as Step);
    this.at = node;
  }

  /** One step back; where it began, nothing. */
  back(): void {
    if (this.at.parent !== null) this.go(this.at.parent.number);
  }

  /** Lets it run; see {@link nextByPolicy} for who goes on. */
  run(to: RunTo): RunEnd {
    const passed = new Map([[this.keyHere(), this.node]]);
    for (let steps = 0; steps < RUN_STEPS_MAX; steps++) {
      const possible = this.steps();
      if (possible.length === 0) return { kind: this.violations().length > 0 ? 'wrong' : 'still' };
      const before = this.walk.steps.at(-1);
      this.take(nextByPolicy(this.walk, possible));
      if (this.violations().length > 0) return { kind: 'wrong' };
      if (stopsAfter(to, this.walk.steps.at(-1) as TraceStep, before)) return { kind: 'reached' };
      const node = passed.get(this.keyHere());
      if (node !== undefined) return { kind: 'repeats', node };
      passed.set(this.keyHere(), this.node);
    }
    return { kind: 'steps', steps: RUN_STEPS_MAX };
  }

  private keyHere(): string {
    return this.at.state?.join() ?? 'failed';
  }

  // ---- looking ----

  private steps(): readonly Step[] {
    if (this.known?.at !== this.at)
      this.known = { at: this.at, steps: this.at.state === null ? [] : stepsFrom(this.walk) };
    return this.known.steps;
  }

  /** They are asked for more than once in each state. */
  private known: { readonly at: Visited; readonly steps: readonly Step[] } | null = null;

  view(): LiveView {
    return {
      schema: 'upy-check/live@1',
      node: this.node,
      trace: this.trace(),
      choices: this.steps().map((step, number) =>
        choiceOf(this.walk, step, number, this.at.children.get(number)?.number ?? null),
      ),
      held: this.held(),
      wrong: this.wrong(),
      tree: this.tree.view(),
    };
  }

  /** Who cannot step, and why. */
  held(): Held[] {
    if (this.at.state === null) return [];
    const processes = this.walk.processes
      .map((process): Held => {
        const cut = this.walk.cutOf(process);
        return {
          process: process.name,
          lane: process.lane,
          place: cut === null ? null : placeOf(cut.site),
          reasons: this.reasons.of(process, this.walk),
        };
      })
      .filter(({ reasons }) => reasons.length > 0);
    const reasons = whyNoTime(this.walk, this.steps());
    return reasons.length === 0
      ? processes
      : [...processes, { process: null, lane: null, place: null, reasons }];
  }

  wrong(): Wrong[] {
    return this.violations().map((finding) => ({
      kind: finding.kind,
      name: finding.name,
      explanation: explain(this.walk, finding),
    }));
  }

  private violations(): Finding[] {
    const { step, state } = this.at;
    const path = Tree.pathTo(this.at).flatMap((node) =>
      node.step === null || node.step.ordinal < 0 ? [] : [node.step.ordinal],
    );
    const outcome = step?.attempt.outcome;
    if (outcome?.kind === 'failure') {
      const { kind, name, detail, number } = outcome.failure;
      return [{ kind: kind as PropertyKind, name, path, failure: number, victim: -1, detail }];
    }
    if (state === null) return [];
    const { without = [] } = this.built.loaded.scenario.spec;
    const attempts = this.steps().map(({ attempt }) => attempt);
    return violatedIn(this.walk, attempts, without).map((found) => ({ ...found, path }));
  }

  /** The path to where it is, for `replay`: of what is wrong there, if anything is. */
  trace(): Trace {
    const [finding] = this.violations();
    const path = this.walk.steps.flatMap(({ ordinal }) => (ordinal < 0 ? [] : [ordinal]));
    const asked: Finding = finding ?? {
      kind: 'check',
      name: 'explored by hand',
      path,
      failure: -1,
      victim: -1,
      detail: null,
    };
    const trace = traceOf(this.built, this.walk, asked, false);
    return finding === undefined ? { ...trace, explanation: '' } : trace;
  }
}

function noStep(number: number): UserError {
  return new UserError(
    'UPY351',
    `there is no step ${number} here`,
    null,
    'the page shows another state than the session is in: it was moved from another window',
    'load the page again',
  );
}

function noNode(number: number): UserError {
  return new UserError(
    'UPY351',
    `there is no place ${number} in this session`,
    null,
    'the page belongs to a session that has ended',
    'open the address that upy-check explore has printed last',
  );
}
