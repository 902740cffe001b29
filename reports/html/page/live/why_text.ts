import type { Reading, Why } from '../../../../checker/live/view.ts';

/** Why a process cannot step, in a line. */
export function whyText(why: Why): string {
  switch (why.kind) {
    case 'not started':
      return 'it has not been started';
    case 'ended':
      return why.step === null ? 'it has ended' : `it has ended; its last step was ${why.step}`;
    case 'waits':
      return whyWaits(why);
    case 'busy':
      return `it computes: ${why.leftUs} µs left`;
    case 'interrupted':
      return why.due
        ? `${why.core} takes the interrupt ${why.by} first (priority ${why.priority})`
        : `${why.core} executes the handler of ${why.by} (priority ${why.priority})`;
    case 'not requested':
      return whyNotRequested(why);
    case 'masked':
      return `interrupts are off on ${why.core}: ${maskText(why)}`;
    case 'basepri':
      return `masked on ${why.core}: BASEPRI is ${why.basepri}, and its priority is ${why.priority} (small numbers are urgent)`;
    case 'level':
      return `${why.core} executes the handler of ${why.by} at priority ${why.level}, and its priority ${why.priority} is not more urgent (small numbers are)`;
    case 'sleep mode':
      return `${why.core} is in ${why.mode}, which a '${why.source}' does not end`;
    case 'stalled':
      return `${why.core} is stalled by the sleep of another core`;
    case 'another runs':
      return whyAnother(why);
    case 'blocked':
      return whyBlocked(why);
    case 'no clock':
      return 'no clock, timeout or busy is running';
    case 'first':
      return `${why.processes.join(' and ')} can step, and ${why.prompt ? 'cannot be late' : "time passes only when nobody can (timing: 'prompt')"}`;
    case 'run condition':
      return `it has no turn: ${conditionText(why.condition.place.text)} is false${readingsText(why.condition.readings)}`;
  }
}

function whyWaits({
  operation,
  function: name,
  guard: { place, readings },
}: Extract<Why, { kind: 'waits' }>): string {
  const condition = conditionIn(place.text);
  if (condition === 'false') return 'it rests for good: nothing is left for it to do';
  if (condition !== null) return `it waits until ${condition}${readingsText(readings)}`;
  const isWait = operation === 'until' || operation === 'rest';
  return `${isWait ? 'it waits' : `its ${operation} step has to wait`}, in ${name}()${readingsText(readings)}`;
}

/** The expression in `until(() => a(b, c), 500)`; `null`: it has a body in braces, or is something else. */
function conditionIn(text: string): string | null {
  const [, inside] = /^(?:until|rest)\(\s*\(\) => ([^{}]*)\);?$/u.exec(text) ?? [];
  if (inside === undefined) return null;
  let depth = 0;
  for (const [i, char] of [...inside].entries()) {
    if (char === ',' && depth === 0) return inside.slice(0, i).trim();
    depth += '([{'.includes(char) ? 1 : ')]}'.includes(char) ? -1 : 0;
  }
  return inside.trim();
}

const TEXT_MAX = 90;

function shortened(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX - 1)}…`;
}

/** `() => a && b` without its arrow. */
function conditionText(text: string): string {
  return shortened(text.replace(/^\(\)\s*=>\s*/u, ''));
}

function readingsText(readings: readonly Reading[]): string {
  if (readings.length === 0) return '';
  const shown = readings.slice(0, 8).map(({ variable, value }) => `${variable} is ${value}`);
  const more = readings.length > 8 ? `, and ${readings.length - 8} more` : '';
  return `: ${shown.join(', ')}${more}`;
}

function whyNotRequested({ line, pending, enabled }: Extract<Why, { kind: 'not requested' }>): string {
  if (enabled) return `nobody asks for it: ${line}.pending is false`;
  return pending
    ? `it is pending, but its line is disabled: ${line}.enabled is false`
    : `nobody asks for it, and its line is disabled: ${line}.pending and .enabled are false`;
}

function maskText({ primask, maskDepth }: Extract<Why, { kind: 'masked' }>): string {
  const parts = [
    ...(primask ? ['PRIMASK is set'] : []),
    ...(maskDepth > 0 ? [`masked ${times(maskDepth)}`] : []),
  ];
  return parts.join(', and ');
}

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

function whyAnother({ core, running, priority, priorities }: Extract<Why, { kind: 'another runs' }>): string {
  if (running.length === 0) return 'no core runs it';
  const others = running.map((name, i) => `${name} (priority ${priorities[i]})`).join(' and ');
  return `${core ?? 'the cores'} ${core === null && running.length > 1 ? 'run' : 'runs'} ${others}; it has priority ${priority}`;
}

function whyBlocked({
  state,
  list,
  notification,
  ticksLeft,
  since,
}: Extract<Why, { kind: 'blocked' }>): string {
  if (state === 'deleted') return 'it is deleted, or on no list of the kernel';
  const what = [
    ...(list === null ? [] : [`it waits in ${list}`]),
    ...(notification === null ? [] : [`it waits for a notification (slot ${notification})`]),
  ];
  const how = what.length > 0 ? what.join(', ') : state === 'delayed' ? 'it is delayed' : 'it is suspended';
  const long = ticksLeft === null ? '' : `, for ${ticksLeft} ${ticksLeft === 1 ? 'tick' : 'ticks'} more`;
  return `${how}${long}${since === null ? '' : `, since step ${since}`}`;
}
