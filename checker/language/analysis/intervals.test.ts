import { afterAll, expect, test } from 'vitest';
import { Workshop } from '../testing.ts';

/** What is known of the integers of a model: it decides how wide their cells are and which checks are left out. */
const workshop = new Workshop();
afterAll(() => workshop.remove());

/** `name lo…hi` of each state variable and of nobody else's; `name ?` where nothing is known. */
async function intervals(body: string): Promise<string[]> {
  const { compiled } = await workshop.compile(body);
  return compiled.program.variables
    .filter(({ kind }) => kind === 'state')
    .map((variable) => {
      const known = compiled.intervals.of(variable);
      return `${variable.name} ${known === null ? '?' : `${known[0]}…${known[1]}`}`;
    });
}

/** A model in which `x.v` is assigned `expr`; `a` is -3…5, `b` 2…7, `c` 0…9, and nothing is known of `d`. */
const assigned = (expr: string): string => `
const x = { v: 0 };
process('p', () => { const a = choose(9) - 3, b = choose(6) + 2, c = choose(10), d = wild.v; x.v = ${expr}; });
const wild = { v: 1 };
process('q', () => { while (true) { wild.v *= 2; pause(); wild.v = -wild.v; } });`;

test.each([
  ['a', '-3…5'],
  ['b', '0…7'],
  ['a + b', '-1…12'],
  ['a - b', '-10…3'],
  ['a * b', '-21…35'],
  ['a * a', '-15…25'],
  ['-b', '-7…0'],
  ['-a', '-5…3'],
  ['~a', '-6…2'],
  ['c % b', '0…6'],
  ['c % 40', '0…9'],
  ['c % (choose(5) + 1)', '0…4'],
  ['c % choose(5)', '?'],
  ['a % b', '-6…6'],
  ['c % a', '?'],
  ['d % 5', '-4…4'],
  ['idiv(a, b)', '-3…5'],
  ['idiv(c, b)', '0…9'],
  ['idiv(b, a)', '?'],
  ['idiv(d, b)', '?'],
  ['c & b', '0…7'],
  ['b & c', '0…9'],
  ['d & b', '0…7'],
  ['b & d', '0…7'],
  ['a & a', '?'],
  ['c & a', '0…9'],
  ['c | b', '0…15'],
  ['c ^ b', '0…15'],
  ['b ^ b', '0…7'],
  ['a | b', '?'],
  ['d | b', '?'],
  ['b << 1', '?'],
  ['b >> 1', '?'],
  ['a >>> 0', '0…4294967295'],
  ['d + 1', '?'],
  ['1 - d', '?'],
  ['d * 0', '?'],
  ['-d', '?'],
  ['~d', '?'],
  ['~(a >>> 0)', '?'],
  ['~(1 - (a >>> 0))', '?'],
  ['(a >>> 0) & (a >>> 0)', '?'],
  ['a < b ? 20 : c', '0…20'],
  ['a < b ? -20 : d', '?'],
  ['Number(a < b)', '0…1'],
  ['Number(!d)', '0…1'],
  ['Number(a === 1 && b > 2)', '0…1'],
])('%s', async (expr, known) => {
  expect(await intervals(assigned(expr))).toContain(`x.v ${known}`);
});

test('of constants and elements by an index, of a table, and of what is shared in an array', async () => {
  expect(
    await intervals(`
const list = [4, -2, 9], table = [3, 30, 8];
const x = { element: 0, table: 0, all: 0 };
process('p', () => { const i = choose(3); x.table = table[i]; list[i] = 12; x.element = list[i]; list[0] = -5; x.all = list[0]; });`),
  ).toEqual([
    'x.table 0…30',
    'list[0] -5…12',
    'list[1] -2…12',
    'list[2] 9…12',
    'x.element -5…12',
    'x.all -5…12',
  ]);
});

test('elements of a sequence take the places of each other, and places that are free are 0', async () => {
  expect(
    await intervals(`
const pushed = sequence(2, [3]), inserted = sequence(2, [3]), removed = sequence(2, [4, 5]);
process('p', () => { pushed.push(7); inserted.unshift(8); removed.shift(); });`),
  ).toEqual([
    'pushed.length 0…2',
    'pushed[0] 3…7',
    'pushed[1] 0…7',
    'inserted.length 0…2',
    'inserted[0] 0…8',
    'inserted[1] 0…8',
    'removed.length 0…2',
    'removed[0] 0…5',
    'removed[1] 0…5',
  ]);
});

test('truth values, symbols, declared ranges, mixtures, and what is assigned its own successor', async () => {
  expect(
    await intervals(`
const x = { flag: false, word: 'a', some: null, small: int(-1, 6), mixed: null, counter: 0, twice: 1, next: 0 };
process('p', () => { x.flag = true; x.word = 'b'; x.some = 'c'; x.small = 5; x.mixed = 4; if (choose(2) === 0) x.mixed = 'd'; while (true) { x.counter = x.counter + 1; pause(); } });
process('q', () => { x.twice = x.next + 1; x.next = x.twice % 4; });`),
  ).toEqual([
    'x.flag 0…1',
    'x.word 0…1',
    'x.some 0…1',
    'x.small -1…6',
    'x.mixed ?',
    'x.counter ?',
    'x.next 0…3',
    'x.twice 1…4',
  ]);
});

test('the choices of a number of ways that only the run knows', async () => {
  expect(
    await intervals(`
const n = { ways: 3 }, x = { v: 0, w: 0 };
process('p', () => { n.ways = 5; x.v = choose(n.ways); x.w = choose(x.v + 1) + 1; });`),
  ).toEqual(['n.ways 3…5', 'x.v 0…4', 'x.w 0…5']);
});

test('clocks, and what is read from them', async () => {
  expect(
    await intervals(`
const t = clock(), x = { left: 0 };
process('p', () => { t.every(8, 3); busy(2); x.left = t.remaining; until(() => x.left > 9, x.left); });`),
  ).toEqual(['t.left ?', 't.period 0…8', 't.latched 0…1', 'x.left ?']);
});

test('what begins beyond 31 bits is unsigned, where nothing else is known', async () => {
  expect(
    await intervals(`
const x = { below: 2147483647, beyond: 2147483648, known: 4294967295 };
process('p', () => { while (true) { x.below += 1; x.beyond += 1; x.known = 7; pause(); } });`),
  ).toEqual(['x.below ?', 'x.beyond 0…4294967295', 'x.known 7…4294967295']);
});

test('what is assigned within bounds stays there, however far it has come: also through a local, and by no moves', async () => {
  const { compiled } = await workshop.compile(`
const x = { around: 0, kept: 0, up: 0, both: 0, never: 0, through: 0 };
const q = sequence(3, [0]);
process('p', () => { while (true) {
  pause(); x.around = (x.around + 1) % 60; const next = (x.kept + 1) % 60; x.kept = next; x.up += 1; const more = x.through + 1; x.through = more;
  x.both = (x.both + 1) % 60; if (x.up > 5) x.both = x.up; q.push((x.around + 1) % 60); if (q.length === 3) q.shift();
} });
process('q', () => { check(x.around + x.kept + x.up + x.both + x.never + x.through > -1, 'read'); });`);
  const bounded = compiled.program.variables
    .filter((variable) => variable.kind === 'state' && compiled.intervals.isBounded(variable))
    .map(({ name }) => name);
  expect(bounded).toEqual(['x.around', 'x.kept', 'q.length']);
});
