/**
 * Small Python programs with soft callbacks, as data that can be said twice: in Python, for the real interpreter, and in
 * the model language.
 */

/** Small integers. Truth is `!= 0`. */
export type Expr =
  | { readonly kind: 'const'; readonly value: number }
  /** A global. */
  | { readonly kind: 'global'; readonly name: number }
  /** `a and b`, `a or b`: the operand itself. */
  | { readonly kind: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'cond'; readonly test: Test; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: 'add'; readonly left: Expr; readonly right: Expr }
  /** A function, without arguments; only those with a smaller number may be called. */
  | { readonly kind: 'call'; readonly function: number };

export type Test =
  | { readonly kind: 'is'; readonly value: Expr }
  | { readonly kind: 'not'; readonly test: Test }
  | { readonly kind: 'both' | 'either'; readonly left: Test; readonly right: Test };

export type Stmt =
  | { readonly kind: 'print'; readonly value: Expr }
  | { readonly kind: 'set'; readonly name: number; readonly value: Expr }
  | { readonly kind: 'schedule'; readonly callback: number; readonly arg: Expr }
  | { readonly kind: 'if'; readonly arms: readonly Arm[]; readonly otherwise: Block | null }
  /** `for _ in range(count)`, `for _ in (0, …)`, `while` with a counter, `while True` with a counter and a `break`. */
  | { readonly kind: 'loop'; readonly form: LoopForm; readonly count: number; readonly body: Block }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
  | {
      readonly kind: 'try';
      readonly body: Block;
      readonly handler: { readonly catches: Raised | null; readonly body: Block } | null;
      readonly final: Block | null;
    }
  | { readonly kind: 'raise'; readonly what: Raised }
  | { readonly kind: 'return'; readonly value: Expr }
  /** A built-in function in C that calls this one twice: `list(map(lambda _: f(), (0, 1)))`. */
  | { readonly kind: 'map'; readonly function: number };

export type Block = readonly Stmt[];
export type LoopForm = 'range' | 'each' | 'while' | 'forever';
export type Raised = 'ValueError' | 'RuntimeError';

export interface Arm {
  readonly test: Test;
  readonly body: Block;
}

export interface PythonProgram {
  readonly functions: readonly Block[];
  readonly callbacks: readonly Block[];
  readonly main: Block;
}

/** What both print where an exception leaves the program. */
export const ENDED_BY: Readonly<Record<Raised, number>> = { ValueError: 901, RuntimeError: 902 };

/** What follows when `main` is over: a loop, so that callbacks that still wait have their turn. */
export const REST = 800;

/** How a language says what has no blocks. */
interface Words {
  expr(expr: Expr): string;
  test(test: Test): string;
  simple(stmt: Stmt): string;
}

/** Lines of a block, indented; loops have counters of their own. */
class Lines {
  readonly lines: string[] = [];
  #counters = 0;

  constructor(private readonly language: Language) {}

  block(block: Block, depth: number): this {
    if (block.length === 0) this.add(depth, this.language.nothing);
    for (const stmt of block) this.language.statement(this, stmt, depth);
    return this;
  }

  add(depth: number, text: string): void {
    if (text !== '') this.lines.push('  '.repeat(depth) + text);
  }

  counter(): string {
    return `k${this.#counters++}`;
  }
}

interface Language {
  /** An empty block. */
  readonly nothing: string;
  statement(lines: Lines, stmt: Stmt, depth: number): void;
}

// ---- Python ----

const PYTHON: Words = {
  expr(expr: Expr): string {
    switch (expr.kind) {
      case 'const':
        return String(expr.value);
      case 'global':
        return `g${expr.name}`;
      case 'and':
      case 'or':
        return `(${this.expr(expr.left)} ${expr.kind} ${this.expr(expr.right)})`;
      case 'add':
        return `(${this.expr(expr.left)} + ${this.expr(expr.right)})`;
      case 'cond':
        return `(${this.expr(expr.yes)} if ${this.test(expr.test)} else ${this.expr(expr.no)})`;
      case 'call':
        return `f${expr.function}()`;
    }
  },
  test(test: Test): string {
    switch (test.kind) {
      case 'is':
        return `${this.expr(test.value)} != 0`;
      case 'not':
        return `not (${this.test(test.test)})`;
      case 'both':
        return `(${this.test(test.left)}) and (${this.test(test.right)})`;
      case 'either':
        return `(${this.test(test.left)}) or (${this.test(test.right)})`;
    }
  },
  simple(stmt: Stmt): string {
    switch (stmt.kind) {
      case 'print':
        return `print(${this.expr(stmt.value)})`;
      case 'set':
        return `g${stmt.name} = ${this.expr(stmt.value)}`;
      case 'schedule':
        return `micropython.schedule(c${stmt.callback}, ${this.expr(stmt.arg)})`;
      case 'raise':
        return `raise ${stmt.what}`;
      case 'return':
        return `return ${strip(this.expr(stmt.value))}`;
      case 'map':
        return `list(map(lambda _: f${stmt.function}(), (0, 1)))`;
      default:
        return stmt.kind;
    }
  },
};

