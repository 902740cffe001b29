import { expect, test } from 'vitest';
import type { Compiled } from '../language/compile.ts';
import { type Domain, type Family, MIXED, type Variable } from '../language/ir.ts';
import { UserError } from '../options.ts';
import { type Layout, layOut, type Range, rawOf, readCell, valueOfRaw, writeCell } from './layout.ts';
import { assignSlots } from './slots.ts';

const INT: Domain = { kind: 'int', declared: null };
const BOOL: Domain = { kind: 'bool' };
const symbol = (...members: string[]): Domain => ({ kind: 'symbol', members });
const mixed = (...members: unknown[]): Domain => ({ kind: 'mixed', members });

let ids = 0;
const variable = (name: string, domain: Domain): Variable => ({
  id: ids++,
  kind: 'state',
  name,
  process: -1,
  domain,
  initial: 0,
  fixed: false,
});

const family = (...elements: (Variable | null)[]): Family => ({ id: ids++, name: 'f', elements });

interface Given {
  readonly families?: readonly Family[];
  /** What is known of integers without a range. */
  readonly intervals?: ReadonlyMap<Variable, Range>;
  readonly ranges?: ReadonlyMap<Variable, Range>;
}

function layoutOf(variables: readonly Variable[], { families = [], intervals, ranges }: Given = {}): Layout {
  const compiled = {
    program: { processes: [], variables, families },
    intervals: { of: (each: Variable) => intervals?.get(each) ?? null },
  } as unknown as Compiled;
  return layOut(compiled, ranges ?? new Map());
}

/** One line for the whole, and one for each variable; a `*` stands before what an index selects by shifting. */
function shown(layout: Layout): string[] {
  const cells = [...layout.cells].map(([each, { word, shift, width, lo, hi, symbols }]) => {
    const chunk = layout.chunkOf.get(each);
    const mark = chunk === undefined ? '' : `*${chunk.index} `;
    return `${mark}${each.name} ${word}.${shift}+${width} ${lo}…${hi}${symbols > 0 ? ` ${symbols} symbols` : ''}`;
  });
  return [`${layout.words} words, ${layout.bits} bits`, ...cells];
}

const unsigned = (width: number): Range => [0, 2 ** width - 1];

/** Integers `v0`, `v1` … of these widths. */
function ofWidths(...widths: number[]): string[] {
  const variables = widths.map((_, i) => variable(`v${i}`, INT));
  const ranges = new Map(variables.map((each, i) => [each, unsigned(widths[i] as number)]));
  return shown(layoutOf(variables, { ranges }));
}

test('kinds of variables: as many bits as their values need', () => {
  const variables = [
    variable('bool', BOOL),
    variable('nothing', symbol()),
    variable('one', symbol('a')),
    variable('two', symbol('a', 'b')),
    variable('five', symbol('a', 'b', 'c', 'd', 'e')),
    variable('mixed', mixed(null, 'x')),
    variable('int', INT),
  ];
  const ranges = new Map<Variable, Range>([
    [variables[5] as Variable, [-1, 4]],
    [variables[6] as Variable, [7, 10]],
  ]);
  expect(shown(layoutOf(variables, { ranges }))).toEqual([
    '1 words, 10 bits',
    'five 0.0+3 0…4',
    'mixed 0.3+3 -1…4 2 symbols',
    'int 0.6+2 7…10',
    'bool 0.8+1 0…1',
    'two 0.9+1 0…1',
    'nothing 0.0+0 0…0',
    'one 0.0+0 0…0',
  ]);
});

test('a range that was found comes before what is known, and that before 32 bits with a sign', () => {
  const [seen, known, unknown] = [variable('seen', INT), variable('known', INT), variable('unknown', INT)];
  const intervals = new Map<Variable, Range>([
    [seen, [0, 100]],
    [known, [-2, 5]],
  ]);
  const ranges = new Map<Variable, Range>([[seen, [0, 3]]]);
  expect(shown(layoutOf([seen, known, unknown], { intervals, ranges }))).toEqual([
    '2 words, 37 bits',
    'unknown 0.0+32 -2147483648…2147483647',
    'known 1.0+3 -2…5',
    'seen 1.3+2 0…3',
  ]);
});

