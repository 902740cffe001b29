import type { ProcessCode } from '../language/ir.ts';
import type { ProcessStatus, TraceStep } from '../trace.ts';
import { framesOf, placeOf } from './frames.ts';
import type { Finding } from './record.ts';
import { Walk } from './walk.ts';
import { pointIn, pointOf, pointOfProcess, shortPlace } from './wording.ts';

/** Calls that are there to wake somebody. */
const WAKES =
  /^(?:[xv]TaskNotify(?:Give|FromISR|GiveFromISR|Indexed\w*)?|x?v?TaskResume(?:FromISR)?|[xv]Queue(?:Generic)?Send\w*|xSemaphoreGive\w*|xEventGroupSetBits\w*|x(?:Stream|Message)BufferSend\w*|pthread_kill|pthread_cond_\w*(?:signal|broadcast)|sem_post|k_sem_give|k_poll_signal_raise|k_wakeup|sev|mp_hal_wake_main_task\w*|writeNonBlocking)$/u;

/** Who sleeps, which event came in between, which wake-up was lost, and what would have come of it later. */
export function story(walk: Walk, finding: Finding): string {
  const sleeper = sleeperOf(walk, finding);
  const event = eventOf(walk, finding, sleeper);
  if (sleeper === null) {
    const last =
      event === null ? lastWord(walk, finding) : eventText(walk, event) + windowText(walk, finding, event);
    return `${blocked(walk) || last}.`;
  }
  const later = wakeInOtherRun(walk, finding, sleeper, event);
  const isAsleep = finding.kind === 'lost wakeup' || later !== null;
  const isAbout = isAsleep || finding.kind === 'stuck' || walk.standing(sleeper) !== 'resting';
  const window =
    event === null
      ? (exchangeText(walk, finding) ?? `${sleeper.name} ${sleepText(walk, sleeper)}`)
      : windowText(walk, finding, event) || betweenText(walk, sleeper, event);
  const fate = isAsleep ? asleepText(walk, sleeper, window) : `${sleeper.name} ${sleepText(walk, sleeper)}`;
  const rest = isAbout ? `; ${fate}.` : '.';
  if (event === null) return `${window}${rest}`;
  const lost = isAbout ? lostText(walk, sleeper, event) : '';
  return `${eventText(walk, event)}${window}${rest}${lost}${later === null ? '' : ` ${later}`}`;
}

/** Which order it takes, as a sentence of its own; empty: that is not known. */
export function causeText(walk: Walk, finding: Finding): string {
  if (finding.decisive == null) return '';
  const event = eventOf(walk, finding, null);
  const text =
    event === null ? exchangeText(walk, finding) : eventText(walk, event) + windowText(walk, finding, event);
  return text === null ? '' : ` The order decides: ${text}.`;
}

// ---- who ----

/** The stated victim, or the software process that took its last step last. */
function sleeperOf(walk: Walk, finding: Finding): ProcessCode | null {
  if (finding.victim >= 0) return walk.processes[finding.victim] ?? null;
  for (const step of [...walk.steps].reverse()) {
    const process = walk.processes.find(({ name }) => name === step.process);
    if (process === undefined || process.outside || process.background) continue;
    if (process.lane?.kind === 'isr' || process.lane?.kind === 'hardware') continue;
    const standing = walk.standing(process);
    if (standing !== 'dead' && standing !== 'enabled') return process;
  }
  return null;
}

function sleepText(walk: Walk, process: ProcessCode): string {
  const place = where(walk, process);
  switch (walk.standing(process)) {
    case 'dead':
      return 'has ended';
    case 'resting':
      return `rests in ${place}`;
    case 'waiting':
      return `waits in ${place}`;
    case 'suspended':
      return walk.sleeps(process) ? `sleeps in ${place}` : `was interrupted in ${place}`;
    default:
      return `is in ${place}`;
  }
}

/** That nobody will wake him, and where he sleeps unless that was `told` already. */
function asleepText(walk: Walk, sleeper: ProcessCode, told: string): string {
  const place = where(walk, sleeper);
  if (!walk.sleeps(sleeper) || told.includes(place)) return `nothing will wake ${sleeper.name}`;
  return `${sleeper.name} sleeps in ${place}, and nothing will wake it`;
}

