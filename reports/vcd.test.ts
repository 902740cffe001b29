import { expect, test } from 'vitest';
import type { Trace } from '../checker/trace.ts';
import { EVIL, hostile, realTraces, sensor } from './testing.ts';
import { vcdText } from './vcd.ts';

interface Signal {
  readonly path: string;
  readonly type: string;
  readonly values: (readonly [time: number, value: string])[];
}

interface Dump {
  readonly comments: readonly string[];
  readonly timescale: string;
  readonly signals: readonly Signal[];
  readonly end: number;
}

/**
 * A strict reader by the grammar of IEEE 1364-2005, clause 18.2, and one extension, `string` with values `s…`. It throws
 * at whatever is not in it.
 */
function parse(text: string): Dump {
  expect(text).toMatch(/^[\n -~]*$/u);
  const words = text.split(/\s+/u).filter((word) => word !== '');
  let at = 0;
  const next = (): string => {
    const word = words[at++];
    if (word === undefined) throw new Error('the dump ends too early');
    return word;
  };
  const untilEnd = (): string[] => {
    const found: string[] = [];
    for (let word = next(); word !== '$end'; word = next()) {
      if (word.startsWith('$')) throw new Error(`${word} inside of a command`);
      found.push(word);
    }
    return found;
  };
  const comments: string[] = [];
  const scopes: string[] = [];
  const byCode = new Map<string, Signal>();
  let timescale = '';
  for (let command = next(); command !== '$enddefinitions'; command = next()) {
    const body = untilEnd();
    switch (command) {
      case '$comment':
        comments.push(body.join(' '));
        break;
      case '$version':
        break;
      case '$timescale':
        timescale = body.join(' ');
        if (!/^(1|10|100) ?(s|ms|us|ns|ps|fs)$/u.test(timescale)) throw new Error(timescale);
        break;
      case '$scope':
        if (body.length !== 2 || body[0] !== 'module') throw new Error(`scope ${body}`);
        scopes.push(body[1] as string);
        break;
      case '$upscope':
        if (body.length > 0 || scopes.pop() === undefined) throw new Error('upscope');
        break;
      case '$var': {
        const [type = '', size = '', code = '', reference = '', ...rest] = body;
        if (
          rest.length > 0 ||
          !/^(integer 32|wire 1|string 1)$/u.test(`${type} ${size}`) ||
          !/^[!-~]+$/u.test(code)
        )
          throw new Error(`var ${body}`);
        // A bit-select would be part of the reference.
        if (/[[\]]/u.test(reference) || byCode.has(code)) throw new Error(`${code} ${reference}`);
        byCode.set(code, { path: [...scopes, reference].join('.'), type, values: [] });
        break;
      }
      default:
        throw new Error(`unknown command ${command}`);
    }
  }
  expect(untilEnd()).toEqual([]);
  expect(scopes).toEqual([]);
  let time = -1;
  let dumping = false;
  while (at < words.length) {
    const word = next();
    const [, digits] = /^#(\d+)$/u.exec(word) ?? [];
    const [, bit, bitOf] = /^([01xzXZ])([!-~]+)$/u.exec(word) ?? [];
    if (digits !== undefined) {
      if (Number(digits) <= time || dumping) throw new Error(`${word} after #${time}`);
      time = Number(digits);
    } else if (word === '$dumpvars' || word === '$end') {
      if (dumping === (word === '$dumpvars')) throw new Error(word);
      dumping = !dumping;
    } else if (bit !== undefined && bitOf !== undefined && byCode.get(bitOf)?.type === 'wire') {
      byCode.get(bitOf)?.values.push([time, bit]);
    } else {
      const signal = byCode.get(next());
      const [, vector] = /^b([01]{1,32})$/u.exec(word) ?? [];
      const [, string] = /^s([!-~]*)$/u.exec(word) ?? [];
      const value = signal?.type === 'integer' ? vector : signal?.type === 'string' ? string : undefined;
      if (value === undefined || signal === undefined || time < 0) throw new Error(`value ${word}`);
      signal.values.push([
        time,
        signal.type === 'integer' ? String(Number.parseInt(value, 2) | 0) : unescaped(value),
      ]);
    }
  }
  const signals = [...byCode.values()];
  for (const { values, path } of signals)
    if (values[0]?.[0] !== 0) throw new Error(`${path} has no value at #0`);
  expect(new Set(signals.map(({ path }) => path)).size).toBe(signals.length);
  return { comments, timescale, signals, end: time };
}

