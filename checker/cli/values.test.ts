import { describe, expect, test } from 'vitest';
import { nearest } from './suggest.ts';
import { isUserError } from './testing.ts';
import {
  assignedTo,
  parseAssignment,
  parseBytes,
  parseCount,
  parseDuration,
  parseReporter,
  parseSeed,
  plainValue,
} from './values.ts';

describe('sizes and times', () => {
  test.each([
    ['1', 1],
    ['10k', 10_000],
    ['2M', 2e6],
    ['1.5k', 1500],
    ['1G', 1e9],
  ])('%s states', (text, value) => {
    expect(parseCount('max-states', text)).toBe(value);
  });

  test.each([
    ['1024', 1024],
    ['4K', 4096],
    ['512M', 512 * 1024 ** 2],
    ['4G', 4 * 1024 ** 3],
    ['4GB', 4 * 1024 ** 3],
    ['1GiB', 1024 ** 3],
  ])('%s of memory', (text, value) => {
    expect(parseBytes('max-memory', text)).toBe(value);
  });

  test.each([
    ['90', 90_000],
    ['500ms', 500],
    ['60s', 60_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ])('%s of time', (text, value) => {
    expect(parseDuration('max-time', text)).toBe(value);
  });

  test.each(['', '0', '-1', 'many', '1e3', '10kk', '99999999999G', 'NaN'])(
    '%j is no number of states',
    (text) => {
      expect(() => parseCount('max-states', text)).toThrow(isUserError('UPY310'));
    },
  );

  test('seeds', () => {
    expect(parseSeed('42')).toBe(42);
    expect(() => parseSeed('x')).toThrow(isUserError('UPY310'));
  });
});

describe('--set', () => {
  test.each([
    ['3', 3],
    ['-3', -3],
    ['0x10', 16],
    ['1.5', 1.5],
    ['true', true],
    ['false', false],
    ['', ''],
    ['3x', '3x'],
    ['Infinity', 'Infinity'],
  ])('%j without a declared type is %j', (text, value) => {
    expect(plainValue(text)).toBe(value);
  });

  test('takes the type of the parameter', () => {
    const set = ['k=3', 'name=3', 'loud=true', 'other=1', 'text=a=b'].map(parseAssignment);
    expect(assignedTo(set, { k: 1, name: 'x', loud: false, text: '' }, null)).toEqual({
      k: 3,
      name: '3',
      loud: true,
      text: 'a=b',
    });
  });

  test('size=full takes the values that the scenario has for it; others win over them', () => {
    const parameters = { edges: 1, rounds: 2 };
    const full = { edges: 4 };
    const assigned = (...texts: string[]) => assignedTo(texts.map(parseAssignment), parameters, full);
    expect(assigned()).toEqual({});
    expect(assigned('size=full')).toEqual({ edges: 4 });
    expect(assigned('edges=3', 'size=full')).toEqual({ edges: 3 });
    expect(assigned('size=full', 'rounds=5')).toEqual({ edges: 4, rounds: 5 });
    expect(assignedTo([parseAssignment('size=full')], parameters, null)).toEqual({});
    expect(assignedTo([parseAssignment('size=full')], { size: 2 }, { size: 3 })).toEqual({ size: 3 });
    expect(assignedTo([parseAssignment('size=2')], { size: 1 }, null)).toEqual({ size: 2 });
  });

  test('refuses what is no assignment, and values of another type', () => {
    expect(() => parseAssignment('k')).toThrow(isUserError('UPY310'));
    expect(() => parseAssignment('=3')).toThrow(isUserError('UPY310'));
    expect(() => assignedTo([{ name: 'k', text: 'x' }], { k: 1 }, null)).toThrow(isUserError('UPY306'));
    expect(assignedTo([{ name: 'toString', text: 'x' }], { k: 1 }, null)).toEqual({});
  });
});

test('--reporter', () => {
  expect(parseReporter('json')).toEqual({ name: 'json', file: null });
  expect(parseReporter('junit=out/a=b.xml')).toEqual({ name: 'junit', file: 'out/a=b.xml' });
  expect(() => parseReporter('jsn')).toThrow(/did you mean 'json'/u);
  expect(() => parseReporter('json=')).toThrow(isUserError('UPY310'));
});

test('did you mean', () => {
  const known = ['notify-from-isr', 'no-notify', 'max-states', 'steps'];
  expect(
    ['notfy-from-isr', 'nonotify', 'max-sates', 'stpes', 'notify', 'zzz', ''].map((word) =>
      nearest(word, known),
    ),
  ).toEqual(['notify-from-isr', 'no-notify', 'max-states', 'steps', 'no-notify', null, null]);
});
