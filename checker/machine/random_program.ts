import fc, { type Arbitrary } from 'fast-check';

/** Test helper: texts of random scenarios, over everything that a process can do. They are finite: every value wraps. */

export const one = (...texts: string[]): Arbitrary<string> => fc.constantFrom(...texts);
export const join = (parts: readonly (Arbitrary<string> | string)[]): Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.join(''));
/** `$` stands for the next part. */
export const form = (pattern: string, ...parts: Arbitrary<string>[]): Arbitrary<string> =>
  join(
    pattern.split('$').flatMap((text, i) => (i === 0 ? [text] : [parts[i - 1] as Arbitrary<string>, text])),
  );

// ---- expressions ----

const REF = one('s.ref', 's.other', 'nodes[0]', 'a', 'b', 'links[s.i & 1]', 's.ref', 'a.next', 'mine');
const LIVE = one('a', 'b', 'c', 'nodes[s.i & 1]', '(s.ref ?? a)', 'nodes[1]');

const { int: INT, bool: BOOL } = fc.letrec<{
  int: string;
  bool: string;
  atomInt: string;
  atomBool: string;
  index: string;
}>((tie) => ({
  atomInt: one(
    '0',
    '1',
    '2',
    '-3',
    '5',
    's.i',
    's.n',
    's.saturated',
    's.big',
    'x',
    'y',
    'priv.k',
    'priv.z',
    'arr[0]',
    'arr[2]',
    'a.v',
    'b.v',
    'c.v',
    'q.length',
    'k1.remaining',
    '2147483647',
    '-2147483648',
    'fixed[s.i & 3]',
  ),
  index: one('s.i & 1', '(x & 1)', 's.saturated', '2', 'y & 1', 's.i & 3'),
  int: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    tie('atomInt'),
    form('arr[$]', tie('index')),
    form('($.v)', LIVE),
    form('($ $ $)', tie('int'), one('+', '-', '*', '&', '|', '^'), tie('int')),
    form('($ $ ($ & 3))', tie('int'), one('<<', '>>', '>>>', '+'), tie('int')),
    form('($ % 5)', tie('int')),
    form('idiv($, 3)', tie('int')),
    form('(~$)', tie('int')),
    form('(- $)', tie('int')),
    form('($ ? $ : $)', tie('bool'), tie('int'), tie('int')),
    form('twice($, $)', tie('int'), tie('bool')),
    form('$.bump($)', LIVE, tie('int')),
    form('u8($)', tie('int')),
    form('u32($)', tie('int')),
    form('(x = $ & 7)', tie('int')),
    one('(s.n = (s.n + 1) & 7)', 'y++ % 3', '(--y, y & 7)', '(priv.k = (priv.k + 1) & 3)'),
  ) as Arbitrary<string>,
  atomBool: one('s.flag', 'bits[0]', 'bits[1]', 'done', 'a.on', 'b.on', 'k1.expired', 'true', 'false'),
  bool: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    tie('atomBool'),
    form('bits[$]', tie('index')),
    form('($ $ $)', tie('int'), one('<', '<=', '>', '>=', '===', '!=='), tie('int')),
    form('($ $ $)', tie('bool'), one('&&', '||', '===', '!=='), tie('bool')),
    form('!$', tie('bool')),
    form('($ $ $)', REF, one('===', '!=='), one('null', 'a', 'b', 's.ref')),
    form('(s.mode $ $)', one('===', '!=='), one("'idle'", "'run'", "'stop'", 's.last')),
    form('(s.colour === $)', one('Colour.Red', 'Colour.Green')),
    form('q.includes($ & 3)', tie('int')),
    form('$.on', LIVE),
    form('$ instanceof Special', REF),
    form('(arr.some((v) => v > $))', tie('int')),
    one(
      '(s.mixed === null)',
      '(s.mixed === 2)',
      "(s.mixed === 'idle')",
      'p0.alive',
      'spare.alive',
      '(s.mixed === s.mixed2)',
    ),
  ) as Arbitrary<string>,
}));

// ---- statements ----