const WIDE = '0.0+32 -2147483648…2147483647';

test.each<[Range, string]>([
  [[0, 2 ** 32 - 1], '0.0+32 0…4294967295'],
  [[1, 2 ** 32 - 1], '0.0+32 1…4294967295'],
  [[1, 2 ** 32], WIDE],
  [[-1, 2 ** 32 - 2], '0.0+32 -1…4294967294'],
  [[-1, 2 ** 32 - 1], WIDE],
  [[-(2 ** 31), 0], '0.0+32 -2147483648…0'],
  [[-(2 ** 31) - 1, 0], WIDE],
  [[-(2 ** 31) - 1, -(2 ** 31)], WIDE],
])('the range %j of an integer', (range, expected) => {
  const v = variable('v', INT);
  expect(shown(layoutOf([v], { ranges: new Map([[v, range]]) }))).toEqual([
    '2 words, 32 bits',
    `v ${expected}`,
  ]);
});

test('integers with null: 31 bits, if nothing is known, and never more than 32', () => {
  const [v, w] = [variable('v', mixed(null)), variable('w', mixed(null, 'on'))];
  expect(shown(layoutOf([v]))).toEqual(['2 words, 32 bits', 'v 0.0+32 -1073741824…1073741823 1 symbols']);
  const fits: Range = [0, 2 ** 32 - 3];
  expect(shown(layoutOf([w], { ranges: new Map([[w, fits]]) }))).toEqual([
    '2 words, 32 bits',
    'w 0.0+32 0…4294967293 2 symbols',
  ]);
  const tooWide = (): Layout => layoutOf([w], { ranges: new Map([[w, [0, 2 ** 32 - 2]]]) });
  expect(tooWide).toThrow(UserError);
  expect(tooWide).toThrow(
    'UPY215: w holds integers as well as null or symbols, and needs more than 32 bits\n' +
      '  likely: a variable that may be null counts up without a maximum, or holds very large numbers\n' +
      '  do:     keep the number in a variable of its own, or declare its range with int(lo, hi)',
  );
});

test('the widest come first, each into the first word that has room', () => {
  expect(ofWidths(3, 20, 9, 12, 20)).toEqual([
    '2 words, 64 bits',
    'v1 0.0+20 0…1048575',
    'v4 1.0+20 0…1048575',
    'v3 0.20+12 0…4095',
    'v2 1.20+9 0…511',
    'v0 1.29+3 0…7',
  ]);
});

test.each<[number[], string[]]>([
  // A state of 63 bits is its own key: the topmost bit of its last word is 0.
  [
    [32, 31],
    ['2 words, 63 bits', 'v0 0.0+32 0…4294967295', 'v1 1.0+31 0…2147483647'],
  ],
  [
    [20, 20, 12, 11],
    [
      '2 words, 63 bits',
      'v0 0.0+20 0…1048575',
      'v1 1.0+20 0…1048575',
      'v2 0.20+12 0…4095',
      'v3 1.20+11 0…2047',
    ],
  ],
  // One with 64 bits is not, in as many words.
  [
    [32, 32],
    ['2 words, 64 bits', 'v0 0.0+32 0…4294967295', 'v1 1.0+32 0…4294967295'],
  ],
  [
    [32, 32, 1],
    ['3 words, 65 bits', 'v0 0.0+32 0…4294967295', 'v1 1.0+32 0…4294967295', 'v2 2.0+1 0…1'],
  ],
  // Three words have no key, however few bits there are.
  [
    [21, 21, 21],
    ['3 words, 64 bits', 'v0 0.0+21 0…2097151', 'v1 1.0+21 0…2097151', 'v2 2.0+21 0…2097151'],
  ],
  // A word whose topmost bit is in use gets a second one.
  [[31], ['1 words, 31 bits', 'v0 0.0+31 0…2147483647']],
  [
    [16, 16],
    ['2 words, 32 bits', 'v0 0.0+16 0…65535', 'v1 0.16+16 0…65535'],
  ],
  [[0], ['1 words, 0 bits', 'v0 0.0+0 0…0']],
])('integers of %j bits', (widths, expected) => {
  expect(ofWidths(...widths)).toEqual(expected);
});

