import fc from 'fast-check';
import {
  type Arm,
  type Block,
  type Expr,
  GLOBALS,
  type LoopForm,
  type PythonProgram,
  type Raised,
  type Stmt,
  type Test,
} from './python_program.ts';

const CALLBACKS = 2;
const RAISED: readonly Raised[] = ['ValueError', 'RuntimeError'];
const FORMS: readonly LoopForm[] = ['range', 'each', 'while', 'forever'];

/** Where a block stands: what it may say. */
interface Where {
  /** Functions with a smaller number may be called. */
  readonly functions: number;
  readonly loop: boolean;
  /** Leaving a `finally` by a jump is no question of ours. */
  readonly final: boolean;
  readonly depth: number;
}

const constant = fc.integer({ min: 0, max: 2 }).map((value): Expr => ({ kind: 'const', value }));
const global = fc.nat(GLOBALS - 1).map((name): Expr => ({ kind: 'global', name }));

/** @param sums whether the value may grow: only what is printed. */
function expr(functions: number, depth: number, sums: boolean): fc.Arbitrary<Expr> {
  if (depth === 0) return fc.oneof(constant, { weight: 3, arbitrary: global });
  const part = expr(functions, depth - 1, false);
  const pair = fc.tuple(part, part);
  return fc.oneof(
    { weight: 3, arbitrary: expr(functions, 0, false) },
    pair.map(([left, right]): Expr => ({ kind: 'and', left, right })),
    pair.map(([left, right]): Expr => ({ kind: 'or', left, right })),
    fc
      .tuple(test(functions, 0), part, part)
      .map(([test, yes, no]): Expr => ({ kind: 'cond', test, yes, no })),
    ...(sums ? [pair.map(([left, right]): Expr => ({ kind: 'add', left, right }))] : []),
    ...(functions > 0 ? [fc.nat(functions - 1).map((n): Expr => ({ kind: 'call', function: n }))] : []),
  );
}

function test(functions: number, depth: number): fc.Arbitrary<Test> {
  const is = expr(functions, depth, false).map((value): Test => ({ kind: 'is', value }));
  if (depth === 0) return is;
  const part = test(functions, depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: is },
    part.map((test): Test => ({ kind: 'not', test })),
    fc.tuple(part, part).map(([left, right]): Test => ({ kind: 'both', left, right })),
    fc.tuple(part, part).map(([left, right]): Test => ({ kind: 'either', left, right })),
  );
}

function stmt(where: Where): fc.Arbitrary<Stmt> {
  const { functions, depth } = where;
  const value = expr(functions, 1, false);
  const simple: fc.MaybeWeightedArbitrary<Stmt>[] = [
    { weight: 3, arbitrary: expr(functions, 1, true).map((value): Stmt => ({ kind: 'print', value })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.nat(GLOBALS - 1), value)
        .map(([name, v]): Stmt => ({ kind: 'set', name, value: v })),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.nat(CALLBACKS - 1), value)
        .map(([callback, arg]): Stmt => ({ kind: 'schedule', callback, arg })),
    },
    fc.constantFrom(...RAISED).map((what): Stmt => ({ kind: 'raise', what })),
  ];
  if (functions > 0) simple.push(fc.nat(functions - 1).map((n): Stmt => ({ kind: 'map', function: n })));
  if (!where.final) simple.push(value.map((v): Stmt => ({ kind: 'return', value: v })));
  if (where.loop && !where.final) simple.push(fc.constantFrom<Stmt>({ kind: 'break' }, { kind: 'continue' }));
  if (depth === 0) return fc.oneof(...simple);
  const inner = { ...where, depth: depth - 1 };
  return fc.oneof({ weight: 6, arbitrary: fc.oneof(...simple) }, choice(inner), loop(inner), attempt(inner));
}

function choice(where: Where): fc.Arbitrary<Stmt> {
  const arm: fc.Arbitrary<Arm> = fc.record({ test: test(where.functions, 1), body: block(where) });
  return fc
    .tuple(fc.array(arm, { minLength: 1, maxLength: 2 }), fc.option(block(where)))
    .map(([arms, otherwise]): Stmt => ({ kind: 'if', arms, otherwise }));
}

function loop(where: Where): fc.Arbitrary<Stmt> {
  return fc
    .tuple(
      fc.constantFrom(...FORMS),
      fc.integer({ min: 1, max: 2 }),
      block({ ...where, loop: true, final: false }),
    )
    .map(([form, count, body]): Stmt => ({ kind: 'loop', form, count, body }));
}

function attempt(where: Where): fc.Arbitrary<Stmt> {
  const handler = fc.record({ catches: fc.option(fc.constantFrom(...RAISED)), body: block(where) });
  return fc
    .tuple(block(where), fc.option(handler), fc.option(block({ ...where, final: true })))
    .map(([body, handler, final]): Stmt => {
      const nothing = handler === null && final === null;
      return { kind: 'try', body, handler: nothing ? { catches: null, body: [] } : handler, final };
    });
}

function block(where: Where): fc.Arbitrary<Block> {
  return fc.array(stmt(where), { minLength: 1, maxLength: 4 });
}

/** Programs of at most some forty statements; two functions, two callbacks. */
export const pythonProgram: fc.Arbitrary<PythonProgram> = fc.record({
  functions: fc.tuple(
    block({ functions: 0, loop: false, final: false, depth: 1 }),
    block({ functions: 1, loop: false, final: false, depth: 1 }),
  ),
  callbacks: fc.tuple(
    block({ functions: 2, loop: false, final: false, depth: 1 }),
    block({ functions: 0, loop: false, final: false, depth: 2 }),
  ),
  main: block({ functions: 2, loop: false, final: false, depth: 3 }),
});