const WRAPPED = fc.oneof(
  form('$ & 7', INT),
  form('($) % 4', INT),
  form('(($) & 15) - 8', INT),
  one('0', '1', '-1', '3'),
);
/** Without a step of its own in it that is refused in atomic code. */
const PLAIN: Arbitrary<string> = fc.oneof(
  { arbitrary: form('s.i = $;', WRAPPED), weight: 3 },
  form('s.n = ($) & 7;', INT),
  form('s.declared = ($) & 3;', INT),
  form(
    's.big = $;',
    one('u32(s.big + 2147483647)', '(s.i | 0) * 7', '-2147483648', '0', '4294967295', '(s.big | 0) >> 3'),
  ),
  form('x = $;', WRAPPED),
  form('y = $;', WRAPPED),
  form('done = $;', BOOL),
  form('mine = $;', REF),
  form('priv.k = $;', WRAPPED),
  form('priv.z = ($) % 3;', INT),
  form('priv.never = $;', WRAPPED),
  form('s.flag = $;', BOOL),
  form('bits[$ & 1] = $;', INT, BOOL),
  form('arr[$] = $;', one('0', '2', 's.i & 1', 'x & 1', 's.saturated'), WRAPPED),
  form('arr[($) & 1] = (arr[($) & 1] + $) & 3;', INT, INT, INT),
  form('wide[($) & 3] = $;', INT, one('s.big', 's.i', '-5', '100000')),
  form('s.ref = $;', REF),
  form('s.other = $;', one('a', 'b', 'c', 's.ref ?? b')),
  form('links[($) & 1] = $;', INT, REF),
  form('$.next = $;', LIVE, REF),
  form('$.v = ($) & 7;', LIVE, INT),
  form('$.v = ($) % 3;', LIVE, INT),
  form('$.on = $;', LIVE, BOOL),
  form('$.bump($);', LIVE, INT),
  form('$.hit();', LIVE),
  form('s.mode = $;', one("'idle'", "'run'", "'stop'", 's.last', "s.flag ? 'run' : 'idle'")),
  form('s.last = s.mode;'),
  form('s.colour = $;', one('Colour.Red', 'Colour.Green', '(s.i & 1) === 0 ? Colour.Blue : Colour.Red')),
  form('s.mixed = $;', one('null', "'idle'", '2', 'x & 3', 's.i & 3', '(s.i % 3)', 's.mixed2')),
  form('s.mixed2 = $;', one('null', "'run'", '-1', 'y & 1')),
  form('mixes[($) & 1] = $;', INT, one('null', '2', "'idle'", 's.i & 7', 's.mixed')),
  one(
    'if (s.saturated < 3) s.saturated++;',
    's.i = s.i === 0 ? 3 : s.i - 1;',
    's.n++; s.n &= 7;',
    's.flag ||= x > 0;',
    'done &&= s.flag;',
    's.n ^= 5;',
  ),
  form('if (q.length < 3) q.push(($) & 3);', INT),
  form('if (q.length < 3) q.unshift(($) % 3);', INT),
  form(
    'if (q.length < 3 && q.length > 0) q.insert($, ($) & 3);',
    one('0', '1', 'q.length', 'q.length - 1'),
    INT,
  ),
  form(
    'if (q.length > 0) $;',
    one(
      'x = q.shift()',
      's.n = q.shift() & 7',
      'y = q.at(0)',
      'q.remove(q.at(q.length - 1))',
      's.i = q.at(q.length - 1) & 7',
    ),
  ),
  form('done = q.remove(($) & 3);', INT),
  form('if (refs.length < 2) refs.push($);', one('a', 'b', 'c')),
  form(
    'if (refs.length > 0) $;',
    one('mine = refs.shift()', 'refs.shift().v = 1', 's.ref = refs.at(0)', 'refs.at(0).hit()'),
  ),
  form('done = refs.includes($);', one('a', 'b', 's.other')),
  form(
    'if (pairs.length < 2) pairs.$([($) & 3, $, $]);',
    one('push', 'unshift'),
    INT,
    one('a', 'b', 'null', 's.ref'),
    BOOL,
  ),
  one(
    'if (pairs.length > 0) { const [n, r, t] = pairs.shift(); x = n; mine = r; done = t; }',
    'if (pairs.length > 0) y = pairs.at(pairs.length - 1)[0];',
  ),
  one('q.clear();', 'refs.clear();', 'pairs.clear();'),
  form('if (flags.length < 4) flags.push($);', BOOL),
  one(
    'if (flags.length > 0) done = flags.shift();',
    'for (const f of flags) if (f) x = 1;',
    'for (const e of q) { x = (x + e) & 7; if (x === 5) break; }',
    'for (const [n, r] of pairs) { if (r === null) continue; x = n; }',
  ),
  form('check($, "checked");', one('s.i < 12', 'x < 100', 's.n >= 0', '!(s.n === 7 && s.flag)')),
  form('ghost(() => { seen.count = (seen.count + $) & 7; });', one('1', '2')),
  form('{ const [u, w] = both($, $); x = u & 7; done = w; }', INT, BOOL),
  form('{ [x, y] = [y, x]; }'),
  form('x = pick3($) & 7;', INT),
  one(
    'k1.arm(5);',
    'k1.arm(s.i & 3);',
    'k1.every(4);',
    'k1.every(3, 1);',
    'k1.stop();',
    'k1.clear();',
    'k2.arm(7);',
    'k2.stop();',
    'k2.every((x & 3) + 1, y & 1);',
  ),
  one(
    'if (!spare.alive) spare.start();',
    'spare.kill();',
    'if (!spare2.alive) spare2.start();',
    'spare2.kill();',
  ),
  form('note("now", x, s.ref, [s.mode, 1]);'),
  form('reset($);', one('a', 'q', 's', 'arr')),
);