function unescaped(text: string): string {
  const bytes = [...text.matchAll(/\\(\d{3})|([^\\])/gu)].map(([, octal, plain = '']) =>
    octal === undefined ? plain.charCodeAt(0) : Number.parseInt(octal, 8),
  );
  return new TextDecoder().decode(new Uint8Array(bytes));
}

const last = (dump: Dump, path: string): string | undefined =>
  dump.signals.find((signal) => signal.path === `upy_check.${path}`)?.values.at(-1)?.[1];

/** The last value of each variable that changes. */
function finals({ steps }: Trace): Map<string, string> {
  return new Map(
    steps.flatMap(({ changes }) => changes.map(({ variable, after }) => [variable, after] as const)),
  );
}

test('real traces: a reader by the grammar reads them, and every variable ends where the trace says', async () => {
  let compared = 0;
  for (const { trace } of await realTraces()) {
    const dump = parse(vcdText(trace));
    for (const [variable, value] of finals(trace)) {
      const path = `variables.${variable.replaceAll('[', '(').replaceAll(']', ')').replaceAll(' ', '_')}`;
      const plain = dump.signals.find((signal) => signal.path === `upy_check.${path}`);
      if (plain === undefined) throw new Error(`there is no ${path}`);
      const shown =
        plain.type === 'wire' ? String(plain.values.at(-1)?.[1] === '1') : plain.values.at(-1)?.[1];
      expect(shown, path).toBe(value);
      compared++;
    }
    expect(last(dump, 'step')).toBe(String(trace.steps.length));
  }
  expect(compared).toBeGreaterThan(60);
});

test('real traces: each change of who steps is there, in order', async () => {
  for (const { trace } of await realTraces()) {
    const who = parse(vcdText(trace)).signals.find(({ path }) => path === 'upy_check.who');
    const wanted = trace.steps
      .map(({ process }) => process ?? 'time')
      .filter((name, i, all) => name !== all[i - 1]);
    expect(who?.values.map(([, name]) => name).filter((name) => name !== '')).toEqual(wanted);
  }
});

test('a violation as it is written', async () => {
  const trace = (await sensor('late')).properties.find(({ status }) => status === 'violated')?.trace;
  if (trace == null) throw new Error('no trace');
  await expect(vcdText(trace)).toMatchFileSnapshot('goldens/sensor.golden.vcd');
});

test('hostile names neither end a command nor make a signal twice; values are given back', () => {
  const trace = hostile.properties[0]?.trace;
  if (trace == null) throw new Error('no trace');
  const start = {
    ...trace.start,
    variables: trace.steps.flatMap(({ changes }) =>
      changes.map(({ variable }) => ({ name: variable, kind: 'symbol' as const, value: EVIL })),
    ),
  };
  const dump = parse(vcdText({ ...trace, start }));
  const who = dump.signals.find(({ path }) => path === 'upy_check.who');
  expect(who?.values.some(([, value]) => value === `pin 4${EVIL.replace('\ud800', '\ufffd')}`)).toBe(true);
});

test('integers below zero, of names, and too large ones', () => {
  const trace = hostile.properties[0]?.trace;
  if (trace == null) throw new Error('no trace');
  const [first] = trace.steps;
  if (first === undefined) throw new Error('no step');
  const changes = [
    { variable: 'a', before: '0', after: '-2' },
    { variable: 'b', before: '0', after: 'Waiting' },
    { variable: 'c', before: '0', after: '123456789012' },
  ];
  const variables = changes.map(({ variable }) => ({ name: variable, kind: 'integer' as const, value: '0' }));
  const dump = parse(
    vcdText({ ...trace, start: { ...trace.start, variables }, steps: [{ ...first, changes }] }),
  );
  expect([last(dump, 'variables.a'), last(dump, 'variables.b'), last(dump, 'variables.c')]).toEqual([
    '-2',
    'Waiting',
    '123456789012',
  ]);
});
