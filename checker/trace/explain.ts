import type { ProcessCode } from '../language/ir.ts';
import type { TraceStep } from '../trace.ts';
import type { WorstCase } from '../verdict.ts';
import { placeOf } from './frames.ts';
import type { Finding } from './record.ts';
import { explainLasso } from './repeats.ts';
import type { Walk } from './walk.ts';

/** What is wrong, in one or two sentences and in the names of the model. */
export function explain(walk: Walk, finding: Finding): string {
  const last = walk.steps.at(-1);
  if (finding.worst !== undefined) return worstText(walk, finding, finding.worst);
  switch (finding.kind) {
    case 'lost wakeup':
      return `${finding.name.replace(/^lost wakeup: /, '')}, and nothing will ever run again: ${story(walk, finding)}`;
    case 'stuck':
      return `'${finding.name}' is false, and nothing will ever run again without an outside event: ${story(walk, finding)}`;
    case 'idle':
      return `'${finding.name}' is false while nothing can run until time passes or something outside happens: ${story(walk, finding)}`;
    case 'deadlock':
      return `Nothing can ever go on: ${blocked(walk)}.`;
    case 'timelock':
      return `Time stands still: ${stepText(last)} goes round without an end while a clock is armed. A loop that waits for time must take time: put busy(…) in it, or wait with until(…).`;
    case 'always':
      return `'${finding.name}' is false after step ${walk.steps.length}: ${changeText(last)}.`;
    case 'sometimes':
      return `'${finding.name}' is true after step ${walk.steps.length}: ${changeText(last)}.`;
    case 'alwaysPossible':
      return `From here no run comes to a state where '${finding.name}': ${story(walk, finding)}`;
    case 'within':
      return `'${finding.name}' is not met: it is still pending at ${walk.timeUs} µs, when its time is over; ${meanwhile(walk, finding)}`;
    case 'eventually':
    case 'leadsTo':
      return explainLasso(walk, finding);
    case 'overtaking':
      return `'${finding.name}' is passed once too often after step ${walk.steps.length}: ${changeText(last)}.`;
    case 'data race':
      return raceText(walk, finding);
    case 'context':
      return `${finding.name}: ${callerText(last)}.`;
    case 'uncaught throw':
      return `${finding.name.replace('uncaught throw: ', '')} leaves ${stepText(last)}; nobody catches it.`;
    case 're-entry':
      return `${finding.name} goes deeper than the scenario's bound, in ${stepText(last)}: ${finding.detail ?? ''}. Nothing is said about what comes after.`;
    case 'model error':
      return `${finding.name} in ${stepText(last)}${finding.detail === null ? '' : `: ${finding.detail}`}.`;
    default:
      return `'${finding.name}' fails in ${stepText(last)}.`;
  }
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

function stepText(step: TraceStep | undefined): string {
  if (step === undefined) return 'the initial state';
  if (step.process === null) return 'the passing of time';
  const place = step.place === null ? '' : ` (${step.place.file}:${step.place.line})`;
  return `${step.process}, ${functionOf(step)}${place}`;
}

/** Who broke a rule of context, and through which calls. */
function callerText(step: TraceStep | undefined): string {
  if (step === undefined || step.process === null) return stepText(step);
  const calls = step.stack.map(({ function: name }) => `\`${name}\``).join(' → ');
  const place = step.place === null ? '' : ` (${step.place.file}:${step.place.line})`;
  return `${step.process}, in ${calls}${place}`;
}

function changeText(step: TraceStep | undefined): string {
  if (step === undefined) return 'already in the initial state';
  const changes = step.changes
    .slice(0, 3)
    .map(({ variable, before, after }) => `${variable} went from ${before} to ${after}`);
  return `${stepText(step)}${changes.length === 0 ? '' : `: ${changes.join(', ')}`}`;
}

const functionOf = (step: TraceStep): string =>
  `\`${step.stack.at(-1)?.function ?? step.process ?? 'time'}\``;

function blocked(walk: Walk): string {
  const waiting = walk.processes.filter((process) => walk.standing(process) === 'waiting');
  return waiting
    .map((process) => {
      const step = walk.cutOf(process);
      return `${process.name} waits in \`${step?.site.frame.name ?? '?'}\``;
    })
    .join(', ');
}

/** Who has the processor while a deadline passes; if nobody, who sleeps. */
function meanwhile(walk: Walk, finding: Finding): string {
  const busy = walk.processes
    .filter((process) => walk.standing(process) === 'busy')
    .map((process) => `${process.name} is busy in ${where(walk, process)}`);
  return busy.length > 0 ? `at that time ${busy.join(', and ')}.` : story(walk, finding);
}

/** Who sleeps, since when, and which event came in between. */
function story(walk: Walk, finding: Finding): string {
  const sleeper = sleeperOf(walk, finding);
  if (sleeper === null) return `${blocked(walk) || lastWord(walk)}.`;
  const own = indices(walk.steps, (step) => step.process === sleeper.name);
  const event = lastEvent(walk, sleeper, own);
  const nobody = `nothing will wake ${sleeper.name}`;
  if (event === null) return `${sleeper.name} sleeps in ${where(walk, sleeper)}; ${nobody}.`;
  const before = walk.steps[own.filter((i) => i < event).at(-1) ?? -1];
  const after = walk.steps[own.find((i) => i > event) ?? -1];
  const what = eventText(walk, event);
  if (after === undefined)
    return `${what} after ${sleeper.name} had gone to sleep in ${where(walk, sleeper)}; ${nobody}.`;
  const from = before === undefined ? 'the start' : pointOf(before);
  return `${what} between ${from} and ${pointOf(after)} of ${sleeper.name}; ${nobody}.`;
}

/** A function and a line; the line is enough where the function is the process itself. */
function pointOf(step: TraceStep): string {
  const line = `line ${step.place?.line ?? '?'}`;
  return step.stack.at(-1)?.function === step.process ? line : `${functionOf(step)} (${line})`;
}

/** Nobody sleeps who should not: what happened last is all there is to say. */
function lastWord(walk: Walk): string {
  const last = walk.steps.findLast((step) => step.process !== null);
  return last === undefined
    ? 'nothing happens at all'
    : `the last thing that happened is ${changeText(last)}`;
}

function indices(steps: readonly TraceStep[], wanted: (step: TraceStep) => boolean): number[] {
  return steps.flatMap((step, i) => (wanted(step) ? [i] : []));
}

/** The stated victim, or the software process that took its last step last. */
function sleeperOf(walk: Walk, finding: Finding): ProcessCode | null {
  if (finding.victim >= 0) return walk.processes[finding.victim] ?? null;
  for (const step of [...walk.steps].reverse()) {
    const process = walk.processes.find(({ name }) => name === step.process);
    if (
      process === undefined ||
      process.outside ||
      process.background ||
      process.lane?.kind === 'isr' ||
      process.lane?.kind === 'hardware'
    )
      continue;
    const standing = walk.standing(process);
    if (standing !== 'dead' && standing !== 'enabled') return process;
  }
  return null;
}

/** The last thing from outside: a device, or else an interrupt; `null`: none. */
function lastEvent(walk: Walk, sleeper: ProcessCode, own: readonly number[]): number | null {
  const isOutside = (step: TraceStep): boolean =>
    walk.processes.find(({ name }) => name === step.process)?.outside === true;
  const outside = indices(walk.steps, isOutside).at(-1);
  if (outside !== undefined) return outside;
  const isr = indices(walk.steps, (step) => step.lane?.kind === 'isr').at(-1);
  if (isr !== undefined) return isr;
  const lastOwn = own.at(-1) ?? -1;
  const other = indices(walk.steps, (step) => step.process !== null && step.process !== sleeper.name).at(-1);
  return other === undefined || other === lastOwn ? null : other;
}

/** "edge 2 of 'pin 4' arrived". */
function eventText(walk: Walk, at: number): string {
  const step = walk.steps[at] as TraceStep;
  const process = walk.processes.find(({ name }) => name === step.process);
  const count = indices(
    walk.steps.slice(0, at + 1),
    (s) => s.process === step.process && s.place?.line === step.place?.line,
  ).length;
  if (process?.outside === true) return `event ${count} of '${step.process}' arrived`;
  return `${step.process} (${functionOf(step)}) ran`;
}

function where(walk: Walk, process: ProcessCode): string {
  const cut = walk.cutOf(process);
  const step = [...walk.steps].reverse().find((s) => s.process === process.name);
  return `\`${step?.stack.at(-1)?.function ?? cut?.site.frame.name ?? process.name}\``;
}