const STEP: Arbitrary<string> = fc.oneof(
  form('x = choose($);', one('2', '3', '(s.n & 1) + 1')),
  one('pause();', 'busy(3);', 'busy(x & 3);', 'busy((s.n & 1) * 6);'),
  form('until(() => $);', BOOL),
  form('rest(() => $);', BOOL),
  form('until(() => $, $);', BOOL, one('0', '4', '(s.i & 3) - 1', 'k2', '9')),
  form(
    'until(() => s.owner === null && (s.owner = $, true)); $; s.owner = null;',
    one('a', 'b'),
    one('s.n = 1', 'pause()', 'x = s.i & 7'),
  ),
  form('x = until(() => (s.i & 3) && $, 3) ? 1 : 0;', BOOL),
  form('assume($);', one('s.n < 7', 'x !== 6')),
  form(
    '{ const r = until(() => { if (s.i === 0) return false; s.i = 0; return true; }, $); done = r; }',
    one('2', '(x & 1) - 1'),
  ),
);

const { block: BLOCK, quiet: QUIET } = fc.letrec<{ block: string; statement: string; quiet: string }>(
  (tie) => ({
    block: fc
      .array(tie('statement'), { minLength: 1, maxLength: 3 })
      .map((lines) => lines.join('\n')) as Arbitrary<string>,
    quiet: fc.array(PLAIN, { minLength: 1, maxLength: 2 }).map((lines) => lines.join('\n')),
    statement: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      { arbitrary: PLAIN, weight: 6 },
      { arbitrary: STEP, weight: 2 },
      form('if ($) {\n$\n} else {\n$\n}', BOOL, tie('block'), tie('block')),
      form('if ($) {\n$\n}', BOOL, tie('block')),
      form('atomic(() => {\n$\n});', tie('quiet')),
      form('x = atomic(() => { $\nreturn $; });', tie('quiet'), WRAPPED),
      form('atomic(() => { until(() => $);\n$\n});', BOOL, tie('quiet')),
      form(
        'for (let i = 0; i < $; i++) {\n$\nif ($) continue;\n$\n}',
        one('2', '3', 'fixed[1]'),
        tie('block'),
        BOOL,
        tie('quiet'),
      ),
      form('for (let i = 0; i < ($ & 3); i++) {\n$\nif ($) break;\n}', INT, tie('block'), BOOL),
      form('{ let w = 3; while (w > 0 && $) {\nw--;\n$\n} }', BOOL, tie('block')),
      form('{ let w = 0; do {\n$\n} while (++w < 2 && $); }', tie('block'), BOOL),
      form('for (const node of nodes) {\nnode.v = ($) & 3;\n$\n}', INT, tie('quiet')),
      form(
        'outer: for (let i = 0; i < 2; i++) { for (const t of fixed) { if (t > $) continue outer;\n$\nif ($) break outer; } }',
        INT,
        tie('quiet'),
        BOOL,
      ),
      form(
        "switch (s.mode) { case 'idle': $\ncase 'run': $\nbreak; default: $\n}",
        tie('quiet'),
        tie('quiet'),
        tie('block'),
      ),
      form(
        'switch (($) & 3) { case 0: $\nbreak; case 1: $\ndefault: $\nbreak; case 3: $\n}',
        INT,
        tie('quiet'),
        tie('block'),
        tie('quiet'),
        tie('quiet'),
      ),
      form(
        'try {\n$\nif ($) throw ERROR;\n$\n} catch (e) {\nif (e === ERROR) s.n = 1; else throw e;\n$\n}',
        tie('block'),
        BOOL,
        tie('quiet'),
        tie('quiet'),
      ),
      form(
        'try {\n$\nif ($) throw s.flag ? ERROR : FAULT;\n} catch {\n$\n} finally {\n$\n}',
        tie('block'),
        BOOL,
        tie('quiet'),
        tie('block'),
      ),
      form('try { x = risky($) & 7; } catch (e) { y = e === FAULT ? 1 : 2; }', INT),
      form('helper($, $);', INT, REF),
    ) as Arbitrary<string>,
  }),
);

