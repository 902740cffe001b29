import fc, { type Arbitrary } from 'fast-check';
import { form, one } from '../machine/random_program.ts';

/**
 * Test helper: texts of small random scenarios with what reductions are about: steps of one process alone, shared
 * variables, channels, interrupts that suspend, clocks, processes that start and kill others. They are finite.
 */

const SHARED = one('s.a', 's.b', 's.c');
const NUMBER = fc.oneof(SHARED, one('0', '1', '2', 'own.x', 'own.y'));
const TEST: Arbitrary<string> = fc.oneof(
  form('$ === $', SHARED, NUMBER),
  form('$ < $', SHARED, NUMBER),
  form('$ > 0', one('own.x', 'own.y', 'q.length', 'r.length')),
  one('s.isr', '!s.isr', 'q.length < 2', 'k.expired', 'other.alive'),
);
const CHANGE: Arbitrary<string> = fc.oneof(
  form('$ = $;', one('s.a', 's.b', 's.c', 'own.x', 'own.y'), NUMBER),
  form('$ = ($ + 1) % 3;', one('s.a', 's.b', 'own.x'), NUMBER),
  one('own.x = (own.x + 1) % 3;', 'own.y = (own.y + own.x) % 3;', 's.isr = !s.isr;'),
);

const STEP: Arbitrary<string> = fc.oneof(
  { arbitrary: CHANGE, weight: 5 },
  { arbitrary: one('own.x = (own.x + 1) % 3; pause();', 'pause(); own.y = 1;'), weight: 3 },
  { arbitrary: form('atomic(() => { $ $ });', CHANGE, CHANGE), weight: 2 },
  form('until(() => $);', TEST),
  form('rest(() => $);', TEST),
  form('atomic(() => { until(() => $); $ });', TEST, CHANGE),
  form(
    'atomic(() => { until(() => $.length < $); $.push(own.x); });',
    one('q'),
    one('2', '1', '2'),
    one('q'),
  ),
  form('atomic(() => { $(() => q.length > 0); own.x = q.shift(); });', one('until', 'rest')),
  // A length that is remembered, and computed with.
  form(
    'atomic(() => { let n = q.length; let m = n + $; n = $; until(() => $ < $); q.push(own.x); });',
    one('n', '1', 'own.x'),
    one('n + 1', 'q.length + 1', '0', 'own.y'),
    one('n', 'm', 'n + m'),
    one('2', '3', '4'),
  ),
  form('atomic(() => { until(() => r.length < 2); r.push([own.x, own.y]); });'),
  form('atomic(() => { rest(() => r.length > 0); const [u, w] = r.shift(); own.x = u; own.y = w; });'),
  one(
    'atomic(() => { if (q.length < 2) q.push(1); else s.c = 2; });',
    'atomic(() => { if (q.length > 0) s.b = q.shift(); });',
    'atomic(() => { until(() => q.length < 2); q.push(own.x); own.y = q.length; });',
    'own.y = q.length % 3;',
    'if (other.alive) other.kill(); ',
    'if (!other.alive) other.start();',
    'own.x = choose(2);',
    'busy(2);',
    'busy(own.x);',
    'k.arm(3);',
    'until(() => s.a === 1, 2);',
    'assume(s.c !== 2 || own.x !== 2);',
  ),
  one(
    'k.arm(2);',
    'k.arm(own.x);',
    'k.stop();',
    'atomic(() => { if (k.expired) own.x = 2; });',
    'until(() => k.expired);',
    'atomic(() => { own.y = k.remaining % 3; });',
  ),
  form('check($, "checked");', one('s.a + s.b < 4', 's.c !== 2 || s.a !== 1', 'own.x < 3')),
  form('if ($) { $ } else { $ }', TEST, CHANGE, CHANGE),
);

const BODY = fc.array(STEP, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));

const PROCESS = fc.record({
  body: BODY,
  loop: fc.boolean(),
  options: one(
    '',
    '',
    '',
    'outside: true',
    'background: true',
    'prompt: true',
    'runs: () => !s.isr',
    'runs: () => !s.isr',
    'runs: () => s.a !== 2',
    'outside: true, runs: () => s.isr',
  ),
});

const PROPERTIES = [
  "always('small', () => s.a + s.b + s.c < 6)",
  "always('a', () => s.a !== 2 || s.b !== 1)",
  "sometimes('c', () => s.c === 2 && s.b === 2)",
  "always('length', () => q.length < 2 || s.c === 0)",
  "always('apart', () => owns[0]!.x !== 1 || owns[1]!.x !== 0 || owns[1]!.y !== 1)",
  "always('apart too', () => owns[0]!.y !== 1 || owns[1]!.x !== 1)",
  "sometimes('together', () => owns[0]!.x === 2 && owns[1]!.x === 2)",
  "sometimes('in turn', () => owns[0]!.x === 1 && owns[1]!.x === 2)",
  "idle('idle', () => s.a !== 1)",
  "stuck('stuck', () => q.length === 0)",
  "idle('alive', () => other.alive)",
];

/** One that cannot be evaluated in every state, perhaps. */
const FAILING = one(
  ...Array.from({ length: 5 }, () => ''),
  "always('row', () => two[s.a]! > 0)",
  "idle('table', () => three[s.b]! > 0)",
  "stuck('checked', () => { check(s.c !== 3, 'c is not 3'); return true; })",
  "sometimes('element', () => q.at(0)! > 7)",
);

/** An interrupt: it suspends those who run while `s.isr` is false. */
const INTERRUPT = fc.option(
  form(
    "process('isr', () => { const own = owns[4]!; while (true) { pause(); s.isr = true; $ s.isr = false; } }, { $ });",
    CHANGE,
    one('', 'outside: true', 'background: true'),
  ),
  { nil: '' },
);

export const randomConcurrent: Arbitrary<string> = fc
  .record({
    timing: one("'any'", "'any'", "'prompt'"),
    timeUnit: one('0', '0', '0', '1'),
    processes: fc.array(PROCESS, { minLength: 2, maxLength: 4 }),
    other: BODY,
    interrupt: INTERRUPT,
    properties: fc.subarray(PROPERTIES, { minLength: 1, maxLength: 5 }),
    failing: FAILING,
  })
  .map(
    ({
      timing,
      timeUnit,
      processes,
      other,
      interrupt,
      properties,
      failing,
    }) => `import { scenario } from 'upy-check';
import { always, assume, atomic, busy, check, choose, clock, idle, int, pause, process, rest, sequence, sometimes, stuck, until } from 'upy-check/model';
export default scenario('random', { about: 'random', timing: ${timing}, timeUnit: ${timeUnit}, variants: { only: { holds: true } }, build() {
const s = { a: int(0, 3), b: int(0, 3), c: int(0, 3), isr: false };
const q = sequence<number>(2);
const r = sequence<readonly [number, number]>(2);
const k = clock();
const two = [1, 2], three = [3, 4, 5];
const owns = Array.from({ length: 5 }, () => ({ x: 0, y: 0 }));
const other = process('other', () => { const own = owns[4]!; ${other.replaceAll(/if \(!?other.alive\) other.\w+\(\);/g, '')} }, { dormant: true });
${processes
  .map(
    ({ body, loop, options }, i) =>
      `process('p${i}', () => { const own = owns[${i}]!; ${loop ? `while (true) { pause();\n${body}\n}` : body} }, { ${options} });`,
  )
  .join('\n')}
${interrupt}
${[...properties, failing].map((p) => `${p};`).join('\n')}
} });
`,
  );
