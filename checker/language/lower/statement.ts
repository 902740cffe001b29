import type {
  BlockStatement,
  Directive,
  Expression,
  Node,
  Statement,
  SwitchStatement,
  TryStatement,
} from '../ast.ts';
import { isCounted } from '../ast.ts';
import type { Block, Expr } from '../ir.ts';
import { declarePattern } from './assign.ts';
import { lowerConditional } from './conditional.ts';
import type { Context } from './context.ts';
import { lowerBreak, lowerReturn, raise } from './control.ts';
import { equals, newSlot, readSlot } from './convert.ts';
import { lowerCondition, lowerExpression } from './expression.ts';
import { BOOL } from './facts.ts';
import { lowerFor, lowerForOf } from './loop.ts';
import { pythonJump } from './python.ts';
import { refuse } from './refusal.ts';
import { type Callable, Scope, UNDEFINED, type Value } from './value.ts';

/** Lowers statements in the current scope; function declarations first, as they hoist. */
export function lowerStatements(c: Context, statements: readonly (Statement | Directive)[]): void {
  for (const s of statements) {
    if (s.type !== 'FunctionDeclaration' || s.id === null || s.body === null) continue;
    c.scope.declare(s.id.name, { kind: 'value', value: closure(c, s as unknown as Callable, s.id.name) });
  }
  for (const statement of statements) {
    if (!c.reachable) return;
    lowerStatement(c, statement, []);
  }
}

function closure(c: Context, node: Callable, name: string): Value {
  return {
    kind: 'closure',
    node,
    source: c.activation.source,
    scope: c.scope,
    self: null,
    name,
    frame: c.activation.frame,
  };
}

export function inScope<T>(c: Context, body: () => T): T {
  const outer = c.scope;
  c.scope = new Scope(outer);
  try {
    return body();
  } finally {
    c.scope = outer;
  }
}

export function lowerStatement(c: Context, node: Statement | Directive, labels: readonly string[]): void {
  c.statementCut = true;
  if (isCounted(node)) c.count(node);
  switch (node.type) {
    case 'ExpressionStatement':
      if (!isDirective(node)) lowerExpression(c, node.expression);
      return;
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) {
        if (node.declare) return;
        declarePattern(c, id, init === null ? UNDEFINED : lowerExpression(c, init), node.kind === 'const');
      }
      return;
    case 'BlockStatement':
      inScope(c, () => lowerStatements(c, node.body));
      return;
    case 'IfStatement':
      lowerIf(c, node);
      return;
    case 'WhileStatement':
      lowerWhile(c, node.test, node.body, labels, node);
      return;
    case 'DoWhileStatement':
      lowerDoWhile(c, node, labels);
      return;
    case 'ForStatement':
      lowerFor(c, node, labels);
      return;
    case 'ForOfStatement':
      lowerForOf(c, node, labels);
      return;
    case 'ReturnStatement':
      lowerReturn(c, node.argument === null ? UNDEFINED : returned(c, node.argument), node);
      return;
    case 'BreakStatement':
    case 'ContinueStatement':
      lowerBreak(c, node.label?.name ?? null, node.type === 'ContinueStatement', node);
      return;
    case 'LabeledStatement':
      lowerLabeled(c, node, labels);
      return;
    case 'SwitchStatement':
      lowerSwitch(c, node, labels);
      return;
    case 'ThrowStatement':
      raise(c, c.settle(lowerExpression(c, node.argument), 'thrown', node), c.site(node));
      return;
    case 'TryStatement':
      lowerTry(c, node);
      return;
    default:
      lowerRare(c, node);
  }
}

function lowerRare(c: Context, node: Statement | Directive): void {
  switch (node.type) {
    case 'EmptyStatement':
    case 'FunctionDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      return;
    case 'ForInStatement':
      return refuse('UPY123', c.activation.source, node, 'for…in');
    case 'ClassDeclaration':
      return refuse('UPY104', c.activation.source, node, 'a class declared in a process');
    default:
      return refuse('UPY117', c.activation.source, node, `this statement (${node.type})`);
  }
}