test('elements of an array stand side by side, each wide enough for all', () => {
  const [a, b, other] = [variable('a', INT), variable('b', INT), variable('other', BOOL)];
  const ranges = new Map<Variable, Range>([
    [a, [-2, 1]],
    [b, [0, 5]],
  ]);
  const layout = layoutOf([other, a, b], { families: [family(a, null, b)], ranges });
  expect(shown(layout)).toEqual([
    '1 words, 10 bits',
    '*0 a 0.0+3 -2…5',
    '*2 b 0.6+3 -2…5',
    'other 0.9+1 0…1',
  ]);
  expect([...layout.chunks.values()].map(({ word, shift, width }) => [word, shift, width])).toEqual([
    [0, 0, 3],
  ]);
});

test('numbers that may be null stand side by side if they have as many symbols', () => {
  const [a, b, c] = [
    variable('a', mixed(null, 'x')),
    variable('b', mixed(null, 'x')),
    variable('c', mixed(null)),
  ];
  const ranges = new Map<Variable, Range>([
    [a, [0, 1]],
    [b, [3, 5]],
    [c, [0, 5]],
  ]);
  expect(shown(layoutOf([a, b], { families: [family(a, b)], ranges }))).toEqual([
    '1 words, 6 bits',
    '*0 a 0.0+3 0…5 2 symbols',
    '*1 b 0.3+3 0…5 2 symbols',
  ]);
  expect(shown(layoutOf([a, c], { families: [family(a, c)], ranges }))).toEqual([
    '1 words, 5 bits',
    'c 0.0+3 0…5 1 symbols',
    'a 0.3+2 0…1 2 symbols',
  ]);
});

test('what does not stand side by side: kinds that differ, too few elements, an array in two arrays, one value', () => {
  const [a, b, c, d] = [
    variable('a', BOOL),
    variable('b', BOOL),
    variable('c', BOOL),
    variable('d', symbol('x', 'y')),
  ];
  const chunked = (...families: Family[]): string[] =>
    shown(layoutOf([a, b, c, d], { families })).filter((line) => line.startsWith('*'));
  expect(chunked(family(a, b))).toEqual(['*0 a 0.0+1 0…1', '*1 b 0.1+1 0…1']);
  expect(chunked(family(a))).toEqual([]);
  expect(chunked(family(a, d))).toEqual([]);
  expect(chunked(family(a, null, null, b))).toEqual(['*0 a 0.0+1 0…1', '*3 b 0.3+1 0…1']);
  expect(chunked(family(a, null, null, null, b))).toEqual([]);
  expect(chunked(family(a, b, null, null, null, c))).toHaveLength(3);
  expect(chunked(family(a, b), family(b, c))).toEqual(['*0 a 0.0+1 0…1', '*1 b 0.1+1 0…1']);
  const [e, f] = [variable('e', symbol('x')), variable('f', symbol('x'))];
  expect(shown(layoutOf([e, f], { families: [family(e, f)] }))).toEqual([
    '1 words, 0 bits',
    'e 0.0+0 0…0',
    'f 0.0+0 0…0',
  ]);
});