/** `return (a if b else c)` is an expression in brackets; without them it is two returns. */
const strip = (text: string): string => (/^\(.* if .*\)$/.test(text) ? text.slice(1, -1) : text);

const python: Language = {
  nothing: 'pass',
  statement(lines, stmt, depth) {
    const inside = depth + 1;
    switch (stmt.kind) {
      case 'if':
        for (const [i, { test, body }] of stmt.arms.entries()) {
          lines.add(depth, `${i === 0 ? 'if' : 'elif'} ${PYTHON.test(test)}:`);
          lines.block(body, inside);
        }
        if (stmt.otherwise === null) return;
        lines.add(depth, 'else:');
        lines.block(stmt.otherwise, inside);
        return;
      case 'loop':
        pythonLoop(lines, stmt, depth);
        return;
      case 'try':
        lines.add(depth, 'try:');
        lines.block(stmt.body, inside);
        if (stmt.handler !== null) {
          const { catches, body } = stmt.handler;
          lines.add(depth, catches === null ? 'except:' : `except ${catches}:`);
          lines.block(body, inside);
        }
        if (stmt.final === null) return;
        lines.add(depth, 'finally:');
        lines.block(stmt.final, inside);
        return;
      default:
        lines.add(depth, PYTHON.simple(stmt));
    }
  },
};

function pythonLoop(lines: Lines, { form, count, body }: Stmt & { kind: 'loop' }, depth: number): void {
  const inside = depth + 1;
  const counter = lines.counter();
  const numbers = Array.from({ length: count }, (_, i) => `${i},`).join(' ');
  switch (form) {
    case 'range':
      lines.add(depth, `for ${counter} in range(${count}):`);
      break;
    case 'each':
      lines.add(depth, `for ${counter} in (${numbers}):`);
      break;
    case 'while':
      lines.add(depth, `${counter} = 0`);
      lines.add(depth, `while ${counter} < ${count}:`);
      lines.add(inside, `${counter} += 1`);
      break;
    case 'forever':
      lines.add(depth, `${counter} = 0`);
      lines.add(depth, 'while True:');
      lines.add(inside, `if ${counter} == ${count}:`);
      lines.add(inside + 1, 'break');
      lines.add(inside, `${counter} += 1`);
  }
  lines.block(body, inside);
}

const globals = (): string => `  global ${Array.from({ length: GLOBALS }, (_, i) => `g${i}`).join(', ')}`;

/** How many globals there are; g1 begins with 1, the others with 0. */
export const GLOBALS = 3;

/** The program as the interpreter runs it. Callbacks that still wait at the end run then. */
export function pythonText({ functions, callbacks, main }: PythonProgram): string {
  const define = (head: string, block: Block): string[] => [
    `def ${head}:`,
    globals(),
    ...new Lines(python).block(block, 1).lines,
    '  return 0',
  ];
  return [
    'import micropython',
    ...Array.from({ length: GLOBALS }, (_, i) => `g${i} = ${i === 1 ? 1 : 0}`),
    ...functions.flatMap((block, i) => define(`f${i}()`, block)),
    ...callbacks.flatMap((block, i) => define(`c${i}(arg)`, [PRINT_ARG, ...block])),
    ...define('main()', main),
    'def program():',
    '  try:',
    '    try:',
    '      main()',
    '    except ValueError:',
    `      print(${ENDED_BY.ValueError})`,
    '  except RuntimeError:',
    `    print(${ENDED_BY.RuntimeError})`,
    '  for k in range(6):',
    `    print(${REST} + k)`,
    'program()',
    // A callback that schedules itself again and again ends here.
    'micropython = None',
  ]
    .join('\n')
    .replaceAll('g-1', 'arg');
}

/** A callback begins by printing its argument, plus this. */
export const CALLED = 100;
const PRINT_ARG: Stmt = {
  kind: 'print',
  value: { kind: 'add', left: { kind: 'const', value: CALLED }, right: { kind: 'global', name: -1 } },
};

// ---- the model language ----

const MODEL: Words = {
  expr(expr: Expr): string {
    switch (expr.kind) {
      case 'const':
        return String(expr.value);
      case 'global':
        return expr.name < 0 ? 'arg' : `g.v${expr.name}`;
      case 'and':
        return `(${this.expr(expr.left)} && ${this.expr(expr.right)})`;
      case 'or':
        return `(${this.expr(expr.left)} || ${this.expr(expr.right)})`;
      case 'add':
        return `(${this.expr(expr.left)} + ${this.expr(expr.right)})`;
      case 'cond':
        return `(${this.test(expr.test)} ? ${this.expr(expr.yes)} : ${this.expr(expr.no)})`;
      case 'call':
        return `f${expr.function}()`;
    }
  },
  test(test: Test): string {
    switch (test.kind) {
      case 'is':
        return `${this.expr(test.value)} !== 0`;
      case 'not':
        return `!(${this.test(test.test)})`;
      case 'both':
        return `(${this.test(test.left)}) && (${this.test(test.right)})`;
      case 'either':
        return `(${this.test(test.left)}) || (${this.test(test.right)})`;
    }
  },
  simple(stmt: Stmt): string {
    switch (stmt.kind) {
      case 'print':
        return `print(${this.expr(stmt.value)});`;
      case 'set':
        return `g.v${stmt.name} = ${this.expr(stmt.value)};`;
      case 'schedule':
        return `scheduler.schedule(c${stmt.callback}, ${this.expr(stmt.arg)});`;
      case 'raise':
        return `throw ${stmt.what};`;
      case 'return':
        return `return ${this.expr(stmt.value)};`;
      case 'map':
        return `map(f${stmt.function});`;
      default:
        return `${stmt.kind};`;
    }
  },
};

