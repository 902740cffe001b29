import { expect, test } from 'vitest';
import type { TraceObject } from '../../../../checker/trace.ts';
import { sketched } from '../testing.ts';
import { TraceModel } from '../trace_model.ts';
import { bitsOf, hex, holderOf, numberOf, ordered, type PartView, pipsOf, viewOf } from './object_views.ts';

const queue: TraceObject = {
  name: 'ring',
  class: 'Ring',
  kind: 'queue',
  parts: [
    { role: 'items', variable: 'ring.items', value: '[]' },
    { role: 'capacity', variable: null, value: '2' },
    { role: 'dropped', variable: 'ring.dropped', value: 'false' },
  ],
};
const fields: TraceObject = {
  name: 'core 0',
  class: 'Core',
  kind: 'fields',
  parts: [
    { role: 'of', variable: null, value: "'core 0'" },
    { role: 'asleep', variable: 'core 0.asleep', value: 'false' },
  ],
};
const calm: TraceObject = {
  ...fields,
  name: 'core 1',
  parts: [{ role: 'asleep', variable: 'core 1.asleep', value: 'false' }],
};
const still: TraceObject = {
  ...queue,
  name: 'other',
  parts: [{ role: 'items', variable: 'other', value: '[]' }],
};
const model = new TraceModel(
  sketched({
    processes: [{ name: 'main' }],
    variables: {
      'core 1.asleep': 'false',
      'ring.items': [],
      'ring.dropped': 'false',
      'core 0.asleep': 'false',
      other: [],
    },
    objects: [calm, fields, still, queue],
    steps: [
      { who: 'main', set: { 'ring.items': ['7'] } },
      { who: 'main', set: { 'core 0.asleep': 'true' } },
      { who: 'main', set: { 'core 0.asleep': 'false', 'core 1.asleep': 'true' } },
    ],
  }),
);
const part = (value: string, items: readonly string[] | null = null): PartView => ({
  role: 'value',
  variable: 'v',
  value,
  items,
  before: null,
});

test('an object at a point: its parts, and what the step changed', () => {
  const { changed, part: partOf, others } = viewOf(model, queue, 1);
  expect(changed).toBe(true);
  expect(partOf('items')).toEqual({
    role: 'items',
    variable: 'ring.items',
    value: '[7]',
    items: ['7'],
    before: '[]',
  });
  expect(partOf('capacity')?.value).toBe('2');
  expect(others.map(({ role }) => role)).toEqual(['dropped']);
  expect(viewOf(model, queue, 2).changed).toBe(false);
  expect(viewOf(model, queue, 0).changed).toBe(false);
  // Whose it is, is no value.
  expect(viewOf(model, fields, 2).others.map(({ role, value }) => [role, value])).toEqual([
    ['asleep', 'true'],
  ]);
});

test('queues come before fields, what changes more before what changes less, and what never does last', () => {
  const { changing, still: quiet } = ordered(model);
  expect(changing.map(({ name }) => name)).toEqual(['ring', 'core 0', 'core 1']);
  expect(quiet.map(({ name }) => name)).toEqual(['other']);
});

test('values as what they are drawn', () => {
  expect([numberOf(part('12')), numberOf(part('-1')), numberOf(part('x')), numberOf(undefined)]).toEqual([
    12,
    -1,
    null,
    null,
  ]);
  expect(numberOf(part('[a, b]', ['a', 'b']))).toBe(2);
  expect([holderOf(part('null')), holderOf(part('main')), holderOf(part('-1'))]).toEqual([
    null,
    'main',
    null,
  ]);
});

test('bits: at least eight, and as many as any value needs', () => {
  const text = (value: number, all: readonly number[]) =>
    bitsOf(value, all)
      .map((bit) => (bit ? 1 : 0))
      .join('');
  expect(text(5, [5])).toBe('00000101');
  expect(text(1, [255, 3])).toBe('00000001');
  expect(text(1, [256, 3])).toBe('000000000001');
  expect(text(0xffff_ffff, [])).toBe('1'.repeat(32));
  expect(text(-2, [0])).toBe(`${'1'.repeat(31)}0`);
  expect(text(2, [-1])).toBe(`${'0'.repeat(30)}10`);
  expect(text(2 ** 35 + 1, [0])).toBe(`1${'0'.repeat(34)}1`);
  expect([hex(0), hex(5), hex(0x1ff), hex(-1), hex(2 ** 35)]).toEqual([
    '0x00',
    '0x05',
    '0x01ff',
    '0xffffffff',
    '0x0800000000',
  ]);
});

test('pips: for every place, or for what is beyond them, and none where they are too many', () => {
  expect([pipsOf(2, null), pipsOf(1, 4), pipsOf(5, 4), pipsOf(16, null)]).toEqual([2, 4, 5, 16]);
  expect([pipsOf(1_000_000, 4), pipsOf(17, null), pipsOf(0, 17), pipsOf(-1, 4), pipsOf(null, 4)]).toEqual([
    0, 0, 0, 0, 0,
  ]);
});

test('what acts on a line of text is shown as what it is', () => {
  const evil: TraceObject = {
    ...queue,
    parts: [
      { role: 'items', variable: 'ring.items', value: '[]' },
      { role: 'of', variable: null, value: '' },
      { role: 'name', variable: null, value: 'a\u202eb' },
    ],
  };
  const trace = sketched({
    processes: [{ name: 'main' }],
    variables: { 'ring.items': ['\u0007'] },
    objects: [evil],
    steps: [{ who: 'main', set: { 'ring.items': ['\u001b[2J'] } }],
  });
  const view = viewOf(new TraceModel(trace), evil, 1);
  expect(view.part('items')).toMatchObject({
    value: '[\\x1b[2J]',
    items: ['\\x1b[2J'],
    before: '[\\x07]',
  });
  expect(view.part('name')?.value).toBe('a\\u{202e}b');
});
