import type { Trace, TraceVariable } from '../checker/trace.ts';
import { axisOf } from './axis.ts';
import { contextsOf } from './contexts.ts';
import { stepName } from './step_name.ts';
import { visible } from './text.ts';
import { Signals } from './vcd_signals.ts';

/**
 * A trace as a Value Change Dump, for GTKWave and Surfer: the running step, of each core who runs on it and how many
 * interrupts are open, of each process what it can do, and every variable that changes. Names are values of type
 * `string`, which both viewers know beyond IEEE 1364.
 */
export function vcdText(trace: Trace): string {
  const axis = axisOf(trace);
  const signals = new Signals();
  addSteps(trace, signals);
  addCores(trace, signals);
  addProcesses(trace, signals);
  for (const variable of trace.start.variables) addVariable(variable, trace, signals);
  const { scenario, variant, property, explanation } = trace;
  const about = [`${scenario} / ${variant}: ${property}`, explanation, axis.about]
    .filter((text) => text !== '')
    .map((text) => `$comment ${comment(text)} $end\n`);
  // Where steps are the axis, a unit is a step.
  const unitNs = axis.base === 'steps' ? axis.widthNs : 1;
  const scale = `$timescale ${axis.base === 'steps' ? '1 us' : '1 ns'} $end\n`;
  const at = axis.spans.map(({ startNs, endNs }) => [startNs / unitNs, endNs / unitNs] as const);
  const end = (axis.endNs + axis.widthNs) / unitNs;
  return `$version upy-check $end\n${about.join('')}${scale}${signals.definitions()}${signals.changes(at, end)}`;
}

function addSteps({ steps }: Trace, signals: Signals): void {
  const step = signals.add([], 'step', 'integer', '0');
  const who = signals.add([], 'who', 'string', '');
  const does = signals.add([], 'does', 'string', '');
  for (const [at, each] of steps.entries()) {
    signals.begins(at, step, String(each.index));
    signals.begins(at, who, each.process ?? 'time');
    signals.begins(at, does, stepName(each));
  }
}

/** Who runs, as long as the context lasts; between contexts nobody is known to. */
function addCores(trace: Trace, signals: Signals): void {
  const contexts = contextsOf(trace);
  for (const core of new Set(contexts.map((each) => each.core))) {
    const own = contexts.filter((each) => each.core === core);
    const running = signals.add([core], 'running', 'string', '');
    const level = signals.add([core], 'isr_level', 'integer', '0');
    const soft = signals.add([core], 'soft_callback', 'boolean', 'false');
    for (let at = 0; at < trace.steps.length; at++) {
      const open = own.filter(({ from, to }) => from <= at && at <= to);
      signals.begins(at, running, open.findLast(({ kind }) => kind !== 'soft')?.name ?? '');
      signals.begins(at, level, String(open.filter(({ kind }) => kind === 'isr').length));
      signals.begins(at, soft, String(open.at(-1)?.kind === 'soft'));
    }
  }
}

function addProcesses({ start, steps }: Trace, signals: Signals): void {
  for (const { name, status } of start.processes) {
    const changes = steps.flatMap(({ statuses }, at) =>
      statuses.filter(({ process }) => process === name).map((each) => ({ at, status: each.status })),
    );
    if (changes.length === 0) continue;
    const signal = signals.add(['processes'], name, 'string', status);
    for (const change of changes) signals.ends(change.at, signal, change.status);
  }
}

const INT32 = /^-?\d{1,9}$/u;

function addVariable({ name, kind, value, items }: TraceVariable, { steps }: Trace, signals: Signals): void {
  const changes = steps.flatMap((step, at) =>
    step.changes.filter(({ variable }) => variable === name).map((change) => ({ at, ...change })),
  );
  if (changes.length === 0) return;
  const path = pathOf(name);
  const scope = ['variables', ...path.slice(0, -1)];
  const own = path.at(-1) ?? name;
  // Integers may bear names, as the states of a notification do.
  const numbers =
    kind === 'integer' && [value, ...changes.map(({ after }) => after)].every((each) => INT32.test(each));
  const type = kind === 'boolean' ? 'boolean' : numbers ? 'integer' : 'string';
  const signal = signals.add(scope, own, type, value);
  for (const { at, after } of changes) signals.ends(at, signal, after);
  if (items === undefined) return;
  const depth = signals.add(scope, `${own}.depth`, 'integer', String(items.length));
  for (const change of changes) signals.ends(change.at, depth, String(change.items?.length ?? 0));
}

/** Names in the source are paths; a dot inside brackets is part of a name. */
function pathOf(name: string): string[] {
  return /^[^.()[\]]+(?:\([^()]*\))?(?:\[[^\]]*\])*(?:\.[\w$]+(?:\[[^\]]*\])*)*$/u.test(name)
    ? (name.match(/(?:\([^()]*\)|\[[^\]]*\]|[^.])+/gu) ?? [name])
    : [name];
}

/** A comment ends at the word `$end`. */
const comment = (text: string): string =>
  [...visible(text).replaceAll('$', '_').replaceAll('µ', 'u')]
    .map((each) => (each > '~' ? '?' : each))
    .join('');
