import type { SequenceHandle } from '../../../model/intrinsics/sequence.ts';
import { type IntrinsicName, objectTag } from '../../../model/intrinsics/tag.ts';
import type { Expression, Node } from '../ast.ts';
import type { NoteWord, Variable } from '../ir.ts';
import { lowerBlocks } from './blocking.ts';
import { stableInteger } from './builtin.ts';
import { callFunction, callMethod, lowerArguments } from './call.ts';
import type { Context } from './context.ts';
import { binary, truth } from './convert.ts';
import { lowerExpression } from './expression.ts';
import { INT } from './facts.ts';
import { arithmetic, modelAssert } from './operators.ts';
import { refuse } from './refusal.ts';
import { domainOf } from './registry.ts';
import { resetSequence } from './sequence.ts';
import { lowerUntil } from './until.ts';
import { constant, number, UNDEFINED, type Value, variableExpr } from './value.ts';

type Call = Expression & { type: 'CallExpression' };

/** Intrinsics whose arguments are evaluated in their own way. */
export function lowerSpecial(c: Context, name: IntrinsicName, node: Call): Value | null {
  const [first, second] = node.arguments as readonly Expression[];
  switch (name) {
    case 'check':
      return atOneInstant(c, 'check', node, () => lowerCheck(c, 'check', first, second, node));
    case 'demand':
      return atOneInstant(c, 'demand', node, () => lowerCheck(c, 'context', first, second, node));
    case 'assume':
      return atOneInstant(c, 'assume', node, () => lowerAssume(c, first, second, node));
    case 'note': {
      const next = c.mode === 'steps' && !c.ghost;
      return quietly(c, () => {
        c.emit({
          kind: 'note',
          words: lowerArguments(c, node.arguments).map((word) => wordOf(c, word)),
          next,
          site: c.site(node),
        });
        return UNDEFINED;
      });
    }
    default:
      return null;
  }
}

/** All reads of `body` together are one access. */
function atOneInstant(c: Context, operation: string, node: Node, body: () => Value): Value {
  if (c.mode !== 'steps' || c.ghost) return c.exempted(body);
  const access: Variable[] = [];
  c.cut({ operation, site: c.site(node), access, wait: null });
  const before = c.collected;
  c.collected = access;
  c.instant = operation;
  try {
    return c.exempted(() => c.within('atomic', body));
  } finally {
    c.collected = before;
    c.instant = null;
  }
}

/** Without steps of its own. */
function quietly(c: Context, body: () => Value): Value {
  const before = c.ghost;
  c.ghost = true;
  try {
    return c.mode === 'pure' ? body() : c.exempted(() => c.within('atomic', body));
  } finally {
    c.ghost = before;
  }
}

function lowerCheck(
  c: Context,
  kind: 'check' | 'context',
  condition: Expression | undefined,
  message: Expression | undefined,
  node: Node,
): Value {
  const text = message === undefined ? constant('check') : lowerExpression(c, message);
  const test = condition === undefined ? true : truth(c, lowerExpression(c, condition), node);
  if (test === true) return UNDEFINED;
  if (test === false && kind === 'context' && c.mode === 'pure') {
    const why = text.kind === 'const' ? ` (${String(text.value)})` : '';
    refuse('UPY119', c.activation.source, node, `a call that a property or run condition cannot make${why}`);
  }
  const site = c.site(node);
  const failure = c.registry.failure(kind, text.kind === 'const' ? String(text.value) : 'check', site);
  c.emit({ kind: 'assert', condition: test === false ? number(0) : test, failure, site });
  return UNDEFINED;
}

function lowerAssume(
  c: Context,
  condition: Expression | undefined,
  why: Expression | undefined,
  node: Node,
): Value {
  const reason = why === undefined ? null : lowerExpression(c, why);
  const text =
    reason?.kind === 'const'
      ? String(reason.value)
      : condition === undefined
        ? ''
        : c.activation.source.text.slice(condition.start, condition.end);
  c.registry.assume(text);
  const test = condition === undefined ? true : truth(c, lowerExpression(c, condition), node);
  if (test === true) return UNDEFINED;
  if (test === false) {
    c.terminate({ kind: 'cutoff' });
    return UNDEFINED;
  }
  const [yes, no] = [c.newBlock(), c.newBlock()];
  c.branch(test, yes, no);
  no.end = { kind: 'cutoff' };
  c.moveTo(yes);
  return UNDEFINED;
}

