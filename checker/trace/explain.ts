import type { PropertyCode, Site } from '../language/ir.ts';
import type { TraceStep } from '../trace.ts';
import type { WorstCase } from '../verdict.ts';
import { placeOf } from './frames.ts';
import { since, statesAlong, valuesText, variablesRead } from './past.ts';
import type { Finding } from './record.ts';
import { explainLasso } from './repeats.ts';
import { blocked, causeText, story, where } from './story.ts';
import type { Walk } from './walk.ts';
import { functionIn, shortPlace, stepText, WRAPPERS } from './wording.ts';

/** What is wrong, in a few sentences and in the names of the model. */
export function explain(walk: Walk, finding: Finding): string {
  if (finding.worst !== undefined) return worstText(walk, finding, finding.worst);
  const { kind, name } = finding;
  switch (kind) {
    case 'lost wakeup':
      return `${name.replace(/^lost wakeup: /, '')}, and nothing will ever run again: ${story(walk, finding)}`;
    case 'stuck':
      return `'${name}' is false${seenText(walk, finding)}, and nothing will ever run again without an outside event: ${story(walk, finding)}`;
    case 'idle':
      return `'${name}' is false${seenText(walk, finding)} while nothing can run until time passes or something outside happens: ${story(walk, finding)}`;
    case 'timelock':
      return `Time stands still: ${stepText(walk.steps.at(-1))} goes round without an end while a clock is armed. A loop that waits for time must take time: put busy(…) in it, or wait with until(…).`;
    case 'sometimes':
      return `'${name}' is true after step ${walk.steps.length}: ${changeText(walk, finding)}.`;
    case 'within':
      return lateText(walk, finding);
    case 'eventually':
    case 'leadsTo':
      return explainLasso(walk, finding);
    case 'data race':
      return raceText(walk, finding);
    default:
      return `${wrongText(walk, finding)}${causeText(walk, finding)}`;
  }
}

/** What is wrong with the last step. */
function wrongText(walk: Walk, finding: Finding): string {
  const { kind, name, detail } = finding;
  const last = walk.steps.at(-1);
  if (finding.asked !== undefined) {
    const what = kind === 'model error' ? name : `'${name}' fails`;
    const why = detail === null ? '' : `: ${detail}`;
    return `${what} as ${evaluatedText(finding.asked)}${why}. That is so after step ${walk.steps.length}: ${changeText(walk, finding)}.`;
  }
  switch (kind) {
    case 'deadlock':
      return `Nothing can ever go on: ${blocked(walk)}.`;
    case 'always':
      return `'${name}' is false after step ${walk.steps.length}: ${changeText(walk, finding)}.`;
    case 'alwaysPossible':
      if (last === undefined) return `From the start no run comes to a state in which '${name}' is true.`;
      return `'${name}' is lost for good with step ${last.index}: no run goes on to a state in which it is true${seenText(walk, finding)}. That step is ${changeText(walk, finding)}.`;
    case 'overtaking':
      return `'${name}' is passed once too often after step ${walk.steps.length}: ${changeText(walk, finding)}.`;
    case 'context':
      return `${name}: ${callerText(last)}.`;
    case 'uncaught throw':
      return `${name.replace('uncaught throw: ', '')} leaves ${stepText(last)}; nobody catches it.`;
    case 're-entry':
      return `${name} goes deeper than the scenario's bound, in ${stepText(last)}: ${detail ?? ''}. Nothing is said about what comes after.`;
    case 'model error':
      return `${name} in ${stepText(last)}${detail === null ? '' : `: ${detail}`}.`;
    default:
      return `'${name}' fails in ${stepText(last)}.`;
  }
}

/** "'small' is evaluated (lamp.ts:12)". */
function evaluatedText(site: Site | null): string {
  if (site === null) return 'a property is evaluated';
  let { frame } = site;
  while (frame.caller !== null) frame = frame.caller.frame;
  const { file, line } = placeOf(site);
  return `'${frame.name}' is evaluated (${file}:${line})`;
}

function worstText(walk: Walk, { name }: Finding, { value, limit, unit }: WorstCase): string {
  if (unit === 'times')
    return `'${name}': passed ${value === 1 ? 'once' : `${value} times`} here (${limit} allowed), and no run does worse.`;
  return `'${name}' is pending for ${value} µs here (${limit} allowed, at ${walk.timeUs} µs), and no run does worse.`;
}