function returned(c: Context, node: Expression): Value {
  return node.type === 'ConditionalExpression' ? lowerConditional(c, node, true) : lowerExpression(c, node);
}

/** In Python code a jump leads over what else there is; after the body of an `elif` it does so even if that is nothing. */
function lowerIf(c: Context, node: Statement & { type: 'IfStatement' }, isElif = false): void {
  const [yes, no, join] = [c.newBlock(), c.newBlock(), c.newBlock()];
  const { consequent, alternate } = node;
  const known = lowerCondition(c, node.test, yes, no);
  const otherwise = () => {
    if (alternate?.type === 'IfStatement') lowerElif(c, alternate);
    else if (alternate !== null) lowerStatement(c, alternate, []);
  };
  const skip = () => {
    const literal = node.test.type === 'Literal';
    if ((isElif || alternate !== null) && !literal && c.reachable) pythonJump(c, consequent);
  };
  if (known !== null) {
    c.count(node, known ? 0 : 1);
    if (known) {
      lowerStatement(c, consequent, []);
      skip();
    } else otherwise();
    return;
  }
  c.moveTo(yes);
  c.count(node, 0);
  lowerStatement(c, consequent, []);
  skip();
  c.link({ kind: 'goto', to: join });
  c.moveTo(no);
  c.count(node, 1);
  otherwise();
  c.link({ kind: 'goto', to: join });
  c.moveTo(join);
}

function lowerElif(c: Context, node: Statement & { type: 'IfStatement' }): void {
  c.statementCut = true;
  if (isCounted(node)) c.count(node);
  lowerIf(c, node, true);
}

/** The body of a loop: `continue` comes to `continueTo`, `break` to `breakTo`. */
export function lowerBody(
  c: Context,
  body: Statement,
  labels: readonly string[],
  breakTo: Block,
  continueTo: Block,
): void {
  c.control.push({ kind: 'loop', labels, breakTo, continueTo, activation: c.activation });
  lowerStatement(c, body, []);
  c.control.pop();
}

export function lowerWhile(
  c: Context,
  test: Expression | null,
  body: Statement,
  labels: readonly string[],
  node: Node,
  update: (() => void) | null = null,
): void {
  const [head, inside, next, after] = [c.newBlock(), c.newBlock(), c.newBlock(), c.newBlock()];
  const endless = test === null || (test.type === 'Literal' && test.value === true);
  if (!endless) pythonJump(c, node);
  c.beginIn(head);
  if (!endless) {
    const known = lowerCondition(c, test, inside, after);
    if (known !== null) c.link({ kind: 'goto', to: known ? inside : after });
    c.moveTo(inside);
  }
  lowerBody(c, body, labels, after, next);
  c.link({ kind: 'goto', to: next });
  c.moveTo(next);
  if (c.reachable) {
    update?.();
    if (endless) pythonJump(c, node);
    c.link({ kind: 'goto', to: head });
  }
  c.moveTo(after);
}

function lowerDoWhile(
  c: Context,
  node: Statement & { type: 'DoWhileStatement' },
  labels: readonly string[],
): void {
  const [head, next, after] = [c.newBlock(), c.newBlock(), c.newBlock()];
  c.beginIn(head);
  lowerBody(c, node.body, labels, after, next);
  c.link({ kind: 'goto', to: next });
  c.moveTo(next);
  if (c.reachable) {
    const known = lowerCondition(c, node.test, head, after);
    if (known !== null) c.link({ kind: 'goto', to: known ? head : after });
  }
  c.moveTo(after);
}

function lowerLabeled(
  c: Context,
  node: Statement & { type: 'LabeledStatement' },
  labels: readonly string[],
): void {
  const all = [...labels, node.label.name];
  if (node.body.type !== 'BlockStatement') {
    lowerStatement(c, node.body, all);
    return;
  }
  const after = c.newBlock();
  c.control.push({ kind: 'loop', labels: all, breakTo: after, continueTo: null, activation: c.activation });
  lowerStatement(c, node.body as BlockStatement, []);
  c.control.pop();
  c.link({ kind: 'goto', to: after });
  c.moveTo(after);
}