const model: Language = {
  nothing: '',
  statement(lines, stmt, depth) {
    const inside = depth + 1;
    switch (stmt.kind) {
      case 'if':
        for (const [i, { test, body }] of stmt.arms.entries()) {
          lines.add(depth, `${i === 0 ? '' : '} else '}if (${MODEL.test(test)}) {`);
          lines.block(body, inside);
        }
        if (stmt.otherwise !== null) {
          lines.add(depth, '} else {');
          lines.block(stmt.otherwise, inside);
        }
        lines.add(depth, '}');
        return;
      case 'loop':
        modelLoop(lines, stmt, depth);
        return;
      case 'try':
        modelTry(lines, stmt, depth);
        return;
      default:
        lines.add(depth, MODEL.simple(stmt));
    }
  },
};

function modelLoop(lines: Lines, { form, count, body }: Stmt & { kind: 'loop' }, depth: number): void {
  const inside = depth + 1;
  const counter = lines.counter();
  const numbers = Array.from({ length: count }, (_, i) => i).join(', ');
  switch (form) {
    case 'range':
      lines.add(depth, `for (let ${counter} = 0; ${counter} < ${count}; ${counter}++) {`);
      break;
    case 'each':
      lines.add(depth, `for (const ${counter} of [${numbers}]) {`);
      break;
    case 'while':
      lines.add(depth, `let ${counter} = 0;`);
      lines.add(depth, `while (${counter} < ${count}) {`);
      lines.add(inside, `${counter}++;`);
      break;
    case 'forever':
      lines.add(depth, `let ${counter} = 0;`);
      lines.add(depth, 'while (true) {');
      lines.add(inside, `if (${counter} === ${count}) break;`);
      lines.add(inside, `${counter}++;`);
  }
  lines.block(body, inside);
  lines.add(depth, '}');
}

function modelTry(lines: Lines, { body, handler, final }: Stmt & { kind: 'try' }, depth: number): void {
  lines.add(depth, 'try {');
  lines.block(body, depth + 1);
  if (handler !== null && handler.catches !== null) {
    lines.add(depth, '} catch (e) {');
    lines.add(depth + 1, `if (e !== ${handler.catches}) throw e;`);
    lines.block(handler.body, depth + 1);
  } else if (handler !== null) {
    lines.add(depth, '} catch {');
    lines.block(handler.body, depth + 1);
  }
  if (final !== null) {
    lines.add(depth, '} finally {');
    lines.block(final, depth + 1);
  }
  lines.add(depth, '}');
}

/** The program as a module whose `build()` makes the model and returns what it prints. */
export function modelText({ functions, callbacks, main }: PythonProgram, printsMax: number): string {
  const define = (name: string, block: Block): string[] => [
    `function ${name} {`,
    "  'use python';",
    ...new Lines(model).block(block, 1).lines,
    '  return 0;',
    '}',
  ];
  return `import { process, sequence } from 'upy-check/model';
import { Exception, noMutex, PyThread, QueueFull, Scheduler, Vm } from 'upy-check/micropython';
const ValueError = new Exception('ValueError');
const RuntimeError = QueueFull;
class Thread extends PyThread { wakeFromIsr() {} }
export function build() {
const printed = sequence(${printsMax});
const print = (value) => { printed.push(value); };
const map = (f) => { f(); f(); };
const scheduler = new Scheduler({ depth: 4, atomicSection: (section) => section() });
const vm = new Vm(scheduler, noMutex, { era: 'E2', threads: false });
const g = { ${Array.from({ length: GLOBALS }, (_, i) => `v${i}: ${i === 1 ? 1 : 0}`).join(', ')} };
${functions.flatMap((block, i) => define(`f${i}()`, block)).join('\n')}
${callbacks.flatMap((block, i) => define(`run${i}(arg)`, [PRINT_ARG, ...block])).join('\n')}
${callbacks.map((_, i) => `const c${i} = { name: 'c${i}', run: run${i} };`).join('\n')}
${define('main()', main).join('\n')}
process('main', () => {
  'use python';
  try {
    try {
      main();
    } catch (e) {
      if (e !== ValueError) throw e;
      print(${ENDED_BY.ValueError});
    }
  } catch (e) {
    if (e !== RuntimeError) throw e;
    print(${ENDED_BY.RuntimeError});
  }
  for (let k = 0; k < 6; k++) print(${REST} + k);
}, { roles: [new Thread('main', true)], python: vm.checkpoint });
return printed;
}
`;
}