test('an array of 32 bits stands in one word, a wider one does not', () => {
  const elements = Array.from({ length: 4 }, (_, i) => variable(`e${i}`, INT));
  const first = (width: number): string[] =>
    shown(
      layoutOf(elements, {
        families: [family(...elements)],
        ranges: new Map(elements.map((each) => [each, unsigned(width)])),
      }),
    ).slice(0, 3);
  expect(first(8)).toEqual(['2 words, 32 bits', '*0 e0 0.0+8 0…255', '*1 e1 0.8+8 0…255']);
  const three = elements.slice(0, 3);
  const ranges = new Map(three.map((each) => [each, unsigned(11)]));
  expect(layoutOf(three, { families: [family(...three)], ranges }).chunks.size).toBe(0);
  expect(first(9)).toEqual(['2 words, 36 bits', 'e0 0.0+9 0…511', 'e1 0.9+9 0…511']);
});

test('locals share a slot if they are never live together and are of one kind', () => {
  const [i, j, t, u, x, y, z] = [
    variable('i', INT),
    variable('j', INT),
    variable('t', BOOL),
    variable('u', BOOL),
    variable('x', symbol('a', 'b', 'c')),
    variable('y', symbol('a', 'b', 'c', 'd')),
    variable('z', symbol('a', 'b', 'c', 'd', 'e')),
  ] as [Variable, Variable, Variable, Variable, Variable, Variable, Variable];
  const slotsFor = (...live: Variable[][]): string[] =>
    assignSlots({ index: 3, live } as never).map(
      ({ process, index, variables }) => `${process}.${index} ${variables.map(({ name }) => name).join()}`,
    );
  expect(slotsFor([i], [j], [t], [u])).toEqual(['3.0 i,j', '3.1 t,u']);
  expect(slotsFor([i, j], [t, u])).toEqual(['3.0 i', '3.1 j', '3.2 t', '3.3 u']);
  expect(slotsFor([x], [y], [z])).toEqual(['3.0 x,y', '3.1 z']);
  expect(slotsFor([i, t], [j, i], [u])).toEqual(['3.0 i', '3.1 t,u', '3.2 j']);
  expect(slotsFor()).toEqual([]);
});

test('a slot is as wide as the widest local in it, and each stands at its beginning', () => {
  const [i, j, location] = [
    variable('i', INT),
    variable('j', INT),
    variable('at', { kind: 'location', process: 0 }),
  ];
  const compiled = {
    program: {
      processes: [{ index: 0, locations: [0, 0, 0], live: [[i], [j], []] }],
      variables: [location],
      families: [],
    },
    intervals: { of: (each: Variable) => (each === i ? [-1, 2] : [0, 30]) },
  } as unknown as Compiled;
  const layout = layOut(compiled, new Map());
  expect(shown(layout)).toEqual(['1 words, 7 bits', 'at 0.0+2 0…3', 'i 0.2+2 -1…2', 'j 0.2+5 0…30']);
  expect(layout.slotCells).toEqual([[{ word: 0, shift: 2, width: 5, lo: 0, hi: 31, symbols: 0 }]]);
});

test('what does not fit in a cell has no raw number', () => {
  const cell = { word: 0, shift: 0, width: 3, lo: -1, hi: 4, symbols: 0 };
  expect([-2, -1, 0, 4, 5].map((value) => rawOf(cell, value))).toEqual([Number.NaN, 0, 1, 5, Number.NaN]);
  const withNull = { ...cell, symbols: 2 };
  expect([-2, -1, 0, 4, 5, MIXED, MIXED + 1].map((value) => rawOf(withNull, value))).toEqual([
    ...[Number.NaN, 2, 3, 7, Number.NaN],
    ...[0, 1],
  ]);
  expect([0, 1, 2, 7].map((raw) => valueOfRaw(withNull, raw))).toEqual([MIXED, MIXED + 1, -1, 4]);
});

test('a cell without bits is the value that never changes', () => {
  const cell = { word: 0, shift: 0, width: 0, lo: 7, hi: 7, symbols: 0 };
  const state = Int32Array.of(-1);
  writeCell(cell, state, 0, 5);
  expect([state[0], readCell(cell, state, 0), valueOfRaw(cell, 0)]).toEqual([-1, 0, 7]);
});
