import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as metadata from '../../model/intrinsics/metadata.ts';
import { functionAt } from './ast.ts';
import { strip, transform } from './transform.ts';

const RUNTIME = Symbol.for('upy-check.test.runtime');
Object.assign(globalThis, { [RUNTIME]: metadata });
const runtime =
  'data:text/javascript,export const { attach, attachClass, attachObject, source } = ' +
  'globalThis[Symbol.for("upy-check.test.runtime")]';

type Name =
  | ('A' | 'a' | 'block' | 'branch' | 'default' | 'early' | 'f' | 'g' | 'init' | 'inner' | 'names' | 'o')
  | ('outer' | 'use' | 'value');
/** `never`, because each test knows what it exports. */
type Exports = Record<Name, never>;

/** Runs a TypeScript module, transformed or not. */
async function run(text: string, options = { transformed: true }): Promise<Exports> {
  const code = options.transformed ? transform(text, 'test.ts', { runtime }).code : text;
  const javascript = strip(code, 'test.ts');
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(javascript)}`);
}

function metadataOf(value: object): metadata.Metadata {
  const found = metadata.metadataOf(value);
  if (found === undefined) throw new Error('no metadata');
  return found;
}

/** The free variables that the transform lists for the function at the first mark `/*@*\/`. */
function free(text: string): string[] {
  const start = text.indexOf('/*@*/') + '/*@*/'.length;
  const { code } = transform(text, 'test.ts', { runtime });
  const after = code.slice(code.indexOf(`_source(), ${start}, `));
  const environment = /^_source\(\), \d+, (?:\[.*?\], )*\(?__upy/.test(after) ? after : '';
  const body = /switch \(__upy_n\) \{ (.*?) \} \}/.exec(environment)?.[1] ?? '';
  return [...body.matchAll(/case "(.*?)": return \1;/g)].map(([, name]) => name as string);
}

test('what the transform adds, exactly', () => {
  const text = 'const a = 1;\nexport const f = (x: number) => x + a;\n';
  expect(transform(text, 'dir/test.ts', { runtime: 'runtime' }).code).toBe(
    'import { attach as __upy_attach, attachClass as __upy_attachClass, attachObject as __upy_attachObject, ' +
      'source as __upy_make } from "runtime"; var __upy_file; function __upy_source() { return __upy_file ??= ' +
      `__upy_make("dir/test.ts", ${JSON.stringify(text)}); } const a = 1;\n` +
      'export const f = __upy_attach((x: number) => x + a, __upy_source(), 30, ' +
      '(__upy_n) => { switch (__upy_n) { case "a": return a; } }, "f");\n',
  );
});

test('a file without functions stays as it is', () => {
  expect(transform('export enum E { A }\n', 'a.ts', { runtime })).toEqual({
    code: 'export enum E { A }\n',
    map: null,
  });
});

test('added names do not collide with the names of the file', () => {
  const { code } = transform('const __upy = 1, __upy_ = 2; export const f = () => __upy;', 'a.ts', {
    runtime,
  });
  expect(code).toContain('__upy___attach(() => __upy, __upy___source(), 46,');
});

