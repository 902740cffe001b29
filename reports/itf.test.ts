import { expect, test } from 'vitest';
import { Interpreter } from '../checker/machine/interpreter.ts';
import { Walk } from '../checker/trace/walk.ts';
import type { TraceVariable } from '../checker/trace.ts';
import { itfText } from './itf.ts';
import { EVIL, hostile, realTraces, sensor } from './testing.ts';

interface Itf {
  readonly '#meta': Readonly<Record<string, unknown>>;
  readonly params: readonly string[];
  readonly vars: readonly string[];
  readonly states: readonly Readonly<Record<string, unknown>>[];
  readonly loop?: number;
}

const TAGS: Readonly<Record<string, (value: unknown) => boolean>> = {
  '#bigint': (value) => typeof value === 'string' && /^-?\d+$/u.test(value),
  '#tup': (value) => Array.isArray(value) && value.every(isExpression),
  '#set': (value) => Array.isArray(value) && value.every(isExpression),
  '#map': (value) =>
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isExpression)),
  '#unserializable': (value) => typeof value === 'string',
};

/** The grammar of ADR 015: `expr`. */
function isExpression(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.every(isExpression);
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0].startsWith('#')) return TAGS[first[0]]?.(first[1]) ?? false;
  return entries.every(([name, field]) => !name.startsWith('#') && isExpression(field));
}

function parse(text: string): Itf {
  const itf = JSON.parse(text) as Itf;
  expect(Object.keys(itf).sort()).toEqual([
    '#meta',
    ...(itf.loop === undefined ? [] : ['loop']),
    'params',
    'states',
    'vars',
  ]);
  expect(itf['#meta'].format).toBe('ITF');
  expect(new Set(itf.vars).size).toBe(itf.vars.length);
  for (const [index, { '#meta': meta, ...values }] of itf.states.entries()) {
    expect(meta).toMatchObject({ index });
    expect(Object.keys(values).sort()).toEqual([...itf.vars].sort());
    for (const value of Object.values(values)) expect(isExpression(value), JSON.stringify(value)).toBe(true);
  }
  return itf;
}

/** A value of the format as the source would write it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value === 'object' && value !== null && '#bigint' in value) return String(value['#bigint']);
  return String(value);
}

test('real traces: the states are those that the interpreter comes to on the same way', async () => {
  let states = 0;
  for (const { built, trace } of await realTraces()) {
    const itf = parse(itfText(trace));
    const walk = new Walk(new Interpreter(built.compiled), built.compiled.names);
    for (const [i, state] of itf.states.entries()) {
      if (i > 0 && (trace.steps[i - 1]?.ordinal ?? -1) < 0) break;
      if (i > 0) expect(walk.take(trace.steps[i - 1]?.ordinal ?? -1)).toBe(true);
      const variables: TraceVariable[] = walk.variables();
      expect(itf.vars.slice(0, -1)).toEqual(variables.map(({ name }) => name));
      for (const { name, value } of variables)
        expect(shown(state[name]), `${name} in state ${i}`).toBe(value);
      const standing = (state.status as { '#map': [string, string][] })['#map'];
      expect(standing).toEqual(walk.processes.map((process) => [process.name, walk.statusOf(process)]));
      states++;
    }
    expect(itf.states).toHaveLength(trace.steps.length + 1);
  }
  expect(states).toBeGreaterThan(150);
});

test('a variable has one type in all states', async () => {
  const typeOf = (value: unknown): string =>
    Array.isArray(value) ? `list of ${[...new Set(value.map(typeOf))]}` : typeof value;
  for (const { trace } of await realTraces()) {
    const { vars, states } = parse(itfText(trace));
    for (const name of vars) {
      const types = new Set(states.map((state) => typeOf(state[name])).filter((type) => type !== 'list of '));
      expect(types.size, name).toBeLessThanOrEqual(1);
    }
  }
});

test('a lasso goes on from its last state to the one after the first step that repeats', async () => {
  const lasso = (await realTraces()).find(({ trace }) => trace.loop !== undefined)?.trace;
  if (lasso?.loop === undefined) throw new Error('no lasso');
  const { loop, states } = parse(itfText(lasso));
  expect(loop).toBe(lasso.loop);
  const values = ({ '#meta': _, ...rest }: Readonly<Record<string, unknown>> = {}) => rest;
  expect(values(states.at(-1))).toEqual(values(states[lasso.loop - 1]));
  expect(parse(itfText({ ...lasso, loop: lasso.steps.length + 1 })).loop).toBe(lasso.steps.length);
});

test('a violation as it is written', async () => {
  const trace = (await sensor('late')).properties.find(({ status }) => status === 'violated')?.trace;
  if (trace == null) throw new Error('no trace');
  await expect(itfText(trace)).toMatchFileSnapshot('goldens/sensor.golden.itf.json');
});

test('hostile names: fields of the format, of JavaScript, the name of our own variable, and everything else', () => {
  const trace = hostile.properties[0]?.trace;
  if (trace == null) throw new Error('no trace');
  const names = ['#meta', '_#meta', '__proto__', 'status', EVIL];
  const variables = names.map((name) => ({ name, kind: 'symbol' as const, value: EVIL }));
  const { vars, states } = parse(itfText({ ...trace, steps: [], start: { ...trace.start, variables } }));
  expect(vars).toEqual(['_#meta', '_#meta~2', '__proto__~2', 'status', EVIL, 'status~2']);
  expect(states[0]?.[EVIL]).toBe(EVIL);
});
