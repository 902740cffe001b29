/** Where callbacks may run, construct by construct: on the real interpreter, and as a model. */
import { describe, expect, test } from 'vitest';
import { printedByInterpreter, printedByModel } from './python_agreement.ts';
import type { Block, Expr, LoopForm, PythonProgram, Stmt, Test } from './python_program.ts';
import { RealMicroPython } from './real_micropython.ts';

const real = await RealMicroPython.load();

const number = (value: number): Expr => ({ kind: 'const', value });
const print = (value: number): Stmt => ({ kind: 'print', value: number(value) });
const show = (value: Expr): Stmt => ({ kind: 'print', value });
const [zero, one]: readonly [Expr, Expr] = [
  { kind: 'global', name: 0 },
  { kind: 'global', name: 1 },
];
const yes: Test = { kind: 'is', value: one };
const no: Test = { kind: 'is', value: zero };
const choose = (test: Test, then: Block, ...rest: readonly (readonly [Test, Block])[]): Stmt => ({
  kind: 'if',
  arms: [{ test, body: then }, ...rest.map(([test, body]) => ({ test, body }))],
  otherwise: null,
});
const loop = (form: LoopForm, count: number, ...body: Block): Stmt => ({ kind: 'loop', form, count, body });

/** Three callbacks wait (their prints are 100, 101 and 102), and then `construct`. */
function waiting(construct: Block, functions: readonly Block[] = []): PythonProgram {
  const schedule = [0, 1, 2].map((arg): Stmt => ({ kind: 'schedule', callback: 0, arg: number(arg) }));
  return { functions, callbacks: [[]], main: [...schedule, ...construct] };
}

const CONSTRUCTS: readonly (readonly [name: string, program: PythonProgram, printed: string])[] = [
  ['straight on: nowhere', waiting([print(1), { kind: 'set', name: 2, value: one }, print(2)]), '1 2'],
  ['if: after the test', waiting([choose(yes, [print(1)]), print(2)]), '100 1 2'],
  ['if, not taken', waiting([choose(no, [print(1)]), print(2)]), '100 2'],
  [
    'if, else: also at the end of the first body',
    waiting([{ kind: 'if', arms: [{ test: yes, body: [print(1)] }], otherwise: [print(9)] }, print(2)]),
    '100 1 101 2',
  ],
  [
    'elif: also at the end of the last body',
    waiting([choose(no, [print(9)], [yes, [print(1)]]), print(2)]),
    '100 101 1 102 2',
  ],
  [
    'and: after each operand that is looked at',
    waiting([choose({ kind: 'both', left: yes, right: yes }, [print(1)])]),
    '100 101 1',
  ],
  [
    'or: the same',
    waiting([choose({ kind: 'either', left: yes, right: yes }, [print(1)]), print(2)]),
    '100 1 2',
  ],
  [
    'and, as a value: after the first operand',
    waiting([show({ kind: 'and', left: one, right: one }), print(2)]),
    '100 1 2',
  ],
  [
    'x if c else y: after the test, and after x',
    waiting([show({ kind: 'cond', test: yes, yes: one, no: zero })]),
    '100 101 1',
  ],
  [
    'a value on the stack is from before the callback',
    waiting([show({ kind: 'add', left: one, right: { kind: 'or', left: zero, right: zero } })]),
    '100 1',
  ],
  [
    'return x if c else y: after the test only',
    waiting(
      [show({ kind: 'call', function: 0 })],
      [[{ kind: 'return', value: { kind: 'cond', test: yes, yes: one, no: zero } }]],
    ),
    '100 1',
  ],
  [
    'for in range: into the loop, and after each test',
    waiting([loop('range', 1, print(1)), print(2)]),
    '100 101 1 102 2',
  ],
  [
    'for over a tuple: at the end of the body',
    waiting([loop('each', 2, print(1)), print(2)]),
    '1 100 1 101 2',
  ],
  [
    'while: into the loop, and after each test',
    waiting([loop('while', 1, print(1)), print(2)]),
    '100 101 1 102 2',
  ],
  [
    'while True: at the end of the body; break',
    waiting([loop('forever', 1, print(1)), print(2)]),
    '100 1 101 102 2',
  ],
  ['continue', waiting([loop('each', 2, print(1), { kind: 'continue' }), print(2)]), '1 100 1 101 2'],
  [
    'break out of a finally: after it',
    waiting([
      loop('each', 2, { kind: 'try', body: [print(1), { kind: 'break' }], handler: null, final: [print(2)] }),
      print(3),
    ]),
    '1 2 100 3',
  ],
  [
    'try, except: at the end of the body',
    waiting([
      { kind: 'try', body: [print(1)], handler: { catches: null, body: [print(9)] }, final: null },
      print(2),
    ]),
    '1 100 2',
  ],
  [
    'except of a kind: after the comparison, and at the end of the handler',
    waiting([
      {
        kind: 'try',
        body: [print(1), { kind: 'raise', what: 'ValueError' }],
        handler: { catches: 'ValueError', body: [print(2)] },
        final: null,
      },
      print(3),
    ]),
    '1 100 2 101 3',
  ],
  [
    'finally: nowhere',
    waiting([{ kind: 'try', body: [print(1)], handler: null, final: [print(2)] }, print(3)]),
    '1 2 3',
  ],
  [
    'a built-in function that calls back: in what it calls',
    waiting([{ kind: 'map', function: 0 }, print(3)], [[print(1), choose(yes, [print(2)])]]),
    '1 100 2 1 101 2 3',
  ],
];

describe('callbacks run', () => {
  test.each(CONSTRUCTS)('%s', (_, program, printed) => {
    const before = (all: readonly number[]) => all.slice(0, all.indexOf(800)).join(' ');
    // After `main` there are a loop and the ends of two `try`s: the callbacks that are left.
    const rest = /( 10[012])*$/;
    expect(before(printedByInterpreter(real, program)).replace(rest, '')).toBe(printed);
    expect(printedByModel(program)).toEqual(printedByInterpreter(real, program));
  });
});
