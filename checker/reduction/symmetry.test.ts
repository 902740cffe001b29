import { describe, expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { placeAt } from '../language/ast.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { findSymmetry } from './symmetry.ts';

const text = (build: string): string => `import { scenario } from 'upy-check';
import { always, atomic, busy, check, choose, clock, eventually, pause, process, rest, sequence, until } from 'upy-check/model';
export default scenario('model', { about: 'a test', variants: { only: { holds: true } }, build() {
${build}
} });`;
const build = (body: string): BuiltVariant => buildVariant(inlineScenario(text(body)), 'only');

/** One line for each group and each pair that is none. */
function found(body: string): string[] {
  const { program } = build(body).compiled;
  const name = (p: number): string => program.processes[p]?.name ?? '';
  const { groups, asymmetries } = findSymmetry(program);
  return [
    ...groups.map(({ processes }) => processes.map((own) => own.map(name).join('+')).join(' | ')),
    ...asymmetries.map(({ processes, because, site }) => {
      const line = site === null ? '' : ` (${placeAt(site.source, site.start).text.trim()})`;
      return `${processes.join(' / ')}: ${because}${line}`;
    }),
  ];
}

/** Three processes `a`, `b`, `c` with the same body, a member object `m` and a number `i` from 0. */
const three = (body: string, before = '', after = ''): string => `
class Member { n = 0; on = false; next: Member | null = null; }
const s = { n: 0, flag: false, who: -1, owner: null as Member | null };
const members = [new Member(), new Member(), new Member()];
const ids = sequence<number>(3); const refs = sequence<Member>(3);
${before}
for (const [i, name] of ['a', 'b', 'c'].entries()) {
  const m = members[i] as Member;
  process(name, () => { ${body} });
}
${after}`;

describe('symmetric', () => {
  test.each([
    ['state of their own', 'm.n = 1; pause(); m.n = 2; if (m.on) m.n = 0;'],
    [
      'a lock that names its owner',
      'until(() => s.owner === null && (s.owner = m, true)); s.n = 1; s.owner = null;',
    ],
    ['numbers that are stored and compared', 's.who = i; pause(); if (s.who === i) s.n = 1;'],
    [
      'numbers in a queue, from 0',
      'if (ids.length < 3) ids.push(i); pause(); if (ids.length > 0) s.who = ids.shift();',
    ],
    ['numbers as an index', 's.who = i; pause(); if (s.who >= 0) members[s.who].on = true;'],
    ['links between them', 's.owner = m; pause(); m.next = s.owner; m.next.n = 1;'],
    ['conditions over all of them', 'until(() => members.some((k) => k.on)); m.on = true;'],
    ['a choice among them', 'members[choose(3)].n = 1;'],
  ])('%s', (_, body) => {
    expect(found(three(body))).toEqual(['a | b | c']);
  });

  test('two processes for each member', () => {
    expect(
      found(`for (const name of ['1', '2']) { const m = { n: 0 };
        process('task ' + name, () => { m.n = 1; pause(); m.n = 2; }); process('isr ' + name, () => { until(() => m.n === 2); m.n = 0; }); }`),
    ).toEqual(['task 1+isr 1 | task 2+isr 2']);
  });

  test('what takes ids out of a queue is nobody’s', () => {
    expect(
      found(
        three(
          'if (ids.length < 3) ids.push(i);',
          '',
          "process('main', () => { while (true) { rest(() => ids.length > 0); s.who = ids.shift(); pause(); s.who = -1; } });",
        ),
      ),
    ).toEqual(['a | b | c']);
  });

  test('two groups', () => {
    const more =
      "for (const name of ['x', 'y']) process(name, () => { s.flag = true; pause(); s.flag = false; });";
    expect(found(three('m.n = 1; pause(); s.n = m.n;', '', more))).toEqual(['a | b | c', 'x | y']);
  });
});

describe('not symmetric, and why', () => {
  const MANAGER = "process('main', () => { until(() => members[0].on); s.flag = true; });";
  const FIRST = "always('first', () => members[0].n < 2);";
  const CYCLE =
    'm.on = true; pause(); atomic(() => { for (let d = 1; d < 3; d++) { const k = members[(i + d) % 3]; if (k.on) { k.on = false; break; } } });';

  test.each([
    ['arithmetic', three('s.n = (s.n + i) & 3;')],
    [
      'arithmetic with a stored number',
      three('s.who = i; pause(); s.n = (s.who + 1) & 3; if (s.n === 2) m.on = true;'),
    ],
    ['order', three('if (i < s.who) s.flag = true; s.who = i;')],
    ['a test that one number passes', three('s.who = i; if (s.who > 0) s.flag = true;')],
    ['the next in cyclic order', three(CYCLE)],
    ['another process that prefers one', three('m.on = true;', '', MANAGER)],
    ['a property of one of them', three('m.n = 1; pause(); m.n = 2;', '', FIRST)],
    [
      'a property that compares them in order',
      three(
        'm.n = 1; pause(); m.n = 2;',
        '',
        "always('order', () => members[0].n + members[2].n <= members[1].n);",
      ),
    ],
    [
      'a run condition that favours one',
      'const s = { flag: false, on: [false, false] }; for (const i of [0, 1]) process(String(i), () => { s.flag = !s.flag; }, { runs: () => i === 0 || s.flag });',
    ],
    ['a check of each by its name', three('m.n = 1; pause(); check(m.n < 3, name);')],
    ['another beginning', three('m.n++; m.n &= 3;', 'members[1].n = 1;')],
    [
      'numbers from 0, read where the queue may hold nothing',
      three('if (ids.length < 3) ids.push(i); pause(); for (const k of ids) if (k === i) s.flag = true;'),
    ],
    [
      'other places of the source, by chance the same',
      "const s = { n: 0 }; process('a', () => { s.n = 1; pause(); s.n = 2; }); process('b', () => { s.n = 1; pause(); s.n = 2; });",
    ],
  ])('%s', (_, body) => {
    expect(found(body)).toMatchSnapshot();
  });
});