/** "`ulTaskNotifyTake` (notify.ts:112)": who gave his turn away, or is busy, is where he became so, not where he will go on. */
export function where(walk: Walk, process: ProcessCode): string {
  const step = walk.steps.findLast((each) => each.process === process.name);
  const site = walk.cutOf(process)?.site;
  const standing = walk.standing(process);
  if (site === undefined || (step !== undefined && (standing === 'suspended' || standing === 'busy')))
    return step === undefined ? `\`${process.name}\`` : pointOf(step);
  return pointIn(framesOf(site, walk.interpreter, walk.state), placeOf(site), process.name);
}

export function blocked(walk: Walk): string {
  return walk.processes
    .filter((process) => walk.standing(process) === 'waiting')
    .map((process) => `${process.name} waits in ${where(walk, process)}`)
    .join(', ');
}

// ---- the event ----

const isOutside = (walk: Walk, step: TraceStep | undefined): boolean =>
  walk.processes.find(({ name }) => name === step?.process)?.outside === true;

/** The event that decides, or else the last thing from outside: a device, or an interrupt; `null`: none. */
function eventOf(walk: Walk, { decisive }: Finding, sleeper: ProcessCode | null): number | null {
  const { steps } = walk;
  const isIsr = (index: number) => steps[index]?.lane?.kind === 'isr';
  if (decisive != null) {
    const { earlier, later } = decisive.nearest;
    const pair = [earlier, later];
    const found =
      pair.find((i) => isOutside(walk, steps[i])) ??
      (isIsr(earlier) === isIsr(later) ? undefined : pair.find(isIsr));
    if (found !== undefined) return found;
    const own = pair.find((i) => sleeper !== null && steps[i]?.process === sleeper.name);
    return own === undefined ? null : own === earlier ? later : earlier;
  }
  const outside = steps.findLastIndex((step) => isOutside(walk, step));
  if (outside >= 0) return outside;
  const isr = steps.findLastIndex((step) => step.lane?.kind === 'isr');
  if (isr >= 0) return isr;
  const other = steps.findLastIndex(({ process }) => process !== null && process !== sleeper?.name);
  return other >= 0 && other < steps.length - 1 ? other : null;
}

/** "event 2 of 'pin 4' arrived". */
function eventText(walk: Walk, at: number): string {
  const step = walk.steps[at] as TraceStep;
  if (step.process === null) return 'time passed';
  if (!isOutside(walk, step)) return `${pointOf(step)} of ${step.process} came`;
  const count = walk.steps
    .slice(0, at + 1)
    .filter((s) => s.process === step.process && s.place?.line === step.place?.line).length;
  return `event ${count} of '${step.process}' arrived`;
}

/** Where it is known by runs without the violation: between which steps, or after or before which. */
function windowText(walk: Walk, { decisive }: Finding, event: number): string {
  if (decisive == null) return '';
  const step = (index: number) => walk.steps[index] as TraceStep;
  const pairs = [decisive.nearest, ...(decisive.other === null ? [] : [decisive.other])];
  const from = pairs.find(({ later }) => later === event)?.earlier;
  const to = pairs.find(({ earlier }) => earlier === event)?.later;
  if (from !== undefined && to !== undefined) {
    const [a, b] = [step(from), step(to)];
    if (pointOfProcess(a) === pointOfProcess(b))
      return ` between steps ${a.index} and ${b.index}, both in ${pointOfProcess(b)}`;
    return a.process === b.process
      ? ` between ${pointOf(a)} and ${pointOfProcess(b)}`
      : ` between ${pointOfProcess(a)} and ${pointOfProcess(b)}`;
  }
  if (from !== undefined) return ` after ${pointOfProcess(step(from))}`;
  return to === undefined ? '' : ` before ${pointOfProcess(step(to))}`;
}

/** By the steps of the sleeper only. */
function betweenText(walk: Walk, sleeper: ProcessCode, event: number): string {
  const own = walk.steps.filter(({ process }) => process === sleeper.name);
  const before = own.findLast(({ index }) => index <= event);
  const after = own.find(({ index }) => index > event + 1);
  if (after === undefined) {
    const rests = walk.standing(sleeper) !== 'suspended' || walk.sleeps(sleeper);
    return ` after ${sleeper.name} had ${rests ? 'gone to sleep' : 'been interrupted'} in ${where(walk, sleeper)}`;
  }
  return ` between ${before === undefined ? 'the start' : pointOf(before)} and ${pointOfProcess(after)}`;
}