test.each([
  [
    'a nested function counts for both',
    'let a, b; const f = /*@*/(p) => { const q = () => p + a; return b; };',
    ['a', 'b'],
  ],
  [
    'a block declaration does not leak',
    'let x; const f = /*@*/() => { { let x = 1; x; } return x; };',
    ['x'],
  ],
  ['var and functions are hoisted', 'const f = /*@*/() => { v; g(); { var v = 1; } function g() {} };', []],
  ['a block function stays in its block', 'const f = /*@*/() => { g(); { function g() {} } };', ['g']],
  [
    'parameters, defaults, patterns',
    'const f = /*@*/({ a, b: [c = d], ...e }, g = () => h) => a + c + e + g;',
    ['d', 'h'],
  ],
  [
    'loops and catch',
    'const f = /*@*/() => { for (const i of xs) i; for (let j = 0;;) j; try {} catch (e) { e; } };',
    ['xs'],
  ],
  [
    'labels and properties are no variables',
    'const f = /*@*/() => { l: for (;;) { o.p; ({ k: v }); break l; } };',
    ['o', 'v'],
  ],
  ['computed keys are', 'const f = /*@*/() => o[k];', ['o', 'k']],
  ['shorthand', 'const f = /*@*/() => ({ s });', ['s']],
  [
    'assigned and destructured',
    'const f = /*@*/() => { a = 1; ({ x: b, c } = d); [e] = d; };',
    ['a', 'b', 'c', 'd', 'e'],
  ],
  ['globals', 'const f = /*@*/() => Math.min(undefined);', ['Math', 'undefined']],
  ['types are no values', 'const f = /*@*/(x: A): B => <C>(x as D satisfies E)! as typeof F;', []],
  ['type arguments', 'const f = /*@*/() => g<A>(new Map<B, C>());', ['g', 'Map']],
  ['a generic arrow', 'const f = /*@*/<T>(x: T): T => x;', []],
  ['declarations of types', 'const f = /*@*/() => { interface I { a: A } type T = I; let x: T; };', []],
  ['this of an arrow', 'function g() { return /*@*/() => () => this; }', ['this']],
  ['this of a function is its own', 'const f = /*@*/() => function () { return this; };', []],
  ['arguments cannot be captured', 'function g() { return /*@*/() => arguments; }', []],
  ['this in a field arrow', 'class A { f = /*@*/() => this.f; }', ['this']],
  ['a function declaration and itself', 'let a; /*@*/function f() { return f() + a; }', ['f', 'a']],
  ['a named function expression knows itself', 'const f = /*@*/function g() { g(); };', []],
  ['a parameter property', 'class A { constructor(private x = d, f = /*@*/() => x) {} }', ['x']],
  ['super takes part as this', 'class A extends B { m() { return /*@*/() => super.m(this); } }', ['this']],
  [
    'enum members inside the enum',
    'const f = /*@*/() => { enum E { A = 1, B = A << s } return E.A; };',
    ['s'],
  ],
  ['an asynchronous generator', 'const f = /*@*/async function* () { yield await a; };', ['a']],
  ['new.target and import.meta', 'const f = /*@*/function () { new.target; import.meta; };', []],
  ['a tagged template', 'const f = /*@*/() => t`${x}`;', ['t', 'x']],
  ['switch', 'const f = /*@*/() => { switch (x) { case a: let x; break; default: x; } };', ['x', 'a']],
  ['a namespace', 'const f = /*@*/() => { N.x; }; namespace N { export const x = 1; }', ['N']],
])('free variables: %s', (_name, text, expected) => {
  expect(free(text)).toEqual(expected);
});

test('free variables of a class are those of its whole body', () => {
  const { code } = transform(
    'class A extends B { x = a; [k]() {} #p = 1; static s = b; static { c; } m(q: T) { return q + d + this.x; } ' +
      'n() { return new A(); } abstract z(): U; }',
    'a.ts',
    { runtime },
  );
  const names = [...code.matchAll(/case "(\w+)"/g)].map(([, name]) => name);
  expect(names).toEqual(['B', 'a', 'k', 'b', 'c', 'd', 'A']);
});

test('environments are lazy and see later values; dead zones throw only when read', async () => {
  const { f, g, init } = await run(`
    export const g = () => late;
    export const seen: unknown[] = [];
    let n = 1;
    export function f() { return n + never; }
    export const init = (() => { n = 2; return 0; })();
    const late = 3;
  `);
  expect(init).toBe(0);
  expect(metadataOf(f).environment('n')).toBe(2);
  expect(metadataOf(g).environment('late')).toBe(3);
  expect(() => metadataOf(f).environment('never')).toThrow(ReferenceError);
  expect(metadataOf(f).environment('unknown')).toBe(undefined);
  const { early } = await run(`
    export let early = '';
    const f = () => late;
    try { globalThis[Symbol.for('upy-check.test.runtime')].metadataOf(f).environment('late'); }
    catch (e) { early = (e as Error).name; }
    const late = 1;
  `);
  expect(early).toBe('ReferenceError');
});

test('hoisted functions have metadata before their definition, in modules, functions and blocks', async () => {
  const { outer, inner, block, branch } = await run(`
    const { metadataOf } = globalThis[Symbol.for('upy-check.test.runtime')];
    export const outer = metadataOf(f).start;
    export let inner, block, branch;
    function f() { 'use python'; inner = metadataOf(g).start; function g() {} }
    f();
    { block = metadataOf(h).start; function h() {} }
    switch (1) { case 1: branch = metadataOf(i).start; break; function i() {} }
  `);
  for (const start of [outer, inner, block, branch]) expect(start).toBeGreaterThan(0);
});

