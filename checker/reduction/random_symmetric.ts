import fc, { type Arbitrary } from 'fast-check';
import { form, one } from '../machine/random_program.ts';

/**
 * Test helper: texts of random scenarios in which the same random body runs several times, on members of its own, with ids
 * (references and numbers) that are stored, passed on and compared. Some statements tell members apart on purpose.
 */

/** Of a member: `m` itself, `i` its number, `x` a local. */
const MEMBER = one('m', 's.owner', 'm.next', 't');
const LIVE = one('m', 'm', '(s.owner ?? m)', '(m.next ?? m)', '(t ?? m)');
const INT = one('0', '1', 's.n', 'm.v', 'x', 'q.length', 'ids.length');
const CONDITION: Arbitrary<string> = fc.oneof(
  one(
    's.flag',
    'm.on',
    's.owner === m',
    's.owner === null',
    's.who === i',
    's.who !== i',
    'm.next === m',
    'm.next === null',
    't === m',
    'y === i',
    'members.some((k) => k.on)',
    'members.every((k) => k.v === 0)',
    'q.includes(m)',
    'ids.includes(i)',
    'q.length === 0',
    'clocks[i - BASE].expired',
  ),
  form('$ === $', MEMBER, MEMBER),
  form('$ < $', INT, INT),
  form('$.on', LIVE),
);

const STATEMENT: Arbitrary<string> = fc.oneof(
  form('$.v = ($ + 1) & 1;', LIVE, INT),
  form('$.on = !($);', LIVE, CONDITION),
  form('s.n = ($ + 1) & 3;', INT),
  form('s.flag = $;', CONDITION),
  form('s.owner = $;', one('m', 'null', 'm.next', 't')),
  form('$.next = $;', LIVE, MEMBER),
  one('s.who = i;', 's.who = -1;', 's.last = i;', 's.who = y;', 'y = s.who;', 'y = i;'),
  form('t = $;', MEMBER),
  form('x = $;', one('0', '1', 's.n & 1', 'm.v')),
  form('if (q.length < 2) q.push($);', one('m', '(s.owner ?? m)', '(t ?? m)')),
  one(
    'if (q.length > 0) t = q.shift();',
    'if (q.length > 0) m.next = q.shift();',
    'q.remove(m);',
    'q.clear();',
  ),
  form('if (ids.length < 2) ids.push($);', one('i', 'i', 's.who')),
  one(
    'if (ids.length > 0) y = ids.shift();',
    'if (ids.length > 0) s.who = ids.shift();',
    'ids.clear();',
    'ids.remove(i);',
  ),
  one(
    'if (y >= BASE && y < BASE + K) members[y - BASE].v = 1;',
    'if (s.who >= 0 && s.who < K) bits[s.who] = m.on;',
  ),
  one(
    'clocks[i - BASE].arm(3);',
    'clocks[i - BASE].stop();',
    'check(s.n < 3, "small");',
    'note("it", t, y);',
  ),
);

const STEP: Arbitrary<string> = fc.oneof(
  form('until(() => $);', CONDITION),
  form('rest(() => $);', CONDITION),
  one('pause();', 'busy(2);', 'x = choose(2);', 't = members[choose(K)];', 'bits[choose(K)] = true;'),
  form('until(() => $, 2);', CONDITION),
  one('until(() => s.owner === null && (s.owner = m, true)); s.n = 1; s.owner = null;'),
);

const LINE: Arbitrary<string> = fc.oneof(
  { arbitrary: STATEMENT, weight: 10 },
  { arbitrary: STEP, weight: 5 },
  { arbitrary: form('if ($) { $ } else { $ }', CONDITION, STATEMENT, STATEMENT), weight: 3 },
  { arbitrary: form('atomic(() => { $ $ });', STATEMENT, STATEMENT), weight: 2 },
  form('atomic(() => { until(() => $); $ });', CONDITION, STATEMENT),
  // Tells members apart, so nothing is symmetric.
  {
    arbitrary: one(
      's.n = (s.n + i) & 3;',
      'if (i < 2) s.flag = true;',
      'members[0].on = true;',
      's.n = (y + 1) & 3;',
      's.n = (s.who + 2) & 3;',
    ),
    weight: 1,
  },
);

const BODY = fc.array(LINE, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));

const OPTIONS = one(
  '',
  '',
  'outside: true',
  'background: true',
  'runs: () => m.on || !s.flag',
  'runs: () => s.owner === m || s.owner === null',
  'runs: () => s.who !== i',
);

const PROPERTIES = [
  "always('few', () => s.n < 3)",
  "always('one', () => members.every((m) => m.v === 0 || m.on))",
  "sometimes('owned', () => s.owner !== null && s.owner.on)",
  "idle('idle', () => s.owner === null)",
  "stuck('stuck', () => q.length === 0)",
  "lostWakeup('work', () => s.flag, null)",
  "within('soon', 5, () => s.flag)",
];

/** One that cannot be evaluated in every state, perhaps. */
const FAILING = one(
  ...Array.from({ length: 3 }, () => ''),
  "always('owner', () => s.owner!.v < 9 || s.flag)",
  "idle('bit', () => bits[s.n] === false || s.flag)",
  "stuck('checked', () => { check(s.owner === null || !s.owner.on, 'the owner is off'); return true; })",
  "always('next', () => members.every((m) => !m.on || m.next!.v < 9))",
);

/** `runs`: how many times the body runs. `base`: the number of the first. */
export const randomSymmetric: Arbitrary<string> = fc
  .record({
    timing: one("'any'", "'any'", "'prompt'"),
    runs: fc.constantFrom(2, 2, 3),
    base: fc.constantFrom(0, 1),
    body: BODY,
    device: fc.option(BODY, { freq: 3 }),
    manager: fc.option(BODY, { freq: 2 }),
    loop: fc.boolean(),
    options: OPTIONS,
    deviceOptions: OPTIONS,
    properties: fc.subarray(PROPERTIES, { maxLength: 4 }),
    failing: FAILING,
  })
  .map(
    ({ timing, runs, base, body, device, manager, loop, options, deviceOptions, properties, failing }) =>
      `import { scenario } from 'upy-check';
import { always, assume, atomic, busy, check, choose, clock, idle, lostWakeup, note, pause, process, rest, sequence, sometimes, stuck, until, within } from 'upy-check/model';
const [K, BASE] = [${runs}, ${base}];
class Member { v = 0; on = false; next: Member | null = null; }
export default scenario('random', { about: 'random', timing: ${timing}, variants: { only: { holds: true } }, build() {
const s = { n: 0, flag: false, owner: null as Member | null, who: -1, last: -1 };
const members = Array.from({ length: K }, () => new Member());
const clocks = members.map(() => clock());
const bits = members.map(() => false);
const q = sequence<Member>(2);
const ids = sequence<number>(2);
for (const [k, m] of members.entries()) {
const i = k + BASE;
process(\`member \${k}\`, () => { let x = 0; let y = -1; let t: Member | null = null;
${loop ? `while (true) {\npause();\n${body}\n}` : body}
}, {${options}});
${
  device === null
    ? ''
    : `process(\`device \${k}\`, () => { let x = 0; let y = -1; let t: Member | null = null;
${device}
}, {${deviceOptions}});`
}
}
${
  manager === null
    ? ''
    : `const m = new Member(); const i = -1;
process('manager', () => { let x = 0; let y = -1; let t: Member | null = null;
${manager.replaceAll('clocks[i - BASE]', 'clocks[0]')}
});`
}
${[...properties, failing].map((p) => `${p};`).join('\n')}
} });
`,
  );
