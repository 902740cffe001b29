import fc, { type Arbitrary } from 'fast-check';
import { one } from '../machine/random_program.ts';

/**
 * Test helper: texts of tiny random scenarios in which an interrupt suspends tasks, for ever perhaps, and with them whatever they
 * would have started, ended or woken.
 */

const START = 'if (!other.alive) other.start();';

const STEP: Arbitrary<string> = one(
  'own.x = 1;',
  'own.x = own.x + 1 & 3;',
  's.a = 1;',
  's.a = 2;',
  's.b = 1;',
  's.b = s.a;',
  's.a = own.x;',
  START,
  'if (other.alive) other.kill();',
  'until(() => s.a === 1);',
  'until(() => s.b === 1);',
  'rest(() => s.a === 2);',
  'rest(() => s.b === 2);',
  'rest(() => false);',
  'atomic(() => { until(() => s.a === 1); s.a = 2; });',
  'atomic(() => { rest(() => s.a < 2); s.a = s.a + 1; });',
  'atomic(() => { own.x = 2; s.b = 2; });',
  'until(() => q.length < 1); q.push(1);',
  'atomic(() => { rest(() => q.length > 0); q.shift(); });',
  'k.arm(2);',
  'until(() => k.expired);',
  'busy(1);',
);

const body = (maxLength: number): Arbitrary<string> =>
  fc.array(STEP, { minLength: 1, maxLength }).map((steps) => steps.join('\n'));

/** Half of the tasks begin with a start. */
const task = fc.oneof(
  body(3),
  body(2).map((steps) => `${START}\n${steps}`),
);

const RUNS = one('() => !s.isr', '() => !s.isr', '() => s.b !== 1', '() => s.a < 2 || !s.isr');

const PROPERTIES = [
  "idle('a is not 1', () => s.a !== 1)",
  "idle('a is 2', () => s.a === 2)",
  "idle('b follows', () => s.b === s.a)",
  "idle('alive', () => other.alive)",
  "stuck('b is not 1', () => s.b !== 1)",
  "stuck('not started', () => !other.alive)",
  "always('little', () => s.a + s.b < 4)",
  "sometimes('both', () => s.a === 2 && s.b === 2)",
];

export const randomSuspended: Arbitrary<string> = fc
  .record({
    timing: one("'any'", "'any'", "'prompt'"),
    other: body(2),
    otherRuns: one('', 'runs: () => !s.isr'),
    tasks: fc.array(fc.record({ body: task, runs: RUNS }), { minLength: 1, maxLength: 2 }),
    before: body(2),
    after: one('', '', 's.isr = false;', 's.b = 2;'),
    interrupt: one('', '', 'outside: true'),
    properties: fc.subarray(PROPERTIES, { minLength: 1, maxLength: 4 }),
  })
  .map(
    ({
      timing,
      other,
      otherRuns,
      tasks,
      before,
      after,
      interrupt,
      properties,
    }) => `import { scenario } from 'upy-check';
import { always, atomic, busy, clock, idle, int, process, rest, sequence, sometimes, stuck, until } from 'upy-check/model';
export default scenario('random', { about: 'random', timing: ${timing}, variants: { only: { holds: true } }, build() {
const s = { a: int(0, 3), b: int(0, 3), isr: false };
const q = sequence<number>(1);
const k = clock();
const owns = Array.from({ length: 4 }, () => ({ x: int(0, 3) }));
const other = process('other', () => { const own = owns[3]!; ${other.replaceAll(/if \(!?other.alive\) other.\w+\(\);/g, '')} }, { dormant: true, ${otherRuns} });
${tasks.map((task, i) => `process('task ${i}', () => { const own = owns[${i}]!; ${task.body} }, { runs: ${task.runs} });`).join('\n')}
process('interrupt', () => { const own = owns[2]!; ${before} s.isr = true; ${after} }, { ${interrupt} });
${properties.map((p) => `${p};`).join('\n')}
} });
`,
  );