function wordOf(c: Context, value: Value): NoteWord {
  switch (value.kind) {
    case 'const':
      return {
        text: typeof value.value === 'string' ? value.value : c.registry.show(value.value),
        constant: value.value,
      };
    case 'closure':
      return { text: value.name || 'function', constant: value.name };
    case 'scalar':
      return { expr: value.expr, domain: domainOf(value.type) };
    case 'tuple':
      return { tuple: value.items.map((item) => wordOf(c, item)) };
    case 'union':
      return {
        expr: value.tag.expr,
        domain: domainOf(value.tag.type),
        ...(wordOf(c, value.tuple) as { tuple: readonly NoteWord[] }),
      };
  }
}

export function lowerIntrinsic(c: Context, name: IntrinsicName, args: readonly Value[], node: Node): Value {
  const first = args[0] ?? UNDEFINED;
  switch (name) {
    case 'atomic':
      return section(c, 'atomic', first, node);
    case 'critical':
      return lowerCritical(c, first, args[1] ?? UNDEFINED, node);
    case 'until':
    case 'rest':
      return lowerUntil(c, name, first, args[1], node);
    case 'pause':
      outsideAtomic(c, 'pause', node);
      c.cut({ operation: 'pause', site: c.site(node), access: null, wait: null });
      return UNDEFINED;
    case 'blocks':
      return lowerBlocks(c, first, args[1], node);
    case 'choose':
      return lowerChoose(c, first, node);
    case 'me':
    case 'meOrNull':
      return lowerMe(c, name, first, node);
    case 'busy':
      return lowerBusy(c, first, node);
    case 'ghost':
      if (c.mode === 'steps' && !c.ghost)
        c.cut({ operation: 'ghost', site: c.site(node), access: null, wait: null, afterBusy: true });
      return quietly(c, () => c.lockedIn('ghost', () => callFunction(c, first, null, [], node, 'ghost')));
    case 'relaxed':
      return c.exempted(() => {
        const value = callFunction(c, first, null, [], node, c.activation.frame.name);
        return c.exempt ? c.settle(value, 'relaxed', node) : value;
      });
    case 'idiv':
      return arithmetic(c, 'idiv', first, args[1] ?? UNDEFINED, node);
    case 'u8':
      return arithmetic(c, '&', first, constant(0xff), node);
    case 'u16':
      return arithmetic(c, '&', first, constant(0xffff), node);
    case 'u32':
      return arithmetic(c, '>>>', first, constant(0), node);
    case 'reset':
      return lowerReset(c, args, node);
    case 'check':
    case 'demand':
    case 'assume':
    case 'note':
      return refuse('UPY143', c.activation.source, node, `${name}() called through a variable`);
    default:
      return refuse('UPY142', c.activation.source, node, `${name}()`);
  }
}

function section(c: Context, operation: string, body: Value, node: Node): Value {
  const run = (): Value => c.lockedIn(operation, () => callFunction(c, body, null, [], node, operation));
  return c.mode === 'steps' && !c.ghost
    ? c.atomically(node, run, operation, c.sectionSite(body, node))
    : run();
}

/** Opened inside of an atomic section, a lock that is taken keeps the whole section from beginning. */
function lowerCritical(c: Context, lock: Value, body: Value, node: Node): Value {
  if (c.registry.options.criticals === 'atomic' || c.mode === 'pure')
    return section(c, 'critical', body, node);
  callMethod(c, lock, 'lock', [], node);
  const value = c.lockedIn('critical', () =>
    c.settle(callFunction(c, body, null, [], node, 'critical'), 'critical', node),
  );
  callMethod(c, lock, 'unlock', [], node);
  return value;
}

