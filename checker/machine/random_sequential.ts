import fc, { type Arbitrary } from 'fast-check';

import { form, one } from './random_program.ts';

/** Test helper: texts of random sequential programs, which run as JavaScript as well. */

const { int: PURE_INT, bool: PURE_BOOL } = fc.letrec<{ int: string; bool: string; index: string }>((tie) => ({
  index: one(
    '0',
    '1',
    '2',
    's.i & 1',
    'x & 1',
    'y & 3',
    'x++ & 1',
    '(y = (y + 1) & 1)',
    '(s.i = (s.i + 1) & 1)',
    'effect(1) & 1',
  ),
  int: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    one(
      '0',
      '1',
      '-3',
      '7',
      'x',
      'y',
      's.i',
      's.n',
      'a.v',
      'r.v',
      'q.length',
      's.big',
      'x++',
      '--y',
      's.i++',
      '++s.n',
      'r.v--',
      'const7',
      'Colour.Green',
    ),
    form('arr[$]', tie('index')),
    form('(arr[$] $ $)', tie('index'), one('+=', '-=', '=', '^=', '|='), form('(($) & 15)', tie('int'))),
    form('arr[$]$', tie('index'), one('++', '--')),
    form('($ $ $)', tie('int'), one('+', '-', '&', '|', '^'), tie('int')),
    form('(($) * ($ & 7))', tie('int'), tie('int')),
    form('($ $ ($ & 3))', tie('int'), one('<<', '>>', '>>>'), tie('int')),
    form('($ % 5)', tie('int')),
    form('idiv($, 3)', tie('int')),
    form('(~ $)', tie('int')),
    form('(- $)', tie('int')),
    form('($ ? $ : $)', tie('bool'), tie('int'), tie('int')),
    form('($ $ ($) & 15)', one('x', 'y', 's.i', 's.n', 'r.v'), one('=', '+=', '-=', '^='), tie('int')).map(
      (text) => `(${text})`,
    ),
    form('effect($)', tie('int')),
    form('add($, $, $)', tie('int'), tie('int'), tie('int')),
    form('many($)', tie('int')),
    form('$.bump($)', one('a', 'b', 'r', 's.ref', 'nodes[x & 1]'), tie('int')),
    form('($, $)', tie('int'), tie('int')),
    form('(s.ref?.v ?? $)', tie('int')),
    form('(($ && $) ? $ : $)', tie('bool'), tie('bool'), tie('int'), tie('int')),
  ) as Arbitrary<string>,
  bool: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    one(
      's.flag',
      'done',
      'a.on',
      'true',
      'false',
      'r.flip()',
      's.ref === null',
      'r === a',
      "s.mode === 'run'",
    ),
    form('($ $ $)', tie('int'), one('<', '<=', '>', '>=', '===', '!=='), tie('int')),
    form('($ $ $)', tie('bool'), one('&&', '||', '===', '!=='), tie('bool')),
    form('!$', tie('bool')),
    form('(done = $)', tie('bool')),
    form('($ ? $ : $)', tie('bool'), tie('bool'), tie('bool')),
    form('q.includes($ & 3)', tie('int')),
    form('q.remove($ & 3)', tie('int')),
    form('arr.some((v) => v > $)', one('2', 'x', 's.i')),
    form('nodes.every((n) => n.$)', one('v < 3', 'flip()', 'bump(1) > 0')),
  ) as Arbitrary<string>,
}));