// ---- scenarios ----

const PROCESS = fc.record({
  body: BLOCK,
  twice: fc.boolean(),
  loop: fc.boolean(),
  options: one(
    '',
    '',
    '',
    'outside: true',
    'background: true',
    'prompt: true',
    'runs: () => (mask & s.n) === 0 || !s.flag',
    'runs: () => s.i < 5',
    'outside: true, runs: () => a.on || s.n < 4',
    'runs: () => s.ref !== b',
  ),
});

export const PROPERTIES = [
  "always('small', () => s.i < 8)",
  "sometimes('flag', () => s.flag && seen.count > 0)",
  "alwaysPossible('zero', () => s.n === 0)",
  "idle('idle', () => s.mode !== 'run')",
  "stuck('stuck', () => q.length === 0)",
  "lostWakeup('work', () => s.flag, null)",
  "within('soon', 5, () => s.flag)",
  "within('later', 9, () => s.n > 2 || bits[0])",
  "always('refs', () => nodes.every((n) => n.next !== n))",
  "always('alive', () => p0.alive || !spare.alive)",
  "idle('owner', () => s.owner === null)",
  "sometimes('clock', () => k1.expired)",
];

/** One that cannot be evaluated in every state, perhaps. */
const FAILING = one(
  ...Array.from({ length: 7 }, () => ''),
  "always('node', () => s.ref!.on || s.i < 9)",
  "idle('element', () => arr[s.n]! < 9)",
  "stuck('first', () => q.at(0)! < 9)",
  "sometimes('checked', () => { check(s.i !== 4, 'i is not 4'); return s.flag; })",
  "lostWakeup('owned', () => s.owner!.on, null)",
  "alwaysPossible('bit', () => bits[s.i] === false)",
  "within('in time', 7, () => s.owner!.on)",
);