/** Two steps of which neither is an event. */
function exchangeText(walk: Walk, { decisive }: Finding): string | null {
  if (decisive == null) return null;
  const [first, second] = [walk.steps[decisive.nearest.earlier], walk.steps[decisive.nearest.later]];
  if (first === undefined || second === undefined) return null;
  return `${pointOfProcess(first)} came before ${pointOfProcess(second)}`;
}

/** Nobody sleeps who should not. */
function lastWord(walk: Walk, finding: Finding): string {
  const exchange = exchangeText(walk, finding);
  if (exchange !== null) return exchange;
  const last = walk.steps.findLast((step) => step.process !== null);
  return last === undefined
    ? 'nothing happens at all'
    : `the last thing that happened is ${pointOfProcess(last)}`;
}

// ---- the wake-up ----

/** A call that should wake, between the event and the last time that the sleeper went to sleep. */
function lostText(walk: Walk, sleeper: ProcessCode, event: number): string {
  const { name } = sleeper;
  const asleep = walk.steps.findLastIndex(({ process }) => process === name);
  const step = walk.steps.findLast(
    (each, i) => i >= event && i < asleep && wakerIn(each) !== null && each.process !== name,
  );
  if (step === undefined || step.moments.some((m) => m.kind === 'wake' && m.process === name)) return '';
  const call = `\`${wakerIn(step)}\`${step.place === null ? '' : ` (${shortPlace(step.place)})`} of ${step.process}`;
  if (step.changes.length === 0)
    return ` The ${call} finds ${name} awake, changes nothing and is lost; only then ${name} goes to sleep, in ${where(walk, sleeper)}.`;
  const user = walk.steps.find(
    (each) => each.index > step.index && each.process === name && undoes(each, step),
  );
  return user === undefined
    ? ''
    : ` The ${call} comes while ${name} is awake, and ${pointOf(user)} uses it up.`;
}

/** Whether a step brings a variable back that the other has changed. */
function undoes(step: TraceStep, other: TraceStep): boolean {
  return step.changes.some(({ variable, after }) =>
    other.changes.some((change) => change.variable === variable && change.before === after),
  );
}

/** The call in this step that is there to wake somebody. */
function wakerIn({ functions }: TraceStep): string | null {
  return functions.findLast((name) => WAKES.test(name)) ?? null;
}

const SLEEPING: ReadonlySet<ProcessStatus> = new Set(['asleep', 'rests', 'waits']);

function statusBefore({ start, steps }: Walk, { index, name }: ProcessCode, step: number): ProcessStatus {
  const changes = steps.slice(0, step).flatMap(({ statuses }) => statuses);
  const last = changes.findLast(({ process }) => process === name);
  return last?.status ?? start.processes[index]?.status ?? 'can go on';
}

/** What wakes the sleeper in the run in which the event comes later; `null`: that is not known, or nothing does. */
function wakeInOtherRun(
  walk: Walk,
  { decisive, kind }: Finding,
  sleeper: ProcessCode,
  event: number | null,
): string | null {
  if (decisive == null || event === null || walk.steps[event]?.process === null) return null;
  if (kind !== 'lost wakeup' && kind !== 'idle' && kind !== 'stuck') return null;
  const run = [decisive.nearest, decisive.other].find(
    (each) =>
      each !== null &&
      each.earlier === event &&
      walk.steps[each.earlier]?.process !== sleeper.name &&
      walk.steps[each.later]?.process === sleeper.name,
  );
  if (run == null) return null;
  const other = new Walk(walk.interpreter, walk.names);
  for (const ordinal of run.path) if (!other.take(ordinal)) return null;
  const told = walk.steps[event] as TraceStep;
  const again = other.steps.findIndex(
    ({ process, place }, i) => i >= event && process === told.process && place?.line === told.place?.line,
  );
  const woken = other.steps.findIndex(({ process }, i) => i > again && process === sleeper.name);
  if (again < 0 || woken < 0 || !SLEEPING.has(statusBefore(other, sleeper, again))) return null;
  const call = other.steps.slice(again, woken).findLast((step) => wakerIn(step) !== null);
  const name = call === undefined ? told.process : `\`${wakerIn(call)}\` of ${call.process}`;
  return `Had it come after ${pointOf(walk.steps[run.later] as TraceStep)}, ${name} would have woken ${sleeper.name}.`;
}
