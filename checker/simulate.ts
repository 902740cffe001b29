import { buildVariant, parametersOf } from './build_variant.ts';
import type { LoadedScenario } from './check.ts';
import { type Attempt, Interpreter } from './machine/interpreter.ts';
import type { CheckOptions } from './options.ts';
import { Random } from './search/random.ts';
import { traceOf } from './trace/record.ts';
import { Walk } from './trace/walk.ts';
import type { Trace } from './trace.ts';

/** One run of a variant, and why it is over. */
export interface Simulation {
  readonly trace: Trace;
  readonly seed: number;
  readonly end:
    | { readonly kind: 'steps'; readonly steps: number }
    /** Nothing can happen any more. */
    | { readonly kind: 'still' }
    /** The last step failed, or led to a state in which an `always` is false or a data race is possible. */
    | { readonly kind: 'violated'; readonly property: string };
}

/** Which run {@link simulate} draws, and how long it may be. */
export interface SimulateOptions extends Pick<CheckOptions, 'parameters'> {
  /** The same seed gives the same run; default 0. */
  readonly seed?: number;
  /** Most steps; default 100. */
  readonly steps?: number;
}

/**
 * One run of a variant, drawn at random: in each state, first who steps (time counts as one), each as likely as
 * another, then which of its steps. It shows a model at work; it proves nothing.
 */
export function simulate(
  loaded: LoadedScenario,
  variant: string,
  { parameters, seed = 0, steps = 100 }: SimulateOptions = {},
): Simulation {
  const built = buildVariant(loaded, variant, parametersOf(loaded, parameters));
  const walk = new Walk(new Interpreter(built.compiled), built.compiled.names);
  const random = new Random(seed);
  let end = violated(walk);
  while (end === null && walk.steps.length < steps) {
    const possible = walk.interpreter
      .attempts(walk.state)
      .filter(({ process, outcome }) => outcome.kind !== 'cutoff' && process >= -1);
    end = possible.length === 0 ? { kind: 'still' } : take(walk, draw(possible, random));
  }
  const path = walk.steps.flatMap(({ ordinal }) => (ordinal < 0 ? [] : [ordinal]));
  const name = `simulation, seed ${seed}`;
  const finding = { kind: 'check' as const, name, path, failure: -1, victim: -1, detail: null };
  const trace = { ...traceOf(built, walk, finding, false), explanation: '' };
  return { trace, seed, end: end ?? { kind: 'steps', steps } };
}

function draw(possible: readonly Attempt[], random: Random): Attempt {
  const who = [...new Set(possible.map(({ process }) => process))];
  const process = who[random.below(who.length)];
  const own = possible.filter((attempt) => attempt.process === process);
  return own[random.below(own.length)] as Attempt;
}

function take(walk: Walk, attempt: Attempt): Simulation['end'] | null {
  const { outcome } = attempt;
  if (outcome.kind === 'failure') {
    walk.failIn(attempt);
    return { kind: 'violated', property: outcome.failure.name };
  }
  const same = ({ process, choices }: Attempt) =>
    process === attempt.process && choices.join() === attempt.choices.join();
  walk.take(walk.successors().findIndex(same));
  return violated(walk);
}

function violated({ interpreter, state }: Walk): Simulation['end'] | null {
  const property = interpreter.compiled.program.properties.find(
    (property) =>
      (property.kind === 'always' || property.kind === 'overtaking') && !interpreter.holds(property, state),
  );
  const name = property?.name ?? interpreter.races(state)[0]?.failure.name;
  return name === undefined ? null : { kind: 'violated', property: name };
}