export const randomScenario: Arbitrary<string> = fc
  .record({
    timing: one("'any'", "'prompt'"),
    timeUnit: one('0', '0', '2'),
    granularity: one("'access'", "'access'", "'access'", "'statement'"),
    helper: BLOCK,
    sum: BLOCK,
    spare: QUIET,
    spare2: BLOCK,
    processes: fc.oneof(
      { arbitrary: fc.array(PROCESS, { minLength: 2, maxLength: 2 }), weight: 4 },
      fc.array(PROCESS, { minLength: 3, maxLength: 4 }),
    ),
    properties: fc.subarray(PROPERTIES, { maxLength: 5 }),
    failing: FAILING,
  })
  .map(
    ({
      timing,
      timeUnit,
      granularity,
      helper,
      sum,
      spare,
      spare2,
      processes,
      properties,
      failing,
    }) => `import { scenario } from 'upy-check';
import { always, alwaysPossible, assume, atomic, busy, check, choose, clock, ghost, idiv, idle, int, lostWakeup, note, pause, process, reset, rest, sequence, sometimes, stuck, u8, u32, until, within } from 'upy-check/model';
enum Colour { Red, Green = 5, Blue = -2 }
const ERROR = Symbol('error');
const FAULT = { name: 'FAULT' };
class Node {
  v = int(-4, 8); on = false; next: Node | null = null;
  constructor(readonly scale: number) {}
  bump(by: number): number { this.v = (this.v + by * this.scale) & 7; return this.v; }
  hit(): void { this.on = !this.on; }
}
class Special extends Node { override hit(): void { this.v = this.v < 8 ? this.v + 1 : 0; } }
export default scenario('random', { about: 'random', timing: ${timing}, timeUnit: ${timeUnit}, granularity: ${granularity}, variants: { only: { holds: true } }, build() {
const [a, b, c] = [new Node(1), new Special(2), new Node(-1)];
a.next = b;
const nodes = [a, b];
const links: (Node | null)[] = [null, c];
const s = { i: 0, n: 0, big: 0, declared: int(0, 3), saturated: 0, flag: false, ref: null as Node | null, other: a as Node, owner: null as Node | null, mode: 'idle', last: 'stop', colour: Colour.Red as number, mixed: null as unknown, mixed2: 2 as unknown };
const arr = [0, 1, 2]; const fixed = [3, 1, 2, -1]; const bits = [false, true]; const wide = [0, 0, 1, 0]; const mixes: unknown[] = [null, 0];
const q = sequence<number>(3, [1]); const refs = sequence<Node>(2); const flags = sequence<boolean>(4);
const pairs = sequence<readonly [number, Node | null, boolean]>(2);
const [k1, k2] = [clock(), clock()];
const seen = { count: 0 };
const mask = 2;
function twice(n: number, t: boolean): number { if (t) return n; s.n = (n + s.n) & 3; return s.n * 2; }
function both(n: number, t: boolean): readonly [number, boolean] { if (n > 2) return [n, !t]; return [s.i, t && s.flag]; }
function pick3(n: number): number { switch (n & 3) { case 0: return s.i; case 1: return arr[0]; default: return n; } }
function risky(n: number): number { try { if (n === s.n) throw ERROR; if (s.flag) throw FAULT; return n; } finally { s.i = (s.i + 1) & 3; } }
function helper(given: number, node: Node | null): number { let x = given & 3; let y = 1; let done = false; let mine = node; const priv = { k: 0, z: 0, never: 0 };
${helper.replaceAll('helper(', 'twice2(').replaceAll(/priv\.(k|z|never)/g, 'own.$1')}
return (x + y) & 7; }
const own = { k: 0, z: 0, never: 0 };
function twice2(n: number, node: unknown): void { if (node === null) s.n = n & 7; }
function common(): void { let x = 0; let y = 0; let done = false; let mine: Node | null = null;
${sum.replaceAll(/priv\.(k|z|never)/g, 'own.$1')}
}
${processes
  .map(
    ({ body, twice, loop, options }, i) => `const priv${i} = { k: 0, z: 0, never: 0 };
const p${i} = process('p${i}', () => { let x = 0; let y = 0; let done = false; let mine: Node | null = null; const priv = priv${i};
${loop ? `while (true) {\npause();\n${body}\n}` : body}
${twice ? 'common(); helper(x, mine); common(); done = helper(1, a) > 2; if (done) s.flag = true;' : ''}
}, {${options}});`,
  )
  .join('\n')}
const spare = process('spare', () => { let x = 1; let y = 0; let done = false; let mine: Node | null = null; const priv = own;
${spare.replaceAll(/spare2?\.(start|kill)\(\)/g, 's.n = 0')}
}, { dormant: true });
const spare2 = process('spare2', () => { let x = 1 + own.never; let y = own.never; let done = false; let mine: Node | null = null; const priv = own;
${spare2.replaceAll(/spare2?\.(start|kill)\(\)/g, 's.n = 0')}
}, { dormant: true });
${[...properties, failing].map((p) => `${p};`).join('\n')}
} });
`,
  );