function lowerSwitch(c: Context, node: SwitchStatement, labels: readonly string[]): void {
  const value = c.settle(lowerExpression(c, node.discriminant), 'switch', node.discriminant);
  const bodies = node.cases.map(() => c.newBlock());
  const after = c.newBlock();
  const fallback = node.cases.findIndex(({ test }) => test === null);
  let decided = false;
  for (const [i, { test }] of node.cases.entries()) {
    if (test === null || decided) continue;
    const same = caseTest(c, value, test);
    if (same === false) continue;
    if (same === true) {
      c.link({ kind: 'goto', to: bodies[i] as Block });
      decided = true;
    } else {
      const next = c.newBlock();
      c.branch(same, bodies[i] as Block, next);
      c.moveTo(next);
    }
  }
  if (!decided) c.link({ kind: 'goto', to: fallback < 0 ? after : (bodies[fallback] as Block) });
  c.control.push({ kind: 'loop', labels, breakTo: after, continueTo: null, activation: c.activation });
  inScope(c, () => {
    for (const [i, { consequent }] of node.cases.entries()) {
      c.moveTo(bodies[i] as Block);
      c.count(node, i);
      lowerStatements(c, consequent);
      c.link({ kind: 'goto', to: bodies[i + 1] ?? after });
    }
  });
  c.control.pop();
  c.moveTo(after);
}

/** Whether a `case` is the one; as in a chain of `if` and `elif`, a jump follows each test. */
function caseTest(c: Context, value: Value, test: Expression): boolean | Expr {
  const same = equals(c, value, lowerExpression(c, test), test);
  if (typeof same === 'boolean' || c.activation.python === null) {
    pythonJump(c, test);
    return same;
  }
  const settled = c.settleScalar({ kind: 'scalar', expr: same, type: BOOL }, 'test', test);
  pythonJump(c, test);
  return settled.expr;
}

function lowerTry(c: Context, node: TryStatement): void {
  const { finalizer, handler } = node;
  const after = c.newBlock();
  const finish = () => {
    if (finalizer !== null) lowerStatement(c, finalizer, []);
  };
  if (finalizer !== null) {
    const [scope, activation] = [c.scope, c.activation];
    c.control.push({
      kind: 'finally',
      lower: () => {
        const [s, a] = [c.scope, c.activation];
        [c.scope, c.activation] = [scope, activation];
        finish();
        [c.scope, c.activation] = [s, a];
      },
    });
  }
  if (handler === null) lowerStatement(c, node.block, []);
  else lowerCatch(c, node, handler);
  if (finalizer !== null) c.control.pop();
  if (c.reachable) {
    finish();
    c.link({ kind: 'goto', to: after });
  }
  c.moveTo(after);
}

function lowerCatch(c: Context, node: TryStatement, handler: NonNullable<TryStatement['handler']>): void {
  const [caught, join] = [c.newBlock(), c.newBlock()];
  const slot = newSlot(c, 'error', c.facts.local(c.key(handler, 'catch')));
  c.control.push({ kind: 'catch', handler: caught, slot });
  lowerStatement(c, node.block, []);
  c.control.pop();
  if (c.reachable) pythonJump(c, node.block);
  c.link({ kind: 'goto', to: join });
  c.moveTo(caught);
  if (c.reachable) {
    inScope(c, () => {
      if (handler.param !== null) declarePattern(c, handler.param, readSlot(slot), false);
      lowerStatement(c, handler.body, []);
    });
    if (c.reachable) pythonJump(c, handler);
    c.link({ kind: 'goto', to: join });
  }
  c.moveTo(join);
}

const isDirective = (node: object): boolean =>
  typeof (node as { directive?: unknown }).directive === 'string';
