import type { Trace, TraceStep } from '../checker/trace.ts';

/** A value of ITF: integers as big integers, sequences as lists, everything else that has a name as a string. */
export type ItfValue = boolean | string | { readonly '#bigint': string } | readonly ItfValue[] | ItfMap;

interface ItfMap {
  readonly '#map': readonly (readonly [ItfValue, ItfValue])[];
}

/** Each variable as its value in one state, by name. */
type Values = ReadonlyMap<string, string | readonly string[]>;

const FORMAT = 'https://apalache-mc.org/docs/adr/015adr-trace.html';
const INTEGER = /^-?\d+$/u;

/**
 * A trace in the Informal Trace Format of Apalache and Quint: every variable in every state, what each process can do
 * as the last of them, and in each state's `#meta` the step that led to it.
 */
export function itfText(trace: Trace): string {
  const { scenario, file, variant, parameters, property, explanation, schedule, loop, steps } = trace;
  const states = statesOf(trace);
  const names = namesOf([...(states[0]?.keys() ?? [])]);
  const numeric = new Set(
    [...names.keys()].filter((name) => states.every((state) => isNumeric(state.get(name)))),
  );
  const boolean = new Set(
    trace.start.variables.filter(({ kind }) => kind === 'boolean').map(({ name }) => name),
  );
  const statuses = free('status', new Set(names.values()));
  const standing = standingOf(trace);
  const stateOf = (values: Values, index: number) => ({
    '#meta': { index, ...(index === 0 ? {} : { step: metaOf(steps[index - 1] as TraceStep) }) },
    ...Object.fromEntries(
      [...values].map(([name, value]) => [
        names.get(name),
        itfValue(value, numeric.has(name), boolean.has(name)),
      ]),
    ),
    [statuses]: { '#map': [...(standing[index] as ReadonlyMap<string, string>)] },
  });
  const meta = {
    format: 'ITF',
    'format-description': FORMAT,
    source: file,
    description: `${scenario} / ${variant}: ${property}`,
    ...{ scenario, variant, parameters, property, explanation, schedule },
  };
  const head = {
    '#meta': meta,
    params: [],
    vars: [...names.values(), statuses],
    // After the last state comes the one after step `loop`; if nothing happens any more, the last one again.
    ...(loop === undefined ? {} : { loop: Math.min(loop, steps.length) }),
  };
  const lines = states.map((values, index) => JSON.stringify(stateOf(values, index)));
  return `${JSON.stringify(head).slice(0, -1)},"states":[\n${lines.join(',\n')}\n]}\n`;
}

/** The values in each state: at the start, and after each step. */
function statesOf({ start, steps }: Trace): readonly Values[] {
  const states: Values[] = [new Map(start.variables.map(({ name, value, items }) => [name, items ?? value]))];
  for (const { changes } of steps) {
    const next = new Map(states.at(-1));
    for (const { variable, after, items } of changes) next.set(variable, items ?? after);
    states.push(next);
  }
  return states;
}

function standingOf({ start, steps }: Trace): readonly ReadonlyMap<string, string>[] {
  const states: ReadonlyMap<string, string>[] = [
    new Map(start.processes.map(({ name, status }) => [name, status])),
  ];
  for (const { statuses } of steps) {
    const next = new Map(states.at(-1));
    for (const { process, status } of statuses) next.set(process, status);
    states.push(next);
  }
  return states;
}

/** Fields that begin with # belong to the format. */
function namesOf(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const own = free(name.startsWith('#') ? `_${name}` : name, taken);
      taken.add(own);
      return [name, own];
    }),
  );
}

function free(name: string, taken: ReadonlySet<string>): string {
  let own = name;
  for (let i = 2; taken.has(own) || own === '__proto__'; i++) own = `${name}~${i}`;
  return own;
}

/** A variable has one type in all states: a number that is once `null` is a string throughout. */
function isNumeric(value: string | readonly string[] | undefined): boolean {
  return typeof value === 'string' ? INTEGER.test(value) : (value ?? []).every((item) => INTEGER.test(item));
}

function itfValue(value: string | readonly string[], numeric: boolean, boolean: boolean): ItfValue {
  if (typeof value !== 'string') return value.map((item) => itfValue(item, numeric, false));
  if (boolean) return value === 'true';
  return numeric ? { '#bigint': value } : value;
}

function metaOf({ index, process, timeUs, place, operation, stack, notes }: TraceStep) {
  return {
    index,
    process,
    timeUs,
    operation,
    ...(place === null ? {} : { at: `${place.file}:${place.line}`, statement: place.text }),
    ...(stack.length === 0 ? {} : { in: stack.map((frame) => frame.function) }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}