const { block: PURE_BLOCK } = fc.letrec<{ block: string; statement: string }>((tie) => ({
  block: fc
    .array(tie('statement'), { minLength: 1, maxLength: 3 })
    .map((lines) => lines.join('\n')) as Arbitrary<string>,
  statement: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    form('x = ($) & 31;', PURE_INT),
    form('y = ($) % 9;', PURE_INT),
    form('s.$ = ($) | 0;', one('i', 'n', 'big'), PURE_INT),
    form('s.flag = $;', PURE_BOOL),
    form('done = $;', PURE_BOOL),
    form('arr[($) & 1] = ($) & 63;', PURE_INT, PURE_INT),
    form(
      'arr[$] $ ($) & 7;',
      one('0', 'x & 1', 's.i++ & 1', 'effect(y) & 1'),
      one('+=', '-=', '^=', '&='),
      PURE_INT,
    ),
    form('[x, y] = [$, $];', form('($) & 15', PURE_INT), form('($) & 15', PURE_INT)),
    form('[arr[x & 1], arr[y & 1]] = [arr[y & 1], $];', form('($) & 15', PURE_INT)),
    form('[s.i, s.n] = [s.n & 7, ($) & 7];', PURE_INT),
    form('{ const [c, d] = pair($, $); x = c & 7; done = d; }', PURE_INT, PURE_BOOL),
    form('{ const { low, high } = split($); s.i = low & 7; s.n = high & 7; }', PURE_INT),
    form('s.ref = $;', one('null', 'a', 'b', 'r', 'nodes[x & 1]', 's.ref ?? b', 's.flag ? a : null')),
    form('r = $;', one('a', 'b', 'nodes[s.i & 1]', 's.ref ?? a')),
    form('r.v = ($) & 15;', PURE_INT),
    form('nodes[$ & 1].v += ($) & 3;', PURE_INT, PURE_INT),
    form('s.mode = $;', one("'idle'", "'run'", "s.mode === 'run' ? 'stop' : 'run'")),
    form('s.flag $ $;', one('&&=', '||='), PURE_BOOL),
    form('s.mixed = $;', one('null', "'idle'", '3', 'x & 3', 's.mixed')),
    form('s.mixed ??= $;', one('4', "'run'")),
    form('if (q.length < 3) q.$(($) & 3);', one('push', 'unshift'), PURE_INT),
    one(
      'if (q.length > 0) x = q.shift();',
      'if (q.length > 1) q.insert(1, 2), q.shift();',
      'for (const e of q) { y = (y + e) & 15; if (q.length > 1) q.shift(); }',
      'q.clear();',
      'if (t.length < 2) t.push([x & 3, r]);',
      'if (t.length > 0) { const [n, m] = t.shift(); x = n; r = m; }',
    ),
    form('if ($) {\n$\n} else if ($) {\n$\n}', PURE_BOOL, tie('block'), PURE_BOOL, tie('block')),
    form(
      'for (let i = 0; i < 3; i++) {\n$\nif ($) $;\ny = (y + i) & 31;\n}',
      tie('block'),
      PURE_BOOL,
      one('continue', 'break', 'i++', 'i += 2'),
    ),
    form(
      'for (let i = 0, k = x & 3; i < k; i++) {\n$\nif ($) continue;\ns.i = (s.i + k) & 31;\n}',
      tie('block'),
      PURE_BOOL,
    ),
    form(
      'outer: for (const n of nodes) { for (let i = 2; i >= 0; i--) {\nif ($) continue outer;\nif ($) break outer;\nn.v = (n.v + i) & 31;\n$\n} }',
      PURE_BOOL,
      PURE_BOOL,
      tie('block'),
    ),
    form('{ let w = 4; while (w-- > 0 && $) {\n$\n} }', PURE_BOOL, tie('block')),
    form(
      '{ let w = 0; do {\n$\nif ($) continue;\nx = (x + 1) & 31;\n} while (++w < 3 && $); }',
      tie('block'),
      PURE_BOOL,
      PURE_BOOL,
    ),
    form(
      'switch (($) & 3) { case 0:\n$\ncase 1: { $\nbreak; }\ndefault:\n$\ncase 2:\n$\nbreak; case 3: $\n}',
      PURE_INT,
      tie('block'),
      tie('block'),
      tie('block'),
      tie('block'),
      tie('block'),
    ),
    form(
      "switch (s.mode) { case 'run':\n$\ncase 'stop': x = 1; break; case $: y = 2; }",
      tie('block'),
      one("'idle'", "(s.flag ? 'idle' : 'run')"),
    ),
    form(
      'try {\n$\nif ($) throw ERROR;\n$\n} catch (e) {\n$\nif ($) throw e;\n} finally {\n$\n}',
      tie('block'),
      PURE_BOOL,
      tie('block'),
      tie('block'),
      PURE_BOOL,
      tie('block'),
    ),
    form('try {\n$\n} catch { s.n = 1; } finally {\n$\n}', tie('block'), tie('block')),
    form(
      'for (let i = 0; i < 3; i++) { try {\nif ($) continue;\nif ($) break;\n$\n} finally {\n$\nif ($) continue;\n} }',
      PURE_BOOL,
      PURE_BOOL,
      tie('block'),
      tie('block'),
      PURE_BOOL,
    ),
    form('if ($) $;', PURE_BOOL, one('return', 'throw ERROR', 'throw FAULT')),
    form('x = leave($, $) & 31;', PURE_INT, PURE_BOOL),
    form('$;', PURE_INT),
    form('$;', PURE_BOOL),
    form('label: {\n$\nif ($) break label;\n$\n}', tie('block'), PURE_BOOL, tie('block')),
  ) as Arbitrary<string>,
}));