/** Both accesses with their places. */
function raceText({ interpreter, state }: Walk, { failure: number, name }: Finding): string {
  const race = interpreter.races(state).find(({ failure }) => failure.number === number);
  if (race === undefined) return `'${name}'`;
  const [first, second] = race.accesses.map(({ process, site, write }) => {
    const { file, line } = placeOf(site);
    return `${process.name} ${write ? 'writes' : 'reads'} it in \`${site.frame.name}\` (${file}:${line})`;
  });
  const variable = name.replace(/^data race: /, '');
  const why =
    race.interrupted === null
      ? 'both can do so now, in any order'
      : `${race.interrupted.name} was interrupted just before, and nothing keeps the other away`;
  return `Nothing orders two accesses to ${variable}: ${first}, and ${second}; ${why}.`;
}

/** Who broke a rule of context, and through which calls. */
function callerText(step: TraceStep | undefined): string {
  if (step === undefined || step.process === null) return stepText(step);
  const names = step.stack.map((frame) => frame.function).filter((name) => !WRAPPERS.has(name));
  const calls = names.map((name) => `\`${name}\``).join(' → ');
  const place = step.place === null ? '' : ` (${step.place.file}:${step.place.line})`;
  return `${step.process}, in ${calls}${place}`;
}

/** What the last step changed: of what the property looks at, if it is any of that. */
function changeText(walk: Walk, finding: Finding): string {
  const step = walk.steps.at(-1);
  if (step === undefined) return 'already in the initial state';
  const property = propertyOf(walk, finding);
  const read = new Set(
    property === null ? [] : variablesRead(walk, property.predicate).map(({ name }) => name),
  );
  const seen = step.changes.filter(({ variable }) => read.has(variable));
  const changes = (seen.length > 0 ? seen : step.changes)
    .slice(0, 3)
    .map(({ variable, before, after }) => `${variable} went from ${before} to ${after}`);
  return `${stepText(step)}${changes.length === 0 ? '' : `: ${changes.join(', ')}`}`;
}

function propertyOf({ interpreter }: Walk, { kind, name }: Finding): PropertyCode | null {
  const { properties } = interpreter.compiled.program;
  return properties.find((each) => (each.fails?.kind ?? each.kind) === kind && each.name === name) ?? null;
}

/** What the property has seen. */
function seenText(walk: Walk, finding: Finding): string {
  const property = propertyOf(walk, finding);
  return property === null ? '' : valuesText(walk, property.predicate);
}

/** Since when, and who has the processor or sleeps while the deadline passes. */
function lateText(walk: Walk, finding: Finding): string {
  const property = propertyOf(walk, finding);
  const limit = property === null ? '' : ` of ${property.limitUs} µs`;
  const begun = property === null ? undefined : walk.steps[pendingSince(walk, finding, property) - 1];
  const from =
    begun === undefined
      ? 'from the start'
      : `since step ${begun.index} at ${begun.timeUs} µs (${inShort(begun)})`;
  return `'${finding.name}' is not met: pending ${from}, and at ${walk.timeUs} µs its time${limit} is over. ${meanwhile(walk)}`.trimEnd();
}

/** "pin 4 interrupt, `mp_sched_schedule`, scheduler.ts:96". */
function inShort(step: TraceStep): string {
  if (step.process === null) return 'time passes';
  const name = functionIn(step.stack, step.process);
  return [
    step.process,
    ...(name === step.process ? [] : [`\`${name}\``]),
    ...(step.place === null ? [] : [shortPlace(step.place)]),
  ].join(', ');
}

function pendingSince({ interpreter }: Walk, { path }: Finding, { predicate }: PropertyCode): number {
  return since(interpreter, predicate, statesAlong(interpreter, path));
}

/** Tasks and threads at the end, as far as they are worth mentioning. */
function meanwhile(walk: Walk): string {
  const told = walk.processes
    .filter(
      ({ outside, background, lane }) =>
        !outside && !background && lane?.kind !== 'isr' && lane?.kind !== 'hardware',
    )
    .flatMap((process) => {
      const place = where(walk, process);
      switch (walk.standing(process)) {
        case 'busy':
          return [`${process.name} is busy in ${place}`];
        case 'waiting':
          return [`${process.name} waits in ${place}`];
        case 'suspended':
          return walk.sleeps(process) ? [`${process.name} sleeps in ${place}`] : [];
        case 'resting':
          return [`${process.name} rests in ${place}`];
        case 'enabled':
          return [`${process.name} could go on in ${place}, and takes its time`];
        default:
          return [];
      }
    });
  return told.length === 0 ? '' : `Meanwhile ${told.slice(0, 4).join(', ')}.`;
}