test('directives stay first', async () => {
  const { code } = transform("function f() {\n  'use python'\n  function g() {}\n}", 'a.ts', {
    runtime: 'r',
  });
  expect(code).toMatch(
    / function f\(\) \{\n {2}'use python'\n {2}__upy_attach\(g, __upy_source\(\), 32, .*\); function g/,
  );
});

test('this is that of the arrow', async () => {
  const { a } = await run(
    'export class A { v = 1; f = () => () => this.v; m() { return () => this; } } export const a = new A();',
  );
  const instance = a as { f: () => () => number; m: () => () => unknown };
  expect(metadataOf(instance.f).environment('this')).toBe(a);
  expect(metadataOf(instance.f()).environment('this')).toBe(a);
  expect(metadataOf(instance.m()).environment('this')).toBe(a);
  expect(instance.f.name).toBe('f');
});

test('classes: methods, accessors, statics, inheritance, private members', async () => {
  const text = `
    const k = 7;
    class Base { base() { return k; } }
    export class A extends Base {
      #secret = 1;
      static #count = 2;
      #method() { return this.#secret + k; }
      get #hidden() { throw new Error('runs'); }
      method(): number { return this.#method() + this.#hidden; }
      get value() { return 1; }
      set value(x) {}
      'quoted name'() {}
      [Symbol.iterator]() {}
      static make() { return new A(); }
      overloaded(x: string): void;
      overloaded(x: unknown) {}
      declare ambient: number;
      optional?: number;
    }
    export const a = new A();
  `;
  const { A, a } = (await run(text)) as unknown as { A: { prototype: object; make(): object }; a: object };
  const meta = metadataOf(A);
  expect(text.slice(meta.start, meta.start + 7)).toBe('class A');
  expect(meta.environment('k')).toBe(7);
  expect(meta.environment('A')).toBe(A);
  expect(metadataOf(meta.environment('Base') as object).start).toBe(text.indexOf('class Base'));
  expect(meta.readPrivate?.(a, '#secret')).toBe(1);
  expect(meta.readPrivate?.(A, '#count')).toBe(2);
  expect(meta.readPrivate?.(a, '#hidden')).toBe(undefined);
  const secret = meta.readPrivate?.(a, '#method') as object;
  expect(metadataOf(secret).start).toBe(text.indexOf('#method()') + '#method'.length);
  expect(metadataOf(secret).environment('k')).toBe(7);
  expect(() => meta.readPrivate?.({}, '#secret')).toThrow(TypeError);
  const member = (name: string) => Object.getOwnPropertyDescriptor(A.prototype, name) as PropertyDescriptor;
  const text_at = (fn: object) => text.slice(metadataOf(fn).start).split('\n', 1)[0];
  expect(text_at(member('method').value)).toBe('(): number { return this.#method() + this.#hidden; }');
  expect(text_at(member('value').get as object)).toBe('() { return 1; }');
  expect(text_at(member('value').set as object)).toBe('(x) {}');
  expect(text_at(member('quoted name').value)).toBe('() {}');
  expect(text_at(member('overloaded').value)).toBe('(x: unknown) {}');
  expect(text_at(A.make)).toBe('() { return new A(); }');
  expect(functionAt(metadataOf(A.make).source, metadataOf(A.make).start)?.type).toBe('FunctionExpression');
  expect(Object.keys(a)).toEqual(['optional']);
});

test('object literals: methods, accessors, arrows, nested', async () => {
  const text =
    'let k = 1; export const o = { m() { return k; }, get g() { return k; }, a: () => k, n: { m() {} }, [`c${k}`]() {} };';
  const o = (await run(text)).o as { m(): number; a(): number; n: { m(): void } };
  expect(text.slice(metadataOf(o.m).start)).toMatch(/^\(\) \{ return k; \}, get/);
  expect(metadataOf(o.m).environment('k')).toBe(1);
  expect(metadataOf(Object.getOwnPropertyDescriptor(o, 'g')?.get as object).environment('k')).toBe(1);
  expect(metadataOf(o.a).environment('k')).toBe(1);
  expect(text.slice(metadataOf(o.n.m).start)).toMatch(/^\(\) \{\} \}, \[/);
});

test('default exports', async () => {
  const names = [];
  for (const text of [
    'export default function () {}\nexport const x = 1',
    'export default () => 1',
    'export default class {}',
    'export default class Named {}',
    'export default function named() {}',
    'export default (function () {})',
  ]) {
    const value = (await run(text)).default as { name: string };
    names.push(value.name);
    expect(metadataOf(value).start).toBe(text.startsWith('export default (function') ? 16 : 15);
  }
  expect(names).toEqual(['default', 'default', 'default', 'Named', 'named', 'default']);
});

test('names are inferred as without the transform', async () => {
  const text = `
    let c; c = () => 1; let d = null; d ??= function () {}; const { e = () => 1 } = {}; const f = (() => 1) as unknown;
    class A { static s = () => 1; static #p = function () {}; static p = A.#p }
    const g = function named() {}; const o = { k: () => 1, 'a b': () => 2, 3: () => 3, m() {} }; const t = class { static q() {} };
    const u = <T>(x: T) => x; const w = async () => 1; const list = [() => 1];
    export const names = [c, d, e, f, A.s, A.p, A, g, o.k, o['a b'], o[3], o.m, t, u, w, list[0]].map((x) => x.name);
  `;
  const { names } = await run(text);
  expect(names).toEqual((await run(text, { transformed: false })).names);
  expect(names).toEqual([
    'c',
    'd',
    'e',
    'f',
    's',
    '#p',
    'A',
    'named',
    'k',
    'a b',
    '3',
    'm',
    't',
    'u',
    'w',
    '',
  ]);
});

test('positions count UTF-16 units, also behind a byte order mark', async () => {
  const text = "export const µ = '🙂', f = () => µ;";
  const f = (await run(`\uFEFF${text}`)).f as object;
  expect(metadataOf(f).start).toBe(text.indexOf('() =>'));
  expect(metadataOf(f).source).toEqual({ file: 'test.ts', text });
});

test('overloads, declare, abstract and type-only imports leave nothing behind', async () => {
  const { use } = await run(`
    import type { Missing } from 'nowhere';
    import { type Other } from 'nowhere';
    declare function ambient(x: number): void;
    declare const constant: number;
    declare class Ambient { m(): void }
    enum Only { A }
    export function use(x: string): Missing;
    export function use(x: Only | Other): unknown { return x; }
    export abstract class Shape { abstract area(): number; twice() { return this.area() * 2; } }
  `);
  expect(metadataOf(use).environment('Only')).toBe(undefined);
});

test('TypeScript that has code: enums, parameter properties, fields by definition', async () => {
  const { value } = await run(`
    enum Kind { Hard = 1, Soft = Hard << 1, Both = Hard | Soft }
    const enum Fast { One = 1 }
    class Base { hidden = 1; get v() { return 1; } }
    class A extends Base {
      declare hidden: number;
      sum = 1;
      unset!: number;
      constructor(readonly kind: Kind, private other = kind + Fast.One) { super(); this.sum += other; }
    }
    const a = new A(Kind.Both);
    export const value = [Kind[2], Kind.Both, a.kind, a.sum, a.hidden, Object.keys(a)];
  `);
  expect(value).toEqual(['Soft', 3, 3, 5, 1, ['hidden', 'kind', 'other', 'sum', 'unset']]);
});

test('cycles of imports may call functions before their file has run', () => {
  const { code } = transform('export function f() { return () => 1; }', 'a.ts', { runtime: 'r' });
  expect(code).toContain('var __upy_file; function __upy_source()');
});

test('nothing but a syntax error is refused', () => {
  expect(() => transform('let µ = 1;\nconst x = ;', 'dir/a.ts', { runtime })).toThrow(
    'UPY100: syntax error: Unexpected token\n  at dir/a.ts:2:11\n    const x = ;',
  );
});

test('lines stay where they are', () => {
  const text = readFileSync(new URL('./attach.ts', import.meta.url), 'utf8');
  const lines = transform(text, 'attach.ts', { runtime }).code.split('\n');
  expect(lines).toHaveLength(text.split('\n').length);
});

const here = new URL('.', import.meta.url);
const sources = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && file !== 'transform.test.ts',
);

test.each(sources)('%s: every function is attached once and found again', (file) => {
  const text = readFileSync(new URL(file, here), 'utf8');
  const from = metadata.source(file, text);
  const { code } = transform(text, file, { runtime });
  strip(code, file);
  const attached = [...code.matchAll(/__upy_*source\(\), (\d+), /g)].map(([, start]) => Number(start));
  for (const start of attached) expect(functionAt(from, start)).not.toBe(null);
  expect(new Set(attached).size).toBe(attached.length);
});