function outsideAtomic(c: Context, name: string, node: Node): void {
  if (c.mode === 'pure')
    refuse('UPY119', c.activation.source, node, `${name}() in a property or run condition`);
  if (c.mode === 'atomic') refuse('UPY120', c.activation.source, node, `${name}() in an atomic section`);
}

function lowerChoose(c: Context, count: Value, node: Node): Value {
  if (c.mode === 'pure')
    refuse('UPY119', c.activation.source, node, 'choose() in a property or run condition');
  if (count.kind === 'const' && count.value === 1) return constant(0);
  const n = stableInteger(c, count, node);
  if (c.mode === 'steps') c.cut({ operation: 'choose', site: c.site(node), access: null, wait: null });
  modelAssert(
    c,
    n.kind === 'const' ? number(n.value > 0 ? 1 : 0) : binary('>', n, number(0)),
    'choose() of nothing',
    node,
    'choose(n) needs n > 0; test for the empty case first',
  );
  const variable = c.registry.local(c.process, 'choice', INT, true);
  c.emit({ kind: 'choose', variable, count: n, site: c.site(node) });
  return { kind: 'scalar', expr: variableExpr(variable), type: INT };
}

function lowerMe(c: Context, name: 'me' | 'meOrNull', kind: Value, node: Node): Value {
  const { source } = c.activation;
  if (kind.kind !== 'const' || typeof kind.value !== 'function')
    return refuse('UPY143', source, node, `${name}() of a class known only at run time`);
  const role = kind.value as { readonly name: string; readonly [Symbol.hasInstance]: unknown };
  const found = (c.handle?.roles ?? []).filter(
    (object) => object instanceof (role as unknown as new () => object),
  );
  const distinct = [...new Set(found)];
  if (distinct.length === 1) return constant(distinct[0]);
  if (distinct.length === 0 && name === 'meOrNull') return constant(null);
  const who = c.handle === null ? 'a property' : `process '${c.handle.name}'`;
  const count = distinct.length === 0 ? 'no' : 'several';
  return refuse(
    distinct.length === 0 ? 'UPY140' : 'UPY141',
    source,
    node,
    `${name}(${role.name}) in ${who}, which has ${count} such role${count === 'no' ? '' : 's'},`,
  );
}

function lowerBusy(c: Context, us: Value, node: Node): Value {
  outsideAtomic(c, 'busy', node);
  const time = stableInteger(c, us, node);
  c.cut({ operation: 'busy', site: c.site(node), access: null, wait: null });
  modelAssert(
    c,
    time.kind === 'const' ? number(time.value >= 0 ? 1 : 0) : binary('>=', time, number(0)),
    'busy() for a negative time',
    node,
    'the time left was computed without looking whether it has passed',
  );
  if (time.kind === 'const' && time.value === 0) return UNDEFINED;
  c.emit({ kind: 'set', variable: c.registry.busy(c.process), expr: time, site: c.site(node) });
  return UNDEFINED;
}

// ---- reset ----

function lowerReset(c: Context, objects: readonly Value[], node: Node): Value {
  if (c.mode === 'pure')
    refuse('UPY118', c.activation.source, node, 'reset() in a property or run condition');
  if (c.mode === 'steps') c.cut({ operation: 'reset', site: c.site(node), access: null, wait: null });
  for (const value of objects.flatMap((v) => (v.kind === 'tuple' ? v.items : [v]))) {
    if (value.kind !== 'const' || typeof value.value !== 'object' || value.value === null)
      return refuse('UPY143', c.activation.source, node, 'reset() of an object known only at run time');
    resetObject(c, value.value, node);
  }
  return UNDEFINED;
}

function resetObject(c: Context, object: object, node: Node): void {
  if (objectTag(object) === 'sequence') {
    resetSequence(c, object as SequenceHandle<unknown>, node);
    return;
  }
  for (const key of c.facts.variablesOf(object)) {
    const variable = c.registry.property(object, key);
    c.emit({ kind: 'set', variable, expr: number(variable.initial), site: c.site(node) });
  }
}