export const sequentialProgram: Arbitrary<string> = fc
  .record({ body: PURE_BLOCK, many: PURE_BLOCK, leave: PURE_BLOCK, result: PURE_INT, atomic: fc.boolean() })
  .map(({ body, many, leave, result, atomic }) => {
    const inner = (text: string): string => text.replaceAll(/\b(many|leave)\(/g, 'add(');
    const plainReturns = (text: string): string => text.replaceAll(/\breturn;/g, 'return 5;');
    return `import { atomic, idiv, sequence } from 'upy-check/model';
enum Colour { Red, Green = 5 }
const ERROR = Symbol('error');
const FAULT = { name: 'FAULT' };
class Node { v = 0; on = false; constructor(readonly scale: number) {} bump(by: number): number { this.v = (this.v + by * this.scale) & 15; return this.v; } flip(): boolean { this.on = !this.on; return this.on; } }
class Special extends Node { override bump(by: number): number { return super.bump(by + 1) + 1; } }
export function build() {
const const7 = 7;
const [a, b] = [new Node(1), new Special(-2)];
const nodes: Node[] = [a, b];
const s = { i: 0, n: 3, big: 0, flag: false, ref: null as Node | null, mode: 'idle', mixed: null as unknown };
const arr = [4, 1, 2, 0];
const q = sequence<number>(4, [1, 2]);
const t = sequence<readonly [number, Node]>(2);
function effect(n: number): number { s.n = (s.n * 2 + n) & 31; return s.n; }
function add(n: number, m = s.i, k = n): number { return (n + m * 2 + k) & 1023; }
function pair(n: number, t: boolean): readonly [number, boolean] { if (t) return [n, false]; s.i = (s.i + 1) & 7; return [s.i, n > 2]; }
function split(n: number) { return { low: n & 7, high: effect(n) }; }
function many(n: number): number { let x = n & 7; let y = 2; let done = false; let r: Node = a;
${plainReturns(inner(many))}
return x + y; }
function leave(n: number, t: boolean): number { let x = n & 7; let y = 1; let done = t; let r: Node = b;
try {
${plainReturns(inner(leave))}
return ${inner(result)};
} catch (e) { if (e === FAULT) return 9; return 10; } finally { s.i = (s.i + 1) & 31; if (s.i === 7) return 77; } }
function run(): void { let x = 0; let y = 1; let done = false; let r: Node = nodes[0];
${atomic ? `atomic(() => {\n${body}\n});` : body}
s.i = x & 1023; s.n = y & 1023; s.flag = done; s.ref = r; }
return { objects: { a, b, s, arr, q, t }, run };
}
`;
  });
